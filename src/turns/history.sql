-- What was heard, said and done, newest first: the union of intake and outbox in thread order, with the steps of each
-- settled turn standing right after the last event it answered.
select seq as "seq!", 0 as "position!", 'heard' as "source!", kind as "kind!", null::uuid as "turn?: TurnId",
       null::text as staff_name, body as "body!: Json<Box<RawValue>>", occurred_at as "at!", external_id
from intake
where conversation_id = $1 and merchant_id = $2 and kind in ('said', 'payment', 'staff_wrote')
union all
select o.seq, 0, 'said', o.author, o.turn_id, s.name, o.body, o.created_at, null
from outbox o left join staff s on s.id = o.staff_id
where o.conversation_id = $1 and o.merchant_id = $2 and o.state not in ('withheld', 'failed')
union all
select t.events[cardinality(t.events)], s.position + 1, 'step', s.kind, t.id, null, s.body, s.created_at, null
from turns t join turn_steps s on s.turn_id = t.id
where t.conversation_id = $1 and t.merchant_id = $2 and t.state in ('replied', 'handed_off')
order by 1 desc, 2 desc
limit 400
