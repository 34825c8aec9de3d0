-- Outside of a transaction, as it is built over the whole journal: what feeds show as DELETE, to those too who have nothing
-- to do with the person any more. There is little of it among everything that is stated.
-- (One whose making was broken off stands there half made, and nothing uses it.)
DROP INDEX CONCURRENTLY IF EXISTS journal.fact_taken_back;
CREATE INDEX CONCURRENTLY fact_taken_back ON journal.fact (lane, seq)
    WHERE type IN ('fi.polku.fact.retracted.v1', 'fi.polku.subject.erased.v1');
