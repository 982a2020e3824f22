-- $1 merchant, $2 words of how they stand, $3 only those that wait for a person, $4 sold since then,
-- $5 $6 $7 searched text, number and digits, $8 before this number, $9 rows. Those of the page are chosen first: what
-- is shown of them besides is read for no others.
with page as materialized (
    select o.id
    from orders o
    where o.merchant_id = $1
      and case when o.outdated_at is not null and o.state in ('creating', 'awaiting_payment') then 'replaced'
               else o.state end = any($2)
      and (not $3 or o.state = 'review' or o.needs_person_since is not null)
      and ($4::timestamptz is null
           or (o.state in ('paid', 'partly_refunded', 'refunded') and o.updated_at >= $4
               and (select min(n.created_at) from order_notices n
                    where n.order_id = o.id and n.to_state in ('paid', 'partly_refunded', 'refunded')) >= $4
               and (o.currency, o.livemode) = (
                   select m.currency, coalesce(p.livemode, o.livemode)
                   from merchants m left join payment_accounts p on p.merchant_id = m.id where m.id = $1)))
      and ($5::text is null
           or o.number = $6
           or exists (select from conversations c where c.id = o.conversation_id
                      and (strpos(lower(trato_unaccent(c.name)), lower(trato_unaccent($5))) > 0
                           or strpos(c.phone, $7) > 0))
           or strpos(lower(trato_unaccent(o.delivery->>'name')), lower(trato_unaccent($5))) > 0
           or exists (select from quotes q, jsonb_array_elements(q.body->'lines') line
                      where q.id = o.quote_id and strpos(lower(line->>'sku'), lower($5)) > 0))
      and ($8::bigint is null or o.number < $8)
    order by o.number desc limit $9
)
select o.id as "id: OrderId", o.number, o.conversation_id as "conversation: ConversationId", c.name, c.phone,
       q.body as "quote: Json<Quote>", o.state, o.outdated_at is not null as "outdated!",
       o.state = 'review' or o.needs_person_since is not null as "needs_person!",
       o.currency as "currency: Currency", o.total_minor, o.refunded_minor, o.livemode, o.created_at,
       (select min(n.created_at) from order_notices n
        where n.order_id = o.id and n.to_state in ('paid', 'partly_refunded', 'refunded')) as paid_at,
       o.delivery as "delivery: Json<Delivery>"
from page
join orders o on o.id = page.id
join conversations c on c.id = o.conversation_id
join quotes q on q.id = o.quote_id
order by o.number desc
