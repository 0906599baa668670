-- Up to where the global order is final.
--
-- A position is drawn before it can be seen: 7 may be visible while 6 is still being written, and a reader that went on from
-- 7 would never see 6. The fence tells when that cannot happen any more. Every append takes its transaction id before its
-- first position. A probe reads the last position drawn and then takes an id of its own: whoever had drawn up to there holds
-- an older one. Once every transaction with an older id has ended, everything up to the probed position that will ever exist
-- can be seen.
--
-- A transaction that runs for long, in any database of the server, holds the feed back. It never makes it skip.

-- Whether a transaction is under way that is older than the fence. A fence that no transaction has reached yet came with a
-- dump from another server, and what was under way there is not in the dump and never comes.
create function anjuan.holds(p_feed anjuan.feed) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select p_feed.probed > p_feed.settled
        and pg_snapshot_xmin(pg_current_snapshot())::text::bigint < p_feed.fence
        and p_feed.fence < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
$$;

-- Moves the fence on as far as it goes now. Whoever waits calls it again.
create function anjuan.settle(out settled bigint, out newest bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_feed anjuan.feed%rowtype;
begin
    -- First of all, and before this transaction has an id: the probe rests on that order.
    select case when s.is_called then s.last_value else 0 end into newest from anjuan.position s;
    select * into v_feed from anjuan.feed;
    settled := v_feed.settled;
    if newest <= settled or anjuan.holds(v_feed) then
        return;
    end if;

    select * into v_feed from anjuan.feed for update skip locked;
    if not found then
        return;
    end if;
    settled := v_feed.settled;
    if anjuan.holds(v_feed) then
        return;
    end if;
    if v_feed.probed > settled then
        settled := v_feed.probed;
        -- Readers go on from here, so it must not be forgotten. And after the commit others may look.
        if current_setting('synchronous_commit') = 'off' then
            perform set_config('synchronous_commit', 'on', true);
        end if;
        perform pg_notify('anjuan', '');
    else
        perform set_config('synchronous_commit', 'off', true);
    end if;
    update anjuan.feed f
    set settled = settle.settled, probed = greatest(settle.newest, settle.settled),
        fence = pg_current_xact_id()::text::bigint;
end
$$;

-- The same without moving anything, for a replica.
create function anjuan.settled(out settled bigint, out newest bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.settled, f.settled from anjuan.feed f
$$;

-- The same for a counter: the last position that can be seen is final, because its row is locked until the commit.
create function anjuan.counted(p_tenant int, out settled bigint, out newest bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if anjuan.tenant() is distinct from p_tenant then
        raise insufficient_privilege using message = 'this transaction does not act for the tenant';
    end if;
    select k.last, k.last into settled, newest from anjuan.counter k where k.tenant = p_tenant;
end
$$;

-- The last position that was given, and up to where readers have gone.
create function anjuan.drawn(p_tenant int, out newest bigint, out settled bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    select t.newest, t.settled into drawn.newest, drawn.settled from anjuan.counted(p_tenant) t;
    if (select t.feed from anjuan.tenant t where t.id = p_tenant) = 'fenced' then
        select f.settled into drawn.settled from anjuan.feed f;
        select case when s.is_called then s.last_value else 0 end into drawn.newest from anjuan.position s;
    end if;
end
$$;

-- Takes the lock on which a counter rests, and fails if it is taken. With two connections this shows whether the server
-- really locks rows.
create function anjuan.hold(p_tenant int, p_history uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform anjuan.enter(p_tenant, p_history);
    perform 1 from anjuan.counter k where k.tenant = p_tenant for update nowait;
end
$$;

-- Who holds the feed back: the oldest transaction that has an id. The process is 0 for a prepared transaction.
create function anjuan.held_back_by(
    out settled bigint, out newest bigint, out pid int, out since timestamptz, out what text
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_oldest bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    v_feed anjuan.feed%rowtype;
begin
    select * into v_feed from anjuan.feed;
    settled := v_feed.settled;
    select case when s.is_called then s.last_value else 0 end into newest from anjuan.position s;
    if not anjuan.holds(v_feed) then
        return;
    end if;
    -- An id in a lock has 32 bits.
    select coalesce(l.pid, 0) into pid
    from pg_locks l
    where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
        and l.transactionid::text::bigint = v_oldest % 4294967296
    order by l.pid nulls last
    limit 1;
    select p.prepared, 'prepared transaction ' || p.gid into since, what
    from pg_prepared_xacts p
    where p.transaction::text::bigint = v_oldest % 4294967296;
    if not found then
        select a.xact_start, concat_ws(', ', a.application_name, a.state) into since, what
        from pg_stat_activity a
        where a.pid = held_back_by.pid;
    end if;
end
$$;
