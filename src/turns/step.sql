-- Saves the steps that were taken since the last time, if the fence still stands, lets the events they heard join the
-- turn with them, and tells what arrived since.
with held as (
    select id from conversations where id = $1 and merchant_id = $2 and fence = $3
),
saved as (
    insert into turn_steps (turn_id, position, merchant_id, kind, body, request_fingerprint, prompt_fingerprint,
                            tokens_in, tokens_out, cost_micros, duration_ms)
    select $4, s.position, $2, s.kind, s.body, s.request, s.prompt, s.tokens_in, s.tokens_out, s.cost, s.ms
    from held, unnest($5::int[], $6::text[], $7::jsonb[], $8::bytea[], $9::bytea[], $10::int[], $11::int[],
                      $12::bigint[], $13::int[])
        as s(position, kind, body, request, prompt, tokens_in, tokens_out, cost, ms)
),
joined as (
    update turns set events = events || $15::bigint[]
    from held where turns.id = $4 and cardinality($15::bigint[]) > 0
)
select exists (select from held) as "held!",
       (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'external_id', external_id, 'at', occurred_at,
                                                     'body', body) order by seq), '[]')
        from intake
        where conversation_id = $1 and merchant_id = $2 and read_at is null
          and kind in ('said', 'payment', 'staff_wrote') and seq > $14) as "arrived!: Json<Vec<Arrived>>"
