-- $1 merchant, $2 products in order, $3 and $4 prices in minor units, $5 their currency, $6 options or null, $7 in stock
-- only, $8 how many, $9 whether options are told, $10 whether they come by price: up, down or null. What a product is
-- called is known already; its row is read only where options are asked for. One row at least, for the version.
select shop.version as "version!",
       found.id as "product?: ProductId",
       found.variants as "variants?: Vec<Uuid>",
       found.options as "options?: Vec<Json<Vec<Named>>>",
       found.in_stock as "in_stock?",
       found.price as "price?"
from (select coalesce((select version from catalogs where merchant_id = $1), 0) as version) shop
left join lateral (
    select asked.place, asked.id, fitting.variants, fitting.options, fitting.in_stock, fitting.price
    from unnest($2::uuid[]) with ordinality as asked(id, place)
    -- The limit keeps it apart, so that nothing is read when nothing of it is wanted, and else by the id alone.
    left join lateral (
        select merchant_id, options, search_text from products
        where $6::jsonb is not null and id = asked.id
        limit 1
    ) p on p.merchant_id = $1
    join lateral (
        select array_agg(v.id) as variants, case when $9 then array_agg(v.options) end as options,
               bool_or(v.when_out = 'continue' or v.stock is null or v.stock > v.reserved) as in_stock,
               min(v.price_minor) as price
        from variants v
        where v.merchant_id = $1 and v.product_id = asked.id and not v.archived
          and ($3::bigint is null or v.price_minor >= $3)
          and ($4::bigint is null or v.price_minor <= $4)
          and ($5::text is null or v.currency = $5)
          and (not $7 or v.when_out = 'continue' or v.stock is null or v.stock > v.reserved)
          and ($6::jsonb is null or not exists (
              select
              from jsonb_to_recordset($6) as wanted(name text, value text),
                   lateral (select trato_unaccent(lower(btrim(wanted.name))) as name,
                                   trato_unaccent(lower(btrim(wanted.value))) as value) filter,
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
                     or strpos(' ' || p.search_text || ' ', ' ' || filter.value || ' ') = 0)))
    ) fitting on fitting.variants is not null
    order by case $10::text when 'up' then fitting.price when 'down' then -fitting.price end, asked.place
    limit $8
) found on true
order by found.place
