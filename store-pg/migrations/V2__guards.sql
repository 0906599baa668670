-- What keeps roles to what they may do, and everybody from rewriting history.

-- The tenant for whom this transaction may read: the one that it has named, if its role is admitted there; else none.
create function anjuan.tenant() returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    named text := current_setting('anjuan.tenant', true);
begin
    if named is null or named !~ '^[0-9]{1,9}$' then
        return null;
    end if;
    return (
        select a.tenant
        from anjuan.admission a join pg_roles r on r.rolname = a.role
        where a.tenant = named::int and pg_has_role(session_user, r.oid, 'member')
        limit 1
    );
end
$$;

-- Names the tenant for whom the rest of this transaction acts, and answers how its feed comes about. The history is the one
-- that the program took for the tenant's when it opened the store.
--
-- Every function that writes calls it first. It has a search path of its own although theirs is the same: the server resolves
-- the names in it once for a session, and whoever calls it alone must not choose what they mean.
create function anjuan.enter(p_tenant int, p_history uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_named text := current_setting('anjuan.tenant', true);
    v_feed text;
    v_history uuid;
begin
    if v_named is null or v_named = '' then
        v_named := set_config('anjuan.tenant', p_tenant::text, true);
    elsif v_named <> p_tenant::text then
        raise insufficient_privilege using message = 'this transaction acts for another tenant';
    end if;
    select t.feed, t.history into v_feed, v_history
    from anjuan.admission a join anjuan.tenant t on t.id = a.tenant
    where a.tenant = p_tenant and a.role = session_user;
    if not found then
        -- It may be a member of a role that is admitted.
        select t.feed, t.history into v_feed, v_history
        from anjuan.tenant t
        where t.id = p_tenant and anjuan.tenant() = p_tenant;
    end if;
    if v_feed is null then
        raise insufficient_privilege using message = 'this role is not admitted to the tenant';
    end if;
    if v_history <> p_history then
        raise object_not_in_prerequisite_state using message = 'the tenant has begun another history';
    end if;
    -- What is acknowledged is on disk, whatever the default of the role or the database is.
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    return v_feed;
end
$$;

-- Finds a tenant by its name, for a role that is admitted to it.
create function anjuan.find(p_name text)
returns table (id int, store uuid, history uuid, hash text, feed text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id, t.store, t.history, t.hash, t.feed
    from anjuan.tenant t
    where t.name = p_name
        and exists (
            select from anjuan.admission a join pg_roles r on r.rolname = a.role
            where a.tenant = t.id and pg_has_role(session_user, r.oid, 'member')
        )
$$;

-- The sub-select is evaluated once for a statement, not once for a row.
alter table anjuan.tenant enable row level security;
alter table anjuan.admission enable row level security;
alter table anjuan.counter enable row level security;
alter table anjuan.head enable row level security;
alter table anjuan.event enable row level security;
alter table anjuan.command enable row level security;
alter table anjuan.checkpoint enable row level security;
alter table anjuan.snapshot enable row level security;
create policy own on anjuan.tenant for select using (id = (select anjuan.tenant()));
create policy own on anjuan.admission for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.counter for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.head for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.event for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.command for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.checkpoint for select using (tenant = (select anjuan.tenant()));
create policy own on anjuan.snapshot for select using (tenant = (select anjuan.tenant()));

-- Not even the owner changes what has happened.
create function anjuan.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise insufficient_privilege using
        message = format('%I.%I is only ever added to', tg_table_schema, tg_table_name);
end
$$;

create trigger only_added_to before update or delete on anjuan.event
    for each row execute function anjuan.refuse();
create trigger never_emptied before truncate on anjuan.event
    for each statement execute function anjuan.refuse();
create trigger only_added_to before update or delete on anjuan.command
    for each row execute function anjuan.refuse();
create trigger never_emptied before truncate on anjuan.command
    for each statement execute function anjuan.refuse();
create trigger never_removed before delete on anjuan.head
    for each row execute function anjuan.refuse();
create trigger never_emptied before truncate on anjuan.head
    for each statement execute function anjuan.refuse();

-- Bytes as text, for people who look at the log with SQL. Nothing for what is no text.
create function anjuan.as_text(bytes bytea) returns text
language plpgsql immutable strict set search_path = pg_catalog, pg_temp as $$
begin
    return convert_from(bytes, 'UTF8');
exception
    when character_not_in_repertoire or untranslatable_character then
        return null;
end
$$;

-- A view acts with the rights of its owner, to whom row-level security does not apply: so it asks for the tenant itself.
create view anjuan.readable_event with (security_barrier) as
    select position, stream, revision, id, type, schema_version, occurred_at, recorded_at,
        anjuan.as_text(metadata) as metadata, anjuan.as_text(data) as data, encode(digest, 'hex') as digest
    from anjuan.event
    where tenant = (select anjuan.tenant());
