-- Wrapped keys, apart from the log: in a database of their own if backups of the log are kept for long.

create table anjuan_keys.key (
    id uuid primary key,
    wrapped bytea,
    destroyed_at timestamptz,
    check ((wrapped is null) <> (destroyed_at is null))
);

-- Keeps a key unless the name is taken, and answers what is kept now.
create function anjuan_keys.make(p_id uuid, p_wrapped bytea, out wrapped bytea, out destroyed_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'on', true);
    insert into anjuan_keys.key (id, wrapped) values (p_id, p_wrapped) on conflict (id) do nothing;
    select k.wrapped, k.destroyed_at into make.wrapped, make.destroyed_at from anjuan_keys.key k where k.id = p_id;
end
$$;

-- Forgets keys for ever, known and unknown ones alike. The first moment stays.
create function anjuan_keys.destroy(p_ids uuid[], p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'on', true);
    insert into anjuan_keys.key as k (id, destroyed_at)
    select distinct d.id, p_at from unnest(p_ids) as d (id) order by d.id
    on conflict (id) do update set wrapped = null, destroyed_at = excluded.destroyed_at
    where k.destroyed_at is null;
end
$$;

create function anjuan_keys.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise insufficient_privilege using message = 'that a key was destroyed is not forgotten';
end
$$;

create trigger never_removed before delete on anjuan_keys.key
    for each row execute function anjuan_keys.refuse();
create trigger never_revived before update on anjuan_keys.key
    for each row when (old.destroyed_at is not null) execute function anjuan_keys.refuse();
create trigger never_emptied before truncate on anjuan_keys.key
    for each statement execute function anjuan_keys.refuse();

revoke all on all functions in schema anjuan_keys from public;
