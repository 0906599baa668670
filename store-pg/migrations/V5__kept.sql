-- Checkpoints and snapshots. The rules by which they follow each other are the program's; the database sees to it that nobody
-- comes between reading a row and replacing it: the writer says which change of the row it has seen (0 for none), and is told
-- whether that was still the last.

create function anjuan.put_checkpoint(
    p_tenant int, p_history uuid, p_name text, p_seen bigint, p_fence bigint, p_version bigint, p_of uuid,
    p_position bigint, p_state bytea
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform anjuan.enter(p_tenant, p_history);
    if p_seen = 0 then
        insert into anjuan.checkpoint
        values (p_tenant, p_name, nextval('anjuan.change'), p_fence, p_version, p_of, p_position, p_state)
        on conflict (tenant, name) do nothing;
    else
        update anjuan.checkpoint c
        set change = nextval('anjuan.change'), fence = p_fence, version = p_version, history = p_of, position = p_position,
            state = p_state
        where c.tenant = p_tenant and c.name = p_name and c.change = p_seen;
    end if;
    return found;
end
$$;

create function anjuan.put_snapshot(
    p_tenant int, p_history uuid, p_stream text, p_seen bigint, p_revision bigint, p_digest bytea, p_version bigint,
    p_state bytea
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform anjuan.enter(p_tenant, p_history);
    if p_seen = 0 then
        insert into anjuan.snapshot
        values (p_tenant, p_stream, nextval('anjuan.change'), p_revision, p_digest, p_version, p_state)
        on conflict (tenant, stream) do nothing;
    else
        update anjuan.snapshot s
        set change = nextval('anjuan.change'), revision = p_revision, digest = p_digest, version = p_version, state = p_state
        where s.tenant = p_tenant and s.stream = p_stream and s.change = p_seen;
    end if;
    return found;
end
$$;

create function anjuan.drop_snapshot(p_tenant int, p_history uuid, p_stream text, p_seen bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform anjuan.enter(p_tenant, p_history);
    delete from anjuan.snapshot s where s.tenant = p_tenant and s.stream = p_stream and s.change = p_seen;
    return found;
end
$$;
