"""The sums behind `services.gateway.figures`, in PostgreSQL: each takes the first and the last day that it is about.

Row security keeps every sum to the persons whom the asking organisation has to do with.
"""

from __future__ import annotations

LOCALITIES = """
    WITH place AS (
        SELECT municipality, sum(places) AS places, sum(free) AS free,
               count(DISTINCT host_org_type) FILTER (WHERE free > 0) AS provider_types_free
          FROM view.provider_capacity WHERE municipality IS NOT NULL GROUP BY municipality),
    work AS (
        SELECT municipality,
               count(*) FILTER (WHERE what = 'help') AS employers_asked_for_help,
               count(*) FILTER (WHERE what = 'opportunity' AND state = 'open') AS opportunities_open,
               count(*) FILTER (WHERE what = 'opportunity' AND state = 'blocked') AS opportunities_blocked
          FROM view.employer_cooperation WHERE municipality IS NOT NULL GROUP BY municipality)
    SELECT municipality, coalesce(places, 0)::int AS places, coalesce(free, 0)::int AS free,
           coalesce(provider_types_free, 0)::int AS provider_types_free,
           coalesce(provider_types_free, 0) < 2 AS few_providers,
           coalesce(employers_asked_for_help, 0)::int AS employers_asked_for_help,
           coalesce(opportunities_open, 0)::int AS opportunities_open,
           coalesce(opportunities_blocked, 0)::int AS opportunities_blocked
      FROM place FULL JOIN work USING (municipality) ORDER BY municipality"""
AGES = """
    SELECT coalesce(org, '') AS org, coalesce(team, '') AS team, kind, age, count(*)::int AS tasks
      FROM (SELECT org, team, kind, CASE WHEN journal.now() - since < interval '2 days' THEN 'under_2_days'
                                         WHEN journal.now() - since < interval '7 days' THEN '2_to_7_days'
                                         WHEN journal.now() - since < interval '28 days' THEN '7_to_28_days'
                                         ELSE 'over_28_days' END AS age
              FROM view.worklist) task
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""

DOUBLES = """
    WITH everybody AS (SELECT count(DISTINCT subject) AS clients FROM view.client_situation),
    counted AS (
        SELECT rule, orgs, count(*)::int AS found, count(DISTINCT subject)::int AS clients,
               count(*) FILTER (WHERE state = 'suspected')::int AS suspected,
               count(*) FILTER (WHERE state = 'confirmed')::int AS confirmed,
               count(*) FILTER (WHERE state = 'resolved')::int AS resolved,
               count(*) FILTER (WHERE state = 'dismissed')::int AS dismissed,
               count(*) FILTER (WHERE state = 'withdrawn')::int AS withdrawn,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM settled_at - found_at) / 3600)
                   FILTER (WHERE state = 'resolved') AS hours
          FROM view.duplicates
         WHERE since BETWEEN $1::text::date AND $2::text::date GROUP BY rule, orgs)
    SELECT rule, orgs, found, counted.clients,
           round(100.0 * found / nullif(everybody.clients, 0), 2)::float8 AS per_100_clients,
           suspected, confirmed, resolved, dismissed, withdrawn,
           round(100.0 * (confirmed + resolved) / nullif(confirmed + resolved + dismissed, 0), 1)::float8
               AS confirmed_pct,
           round(hours::numeric, 1)::float8 AS median_hours_to_resolution
      FROM counted, everybody ORDER BY rule, orgs"""

COOPERATION = """
    WITH plans AS (
        SELECT coalesce(sum(reviews), 0)::int AS held,
               coalesce(sum(reviews_with_social_work), 0)::int AS joined,
               count(*) FILTER (WHERE signed_on IS NOT NULL)::int AS signed,
               count(*) FILTER (WHERE signed_on IS NOT NULL AND cardinality(missing_roles) > 0)::int AS lacking
          FROM view.plan_register
         WHERE coalesce(last_reviewed_on, signed_on) BETWEEN $1::text::date AND $2::text::date),
    double AS (
        SELECT count(*)::int AS found, count(*) FILTER (WHERE rule = 'D17')::int AS nobody,
               count(*) FILTER (WHERE state IN ('confirmed', 'resolved'))::int AS right_,
               count(*) FILTER (WHERE state IN ('confirmed', 'resolved', 'dismissed'))::int AS decided
          FROM view.duplicates WHERE since BETWEEN $1::text::date AND $2::text::date),
    alert AS (
        SELECT subject, family, why, raised_at,
               (SELECT extract(epoch FROM f.appended - (f.attributes::jsonb ->> 'received')::timestamptz) / 60
                  FROM journal.fact f, journal.instance i
                 WHERE f.source = format('urn:polku:%s:polku-notifications', i.operator)
                   AND f.id = alert_id::text) AS told_after,
               (SELECT min((h ->> 'at')::timestamptz) FROM jsonb_array_elements(history) h
                 WHERE h ->> 'what' = 'reason_clarified') AS clarified_at
          FROM view.absence_alerts
         WHERE raised_at >= $1::text::date AND raised_at < $2::text::date + 1),
    absence AS (
        SELECT count(*)::int AS raised, count(clarified_at)::int AS clarified, count(told_after)::int AS told,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY told_after) AS until_told,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM clarified_at - raised_at) / 60) AS minutes
          FROM alert WHERE family = 'absence'),
    intent AS (
        SELECT count(*)::int AS met, count(*) FILTER (WHERE NOT EXISTS (
                   SELECT FROM view.duplicates d WHERE d.subject = a.subject AND d.found_at > a.raised_at
                      AND d.found_at < a.raised_at + interval '28 days'))::int AS prevented
          FROM alert a WHERE why @> '[{"rule": "R-INT-1"}]'),
    told (measure, part, whole, median_minutes) AS (
        SELECT 'reviews_with_social_work', joined, held, NULL::float8 FROM plans UNION ALL
        SELECT 'plans_signed_without_required_party', lacking, signed, NULL FROM plans UNION ALL
        SELECT 'double_work_confirmed', right_, decided, NULL FROM double UNION ALL
        SELECT 'nobody_works', nobody, found, NULL FROM double UNION ALL
        SELECT 'absences_alerted', told, raised, round(until_told::numeric, 3)::float8 FROM absence UNION ALL
        SELECT 'absences_clarified', clarified, raised, round(minutes::numeric, 1)::float8 FROM absence UNION ALL
        SELECT 'double_work_prevented_by_asking', prevented, met, NULL FROM intent)
    SELECT measure, part, whole, round(100.0 * part / nullif(whole, 0), 1)::float8 AS pct, median_minutes FROM told"""
