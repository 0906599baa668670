-- The append. Everything that it promises happens in one call, which is one transaction and one round trip.
--
-- The program decides what happens to a stream, because it alone can compute digests; the database only compares and sets.
-- So the call brings, for each stream that was looked at, the head that the program took for granted. If one of them is
-- another, or a key is known, nothing is written, and the answer says what is there. The program decides anew.
--
-- Whatever is locked, is locked in one order: heads that exist, heads that do not, the counter, keys. Within each kind the
-- order is that of the bytes. So two calls never wait for each other.

create function anjuan.append(
    p_tenant int,
    p_history uuid,
    -- Every stream that was looked at: its head before (revision 0 for none) and after, which is the same for a mere check.
    p_streams text[],
    p_before bigint[],
    p_before_digests bytea[],
    p_after bigint[],
    p_after_digests bytea[],
    -- The keys that must be new, whether they will be remembered or not.
    p_keys uuid[],
    -- The commands that will be remembered: the place of the last event among the events, counted from 1.
    c_keys uuid[],
    c_contents bytea[],
    c_lasts int[],
    c_streams text[],
    -- The events, in the order of their positions.
    e_streams text[],
    e_revisions bigint[],
    e_ids uuid[],
    e_types text[],
    e_schema_versions bigint[],
    e_occurred_at timestamptz[],
    e_recorded_at timestamptz[],
    e_metadata bytea[],
    e_data bytea[],
    e_digests bytea[],
    -- For each command the position of its last event; or what is otherwise than was taken for granted.
    out positions bigint[],
    out stale_streams text[],
    out stale_revisions bigint[],
    out stale_digests bytea[],
    out known_keys uuid[]
)
language plpgsql security definer
-- Every query here goes by a primary key. Planning it anew for each call would cost more than carrying it out, and statistics
-- of the time when the tables were empty must not lead it astray.
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_feed text := anjuan.enter(p_tenant, p_history);
    -- The fence of the feed rests on this: a transaction has its id before it draws its first position.
    v_id xid8 := pg_current_xact_id();
    v_positions bigint[];
    v_last bigint;
    v_made bigint;
begin
    -- Most calls bring one append that goes on with one stream, and go this way, on which nothing is unpacked but the events.
    -- If anything is otherwise, nothing has been written yet, and what follows finds out what it is.
    if cardinality(p_streams) = 1 and cardinality(p_keys) = 1 and cardinality(c_keys) = 1 and v_feed = 'fenced' then
        perform from anjuan.command c where c.tenant = p_tenant and c.key = p_keys[1];
        if not found then
            if p_before[1] = 0 then
                insert into anjuan.head as h (tenant, stream, before, revision, digest)
                values (p_tenant, p_streams[1], 0, p_after[1], p_after_digests[1])
                on conflict (tenant, stream) do update
                    set before = 0, revision = excluded.revision, digest = excluded.digest
                    where h.revision = 0;
            else
                update anjuan.head h
                set before = p_before[1], revision = p_after[1], digest = p_after_digests[1]
                where h.tenant = p_tenant and h.stream = p_streams[1]
                    and h.revision = p_before[1] and h.digest = p_before_digests[1];
            end if;
            if found then
                if cardinality(e_ids) = 1 then
                    insert into anjuan.event
                    values (p_tenant, e_streams[1], e_revisions[1], nextval('anjuan.position'), e_ids[1], e_types[1],
                        e_schema_versions[1], e_occurred_at[1], e_recorded_at[1], e_metadata[1], e_data[1], e_digests[1]);
                else
                    insert into anjuan.event
                    select p_tenant, e.stream, e.revision, nextval('anjuan.position'), e.id, e.type, e.schema_version,
                        e.occurred_at, e.recorded_at, e.metadata, e.data, e.digest
                    from unnest(e_streams, e_revisions, e_ids, e_types, e_schema_versions, e_occurred_at, e_recorded_at,
                            e_metadata, e_data, e_digests)
                        as e (stream, revision, id, type, schema_version, occurred_at, recorded_at, metadata, data, digest);
                end if;
                v_last := currval('anjuan.position');
                insert into anjuan.command (tenant, key, content, position, streams)
                values (p_tenant, c_keys[1], c_contents[1], v_last, c_streams[1]::json);
                positions := array[v_last];
                return;
            end if;
        end if;
    end if;

    -- The inner queries are fetched by the whole primary key, row by row, in the order of the outer ones: never by a scan that
    -- looked cheap when the table was small.
    select array_agg(b.stream), array_agg(coalesce(h.revision, 0)), array_agg(coalesce(h.digest, ''))
    into stale_streams, stale_revisions, stale_digests
    from (
        select * from unnest(p_streams, p_before, p_before_digests) as u (stream, revision, digest)
        order by u.stream collate "C"
    ) as b
    left join lateral (
        select k.revision, k.digest from anjuan.head k where k.tenant = p_tenant and k.stream = b.stream for update
    ) as h on true
    where coalesce(h.revision, 0) <> b.revision or (h.revision > 0 and h.digest <> b.digest);

    select array_agg(known.key) into known_keys
    from unnest(p_keys) as u (key)
    cross join lateral (
        select c.key from anjuan.command c where c.tenant = p_tenant and c.key = u.key offset 0
    ) as known;

    if stale_streams is not null or known_keys is not null then
        -- Only locks were taken, and nobody need wait until that is on disk.
        perform set_config('synchronous_commit', 'off', true);
        return;
    end if;

    -- Heads that were there are locked by now. Between the look above and here, somebody else may have begun one of the others.
    insert into anjuan.head as h (tenant, stream, before, revision, digest)
    select p_tenant, n.stream, n.before, n.revision, n.digest
    from unnest(p_streams, p_before, p_after, p_after_digests) as n (stream, before, revision, digest)
    where n.revision > n.before or n.before = 0
    order by n.stream collate "C"
    on conflict (tenant, stream) do update
        set before = excluded.before, revision = excluded.revision, digest = excluded.digest
        where h.revision = excluded.before;
    get diagnostics v_made = row_count;
    if v_made <> (
        select count(*) from unnest(p_before, p_after) as n (before, after) where n.after > n.before or n.before = 0
    ) then
        raise serialization_failure using message = 'a stream was begun meanwhile';
    end if;

    if cardinality(e_ids) = 0 then
        return;
    end if;
    -- From here on nothing fails for a reason that lies in the request, so no position is drawn in vain.
    if v_feed = 'counter' then
        update anjuan.counter k
        set last = k.last + cardinality(e_ids)
        where k.tenant = p_tenant
        returning k.last into v_last;
        v_positions := array(select generate_series(v_last - cardinality(e_ids) + 1, v_last));
    else
        v_positions := array(select nextval('anjuan.position') from generate_series(1, cardinality(e_ids)));
    end if;
    positions := array(
        select v_positions[c.last] from unnest(c_lasts) with ordinality as c (last, place) order by c.place
    );

    insert into anjuan.event
    select p_tenant, e.stream, e.revision, e.position, e.id, e.type, e.schema_version, e.occurred_at, e.recorded_at,
        e.metadata, e.data, e.digest
    from unnest(e_streams, e_revisions, v_positions, e_ids, e_types, e_schema_versions, e_occurred_at, e_recorded_at,
            e_metadata, e_data, e_digests)
        as e (stream, revision, position, id, type, schema_version, occurred_at, recorded_at, metadata, data, digest);

    insert into anjuan.command (tenant, key, content, position, streams)
    select p_tenant, c.key, c.content, c.position, c.streams::json
    from unnest(c_keys, c_contents, positions, c_streams) as c (key, content, position, streams)
    order by c.key;
end
$$;
