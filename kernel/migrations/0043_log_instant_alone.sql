-- Outside of a transaction: every disclosure writes to this log, and none may wait until an index over years is built.
CREATE INDEX CONCURRENTLY IF NOT EXISTS log_instant ON disclosure.log (instant);
