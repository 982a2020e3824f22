-- $1 merchant, $2 sold since then, $3 $4 $5 searched pattern, number and digits.
select o.state as "state!", o.outdated_at is not null as "outdated!",
       o.state = 'review' or o.needs_person_since is not null as "needs_person!", count(*) as "count!"
from orders_found($1, $2, $3, $4, $5) o
group by 1, 2, 3
