-- What was shown to each reader on each day since an instant, so that unusual reading is told (L906/2019 § 23). The
-- clock, which asks, may see neither whom it was about nor who has to do with whom. `p_driven`: that clock stands at a
-- midnight while a whole day is played, and then that instant is no night.
CREATE POLICY log_of_owner ON disclosure.log FOR SELECT TO polku_owner USING (true);
CREATE FUNCTION disclosure.reading(p_since timestamptz, p_settled timestamptz, p_until time, p_from time, p_driven bool)
RETURNS TABLE (org text, reader text, day date, many_clients bigint, night bigint, unrelated bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN QUERY
    SELECT l.org, l.viewer, l.local::date,
           count(DISTINCT l.subject) FILTER (WHERE l.record <> 'client.resolve' AND l.viewer <> l.org),
           count(DISTINCT l.subject) FILTER (WHERE l.record <> 'client.resolve' AND l.viewer <> l.org
                 AND NOT (p_driven AND l.local::time = '00:00') AND (l.local::time < p_until OR l.local::time >= p_from)),
           count(DISTINCT l.subject) FILTER (WHERE l.record = 'client.resolve' AND l.instant < p_settled
                 AND NOT EXISTS (SELECT FROM view.relations r WHERE r.subject = l.now_called AND r.org = l.org))
      FROM (SELECT d.*, d.instant AT TIME ZONE 'Europe/Helsinki' AS local, coalesce(p.merged_into, p.subject) AS now_called
              FROM disclosure.log d JOIN journal.person p USING (subject) WHERE d.instant >= p_since) l
     GROUP BY 1, 2, 3;
END $$;
REVOKE EXECUTE ON FUNCTION disclosure.reading FROM PUBLIC;
GRANT USAGE ON SCHEMA disclosure TO polku_clock;
GRANT EXECUTE ON FUNCTION disclosure.reading TO polku_clock;
