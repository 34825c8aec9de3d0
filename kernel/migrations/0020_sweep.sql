-- Who is still to be looked at anew since rules or parameters changed, lane by lane; whoever is swept, in order of ref.
CREATE TABLE react.sweep (
    processor text        NOT NULL,
    lane      smallint    NOT NULL,
    reason    text        NOT NULL,                    -- rules | parameters
    types     text[],                                  -- only persons with facts of these types; null: everybody
    after     uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    done      integer     NOT NULL DEFAULT 0,
    total     integer     NOT NULL,
    begun     timestamptz NOT NULL DEFAULT clock_timestamp(),
    over      timestamptz,
    PRIMARY KEY (processor, lane)
);
CREATE INDEX person_in_lane ON journal.person (lane, subject);
DROP INDEX journal.person_lane;

-- One lane's sweep begins, or begins again for everybody whom either reason concerns.
CREATE FUNCTION react.begin_sweep(p_processor text, p_lane smallint, p_reason text, p_types text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO react.sweep AS s (processor, lane, reason, types, total)
    SELECT p_processor, p_lane, p_reason, p_types, count(*) FROM journal.person
     WHERE lane = p_lane AND merged_into IS NULL AND erased IS NULL
        ON CONFLICT (processor, lane) DO UPDATE
       SET reason = CASE WHEN s.over IS NULL AND s.reason = 'rules' THEN s.reason ELSE excluded.reason END,
           types = CASE WHEN s.over IS NOT NULL THEN excluded.types
                        WHEN s.types IS NULL OR excluded.types IS NULL THEN NULL
                        ELSE s.types || excluded.types END,
           after = excluded.after, done = 0, total = excluded.total, begun = excluded.begun, over = NULL
$$;

-- Progress of the sweeps that are not over, lanes that are through with them included.
CREATE FUNCTION react.sweeps() RETURNS TABLE (
    processor text, reason text, lanes bigint, done bigint, total bigint, begun timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT s.processor, min(s.reason), count(*) FILTER (WHERE s.over IS NULL), sum(least(s.done, s.total)),
           sum(s.total), min(s.begun)
      FROM react.sweep s
     WHERE s.over IS NULL
        OR s.over >= (SELECT min(t.begun) FROM react.sweep t WHERE t.processor = s.processor AND t.over IS NULL)
     GROUP BY s.processor ORDER BY s.processor $$;

GRANT SELECT, INSERT, UPDATE ON react.sweep TO polku_referrals, polku_placements, polku_notifications;
GRANT SELECT ON react.sweep, react.wakeup TO polku_operator, polku_clock, polku_gateway, polku_console;
GRANT EXECUTE ON FUNCTION react.sweeps(), react.begin_sweep(text, smallint, text, text[]) TO PUBLIC;
