-- What goes out, what was refused at the door, and what was delivered.
CREATE TABLE disclosure.log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    instant     timestamptz NOT NULL,                  -- by the instance's clock
    org         text        NOT NULL,
    viewer      text        NOT NULL,
    role        text        NOT NULL,
    subject     uuid,
    record      text        NOT NULL,
    fields      text[]      NOT NULL,
    ground      text        NOT NULL,
    channel     text        NOT NULL
);
CREATE INDEX log_subject ON disclosure.log (subject, at);
CREATE INDEX log_org ON disclosure.log (org, at);

CREATE TABLE door.refused (
    day     date   NOT NULL,
    org     text   NOT NULL,
    type    text   NOT NULL,
    pointer text   NOT NULL,
    code    text   NOT NULL,
    count   bigint NOT NULL,
    first   timestamptz NOT NULL,
    last    timestamptz NOT NULL,
    PRIMARY KEY (day, org, type, pointer, code)
);

CREATE TABLE door.idempotency (
    org     text  NOT NULL,
    key     text  NOT NULL,
    request bytea NOT NULL,
    status  integer NOT NULL,
    answer  bytea NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (org, key)
);

CREATE TABLE notify.delivery (
    alert     uuid   NOT NULL,
    recipient text   NOT NULL,
    channel   text   NOT NULL,
    kind      text   NOT NULL,
    number    bigint GENERATED ALWAYS AS IDENTITY,
    subject   uuid   NOT NULL,
    created   timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent      timestamptz,
    state     text   NOT NULL DEFAULT 'sending'
              CHECK (state IN ('sending', 'delivered', 'permanent-failure', 'temporary-failure', 'technical-failure')),
    attempts  integer NOT NULL DEFAULT 0,
    next_try  timestamptz,
    error     text,
    PRIMARY KEY (alert, recipient, channel, kind)
);
CREATE INDEX delivery_open ON notify.delivery (next_try) WHERE state IN ('sending', 'temporary-failure');
