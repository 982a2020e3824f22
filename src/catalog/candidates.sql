-- $1 merchant, $2 words, $3 which of them are wanted, $4 language of the words, $5 whether everything is listed,
-- $6 whether texts are read, $7 category, $8 and $9 prices in minor units, $10 their currency, $11 options,
-- $12 in stock only, $13 how many are collected, $14 how many of these are looked at closely,
-- $15 other ways to write each word, or null, $16 products to look at whatever words they have
with shop as materialized (
    select coalesce((select products from catalog_sizes where merchant_id = $1), 0)::float8 as products,
           (select reltuples from pg_class where oid = 'products'::regclass)::float8 as rows
),
-- What PostgreSQL knows of the commonest words; only these are too many to be counted for each search.
common as materialized (
    select s.most_common_elems::text::text[] as lexemes, s.most_common_elem_freqs as parts
    from pg_stats s
    where s.schemaname = current_schema() and s.tablename = 'products' and s.attname = 'search'
),
words as materialized (
    select asked.n::int as n, asked.word, asked.is_wanted, word_lexemes(asked.word) as lexemes,
           case when other.query is null then word_query(asked.word) else word_query(asked.word) || other.query end
               as query,
           other.lexemes as other_lexemes,
           to_tsvector(('trato_' || $4::text)::regconfig, asked.word) = ''::tsvector as is_stop
    from unnest($2::text[], $3::boolean[], $15::text[]) with ordinality as asked(word, is_wanted, also, n)
    cross join lateral (
        select string_agg('(' || word_query(part)::text || ')', ' & ')::tsquery as query,
               jsonb_agg(to_jsonb(word_lexemes(part))) as lexemes
        from string_to_table(asked.also, ' ') as part
    ) other
),
frequency as materialized (
    select w.n,
           case when known.part * shop.rows > 200 then greatest(known.part * shop.products, 1)
                else (select count(*)
                      from (select from products p
                            where p.merchant_id = $1 and p.status = 'active' and p.search @@ w.query
                            limit 200) counted)
           end as products
    from words w
    cross join shop
    left join lateral (
        select max(common.parts[array_position(common.lexemes, form)]) as part
        from common, unnest(w.lexemes) as form
    ) known on true
),
-- Typing errors, only for words that nothing in the shop has: words like it, and words it may be made of.
guesses as materialized (
    select w.n, guess.likeness, guess.lexemes, guess.query
    from words w
    join frequency f on f.n = w.n and f.products = 0
    cross join lateral (
        (select similarity(w.word, c.word) as likeness, jsonb_build_array(word_lexemes(c.word)) as lexemes,
                word_query(c.word) as query
         from catalog_words c
         where c.merchant_id = $1 and c.word % w.word
         order by similarity(w.word, c.word) desc, c.word
         limit 3)
        union all
        (select 0.9::real, jsonb_build_array(word_lexemes(one.word), word_lexemes(other.word)),
                word_query(one.word) && word_query(other.word)
         from generate_series(1, length(w.word) - 3) as cut(at)
         join catalog_words one on one.merchant_id = $1 and one.word = left(w.word, cut.at)
         join catalog_words other on other.merchant_id = $1 and other.word = substr(w.word, cut.at + 1)
         limit 2)
    ) guess
    where w.is_wanted and not w.is_stop and length(w.word) >= 4
),
-- The wanted words that tell most, and whether a product that has this one and rarer ones none can be an answer: the
-- ranking drops what has less than 0.3 of what the best has of the query.
telling as materialized (
    select n, query, place, words, left_over >= 0.3 * max(weight) over () as suffices
    from (select n, query, weight, row_number() over rarest_first as place, count(*) over () as words,
                 sum(weight) over (rarest_first rows between current row and unbounded following) as left_over
          from (select w.n, w.query, f.products,
                       ln(1 + (greatest(shop.products - f.products, 0) + 0.5) / (f.products + 0.5)) as weight
                from words w join frequency f on f.n = w.n cross join shop
                where w.is_wanted and f.products > 0 order by f.products, w.n limit 8) known
          window rarest_first as (order by products, n)) ranked
),
whole as materialized (
    select string_agg('(' || query::text || ')', ' & ')::tsquery as query, count(*) as words from telling
),
-- In which order products are collected: those that have everything first, then those that have all but one word, then
-- by the words that tell most. Within a tier those first that have it in their title.
tiers as materialized (
    select place, query, in_title from (
        select 0 as place, whole.query && w.query as query, false as in_title
        from whole, words w where not w.is_wanted
        union all
        select 1, whole.query && g.query, false from whole, guesses g
        union all
        select 2, query, true from whole
        union all
        select 3, query, false from whole
        union all
        select 4, string_agg('(' || rest.query || ')', ' | ')::tsquery, false
        from (select t.n, string_agg('(' || other.query::text || ')', ' & ') as query
              from telling t join telling other on other.n <> t.n
              where t.words >= 3 group by t.n) rest
        union all
        select 20 - t.place::int, string_agg('(' || before.query::text || ')', ' & ')::tsquery, false
        from telling t join telling before on before.place <= t.place
        where t.place between 2 and least(t.words - 2, 4)
        group by t.place
        union all
        select 30 + title.last, g.query, title.last = 0 from guesses g, (values (0), (1)) as title(last)
        union all
        select 40 + 2 * t.place::int + title.last, t.query, title.last = 0
        from telling t, (values (0), (1)) as title(last) where t.words > 1 and t.suffices
        union all
        select 90, w.query, false from words w where not w.is_wanted
    ) tier
    where query is not null
    order by place
),
collected as (
    select tiers.place, found.id
    from tiers
    cross join lateral (
        select p.id from products p
        where tiers.in_title and p.merchant_id = $1 and p.status = 'active'
          and ts_filter(p.search, '{a}') @@ tiers.query
        union all
        select p.id from products p
        where not tiers.in_title and p.merchant_id = $1 and p.status = 'active' and p.search @@ tiers.query
        limit $13::bigint
    ) found
    limit 2 * $13::bigint
),
listed as (
    select 100 as place, p.id
    from products p
    -- Words that only hold a sentence together ask for nothing in particular.
    where ($5 or not exists (select from words where not is_stop)) and p.merchant_id = $1 and p.status = 'active'
    order by p.handle
    limit $13
),
found as materialized (
    select id, min(place) as place
    from (select -1 as place, id from unnest($16::uuid[]) as near(id)
          union all select place, id from collected union all select place, id from listed) either
    group by id order by min(place) limit $13::bigint + cardinality($16::uuid[])
),
candidates as materialized (
    select p.id, p.handle, p.title, p.category, p.search, p.search_text, p.description, fitting.variants,
           fitting.in_stock, f.place
    from found f
    join products p on p.merchant_id = $1 and p.id = f.id
    join lateral (
        select array_agg(v.id) as variants,
               bool_or(v.when_out = 'continue' or v.stock is null or v.stock > v.reserved) as in_stock
        from variants v
        where v.merchant_id = $1 and v.product_id = p.id and not v.archived
          and ($8::bigint is null or v.price_minor >= $8)
          and ($9::bigint is null or v.price_minor <= $9)
          and ($10::text is null or v.currency = $10)
          and (not $12 or v.when_out = 'continue' or v.stock is null or v.stock > v.reserved)
          and not exists (
              select
              from jsonb_to_recordset($11::jsonb) as asked(name text, value text),
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
    where $7::text is null or strpos(trato_unaccent(lower(p.category)), trato_unaccent(lower($7))) > 0
    order by f.place, fitting.in_stock desc, p.handle
    limit $14::bigint + cardinality($16::uuid[])
)
select c.id as "product: ProductId",
       c.variants as "variants!: Vec<Uuid>",
       c.in_stock as "in_stock!",
       c.title,
       c.category,
       tsvectorsend(c.search) as "index!",
       case when $6 then concat_ws(' | ', c.title, c.search_text) else '' end as "labels!",
       case when $6 then c.description else '' end as "description!",
       -- The same for all, so only the first says it.
       case when row_number() over (order by c.place, c.in_stock desc, c.handle) = 1 then
           (select jsonb_agg(jsonb_build_object(
                       'lexemes', w.lexemes, 'products', f.products, 'of', shop.products,
                       'guesses', (select coalesce(jsonb_agg(jsonb_build_object('lexemes', g.lexemes,
                                                                                'likeness', g.likeness)), '[]')
                                   from (select g.lexemes, g.likeness from guesses g where g.n = w.n
                                         union all
                                         select w.other_lexemes, 0.95 where w.other_lexemes is not null) g)) order by w.n)
            from words w join frequency f on f.n = w.n cross join shop)
       end as "words: Json<Vec<KnownWord>>"
from candidates c
order by c.place, c.in_stock desc, c.handle
