-- The journal: the truth. One plain table, because a partitioned one cannot have UNIQUE (source, id).
CREATE SCHEMA journal;
CREATE SCHEMA react;
CREATE SCHEMA vault;
CREATE SCHEMA relay;
CREATE SCHEMA view;
CREATE SCHEMA disclosure;
CREATE SCHEMA door;
CREATE SCHEMA notify;

CREATE TABLE journal.instance (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    installation uuid        NOT NULL,
    era          uuid        NOT NULL,
    lanes        integer     NOT NULL CHECK (lanes BETWEEN 1 AND 1024),
    operator     text        NOT NULL,
    organiser    text        NOT NULL,
    clock        text        NOT NULL CHECK (clock IN ('real', 'driven')),
    instant      timestamptz CHECK ((clock = 'driven') = (instant IS NOT NULL))
);

CREATE FUNCTION journal.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT coalesce(instant, clock_timestamp()) FROM journal.instance $$;

CREATE TABLE journal.lane (
    lane    smallint PRIMARY KEY,
    seq     bigint      NOT NULL DEFAULT 0,
    instant timestamptz NOT NULL DEFAULT '1900-01-01Z'   -- greatest time fact of the lane
) WITH (fillfactor = 50);                              -- counters are updated in place, all day

CREATE TABLE journal.person (
    subject     uuid PRIMARY KEY,
    lane        smallint    NOT NULL REFERENCES journal.lane,
    merged_into uuid REFERENCES journal.person,
    erased      timestamptz
);
CREATE INDEX person_lane ON journal.person (lane);
CREATE INDEX person_merged ON journal.person (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE journal.fact (
    lane       smallint    NOT NULL,
    seq        bigint      NOT NULL,
    source     text        NOT NULL,
    id         text        NOT NULL,
    type       text        NOT NULL,
    subject    uuid,
    stated     uuid,
    time       timestamptz NOT NULL,
    recorded   timestamptz NOT NULL,
    appended   timestamptz NOT NULL,
    corrects   text,
    org_type   text        NOT NULL,
    attributes text        NOT NULL,                   -- JSON of what is left of the envelope
    key        bigint,                                 -- vault.data_key; null: clear (no person)
    data       bytea       NOT NULL,
    digest     bytea       NOT NULL,
    seal       bytea       NOT NULL,
    PRIMARY KEY (lane, seq),
    UNIQUE (source, id)
);
CREATE INDEX fact_subject ON journal.fact (subject, seq) WHERE subject IS NOT NULL;
CREATE INDEX fact_time ON journal.fact (lane, seq) WHERE type = 'fi.polku.time.reached.v1';
CREATE INDEX fact_reference ON journal.fact (lane, seq) WHERE type = 'fi.polku.reference.changed.v1';

CREATE TABLE react.checkpoint (
    processor text        NOT NULL,
    lane      smallint    NOT NULL,
    era       uuid        NOT NULL,
    rev       bigint      NOT NULL DEFAULT 1,
    seq       bigint      NOT NULL DEFAULT 0,
    ruleset   integer     NOT NULL DEFAULT 0,
    hint      bigint,                                  -- Kafka offset of the next record; only a hint
    moved     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (processor, lane)
) WITH (fillfactor = 50);

CREATE TABLE react.wakeup (
    processor text        NOT NULL,
    lane      smallint    NOT NULL,
    subject   uuid        NOT NULL,
    due       timestamptz NOT NULL,
    PRIMARY KEY (processor, subject)
);
CREATE INDEX wakeup_due ON react.wakeup (processor, lane, due);

CREATE TABLE react.hold (
    processor text        NOT NULL,
    lane      smallint    NOT NULL,
    subject   uuid        NOT NULL,
    from_seq  bigint      NOT NULL,
    source    text        NOT NULL,
    id        text        NOT NULL,
    type      text        NOT NULL,
    cause     text        NOT NULL,
    pointer   text        NOT NULL,
    since     timestamptz NOT NULL,
    retry     boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (processor, subject)
);
CREATE INDEX hold_lane ON react.hold (processor, lane);

CREATE FUNCTION react.streams() RETURNS TABLE (
    processor text, lanes bigint, "position" bigint, head bigint, lag_facts bigint, lag_seconds double precision,
    holds bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT c.processor, count(*), sum(c.seq)::bigint, sum(l.seq)::bigint, sum(l.seq - c.seq)::bigint,
           coalesce(max((SELECT extract(epoch FROM clock_timestamp() - f.appended)
                           FROM journal.fact f WHERE f.lane = c.lane AND f.seq = c.seq + 1)), 0)::double precision,
           (SELECT count(*) FROM react.hold h WHERE h.processor = c.processor)
      FROM react.checkpoint c JOIN journal.lane l USING (lane)
     GROUP BY c.processor ORDER BY c.processor $$;

CREATE TABLE relay.mark (
    lane   smallint PRIMARY KEY,
    seq    bigint NOT NULL DEFAULT 0,
    era    uuid   NOT NULL,
    digest bytea
);

CREATE TABLE view.generation (
    view       text    NOT NULL,
    generation integer NOT NULL,
    version    integer NOT NULL,
    processor  text    NOT NULL,
    active     boolean NOT NULL,
    PRIMARY KEY (view, generation)
);
CREATE UNIQUE INDEX generation_active ON view.generation (view) WHERE active;
