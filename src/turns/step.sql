-- Saves one step, if the fence still stands, lets the events it heard join the turn with it, and tells what arrived
-- since.
with held as (
    select id from conversations where id = $1 and merchant_id = $2 and fence = $3
),
saved as (
    insert into turn_steps (turn_id, position, merchant_id, kind, body, request_fingerprint, prompt_fingerprint,
                            tokens_in, tokens_out, cost_micros, duration_ms)
    select $4, $5, $2, $6, $7, $8, $9, $10, $11, $12, $13 from held
    returning turn_id
),
joined as (
    update turns set events = events || $15::bigint[]
    from saved where turns.id = saved.turn_id and cardinality($15::bigint[]) > 0
    returning turns.id
)
select exists (select from saved) as "held!",
       (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'external_id', external_id, 'at', occurred_at,
                                                     'body', body) order by seq), '[]')
        from intake
        where conversation_id = $1 and merchant_id = $2 and read_at is null
          and kind in ('said', 'payment', 'staff_wrote') and seq > $14) as "arrived!: Json<Vec<Arrived>>"
