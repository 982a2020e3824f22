-- $1 merchant, $2 sold since then, $3 $4 $5 searched text, number and digits: as in page.sql.
select o.state, o.outdated_at is not null as "outdated!",
       o.state = 'review' or o.needs_person_since is not null as "needs_person!", count(*) as "count!"
from orders o
where o.merchant_id = $1
  and ($2::timestamptz is null
       or (o.state in ('paid', 'partly_refunded', 'refunded') and o.updated_at >= $2
           and (select min(n.created_at) from order_notices n
                where n.order_id = o.id and n.to_state in ('paid', 'partly_refunded', 'refunded')) >= $2
           and (o.currency, o.livemode) = (
               select m.currency, coalesce(p.livemode, o.livemode)
               from merchants m left join payment_accounts p on p.merchant_id = m.id where m.id = $1)))
  and ($3::text is null
       or o.number = $4
       or exists (select from conversations c where c.id = o.conversation_id
                  and (strpos(lower(trato_unaccent(c.name)), lower(trato_unaccent($3))) > 0
                       or strpos(c.phone, $5) > 0))
       or strpos(lower(trato_unaccent(o.delivery->>'name')), lower(trato_unaccent($3))) > 0
       or exists (select from quotes q, jsonb_array_elements(q.body->'lines') line
                  where q.id = o.quote_id and strpos(lower(line->>'sku'), lower($3)) > 0))
group by 1, 2, 3
