-- Takes a conversation that the agent controls and no other job works on: raises its fence, and either resumes the
-- turn that a dead worker left running or starts one over the unread events. No row: it cannot be taken. No turn:
-- nothing is unread.
with conversation as (
    update conversations set fence = fence + 1, turn_job = $4
    where id = $1 and merchant_id = $2 and control = 'agent'
      and (turn_job is null or turn_job = $4 or not job_runs(turn_job))
    returning id, fence, language, name, memory, channel_id, user_id, phone, heard_at
),
running as (
    update turns t set fence = c.fence
    from conversation c
    where t.conversation_id = c.id and t.state = 'running'
    returning t.id, t.events, t.started_at, true as resumed
),
unread as (
    select array_agg(seq order by seq) as seqs
    from intake
    where conversation_id = $1 and read_at is null and kind in ('said', 'payment', 'staff_wrote')
),
started as (
    insert into turns (id, merchant_id, conversation_id, fence, state, events)
    select $3, $2, c.id, c.fence, 'running', u.seqs
    from conversation c, unread u
    where u.seqs is not null and not exists (select from running)
    returning id, events, started_at, false as resumed
),
turn as (
    select * from running union all select * from started
)
select c.fence as "fence!", c.language as "language!: Language", c.name, c.user_id, c.phone, c.heard_at, c.memory as "memory!: Json<Memory>",
       ch.id as "channel!: ChannelId", ch.external_id as "channel_external_id!",
       turn.id as "turn?: TurnId", turn.events as "events?", turn.started_at as "started_at?",
       turn.resumed as "resumed?",
       (select external_id from intake where seq = turn.events[cardinality(turn.events)] and source = 'whatsapp') as last_heard,
       (select coalesce(sum(cost_micros), 0)::bigint from spend
        where merchant_id = $2 and day = (now() at time zone 'utc')::date) as "spent_today!",
       exists (select from outbox where conversation_id = $1 and author = 'agent' and state not in ('withheld', 'failed'))
           as "introduced!",
       (select max(seq) from outbox where conversation_id = $1 and state not in ('withheld', 'failed')) as said_up_to
from conversation c
join channels ch on ch.id = c.channel_id
left join turn on true
