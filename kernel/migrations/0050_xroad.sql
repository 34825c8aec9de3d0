-- What came through X-Road: ties each message of a client to the facts that it stated, as evidence. It stays with them.
CREATE TABLE door.xroad (
    client  text        NOT NULL,                      -- INSTANCE/CLASS/MEMBER/SUBSYSTEM
    message text        NOT NULL,                      -- X-Road-Id
    org     text        NOT NULL,
    digest  bytea       NOT NULL,                      -- keyed, of what was sent
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    facts   jsonb,                                     -- [{source, id}]; null: none is known to be stored
    PRIMARY KEY (client, message)
);
GRANT SELECT, INSERT, UPDATE (facts) ON door.xroad TO polku_gateway;
GRANT SELECT ON door.xroad TO polku_operator;
