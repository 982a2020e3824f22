-- The commit of a turn. If the fence stands and the agent is in control: closes the turn with the steps that led to its
-- end, says the reply, marks its events read, remembers, counts the money, lets go of the conversation, and queues
-- another turn for what arrived too late. Delivery needs no job of its own: the one that took the turn goes on with
-- it, or is run again. With that job ($25) the first message counts as being sent by it, if nothing is before it.
with held as (
    select id from conversations
    where id = $1 and merchant_id = $2 and fence = $3 and control = 'agent'
    for no key update
),
closed as (
    update turns
    set state = $5, outcome = $6, draft = $7, tokens_in = $8, tokens_out = $9, cost_micros = $10,
        finished_at = now()
    where id = $4 and state = 'running' and exists (select from held)
    returning id, events
),
last_steps as (
    insert into turn_steps (turn_id, position, merchant_id, kind, body, request_fingerprint, prompt_fingerprint,
                            tokens_in, tokens_out, cost_micros, duration_ms)
    select $4, s.position, $2, s.kind, s.body, s.request, s.prompt, s.tokens_in, s.tokens_out, s.cost, s.ms
    from closed, unnest($16::int[], $17::text[], $18::jsonb[], $19::bytea[], $20::bytea[], $21::int[], $22::int[],
                        $23::bigint[], $24::int[])
        as s(position, kind, body, request, prompt, tokens_in, tokens_out, cost, ms)
),
sending as (
    select $25::bigint as job from closed
    where $25::bigint is not null and not exists (
        select from outbox where conversation_id = $1 and state in ('owed', 'sending', 'unknown'))
),
said as (
    insert into outbox (id, merchant_id, conversation_id, turn_id, author, body, dedupe_key, state, sending_job,
                        attempts)
    select b.id, $2, $1, $4, 'agent', b.body, 'turn:' || $4 || ':' || b.place,
           case when s.job is null then 'owed' else 'sending' end, s.job, case when s.job is null then 0 else 1 end
    from closed, unnest($11::uuid[], $12::jsonb[]) with ordinality as b(id, body, place)
    left join sending s on b.place = 1
    order by b.place
    on conflict on constraint outbox_says_it_once do nothing
    returning state
),
read as (
    update intake set read_at = now()
    from closed where intake.seq = any (closed.events)
    returning intake.seq
),
late as (
    select min(received_at) as since from intake, closed
    where conversation_id = $1 and read_at is null and kind in ('said', 'payment', 'staff_wrote')
      and seq <> all (closed.events)
),
remembered as (
    update conversations c
    set memory = $13, language = $14, unread_since = late.since, turn_job = null,
        needs_person_since = case when $15::text is null then needs_person_since
                                  else coalesce(needs_person_since, now()) end,
        needs_person_reason = coalesce($15, needs_person_reason)
    from closed, late
    where c.id = $1
    returning c.id
),
spent as (
    insert into spend (merchant_id, day, cost_micros)
    select $2, (now() at time zone 'utc')::date, $10 from closed where $10 > 0
    on conflict (merchant_id, day) do update set cost_micros = spend.cost_micros + excluded.cost_micros
    returning 1
),
another as (
    select queue_turn($2, $1, now()) from closed, late where late.since is not null
)
select exists (select from closed) as "settled!",
       (select count(*) from another) as queued,
       exists (select from said where state = 'sending') as "sending!"
