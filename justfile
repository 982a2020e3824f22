# What there is to run. `just` alone lists it.

_list:
    @just --list --unsorted

# Everything CI runs.
check:
    .ci/run

# The tests alone.
test *filter:
    cargo test {{ filter }}

# A shop to try: phone, pay page, inbox.
demo *arguments:
    cargo run -- demo {{ arguments }}

# A database to develop against; prints its address and stays until Ctrl-C.
postgres:
    cargo run -- postgres

# Write the query cache anew.
prepare:
    scripts/sqlx-prepare

# The tests whose snapshots changed, with the snapshots accepted. Read the diff before you commit it.
snapshots *filter:
    INSTA_UPDATE=always cargo test {{ filter }}
    git diff --stat -- '*.snap'

# Scripted conversations through the whole agent.
eval *arguments:
    cargo run -- eval {{ arguments }}

# Licences and known holes of what we depend on (needs cargo-deny).
deny:
    cargo deny check
