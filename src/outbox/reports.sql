-- Applies delivery reports. $1 merchant, $2 codes that blame the picture.
with reports as (
    update intake set read_at = now()
    where seq in (select seq from intake where merchant_id = $1 and kind = 'report' and read_at is null
                  order by seq limit 1000 for update skip locked)
    returning body->>'wire_id' as wire_id, body->>'state' as state,
              case when body->>'message' ~ '^message_[0-9a-f]{32}([.][1-9])?$'
                   then substr(body->>'message', 9, 32)::uuid end as message,
              substring(body->>'message' from '[.]([1-9])$')::int as part,
              (body->>'error_code')::int as error_code, body->>'error' as error, occurred_at
),
found as (
    select o.id, o.conversation_id, o.state as before,
           max(r.wire_id) filter (where r.part is null) as wire_id,
           max(array_position(array['sent', 'delivered', 'read'], r.state))
               filter (where r.part is null) as reached,
           max(r.part) filter (where r.state <> 'failed') as parts,
           bool_or(r.state = 'failed') as failed,
           max(r.error_code) as error_code, max(r.error) as error
    from reports r join outbox o
      on o.merchant_id = $1 and (o.wire_id = r.wire_id or o.id = r.message)
    group by o.id, o.conversation_id, o.state
),
moved as (
    update outbox o
    set wire_id = coalesce(o.wire_id, f.wire_id),
        error_code = case when f.failed then f.error_code else o.error_code end,
        error = case when f.failed then f.error else o.error end,
        parts_sent = greatest(o.parts_sent, f.parts),
        state_at = now(),
        state = case
            when o.state in ('failed', 'withheld') then o.state
            when f.failed and o.state not in ('delivered', 'read') and coalesce(f.reached, 0) < 2 then 'failed'
            else (array['owed', 'sending', 'unknown', 'sent', 'delivered', 'read'])[
                 greatest(array_position(
                              array['owed', 'sending', 'unknown', 'sent', 'delivered', 'read'], o.state),
                          coalesce(f.reached + 3, 0))]
            end
    from found f where o.id = f.id
    returning o.id, o.conversation_id, f.before, o.state, o.error_code
),
unsaid as (
    select conversation_id from moved
    where state = 'failed' and before <> 'failed'
      and not case when error_code = any ($2) then say_without_picture(id) else false end
),
resumed as (
    select queue_delivery($1, conversation_id, now())
    from (select distinct conversation_id from moved where before in ('sending', 'unknown')) c
),
called as (
    update conversations c
    set needs_person_since = coalesce(needs_person_since, now()),
        needs_person_reason = coalesce(needs_person_reason, 'message_failed')
    where c.id in (select conversation_id from unsaid)
    returning 1
)
select (select count(*) from reports) + 0 * (select count(*) from resumed) as "applied!"
