-- A processor that stopped because too many persons at once could not be applied, and the decision to let it go on.
CREATE TABLE react.breaker (
    processor text PRIMARY KEY,
    tripped   timestamptz NOT NULL,
    told      timestamptz NOT NULL,                    -- when a worker last said that it stands
    held      integer     NOT NULL,
    seen      integer     NOT NULL,
    cause     text        NOT NULL,
    pointer   text        NOT NULL,
    type      text        NOT NULL,
    goes_on   timestamptz,
    persons   integer     NOT NULL DEFAULT 0,          -- how many more may wait before it stops again
    reason    text,
    decided   text,                                    -- who asked
    approver  text
);
GRANT SELECT ON react.breaker TO polku_gateway, polku_console, polku_clock, polku_operator;
GRANT SELECT, INSERT, UPDATE ON react.breaker TO polku_referrals, polku_placements, polku_notifications;
GRANT UPDATE (goes_on, persons, reason, decided, approver) ON react.breaker TO polku_operator;
