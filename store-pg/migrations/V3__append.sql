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
    -- The positions of the commands; or what is otherwise than was taken for granted.
    out positions bigint[],
    out stale_streams text[],
    out stale_revisions bigint[],
    out stale_digests bytea[],
    out known_keys uuid[]
)
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
    v_feed text := anjuan.enter(p_tenant, p_history);
    v_positions bigint[];
    v_before_all bigint;
    v_made bigint;
begin
    -- The fence of the feed rests on this: a transaction has its id before it draws its first position.
    perform pg_current_xact_id();

    with locked as materialized (
        select h.stream, h.revision, h.digest
        from anjuan.head h
        where h.tenant = p_tenant and h.stream = any (p_streams)
        order by h.stream
        for update
    )
    select array_agg(b.stream), array_agg(coalesce(l.revision, 0)), array_agg(coalesce(l.digest, ''))
    into stale_streams, stale_revisions, stale_digests
    from unnest(p_streams, p_before, p_before_digests) as b (stream, revision, digest)
    left join locked l on l.stream = b.stream
    where coalesce(l.revision, 0) <> b.revision or (l.revision > 0 and l.digest <> b.digest);

    select array_agg(c.key) into known_keys
    from anjuan.command c
    where c.tenant = p_tenant and c.key = any (p_keys);

    if stale_streams is not null or known_keys is not null then
        -- Only locks were taken, and nobody need wait until that is on disk.
        perform set_config('synchronous_commit', 'off', true);
        return;
    end if;

    if 0 = any (p_before) then
        -- Between the look above and here, somebody else may have begun the stream.
        insert into anjuan.head as h (tenant, stream, revision, digest)
        select p_tenant, n.stream, n.revision, n.digest
        from unnest(p_streams, p_before, p_after, p_after_digests) as n (stream, before, revision, digest)
        where n.before = 0
        order by n.stream collate "C"
        on conflict (tenant, stream) do update set revision = excluded.revision, digest = excluded.digest
        where h.revision = 0;
        get diagnostics v_made = row_count;
        if v_made <> cardinality(array_positions(p_before, 0::bigint)) then
            raise serialization_failure using message = 'a stream was begun meanwhile';
        end if;
    end if;
    if v_made is distinct from cardinality(p_before) then
        update anjuan.head h
        set revision = n.revision, digest = n.digest
        from unnest(p_streams, p_before, p_after, p_after_digests) as n (stream, before, revision, digest)
        where h.tenant = p_tenant and h.stream = n.stream and n.before > 0 and n.revision > n.before;
    end if;

    if cardinality(e_streams) = 0 then
        return;
    end if;
    -- From here on nothing fails for a reason that lies in the request, so no position is drawn in vain.
    if v_feed = 'counter' then
        update anjuan.counter k
        set last = k.last + cardinality(e_streams)
        where k.tenant = p_tenant
        returning k.last - cardinality(e_streams) into v_before_all;
        insert into anjuan.event
        select p_tenant, e.stream, e.revision, v_before_all + e.place, e.id, e.type, e.schema_version,
            e.occurred_at, e.recorded_at, e.metadata, e.data, e.digest
        from unnest(e_streams, e_revisions, e_ids, e_types, e_schema_versions, e_occurred_at, e_recorded_at,
                e_metadata, e_data, e_digests) with ordinality
            as e (stream, revision, id, type, schema_version, occurred_at, recorded_at, metadata, data, digest, place);
        select array_agg(v_before_all + c.last order by c.place) into positions
        from unnest(c_lasts) with ordinality as c (last, place);
    else
        with written as (
            insert into anjuan.event
            select p_tenant, e.stream, e.revision, nextval('anjuan.position'), e.id, e.type, e.schema_version,
                e.occurred_at, e.recorded_at, e.metadata, e.data, e.digest
            from unnest(e_streams, e_revisions, e_ids, e_types, e_schema_versions, e_occurred_at, e_recorded_at,
                    e_metadata, e_data, e_digests)
                as e (stream, revision, id, type, schema_version, occurred_at, recorded_at, metadata, data, digest)
            returning position
        )
        select array_agg(w.position order by w.position) into v_positions from written w;
        select array_agg(v_positions[c.last] order by c.place) into positions
        from unnest(c_lasts) with ordinality as c (last, place);
    end if;

    insert into anjuan.command (tenant, key, content, position, streams)
    select p_tenant, c.key, c.content, c.position, c.streams::json
    from unnest(c_keys, c_contents, positions, c_streams) as c (key, content, position, streams)
    order by c.key;
end
$$;
