"""What a feed asks of PostgreSQL."""

from __future__ import annotations

from kernel.journal import ERASED, RETRACTED
from kernel.stored import COLUMNS

ENDS = "SELECT lane, seq FROM react.checkpoint WHERE processor = $1 AND lane > 0 ORDER BY lane"
"""Only as far as it is known who has to do with whom: what lies beyond is read when that is known too."""

KINDS = "SELECT coalesce(array_agg(DISTINCT relation), '{}') FROM view.relations WHERE org = $1"

# Whoever has merged references has the facts that lie under the old ones. OFFSET 0: by the index, person by person.
FOUND = f"""
    WITH RECURSIVE w AS (SELECT * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) w (lane, after, upto)),
    related AS MATERIALIZED (SELECT subject, array_agg(relation) AS relations FROM view.relations WHERE org = $1
                              GROUP BY subject),
    merged AS (SELECT subject, merged_into AS now FROM journal.person WHERE merged_into IS NOT NULL
                UNION SELECT m.subject, p.merged_into FROM merged m JOIN journal.person p ON p.subject = m.now
                       WHERE p.merged_into IS NOT NULL),
    whom AS MATERIALIZED (SELECT subject, relations FROM related
                           UNION ALL
                          SELECT DISTINCT ON (m.subject) m.subject, r.relations
                            FROM merged m JOIN related r ON r.subject = m.now
                           WHERE NOT EXISTS (SELECT FROM related o WHERE o.subject = m.subject))
    SELECT {COLUMNS}, relations FROM (
        SELECT f.*, whom.relations, f.seq - w.after AS step
          FROM whom JOIN journal.person p USING (subject) JOIN w ON w.lane = p.lane CROSS JOIN LATERAL (
               SELECT * FROM journal.fact f
                WHERE f.subject = whom.subject AND f.seq > w.after AND f.seq <= w.upto
                  AND (f.type = ANY($5) OR (f.type <> ALL($7) AND ($6 OR NOT starts_with(f.source, $10)))
                       OR f.type = '{RETRACTED}'
                       OR (f.type = ANY($8) AND split_part(f.source, ':', 3) = $1)) OFFSET 0) f
         UNION ALL
        SELECT f.*, NULL, f.seq - w.after
          FROM w CROSS JOIN LATERAL (
               SELECT * FROM journal.fact f
                WHERE f.lane = w.lane AND f.seq > w.after AND f.seq <= w.upto
                  AND f.type IN ('{RETRACTED}', '{ERASED}') OFFSET 0) f
         WHERE (f.type = '{ERASED}' OR NOT EXISTS (SELECT FROM whom WHERE whom.subject = f.subject))
           AND EXISTS (SELECT FROM disclosure.log l
                        WHERE l.subject = f.subject AND l.org = $1 AND l.record <> 'client.resolve')) found
     ORDER BY step, lane LIMIT $9"""

NAMED = f"""
    SELECT {COLUMNS} FROM unnest($1::text[], $2::text[]) w (s, i),
           LATERAL (SELECT * FROM journal.fact WHERE source = w.s AND id = w.i LIMIT 1) f"""
