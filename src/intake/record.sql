-- Stores a group of events once each, opens reply windows, and queues what the events call for.
with incoming as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
                         $7::text[], $8::jsonb[], $9::timestamptz[])
        with ordinality
        as t(id, merchant_id, channel_id, conversation_id, source, external_id,
             kind, body, occurred_at, place)
),
locked as (
    -- In one order everywhere, so that two servers recording at once cannot deadlock.
    select c.id from conversations c
    where c.id in (select conversation_id from incoming where kind in ('said', 'staff_wrote'))
    order by c.id for no key update
),
unsent as (
    -- In this group, or before: a channel keeps no order.
    select merchant_id, source, body->>'message' as message from incoming where kind = 'unsent'
    union all
    select i.merchant_id, i.source, u.body->>'message'
    from incoming i join intake u on u.kind = 'unsent' and u.merchant_id = i.merchant_id and u.source = i.source
                                 and u.body->>'message' in (i.external_id, i.body->>'reply_to')
    where i.kind = 'said'
),
stored as (
    insert into intake (id, merchant_id, channel_id, conversation_id, source, external_id, kind, body,
                        occurred_at)
    select i.id, i.merchant_id, i.channel_id, i.conversation_id, i.source, i.external_id, i.kind,
           -- Unsent already: never kept, nor what it was edited to.
           case when i.kind = 'said' and exists (
                    select from unsent u
                    where u.merchant_id = i.merchant_id and u.source = i.source
                      and (u.message = i.external_id
                           or i.body->>'carrier' = 'edit' and u.message = i.body->>'reply_to'))
                then i.body || '{"text": "", "unsent": true}' else i.body end,
           i.occurred_at
    from incoming i
    order by i.place
    on conflict on constraint intake_event_is_recorded_once do nothing
    returning seq, id, merchant_id, conversation_id, kind, occurred_at
),
taken_back as (
    -- What a shopper unsends is deleted here too (Meta, "revoke" messages).
    update intake set body = intake.body || '{"text": "", "unsent": true}'
    where intake.seq in (
        select o.seq from incoming i
        join intake o on o.merchant_id = i.merchant_id and o.source = i.source and o.external_id = i.body->>'message'
        where i.kind = 'unsent' and o.kind = 'said'
        union all
        select e.seq from incoming i
        join intake e on e.conversation_id = i.conversation_id and e.kind = 'said' and e.body->>'carrier' = 'edit'
                     and e.body->>'reply_to' = i.body->>'message'
        where i.kind = 'unsent')
    returning intake.seq
),
heard as (
    select s.conversation_id, max(s.occurred_at) filter (where s.kind = 'said') as heard_at,
           bool_or(s.id = any ($10::uuid[])) as urgent
    from stored s
    where s.kind in ('said', 'staff_wrote') and s.conversation_id in (select id from locked)
    group by s.conversation_id
),
touched as (
    update conversations c
    set unread_since = coalesce(c.unread_since, now()),
        heard_at = greatest(c.heard_at, h.heard_at)
    from heard h where c.id = h.conversation_id
    returning c.id, c.merchant_id, c.control, h.urgent, c.unread_since
),
jobs as (
    select array(
        select row('turn', json_build_object('merchant', merchant_id, 'conversation', id),
                   null,
                   case when urgent then now()
                        else least(now() + make_interval(secs => $11),
                                   unread_since + make_interval(secs => $12)) end,
                   25::smallint, 'turn:' || id, 0::smallint, null::text[])::graphile_worker.job_spec
        from touched where control = 'agent'
        union all
        select row('payment', json_build_object('merchant', merchant_id, 'event', seq), null, null,
                   25::smallint, 'payment:' || seq, 0::smallint, null::text[])::graphile_worker.job_spec
        from stored where kind = 'payment'
        union all
        select row('reports', json_build_object('merchant', merchant_id), null, null,
                   25::smallint, 'reports:' || merchant_id, 0::smallint,
                   null::text[])::graphile_worker.job_spec
        from (select distinct merchant_id from stored where kind = 'report') r
    ) as specs
),
queued as (
    select count(*) as jobs from jobs, lateral graphile_worker.add_jobs(jobs.specs)
    where cardinality(jobs.specs) > 0
)
select count(*) + 0 * (select jobs from queued) as "new!" from stored
