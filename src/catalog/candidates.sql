-- $1 merchant, $2 words, $3 language of the words, $4 whether everything is listed, $5 whether texts are read,
-- $6 category, $7 and $8 prices in minor units, $9 their currency, $10 options, $11 in stock only, $12 limit
with words as materialized (
    select asked.n::int as n,
           asked.word,
           to_tsvector(('trato_' || $3::text)::regconfig, asked.word) = ''::tsvector as is_stop,
           -- A word as each language stems it, or exactly as it is. Words carry no quotes and no backslashes.
           coalesce(en.query || exact.query, exact.query) as en,
           coalesce(es.query || exact.query, exact.query) as es,
           coalesce(pt.query || exact.query, exact.query) as pt
    from unnest($2::text[]) with ordinality as asked(word, n),
         lateral (select quote_literal(asked.word)::tsquery as query) exact,
         lateral (select string_agg(quote_literal(lexeme), ' & ')::tsquery as query
                  from unnest(to_tsvector('trato_en', asked.word))) en,
         lateral (select string_agg(quote_literal(lexeme), ' & ')::tsquery as query
                  from unnest(to_tsvector('trato_es', asked.word))) es,
         lateral (select string_agg(quote_literal(lexeme), ' & ')::tsquery as query
                  from unnest(to_tsvector('trato_pt', asked.word))) pt
),
phrase as materialized (
    select string_agg(word, ' ' order by n) as text,
           string_agg(en::text, ' | ')::tsquery as en,
           string_agg(es::text, ' | ')::tsquery as es,
           string_agg(pt::text, ' | ')::tsquery as pt
    from words
),
shop as materialized (
    select greatest(count(*), 1)::float8 as products from products where merchant_id = $1 and status = 'active'
),
matches as materialized (
    select p.id, w.n
    from words w
    join products p on p.merchant_id = $1 and p.status = 'active'
     and ((p.language = 'en' and p.search @@ w.en)
          or (p.language = 'es' and p.search @@ w.es)
          or (p.language = 'pt' and p.search @@ w.pt))
),
frequency as materialized (
    select n, count(*) as products from matches group by n
),
-- Typing errors: only for words that nothing in the shop has.
likes as materialized (
    select p.id, w.n, word_similarity(w.word, p.search_text) as likeness
    from words w
    join products p on p.merchant_id = $1 and p.status = 'active' and w.word <% p.search_text
    where not w.is_stop and length(w.word) >= 4 and w.n not in (select n from frequency)
),
-- How much a word tells: nothing when no product has it or one like it.
rarity as materialized (
    select w.n, coalesce(ln(1 + shop.products / coalesce(f.products, l.products)), 0) as weight
    from words w
    cross join shop
    left join frequency f on f.n = w.n
    left join (select n, count(*) as products from likes group by n) l on l.n = w.n
),
scored as materialized (
    select found.id,
           sum(found.likeness * rarity.weight) as weight,
           array_agg(found.n) filter (where found.is_itself) as matched,
           array_agg(found.n order by found.n) filter (where not found.is_itself) as "like",
           array_agg(found.likeness order by found.n) filter (where not found.is_itself) as likeness
    from (select id, n, 1::real as likeness, true as is_itself from matches
          union all
          select id, n, likeness, false from likes) found
    join rarity on rarity.n = found.n
    group by found.id
    union all
    select p.id, 0, null, null, null
    from products p
    -- Words that only hold a sentence together ask for nothing in particular.
    where ($4 or not exists (select from words where not is_stop))
      and p.merchant_id = $1 and p.status = 'active'
      and p.id not in (select id from matches) and p.id not in (select id from likes)
),
candidates as materialized (
    select p.id, p.title, p.language, p.search, p.search_text, p.description, p.handle,
           fitting.variants, fitting.in_stock, s.weight, s.matched, s."like", s.likeness
    from scored s
    join products p on p.merchant_id = $1 and p.id = s.id
    join lateral (
        select array_agg(v.id order by v.position, v.sku) as variants,
               bool_or(v.when_out = 'continue' or v.stock is null or v.stock > v.reserved) as in_stock
        from variants v
        where v.merchant_id = $1 and v.product_id = p.id and not v.archived
          and ($7::bigint is null or v.price_minor >= $7)
          and ($8::bigint is null or v.price_minor <= $8)
          and ($9::text is null or v.currency = $9)
          and (not $11 or v.when_out = 'continue' or v.stock is null or v.stock > v.reserved)
          and not exists (
              select
              from jsonb_to_recordset($10::jsonb) as asked(name text, value text),
                   lateral (select trato_unaccent(lower(btrim(asked.name))) as name,
                                   trato_unaccent(lower(btrim(asked.value))) as value) filter,
                   lateral (select exists (select from jsonb_array_elements_text(p.options) as known(name)
                                           where trato_unaccent(lower(known.name)) = filter.name) as is_known) option
              where not exists (
                  -- The product may call the option something else: then the value alone decides. A colour may be
                  -- one word of a value (`azul` of `azul marino`); sizes and numbers must be the whole of it.
                  select
                  from jsonb_to_recordset(v.options) as has(name text, value text)
                  where (not option.is_known or trato_unaccent(lower(has.name)) = filter.name)
                    and (trato_unaccent(lower(has.value)) = filter.value
                         or (filter.value ~ '^[a-z ]{3,}$'
                             and strpos(' ' || regexp_replace(trato_unaccent(lower(has.value)), '[^a-z0-9]+', ' ', 'g')
                                            || ' ', ' ' || filter.value || ' ') > 0)))
                -- Or it has no such option and says so of itself: a blue mug that comes in blue only.
                and (option.is_known or filter.value = ''
                     or strpos(' ' || p.search_text || ' ', ' ' || filter.value || ' ') = 0))
    ) fitting on fitting.variants is not null
    where $6::text is null or strpos(trato_unaccent(lower(p.category)), trato_unaccent(lower($6))) > 0
    order by s.weight desc, fitting.in_stock desc, p.handle
    limit $12
)
select c.id as "product: ProductId",
       c.variants as "variants!: Vec<Uuid>",
       c.in_stock as "in_stock!",
       coalesce(ts_rank(array[0.1, 0.2, 0.4, 1.0]::real[], c.search,
                        case c.language when 'en' then phrase.en when 'es' then phrase.es else phrase.pt end, 1), 0)
           as "text_rank!",
       coalesce(word_similarity(phrase.text, trato_unaccent(lower(c.title))), 0) as "title_likeness!",
       array(select weight::real from rarity order by n) as "rarity!: Vec<f32>",
       case when $5 then concat_ws(' | ', c.title, c.search_text, c.description) else '' end as "text!",
       coalesce(c.matched, '{}') as "matched!: Vec<i32>",
       array(select w.n from words w
             where w.n = any(c.matched)
               and ts_filter(c.search, '{a}')
                   @@ case c.language when 'en' then w.en when 'es' then w.es else w.pt end) as "in_title!: Vec<i32>",
       coalesce(c."like", '{}') as "like!: Vec<i32>",
       coalesce(c.likeness, '{}') as "likeness!: Vec<f32>"
from candidates c
cross join phrase
order by c.weight desc, c.in_stock desc, c.handle
