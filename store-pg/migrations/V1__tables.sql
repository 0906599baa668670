-- The log, and what is kept beside it. Every row belongs to a tenant: one bureau, with a history of its own.
--
-- The schema is made, and this file run, by the role that owns everything here. Text that orders or names something has
-- the collation "C": its order is that of the bytes, and no update of the system's locales can change it.

create table anjuan.tenant (
    id int generated always as identity primary key,
    name text collate "C" not null unique,
    store uuid not null unique,
    history uuid not null unique,
    hash text not null check (hash in ('sha256', 'sm3')),
    -- How the global order comes about; see the functions of the feed.
    feed text not null check (feed in ('fenced', 'counter'))
);

-- Which roles may act for which tenant. A role that is a member of an admitted role is admitted.
create table anjuan.admission (
    tenant int not null references anjuan.tenant,
    role text collate "C" not null,
    primary key (tenant, role)
);

-- Positions of tenants with a fenced feed. A cache would hand out numbers in another order than that of the locks, and a
-- stream would run backwards.
create sequence anjuan.position as bigint cache 1;

-- Positions of tenants with a counter: the last one given.
create table anjuan.counter (
    tenant int primary key references anjuan.tenant,
    last bigint not null
) with (fillfactor = 10);

-- Up to where the fenced feed is final, and the probe that will move it on.
create table anjuan.feed (
    one boolean primary key default true check (one),
    settled bigint not null,
    probed bigint not null,
    fence bigint not null
) with (fillfactor = 10);
insert into anjuan.feed (settled, probed, fence) values (0, 0, 0);

-- The last link of every stream. A row of revision 0 has no events: it is what an append locks that expects nothing there.
create table anjuan.head (
    tenant int not null,
    stream text collate "C" not null,
    -- What the revision was before the last append.
    before bigint not null,
    revision bigint not null,
    digest bytea not null,
    primary key (tenant, stream)
) with (fillfactor = 70);

-- Only the function of the append writes here, and readers check what they read; a check of each row would be paid twice.
--
-- Payload and metadata are exact bytes, because the digests cover them: jsonb would reorder keys, and text knows no NUL.
create table anjuan.event (
    tenant int not null,
    stream text collate "C" not null,
    revision bigint not null,
    position bigint not null,
    id uuid not null,
    type text collate "C" not null,
    schema_version bigint not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    metadata bytea not null,
    data bytea not null,
    digest bytea not null,
    primary key (tenant, stream, revision),
    unique (tenant, position)
);

-- What was answered under which key: the position of the last event, and for each stream its name, first and last revision.
create table anjuan.command (
    tenant int not null,
    key uuid not null,
    content bytea not null,
    position bigint not null,
    streams json not null,
    primary key (tenant, key)
);

-- Numbers of 64 bits without sign lie in a bigint bit by bit; only the program compares them. `change` is what a writer must
-- have seen to replace the row; it never comes twice, not even for a row that was removed and made anew.
create sequence anjuan.change as bigint;

create table anjuan.checkpoint (
    tenant int not null,
    name text collate "C" not null,
    change bigint not null,
    fence bigint not null,
    version bigint not null,
    history uuid not null,
    position bigint,
    state bytea,
    primary key (tenant, name)
);

create table anjuan.snapshot (
    tenant int not null,
    stream text collate "C" not null,
    change bigint not null,
    revision bigint not null,
    digest bytea not null check (octet_length(digest) = 32),
    version bigint not null,
    state bytea not null,
    primary key (tenant, stream)
);
