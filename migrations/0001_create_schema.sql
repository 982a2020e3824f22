-- The whole of the first schema. Every table of shop data carries its merchant. Times are timestamptz, money is
-- bigint minor units beside a currency, constraints have names because code matches on them.

create extension if not exists vector;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- One dictionary chain per language we speak: accents folded first, so that "camiseta básica" and "camiseta basica"
-- are one search. `unaccent` itself is only stable, and an index needs an immutable function; the dictionary is
-- part of the database, so pinning it here is sound.
create function trato_unaccent(text) returns text
    language sql immutable strict parallel safe
    return public.unaccent('public.unaccent'::regdictionary, $1);

create text search configuration trato_en (copy = english);
alter text search configuration trato_en alter mapping for hword, hword_part, word with unaccent, english_stem;
create text search configuration trato_es (copy = spanish);
alter text search configuration trato_es alter mapping for hword, hword_part, word with unaccent, spanish_stem;
create text search configuration trato_pt (copy = portuguese);
alter text search configuration trato_pt alter mapping for hword, hword_part, word with unaccent, portuguese_stem;

-- ---------------------------------------------------------------- queue

-- The statements that store something also queue the work it calls for, in the same round trip; the key makes a
-- burst one job. No job has a named queue: looking for a job reads and locks every free queue, so one queue for each
-- conversation would make each look as long as the list of all conversations. A conversation holds the number of the
-- job that works on it instead, and `job_runs` tells whether that still means anything.
-- plpgsql looks names up when it runs: graphile_worker's own schema is installed beside this one.

create function queue_turn(merchant uuid, conversation uuid, at timestamptz) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'turn', json_build_object('merchant', merchant, 'conversation', conversation),
        null, at, 25, 'turn:' || conversation);
end $$;

create function queue_delivery(merchant uuid, conversation uuid, at timestamptz) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'deliver', json_build_object('merchant', merchant, 'conversation', conversation),
        null, at, 25, 'deliver:' || conversation);
end $$;

create function queue_payment(merchant uuid, event bigint) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'payment', json_build_object('merchant', merchant, 'event', event),
        null, null, 25, 'payment:' || event);
end $$;

create function queue_reports(merchant uuid) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'reports', json_build_object('merchant', merchant),
        null, null, 25, 'reports:' || merchant);
end $$;

-- Products of a shop may lack their vectors.
create function queue_vectors(merchant uuid, at timestamptz) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'vectors', json_build_object('merchant', merchant),
        null, at, 25, 'vectors:' || merchant);
end $$;

-- Whether a job is in a worker's hands. A worker that dies keeps its jobs until the others count it as dead.
create function job_runs(job bigint) returns boolean
    language plpgsql stable as $$
begin
    return exists (select from graphile_worker._private_jobs where id = job and locked_at is not null);
end $$;

-- ---------------------------------------------------------------- merchants

create table merchants (
    id          uuid primary key,
    slug        text not null constraint merchants_slug_is_unique unique,
    name        text not null,
    currency    text not null check (currency ~ '^[A-Z]{3}$'),
    locale      text not null,
    time_zone   text not null,
    policies    jsonb not null,
    created_at  timestamptz not null default now()
);

create table channels (
    id                  uuid primary key,
    merchant_id         uuid not null references merchants,
    kind                text not null check (kind in ('whatsapp')),
    -- WhatsApp: the phone-number id that webhooks are routed by.
    external_id         text not null,
    display_number      text not null,
    access_token_sealed bytea not null,
    created_at          timestamptz not null default now(),
    constraint channels_external_id_is_unique unique (kind, external_id)
);

create table payment_accounts (
    merchant_id             uuid primary key references merchants,
    api_key_sealed          bytea not null,
    -- A JSON array of secrets, sealed as one: several are accepted while one is being rolled.
    webhook_secrets_sealed  bytea not null,
    livemode                boolean not null,
    created_at              timestamptz not null default now()
);

create table staff (
    id            uuid primary key,
    merchant_id   uuid not null references merchants,
    email         text not null,
    name          text not null,
    role          text not null check (role in ('owner', 'agent')),
    password_hash text not null,
    created_at    timestamptz not null default now(),
    -- Nobody signs in as them any more; what they wrote goes on to have their name.
    removed_at    timestamptz
);
create unique index staff_email_is_unique on staff (email) where removed_at is null;

create table staff_sessions (
    token_hash  bytea primary key,
    merchant_id uuid not null references merchants,
    staff_id    uuid not null references staff,
    csrf_token  text not null,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null
);

-- ---------------------------------------------------------------- catalog

-- An import writes a million rows of one merchant: looking that merchant up for each of them was a fifth or more of what
-- it asked of the database. A statement that adds products looks once, since it writes their merchant's row of
-- `catalogs`; variants refer to their product.

create table products (
    id          uuid primary key,
    merchant_id uuid not null,
    handle      text not null,
    title       text not null,
    description text not null default '',
    category    text not null default '',
    brand       text not null default '',
    tags        text[] not null default '{}',
    status      text not null check (status in ('active', 'draft', 'archived')),
    -- Names of the options, in order: ["Color", "Talla"].
    options     jsonb not null default '[]',
    images      text[] not null default '{}',
    -- What the shelf label says: [{"name": "Material", "value": "algodón"}].
    facts       jsonb not null default '[]',
    language    text not null check (language in ('en', 'es', 'pt')),
    search      tsvector not null,
    search_text text not null,
    -- Which import created it: undoing that one archives it. Nothing else is kept of what an import created.
    import_id   uuid,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    constraint products_handle_is_unique unique (merchant_id, handle)
);

-- How many products a shop has on sale, and how often they have changed: what is kept of them elsewhere is as new as the
-- version it was made of.
create table catalogs (
    merchant_id uuid primary key references merchants,
    products    bigint not null,
    version     bigint not null
);

create function note_products_added() returns trigger language plpgsql as $$
begin
    insert into catalogs as shop (merchant_id, products, version)
    select merchant_id, count(*) filter (where status = 'active'), 1 from added group by merchant_id
    on conflict (merchant_id) do update set products = shop.products + excluded.products, version = shop.version + 1;
    return null;
end $$;

create function note_products_removed() returns trigger language plpgsql as $$
begin
    update catalogs shop set products = shop.products - gone.products, version = shop.version + 1
    from (select merchant_id, count(*) filter (where status = 'active') as products
          from removed group by merchant_id) gone
    where shop.merchant_id = gone.merchant_id;
    return null;
end $$;

create trigger products_are_added after insert on products
    referencing new table as added for each statement execute function note_products_added();
create trigger products_are_removed after delete on products
    referencing old table as removed for each statement execute function note_products_removed();
create trigger products_are_changed_from after update on products
    referencing old table as removed for each statement execute function note_products_removed();
create trigger products_are_changed_to after update on products
    referencing new table as added for each statement execute function note_products_added();

create table variants (
    id               uuid primary key,
    merchant_id      uuid not null,
    product_id       uuid not null references products,
    sku              text not null,
    position         int not null,
    -- [{"name": "Color", "value": "Azul"}], in the order of the product's options.
    options          jsonb not null default '[]',
    price_minor      bigint not null check (price_minor >= 0),
    compare_at_minor bigint check (compare_at_minor >= 0),
    -- What it cost the merchant; never shown to the model.
    cost_minor       bigint check (cost_minor >= 0),
    -- The least the merchant accepts for one; never shown to the model.
    floor_minor      bigint check (floor_minor >= 0),
    currency         text not null,
    -- null: the merchant does not count it.
    stock            int,
    -- How often its stock was sold or counted, by anybody but an import: undoing an import leaves it alone then, even
    -- where the figure is the same again.
    stock_moves      int not null default 0,
    reserved         int not null default 0 check (reserved >= 0),
    when_out         text not null check (when_out in ('deny', 'continue')),
    image            text,
    archived         boolean not null default false,
    constraint variants_sku_is_unique unique (merchant_id, sku)
);
create index variants_product on variants (product_id);

create table imports (
    id          uuid primary key,
    merchant_id uuid not null references merchants,
    file_name   text not null,
    fingerprint bytea not null,
    report      jsonb not null,
    applied     boolean not null,
    -- Who, when it was imported in the browser.
    staff_id    uuid references staff,
    -- Of an undo: what it undid.
    undoes      uuid constraint imports_are_undone_once unique references imports,
    -- Until when it can be undone. null: it changed nothing or too much, or is itself an undo.
    undo_until  timestamptz,
    created_at  timestamptz not null default now()
);
create index imports_of_merchant on imports (merchant_id, created_at desc);

-- What was there before an import, as long as it can be undone (catalog::undo).
create table import_pasts (
    import_id   uuid not null references imports,
    merchant_id uuid not null references merchants,
    part        int not null,
    -- JSON Lines of catalog::undo::past::Past, some thousand to a part.
    changes     text not null,
    primary key (import_id, part)
);
do $$ begin
    alter table import_pasts alter column changes set compression lz4;
exception when feature_not_supported then null;
end $$;

-- Who may fetch the catalog as a feed: whoever has the token that this is the fingerprint of.
create table catalog_feeds (
    merchant_id       uuid not null references merchants,
    kind              text not null check (kind in ('meta', 'google')),
    -- Where a product is bought, with {handle}, {sku} and {title} in it.
    link              text not null,
    token_fingerprint bytea not null constraint catalog_feeds_token_is_unique unique,
    created_at        timestamptz not null default now(),
    primary key (merchant_id, kind)
);

create table coupons (
    merchant_id       uuid not null references merchants,
    code              text not null,
    -- Exactly one of the two says what it takes off.
    percent_bp        int check (percent_bp between 1 and 10000),
    amount_minor      bigint check (amount_minor > 0),
    minimum_minor     bigint not null default 0,
    valid_from        timestamptz,
    valid_until       timestamptz,
    limit_total       int check (limit_total > 0),
    limit_per_shopper int check (limit_per_shopper > 0),
    primary key (merchant_id, code),
    constraint coupons_take_off_one_way check ((percent_bp is null) <> (amount_minor is null))
);

-- ---------------------------------------------------------------- conversations

-- Rows that are written for each message refer to what they belong to, and that to its merchant: a reference of their
-- own to the merchant would have each of them lock the same one row.

-- One sequence numbers what is heard and what is said, so that a thread is the union of both in order.
create sequence thread_seq;

create table conversations (
    id                  uuid primary key,
    merchant_id         uuid not null references merchants,
    channel_id          uuid not null references channels,
    user_id             text,
    phone               text,
    name                text,
    language            text not null check (language in ('en', 'es', 'pt')),
    control             text not null default 'agent' check (control in ('agent', 'person')),
    -- Which person; null when they answered in the channel's own app, which does not tell us who.
    staff_id            uuid references staff,
    control_since       timestamptz not null default now(),
    -- Grows with each claim and each change of control; a worker that holds an older one may not commit.
    fence               bigint not null default 0,
    -- The job whose worker takes a turn here; while that job runs, no other claims the conversation.
    turn_job            bigint,
    -- When the oldest event nobody has dealt with arrived.
    unread_since        timestamptz,
    -- When the shopper last wrote: opens the channel's reply window.
    heard_at            timestamptz,
    needs_person_since  timestamptz,
    needs_person_reason text,
    -- Since when somebody waits in it, for whatever reason.
    waiting_since       timestamptz generated always as (least(unread_since, needs_person_since)) stored,
    -- What the agent must not forget between turns: products shown, the quote shown last.
    memory              jsonb not null default '{}',
    created_at          timestamptz not null default now(),
    constraint conversations_have_an_address check (user_id is not null or phone is not null),
    constraint conversations_user_id_is_unique unique (channel_id, user_id),
    constraint conversations_phone_is_unique unique (channel_id, phone),
    constraint conversations_agent_is_nobody_of_the_staff check (control = 'person' or staff_id is null)
);
create index conversations_waiting on conversations (merchant_id, waiting_since, id) where waiting_since is not null;
create index conversations_recent on conversations (merchant_id, (coalesce(heard_at, created_at)) desc, id);

-- What a shopper has with a shop over all its numbers: the conversations with the same id of theirs or the same phone.
create function conversations_of_shopper(conversation uuid) returns setof conversations
    language sql stable as $$
    select other.* from conversations c
    join channels n on n.merchant_id = c.merchant_id
    join conversations other on other.channel_id = n.id and (other.user_id = c.user_id or other.phone = c.phone)
    where c.id = conversation
$$;

create table intake (
    seq             bigint primary key default nextval('thread_seq'),
    id              uuid not null,
    merchant_id     uuid not null,
    channel_id      uuid references channels,
    conversation_id uuid references conversations,
    source          text not null check (source in ('whatsapp', 'stripe', 'shop')),
    -- The source's own id of the event; a repeat is dropped by this.
    external_id     text not null,
    kind            text not null,
    body            jsonb not null,
    occurred_at     timestamptz not null,
    received_at     timestamptz not null default now(),
    read_at         timestamptz,
    constraint intake_event_is_recorded_once unique (merchant_id, source, external_id)
);
create index intake_thread on intake (conversation_id, seq) where conversation_id is not null;
create index intake_unread on intake (conversation_id, seq) where read_at is null and conversation_id is not null;
create index intake_reports on intake (merchant_id, seq) where read_at is null and kind = 'report';

-- Signed events that belong to no merchant of ours, or that we cannot read: kept, because they were answered 200.
create table intake_unrouted (
    id          uuid primary key,
    source      text not null,
    reason      text not null,
    raw         text not null,
    received_at timestamptz not null default now()
);

-- ---------------------------------------------------------------- turns

create table turns (
    id              uuid primary key,
    merchant_id     uuid not null,
    conversation_id uuid not null references conversations,
    fence           bigint not null,
    state           text not null check (state in ('running', 'replied', 'handed_off', 'silent', 'suggested', 'failed')),
    -- The events this turn answers (intake.seq), in the order they joined.
    events          bigint[] not null,
    -- What each later step was given on top of the steps before it.
    outcome         jsonb,
    draft           text,
    error           text,
    tokens_in       bigint not null default 0,
    tokens_out      bigint not null default 0,
    cost_micros     bigint not null default 0,
    started_at      timestamptz not null default now(),
    finished_at     timestamptz
);
create unique index turns_one_running on turns (conversation_id) where state = 'running';
create index turns_conversation on turns (conversation_id, id);

create table turn_steps (
    -- Of `turns`. Only whoever holds the claim on that turn writes steps, five for a turn; a look at the turn for each
    -- would tell nothing new.
    turn_id             uuid not null,
    position            int not null,
    merchant_id         uuid not null,
    kind                text not null check (kind in ('model', 'tools', 'heard', 'guard')),
    body                jsonb not null,
    request_fingerprint bytea,
    prompt_fingerprint  bytea,
    tokens_in           int not null default 0,
    tokens_out          int not null default 0,
    cost_micros         bigint not null default 0,
    duration_ms         int not null default 0,
    created_at          timestamptz not null default now(),
    primary key (turn_id, position)
);

-- Steps are long and written once: the quicker compression saves more time than the other one saves room. Servers
-- built without it keep the usual one.
do $$ begin
    alter table turn_steps alter column body set compression lz4;
exception when feature_not_supported then null;
end $$;

-- What a tool call that changes something answered the first time; a repeat returns it.
create table tool_effects (
    turn_id     uuid not null references turns,
    call_id     text not null,
    merchant_id uuid not null,
    result      jsonb not null,
    created_at  timestamptz not null default now(),
    primary key (turn_id, call_id)
);

create table spend (
    merchant_id uuid not null references merchants,
    day         date not null,
    cost_micros bigint not null,
    primary key (merchant_id, day)
);

-- ---------------------------------------------------------------- outbox

create table outbox (
    id              uuid primary key,
    seq             bigint not null default nextval('thread_seq'),
    merchant_id     uuid not null,
    conversation_id uuid not null references conversations,
    turn_id         uuid references turns,
    author          text not null check (author in ('agent', 'person', 'shop')),
    staff_id        uuid references staff,
    -- The bubble as we think of it, before any channel's wire format.
    body            jsonb not null,
    -- Two rows with one key say one thing; the second is not written.
    dedupe_key      text not null,
    -- A lattice: owed < sending < unknown < sent < delivered < read; failed and withheld end it.
    state           text not null default 'owed'
        check (state in ('owed', 'sending', 'unknown', 'sent', 'delivered', 'read', 'failed', 'withheld')),
    wire_id         text,
    attempts        int not null default 0,
    -- How often nobody said what became of an attempt.
    unknowns        int not null default 0,
    -- The job whose worker is sending it; once that job no longer runs, the outcome of a message still `sending` is
    -- unknown.
    sending_job     bigint,
    -- Of words that fill several messages: how many of them the channel has taken.
    parts_sent      int not null default 0,
    not_before      timestamptz not null default now(),
    state_at        timestamptz not null default now(),
    error_code      int,
    error           text,
    created_at      timestamptz not null default now(),
    constraint outbox_says_it_once unique (merchant_id, dedupe_key)
);
create index intake_unsent on intake (merchant_id, (body->>'message')) where kind = 'unsent';
create index outbox_thread on outbox (conversation_id, seq);
create index outbox_pending on outbox (conversation_id, seq) where state in ('owed', 'sending', 'unknown');
create index outbox_wire_id on outbox (wire_id) where wire_id is not null;

-- The channel could not use the picture of a message that failed: its words, and buttons, are said again without it,
-- once, by whatever way the failure was heard of. Tells whether they were. Not when there are none, nor when the words
-- were too long for a caption: then they follow the picture by themselves.
create function say_without_picture(failed uuid) returns boolean
    language plpgsql as $$
declare
    told uuid;
    merchant uuid;
begin
    insert into outbox (id, merchant_id, conversation_id, turn_id, author, staff_id, body, parts_sent, dedupe_key)
    select gen_random_uuid(), merchant_id, conversation_id, turn_id, author, staff_id,
           case body->>'bubble' when 'picture' then jsonb_build_object('bubble', 'text', 'text', body->'text')
                                else body - 'image' end,
           parts_sent, 'without picture:' || id
    from outbox
    where id = failed and btrim(body->>'text') <> ''
      and ((body->>'bubble' = 'picture' and parts_sent = 0)
           or (body->>'bubble' = 'buttons' and body->>'image' is not null))
    on conflict on constraint outbox_says_it_once do nothing
    returning conversation_id, merchant_id into told, merchant;
    if told is not null then
        perform queue_delivery(merchant, told, now());
    end if;
    return told is not null;
end $$;

-- A quote whose message did not reach the shopper was not shown to them: no pay page is opened for it before it is shown
-- again. A turn that runs meanwhile remembers what it read before; its own reply is newer than what did not arrive.
create function forget_unseen_quote() returns trigger language plpgsql as $$
begin
    update conversations set memory = memory - 'shown_quote'
    where id = new.conversation_id and memory ? 'shown_quote';
    return null;
end $$;

create trigger outbox_forgets_unseen_quote after update of state on outbox
    for each row when (new.author = 'agent' and new.state in ('withheld', 'failed') and new.state <> old.state)
    execute function forget_unseen_quote();

-- ---------------------------------------------------------------- control

-- What follows when a person takes a conversation from the agent: what it said and has not sent is withheld, and the
-- worker that is at a turn leaves its draft as a suggestion and nothing else; a turn after the hand-back does not wait
-- for it. Returns how many messages were withheld.
create function silence_agent(conversation uuid) returns bigint
    language plpgsql as $$
declare
    withheld bigint;
begin
    update conversations set turn_job = null where id = conversation;
    update turns set state = 'suggested', finished_at = now()
    where conversation_id = conversation and state = 'running';
    update outbox set state = 'withheld', state_at = now()
    where conversation_id = conversation and author = 'agent' and state = 'owed';
    get diagnostics withheld = row_count;
    return withheld;
end $$;

-- Whoever answers a shopper in the channel's own app has taken the conversation over, from the commit of that event on,
-- whichever statement stores it; and has dealt with everything before it. It stays theirs until the inbox hands it back.
create function give_to_person_in_app() returns trigger
    language plpgsql as $$
begin
    update intake set read_at = now()
    where conversation_id = new.conversation_id and seq <= new.seq and read_at is null
      and kind in ('said', 'payment', 'staff_wrote');
    update conversations set control = 'person', control_since = now(), fence = fence + 1
    where id = new.conversation_id and control = 'agent';
    if found then
        perform silence_agent(new.conversation_id);
    end if;
    update conversations
    set needs_person_since = null,
        unread_since = (select min(received_at) from intake
                        where conversation_id = new.conversation_id and read_at is null
                          and kind in ('said', 'payment', 'staff_wrote'))
    where id = new.conversation_id;
    return null;
end $$;

create trigger intake_gives_to_person_in_app after insert on intake
    for each row when (new.kind = 'staff_wrote') execute function give_to_person_in_app();

-- ---------------------------------------------------------------- carts, quotes, orders

create table carts (
    id              uuid primary key,
    merchant_id     uuid not null references merchants,
    conversation_id uuid not null references conversations,
    version         bigint not null default 0,
    state           text not null default 'open' check (state in ('open', 'ordered')),
    lines           jsonb not null default '[]',
    codes           text[] not null default '{}',
    delivery        jsonb,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now()
);
create unique index carts_one_open on carts (conversation_id) where state = 'open';

create table quotes (
    id              uuid primary key,
    merchant_id     uuid not null references merchants,
    conversation_id uuid not null references conversations,
    cart_id         uuid not null references carts,
    fingerprint     bytea not null,
    body            jsonb not null,
    currency        text not null,
    total_minor     bigint not null check (total_minor >= 0),
    created_at      timestamptz not null default now(),
    constraint quotes_fingerprint_is_unique unique (cart_id, fingerprint)
);

create table orders (
    id                uuid primary key,
    -- What the shopper calls it; counts up within a merchant.
    number            bigint not null,
    merchant_id       uuid not null references merchants,
    conversation_id   uuid not null references conversations,
    cart_id           uuid not null references carts,
    quote_id          uuid not null references quotes,
    quote_fingerprint bytea not null,
    -- 1 for the first session of this quote; one more after each that ended unpaid.
    attempt           int not null,
    state             text not null,
    -- The SKUs in it, in small letters without accents, with spaces between: what staff search for.
    skus              text not null,
    -- What it keeps from being sold to others: [{"sku": "CAM-AZ-M", "quantity": 2}]. Empty once the stock is taken,
    -- given back, or passed to a newer order of the same cart.
    held              jsonb not null default '[]',
    currency          text not null,
    total_minor       bigint not null check (total_minor >= 0),
    refunded_minor    bigint not null default 0,
    livemode          boolean not null,
    session_id        text constraint orders_session_is_unique unique,
    session_url       text,
    payment_intent    text,
    expires_at        timestamptz,
    asked_stripe_at   timestamptz,
    -- Since when its pay page is not to be paid any more: the cart costs something else now, has a newer page, or is
    -- paid. Whoever notes that closes the page; one that stayed open is closed by the sweep.
    outdated_at       timestamptz,
    -- Why a person was called to it last, and since when nobody has seen to that.
    needs_person      text,
    needs_person_since timestamptz,
    delivery          jsonb,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    constraint orders_number_is_unique unique (merchant_id, number),
    constraint orders_one_per_quote_and_attempt unique (cart_id, quote_fingerprint, attempt),
    constraint orders_state_is_known check (state in ('creating', 'awaiting_payment', 'payment_pending', 'paid',
        'payment_failed', 'expired', 'partly_refunded', 'refunded', 'review'))
);
create index orders_conversation on orders (conversation_id, number);

-- Of what a person was called to about the orders of a conversation and has not seen to yet: the first. Whoever answers
-- the shopper has not seen to money by that.
create function order_concern(conversation uuid) returns table (since timestamptz, reason text)
    language sql stable as $$
    select needs_person_since, needs_person from orders
    where conversation_id = conversation and needs_person_since is not null
    order by needs_person_since limit 1
$$;
create index orders_undecided on orders (expires_at)
    where state in ('creating', 'awaiting_payment', 'payment_pending');
create index orders_outdated on orders (outdated_at) where state = 'awaiting_payment';
-- What staff look through and search for.
create index orders_sold on orders (merchant_id, updated_at) where state in ('paid', 'partly_refunded', 'refunded');
create index orders_recipient on orders using gin (lower(trato_unaccent(delivery->>'name')) gin_trgm_ops);
create index orders_skus on orders using gin (skus gin_trgm_ops);
create index orders_payment_intent on orders (payment_intent) where payment_intent is not null;

create table order_notices (
    order_id    uuid not null references orders,
    merchant_id uuid not null references merchants,
    external_id text not null,
    notice      text not null,
    from_state  text not null,
    to_state    text not null,
    created_at  timestamptz not null default now(),
    primary key (order_id, external_id)
);

-- What a shop has sold since then: orders that were paid, whatever was given back later, in the shop's currency and
-- with the money it takes now. Money that a person gave back because it did not fit its order was never taken. An order
-- is touched when it is paid or later: older ones need no look at their notices.
create function orders_sold(merchant uuid, since timestamptz)
    returns table (id uuid, total_minor bigint, refunded_minor bigint, paid_at timestamptz)
    language sql stable as $$
    select o.id, o.total_minor, o.refunded_minor, heard.first
    from orders o
    join merchants m on m.id = o.merchant_id
    left join payment_accounts p on p.merchant_id = o.merchant_id
    cross join lateral (
        select min(n.created_at) as first from order_notices n
        where n.order_id = o.id and n.to_state in ('paid', 'partly_refunded', 'refunded')
          and n.notice <> 'staff_refunded') heard
    where o.merchant_id = merchant and o.updated_at >= since
      and o.state in ('paid', 'partly_refunded', 'refunded')
      and o.currency = m.currency and o.livemode = coalesce(p.livemode, o.livemode)
      and heard.first >= since
$$;

-- The orders of a shop that were sold since then, if that is asked, and that fit a searched text, if there is one: its
-- number, part of a shopper's or recipient's name, digits of a phone number, or part of a SKU. The pattern is one of
-- `like`, in which small letters and accents do not matter.
create function orders_found(merchant uuid, since timestamptz, pattern text, searched_number bigint, digits text)
    returns setof orders language sql stable as $$
    select o.* from orders o
    where o.merchant_id = merchant
      and (since is null or o.id in (select id from orders_sold(merchant, since)))
      and (pattern is null or o.id in (
          select id from orders where merchant_id = merchant and number = searched_number
          union all
          select id from orders where merchant_id = merchant and skus like (select lower(trato_unaccent(pattern)))
          union all
          select id from orders
          where merchant_id = merchant
            and lower(trato_unaccent(delivery->>'name')) like (select lower(trato_unaccent(pattern)))
          union all
          select theirs.id from conversations c join orders theirs on theirs.conversation_id = c.id
          where c.merchant_id = merchant
            and (lower(trato_unaccent(c.name)) like (select lower(trato_unaccent(pattern)))
                 or strpos(c.phone, digits) > 0)))
$$;

-- How often promotions that need no row of their own may be used; written from the shop's file.
create table promotion_limits (
    merchant_id       uuid not null references merchants,
    promotion         text not null,
    limit_total       int check (limit_total > 0),
    limit_per_shopper int check (limit_per_shopper > 0),
    limit_per_day     int check (limit_per_day > 0),
    budget_minor      bigint check (budget_minor >= 0),
    primary key (merchant_id, promotion)
);

-- A coupon or promotion is used when an order is made with it, and given back when that order ends unpaid.
create table coupon_uses (
    order_id        uuid not null references orders,
    merchant_id     uuid not null references merchants,
    conversation_id uuid not null references conversations,
    -- The coupon's code, or the promotion's id.
    code            text not null,
    off_minor       bigint not null default 0 check (off_minor >= 0),
    -- The day it was used on, in the merchant's zone.
    used_on         date not null,
    primary key (order_id, code)
);
create index coupon_uses_code on coupon_uses (merchant_id, code);

-- ---------------------------------------------------------------- bargaining

-- What was offered to whom: one ledger for each shopper and variant, whatever the cart or conversation. The shopper is
-- the channel's id of the person, or the phone where there is none.
create table negotiations (
    id             uuid primary key default gen_random_uuid(),
    merchant_id    uuid not null references merchants,
    shopper        text not null,
    sku            text not null,
    -- pricing::negotiation::ledger, in its own words.
    ledger         jsonb not null,
    version        int not null default 1,
    -- How many were wanted when a price was agreed: fewer do not get it.
    quantity       int not null check (quantity > 0),
    -- What it was about then, to learn from.
    product        text not null,
    category       text not null,
    currency       text not null,
    list_minor     bigint not null,
    cost_minor     bigint,
    floor_minor    bigint,
    updated_at     timestamptz not null default now(),
    constraint negotiations_one_ledger unique (merchant_id, shopper, sku)
);

-- The policy a merchant lets answer bids; without a row, even steps.
create table negotiation_policies (
    merchant_id uuid primary key references merchants,
    policy      jsonb not null,
    created_at  timestamptz not null default now()
);

-- ---------------------------------------------------------------- live pages

-- Tells open inbox pages that a conversation looks different now. Whoever commits a notification holds a lock on
-- the whole server's notification queue until the commit is on the disk, so such commits go one by one: what happens
-- for every message must stay out of it. Triggers tell what people do and what goes wrong, whichever statement does
-- it. Storing an event tells nobody, but while a person is in control and no turn will take it up. The agent's turns
-- and the sending of messages are told by the workers, after the commit (`conversation::changes`).
create function tell_changed() returns trigger
    language plpgsql as $$
begin
    if tg_table_name = 'conversations' then
        perform pg_notify('trato_changed', new.merchant_id || ':' || new.id);
    else
        perform pg_notify('trato_changed', new.merchant_id || ':' || new.conversation_id);
    end if;
    return null;
end $$;

create trigger conversations_tell_changed after update on conversations
    for each row when (
        (old.control, old.staff_id, old.needs_person_since)
            is distinct from (new.control, new.staff_id, new.needs_person_since)
        or (new.control = 'person' and (old.unread_since, old.heard_at) is distinct from (new.unread_since, new.heard_at))
    ) execute function tell_changed();

create trigger outbox_tell_said after insert on outbox
    for each row when (new.turn_id is null) execute function tell_changed();

create trigger outbox_tell_moved after update of state on outbox
    for each row when (old.state is distinct from new.state and new.state not in ('owed', 'sending', 'sent'))
    execute function tell_changed();

-- ---------------------------------------------------------------- uploads

-- A catalog file that somebody uploads, in pieces that may come to any server, and what was found in it. Swept after
-- a day (`catalog::uploads::store`).
create table uploads (
    id             uuid primary key,
    merchant_id    uuid not null references merchants,
    staff_id       uuid not null references staff,
    file_name      text not null,
    -- By which the same file is known when it is chosen again: the browser's name, size and time of last change.
    mark           text not null,
    -- null: a plain form, which says how much it was when it has ended.
    bytes_total    bigint check (bytes_total >= 0),
    bytes_received bigint not null default 0 check (bytes_received <= bytes_total),
    -- What the person says of the file: catalog::uploads::Choices.
    choices        jsonb not null default '{}',
    -- What is being done with it, under which number, and the last sign of life of the server that does it. Whoever
    -- comes back with another number writes nothing.
    work           text check (work in ('look', 'apply')),
    work_id        uuid,
    work_beat      timestamptz,
    work_done      int not null default 0,
    work_total     int not null default 0,
    -- Whether a server stopped while it imported; what is found since is what was left to do.
    interrupted    boolean not null default false,
    -- What was found under these choices: catalog::uploads::Found.
    found          jsonb,
    -- What the person is shown and may apply: a fingerprint of file, choices and plan.
    shown          bytea,
    applied_at     timestamptz,
    created_at     timestamptz not null default now()
);
create index uploads_of_person on uploads (merchant_id, staff_id);
create index uploads_by_age on uploads (created_at);

create table upload_chunks (
    upload_id   uuid not null references uploads on delete cascade,
    merchant_id uuid not null references merchants,
    start       bigint not null,
    bytes       bytea not null,
    primary key (upload_id, start)
);
-- Written once and read once: compressing it is time for nothing.
alter table upload_chunks alter column bytes set storage external;

-- What a merchant said the columns of a file mean, for the next file with the same columns.
create table catalog_mappings (
    merchant_id uuid not null references merchants,
    -- A fingerprint of the columns' names.
    columns     bytea not null,
    -- [["Bezeichnung", "title"]]: catalog::import::ReadOptions::mapping.
    mapping     jsonb not null,
    updated_at  timestamptz not null default now(),
    primary key (merchant_id, columns)
);

-- ---------------------------------------------------------------- meaning

-- What each product means, as a vector of the model named beside it. A product has one at most; that of another text or
-- model is replaced. Only vectors of one model and dimension are ever compared.
create table product_vectors (
    merchant_id uuid not null references merchants,
    product_id  uuid not null references products,
    model       text not null,
    dimension   int not null check (dimension > 0),
    -- Of the text the vector was made of.
    fingerprint uuid not null,
    vector      halfvec not null,
    primary key (merchant_id, product_id),
    constraint product_vectors_have_their_dimension check (vector_dims(vector) = dimension)
);

-- An index holds vectors of one dimension; these are the usual ones. Others are compared one by one.
create index product_vectors_near_384 on product_vectors
    using hnsw ((vector::halfvec(384)) halfvec_cosine_ops) where dimension = 384;
create index product_vectors_near_768 on product_vectors
    using hnsw ((vector::halfvec(768)) halfvec_cosine_ops) where dimension = 768;
create index product_vectors_near_1024 on product_vectors
    using hnsw ((vector::halfvec(1024)) halfvec_cosine_ops) where dimension = 1024;
create index product_vectors_near_1536 on product_vectors
    using hnsw ((vector::halfvec(1536)) halfvec_cosine_ops) where dimension = 1536;

-- What making vectors has cost.
create table embedding_usage (
    merchant_id uuid not null references merchants,
    model       text not null,
    texts       bigint not null,
    tokens      bigint not null,
    updated_at  timestamptz not null default now(),
    primary key (merchant_id, model)
);

-- Changes with the parts of a product that its vector is made of (catalog::vectors::fill::text).
create function vector_fingerprint(title text, brand text, category text) returns uuid
    language sql immutable parallel safe as $$
    select md5(title || e'\n' || brand || e'\n' || category)::uuid
$$;

-- The products whose vectors are nearest. A shop that is small, or a small part of all, is compared whole, which misses
-- nothing; another is looked up in the index, which all shops share, and which is read on until there are enough of
-- this one. Reading one vector after the other costs a tenth of looking one up, so the index pays from where the shop
-- has more products than the root of 400 times all vectors (2 ms against 5 with 6,764 products, as measured).
create function nearest_products(merchant uuid, of_model text, meaning halfvec, most int)
    returns table (product uuid)
    language plpgsql stable
    set hnsw.iterative_scan = 'strict_order'
    set hnsw.ef_search = 100 as $$
declare
    numbers constant int := vector_dims(meaning);
    own constant float8 := coalesce((select s.products from catalogs s where s.merchant_id = merchant), 0);
    total constant float8 := (select greatest(reltuples, 0) from pg_class where oid = 'product_vectors'::regclass);
begin
    if numbers not in (384, 768, 1024, 1536) or own <= greatest(2000, sqrt(400 * total)) then
        return query
            select near.product_id
            from (select v.product_id, v.vector <=> meaning as distance
                  from product_vectors v
                  where v.merchant_id = merchant and v.model = of_model and v.dimension = numbers
                  order by distance, v.product_id offset 0) near
            join products p on p.merchant_id = merchant and p.id = near.product_id and p.status = 'active'
            order by near.distance, near.product_id limit most;
    else
        return query execute format(
            'select v.product_id
             from product_vectors v join products p on p.merchant_id = $1 and p.id = v.product_id and p.status = ''active''
             where v.merchant_id = $1 and v.model = $2 and v.dimension = %1$s
             order by v.vector::halfvec(%1$s) <=> $3::halfvec(%1$s) limit $4', numbers)
            using merchant, of_model, meaning, most;
    end if;
end $$;

-- ---------------------------------------------------------------- where a catalog comes from

-- With what a shop's own systems change stock and prices: only a hash of the secret is here.
create table api_keys (
    id           uuid primary key,
    merchant_id  uuid not null references merchants,
    name         text not null,
    secret_hash  bytea not null,
    created_at   timestamptz not null default now(),
    -- To the minute.
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_keys_of_merchant on api_keys (merchant_id, created_at);

-- What was answered to a request, so that its repeat gets the same; kept for a day.
create table api_answers (
    merchant_id uuid not null references merchants,
    api_key_id  uuid not null references api_keys,
    -- What the caller wrote as Idempotency-Key.
    key         text not null,
    -- A fingerprint of what was asked.
    request     bytea not null,
    answer      text not null,
    created_at  timestamptz not null default now(),
    primary key (api_key_id, key)
);
create index api_answers_by_age on api_answers (created_at);

-- Addresses from which a shop's catalog is fetched.
create table catalog_sources (
    id            uuid primary key,
    merchant_id   uuid not null references merchants,
    -- It may have a token in it: never in a log, never whole on a page.
    address       text not null,
    every_hours   int not null check (every_hours between 1 and 168),
    -- What the shop says of this file each time: catalog::uploads::Choices.
    choices       jsonb not null default '{}',
    -- What the server said of the file that was read last, and a fingerprint of it.
    etag          text,
    last_modified text,
    content       bytea,
    -- When it was fetched last, and what came of it: catalog::sources::Came.
    fetched_at    timestamptz,
    came          jsonb,
    -- How often in a row it went wrong.
    failures      int not null default 0,
    next_at       timestamptz not null,
    created_at    timestamptz not null default now(),
    constraint catalog_sources_address_is_unique unique (merchant_id, address)
);

-- A file that was fetched is nobody's own: every owner sees it.
alter table uploads alter column staff_id drop not null;
alter table uploads add column source_id uuid references catalog_sources on delete cascade;
alter table uploads add constraint uploads_come_from_somewhere check ((staff_id is null) <> (source_id is null));
create index uploads_of_source on uploads (source_id) where source_id is not null;

-- The address of a source is to be fetched.
create function queue_source(merchant uuid, source uuid, at timestamptz) returns void
    language plpgsql as $$
begin
    perform graphile_worker.add_job(
        'fetch_source', json_build_object('merchant', merchant, 'source', source),
        null, at, 25, 'fetch_source:' || source);
end $$;
