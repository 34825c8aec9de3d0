-- Rights per service. Nobody who runs is an owner; nobody may delete or change a fact.
GRANT USAGE ON SCHEMA journal, react, view, relay TO polku_gateway, polku_console, polku_relay, polku_clock,
    polku_referrals, polku_placements, polku_notifications, polku_operator;
GRANT SELECT ON journal.instance, journal.lane, journal.person, journal.fact, react.checkpoint, react.hold,
    view.generation, relay.mark TO polku_gateway, polku_console, polku_relay, polku_clock,
    polku_referrals, polku_placements, polku_notifications, polku_operator;
GRANT EXECUTE ON FUNCTION react.streams() TO PUBLIC;

GRANT INSERT ON journal.fact TO polku_gateway, polku_console, polku_clock, polku_referrals, polku_placements,
    polku_notifications, polku_operator;
GRANT UPDATE (seq, instant) ON journal.lane TO polku_gateway, polku_console, polku_clock, polku_referrals,
    polku_placements, polku_notifications, polku_operator;
GRANT INSERT, UPDATE ON journal.person TO polku_gateway, polku_operator;
GRANT UPDATE (instant) ON journal.instance TO polku_operator;
GRANT UPDATE (subject) ON journal.person TO polku_console, polku_referrals, polku_placements, polku_notifications;

GRANT USAGE ON SCHEMA vault TO polku_gateway, polku_console, polku_referrals, polku_placements,
    polku_notifications, polku_operator;
GRANT SELECT, INSERT ON vault.data_key TO polku_gateway, polku_console, polku_referrals, polku_placements,
    polku_notifications, polku_operator;
GRANT SELECT, INSERT ON vault.identity TO polku_gateway;
GRANT SELECT, DELETE ON vault.identity TO polku_operator;
GRANT DELETE ON vault.data_key TO polku_operator;
GRANT SELECT, INSERT ON vault.tombstone TO polku_operator;

GRANT INSERT, UPDATE ON react.checkpoint TO polku_referrals, polku_placements, polku_notifications;
GRANT SELECT, INSERT, UPDATE, DELETE ON react.wakeup, react.hold TO polku_referrals, polku_placements,
    polku_notifications;
GRANT SELECT ON react.wakeup TO polku_clock, polku_operator;
GRANT UPDATE (retry) ON react.hold TO polku_operator;

GRANT SELECT, INSERT, UPDATE ON relay.mark TO polku_relay;

GRANT USAGE ON SCHEMA disclosure, door, notify TO polku_gateway, polku_console, polku_notifications, polku_operator;
GRANT INSERT ON disclosure.log TO polku_gateway, polku_console, polku_notifications, polku_operator;
GRANT SELECT ON disclosure.log TO polku_console, polku_operator;
GRANT SELECT, INSERT, UPDATE ON door.refused TO polku_gateway;
GRANT SELECT ON door.refused TO polku_console, polku_operator;
GRANT SELECT, INSERT, DELETE ON door.idempotency TO polku_gateway;
GRANT SELECT, INSERT, UPDATE ON notify.delivery TO polku_notifications;
GRANT SELECT ON notify.delivery TO polku_console, polku_gateway, polku_operator;

-- Second wall: the vault and the logs show a role only what it is for, even when a statement forgets to ask.
ALTER TABLE disclosure.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE disclosure.log FORCE ROW LEVEL SECURITY;
CREATE POLICY log_write ON disclosure.log FOR INSERT TO polku_gateway, polku_console, polku_notifications,
    polku_operator WITH CHECK (true);
CREATE POLICY log_read ON disclosure.log FOR SELECT TO polku_console, polku_operator USING (true);
