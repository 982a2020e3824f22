# The program in a small image. Written with care and not run yet, neither by hand nor by CI.
#
#     docker build -t trato .
#     docker run --env-file .env -p 8080:8080 trato serve      # .env needs DATABASE_URL: the image brings no PostgreSQL

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# Statements are checked against .sqlx/; no database is needed.
ENV SQLX_OFFLINE=true
RUN cargo build --release --locked --bin trato

FROM debian:12-slim
# Certificates, to reach Meta, Stripe and the model.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/trato trato
COPY --from=build /build/target/release/trato /usr/local/bin/trato
USER trato
WORKDIR /var/lib/trato
ENV TRATO_SERVER__BIND=0.0.0.0:8080 \
    TRATO_SERVER__PROFILE=production \
    TRATO_SERVER__LOG_JSON=true
EXPOSE 8080
# Ready means that the database answers. The image has no curl; bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# Jobs that are running get 20 seconds to end; give the container a little more (`docker stop -t 30`).
STOPSIGNAL SIGTERM
ENTRYPOINT ["trato"]
CMD ["serve"]
