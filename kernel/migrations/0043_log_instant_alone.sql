-- Outside of a transaction: every disclosure writes to this log, and none may wait until an index over years is built.
-- (One whose making was broken off stands there half made, and nothing uses it.)
DROP INDEX CONCURRENTLY IF EXISTS disclosure.log_instant;
CREATE INDEX CONCURRENTLY log_instant ON disclosure.log (instant);
