-- $1 merchant, $2 unread before this waits for a person, $3 only this person's, $4 only who waits for a person,
-- $5 $6 searched text and digits, $7 $8 cursor, $9 rows.
with page as (
    (select id, (extract(epoch from waiting_since) * 1000000)::bigint - 10000000000000000 as key
     from conversations
     where merchant_id = $1 and waiting_since is not null
       and (needs_person_since is not null or control = 'person' or unread_since <= $2)
       and ($3::uuid is null or staff_id = $3)
       and ($5::text is null or strpos(lower(trato_unaccent(name)), lower(trato_unaccent($5))) > 0
            or strpos(phone, $6) > 0)
       and ($7::bigint is null
            or ((extract(epoch from waiting_since) * 1000000)::bigint - 10000000000000000, id) > ($7, $8::uuid))
     order by waiting_since, id limit $9)
    union all
    (select id, -(extract(epoch from coalesce(heard_at, created_at)) * 1000000)::bigint
     from conversations
     where merchant_id = $1 and not $4
       and (waiting_since is null
            or (needs_person_since is null and control = 'agent' and unread_since > $2))
       and ($3::uuid is null or staff_id = $3)
       and ($5::text is null or strpos(lower(trato_unaccent(name)), lower(trato_unaccent($5))) > 0
            or strpos(phone, $6) > 0)
       and ($7::bigint is null
            or (-(extract(epoch from coalesce(heard_at, created_at)) * 1000000)::bigint, id) > ($7, $8::uuid))
     order by coalesce(heard_at, created_at) desc, id limit $9)
    order by key, id limit $9
)
select c.id as "id: ConversationId", page.key as "key!", c.name, c.user_id, c.phone,
       c.control, c.staff_id as "staff: StaffId", s.name as "staff_name?",
       c.unread_since, c.heard_at, c.needs_person_since, c.needs_person_reason,
       heard.seq as "heard_seq?", heard.kind as "heard_kind?", heard.text as "heard_text?",
       heard.occurred_at as "heard_time?",
       said.seq as "said_seq?", said.author as "said_author?", said.body as "said_body?",
       said.created_at as "said_time?", said.state as "said_state?",
       said.staff_id as "said_staff?: StaffId", said.staff_name as "said_staff_name?"
from page
join conversations c on c.id = page.id
left join staff s on s.id = c.staff_id
left join lateral (
    select i.seq, i.kind, i.occurred_at,
           case when exists (select 1 from intake u where u.conversation_id = c.id and u.kind = 'unsent'
                             and u.body->>'message' = i.external_id)
                then '' else i.body->>'text' end as text
    from intake i
    where i.conversation_id = c.id and i.kind in ('said', 'staff_wrote')
    order by i.seq desc limit 1
) heard on true
left join lateral (
    select o.seq, o.author, o.body, o.created_at, o.state, o.staff_id, w.name as staff_name
    from outbox o left join staff w on w.id = o.staff_id
    where o.conversation_id = c.id and o.state <> 'withheld'
    order by o.seq desc limit 1
) said on true
order by page.key, page.id
