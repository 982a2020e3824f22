-- $1 merchant, $2 words of how they stand, $3 only those that wait for a person, $4 sold since then,
-- $5 $6 $7 searched pattern, number and digits, $8 before this number, $9 rows. Those of the page are chosen first: what
-- is shown of them besides is read for no others.
with page as materialized (
    select o.id
    from orders_found($1, $4, $5, $6, $7) o
    where case when o.outdated_at is not null and o.state in ('creating', 'awaiting_payment', 'expired') then 'replaced'
               else o.state end = any($2)
      and (not $3 or o.state = 'review' or o.needs_person_since is not null)
      and ($8::bigint is null or o.number < $8)
    order by o.number desc limit $9
)
select o.id as "id: OrderId", o.number, o.conversation_id as "conversation: ConversationId", c.name, c.phone,
       q.body as "quote: Json<Quote>", o.state, o.outdated_at is not null as "outdated!",
       o.state = 'review' or o.needs_person_since is not null as "needs_person!",
       o.currency as "currency: Currency", o.total_minor, o.refunded_minor, o.livemode, o.created_at,
       (select min(n.created_at) from order_notices n
        where n.order_id = o.id and n.to_state in ('paid', 'partly_refunded', 'refunded')
          and n.notice <> 'staff_refunded') as paid_at,
       o.delivery as "delivery: Json<Delivery>"
from page
join orders o on o.id = page.id
join conversations c on c.id = o.conversation_id
join quotes q on q.id = o.quote_id
order by o.number desc
