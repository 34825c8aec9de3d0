-- Generations: a view is filled anew beside the filling that people read, then takes its place; one old one is kept.
ALTER TABLE view.generation
    ADD COLUMN made     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN replaced timestamptz;                   -- when another took its place: it is kept, to go back to

-- How far each lane of a generation is filled: a processor of its own, fenced by its own number.
CREATE TABLE view.filling (
    view       text     NOT NULL,
    generation integer  NOT NULL,
    lane       smallint NOT NULL,
    rev        bigint   NOT NULL DEFAULT 1,
    seq        bigint   NOT NULL DEFAULT 0,            -- the rows are what facts say as far as here
    after      uuid     NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- persons to here are filled
    filled     boolean  NOT NULL DEFAULT false,        -- all persons of the lane are
    persons    bigint   NOT NULL DEFAULT 0,
    facts      bigint   NOT NULL DEFAULT 0,
    rows       bigint   NOT NULL DEFAULT 0,
    held       text[]   NOT NULL DEFAULT '{}',         -- who waited, and from where: "subject seq"
    failed     uuid[]   NOT NULL DEFAULT '{}',         -- who cannot be folded though she does not wait
    moved      timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (view, generation, lane),
    FOREIGN KEY (view, generation) REFERENCES view.generation ON DELETE CASCADE
) WITH (fillfactor = 50);

CREATE FUNCTION view.table_of(p_view text, p_generation integer) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT format('view.%I', p_view || '_g' || p_generation) $$;

-- Only the service whose view it is, and operators, may begin, replace or drop.
CREATE FUNCTION view.owner_of(p_view text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    SELECT processor INTO found FROM view.generation WHERE view.generation.view = p_view AND active;
    IF found IS NULL THEN
        RAISE EXCEPTION 'there is no view %', p_view USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF session_user NOT IN ('polku_operator', 'polku_' || found)
       AND NOT pg_has_role(session_user, 'polku_owner', 'MEMBER') THEN
        RAISE EXCEPTION '% may not change view %', session_user, p_view USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found;
END $$;

-- Make every worker of a processor claim its lanes anew; in the order of lanes, as everybody who holds several.
CREATE FUNCTION view.fence(p_processor text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM react.checkpoint WHERE processor = p_processor ORDER BY lane FOR UPDATE;
    UPDATE react.checkpoint SET rev = rev + 1 WHERE processor = p_processor;
END $$;

-- Rights and forced row security: readers see only persons related to their organisation. A generation that is being
-- filled has neither: nobody but its writer has any right to it.
CREATE FUNCTION view.guard(p_view text, p_generation integer, p_processor text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t       text := view.table_of(p_view, p_generation);
    writer  text := 'polku_' || p_processor;
    seen    text := 'org IN (current_setting(''polku.org'', true), ''*'')';
BEGIN
    IF (SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = t::regclass) THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT ON %s TO polku_gateway, polku_console, polku_operator, polku_notifications, %I',
                   t, writer);
    EXECUTE format('CREATE POLICY own ON %s TO %I, polku_owner, polku_operator USING (true)', t, writer);
    IF p_processor <> 'notifications' THEN
        EXECUTE format('CREATE POLICY dispatch ON %s FOR SELECT TO polku_notifications USING (true)', t);
    END IF;
    IF p_view <> 'relations' THEN
        seen := format('EXISTS (SELECT 1 FROM view.relations r WHERE r.subject = %s.subject AND r.%s)', t, seen);
    END IF;
    EXECUTE format('CREATE POLICY related ON %s FOR SELECT TO polku_gateway, polku_console USING (%s)', t, seen);
END $$;

-- The name that readers use shows the active generation; columns that it has not are empty there, so that readers of
-- another version of the view, before or after it, need not stop.
CREATE FUNCTION view.show(p_view text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    shown   oid := to_regclass(format('view.%I', p_view));
    place   oid;
    wanted  text;
    reader  text;
    changed text;
BEGIN
    SELECT view.table_of(p_view, generation)::regclass INTO place
      FROM view.generation WHERE view.generation.view = p_view AND view.generation.active;
    WITH every AS (
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, 0 AS rank, a.attnum
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = shown AND a.attnum > 0 AND NOT a.attisdropped
         UNION ALL
        SELECT a.attname, format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attrelid = place THEN 1 ELSE 1 + g.generation END, a.attnum
          FROM view.generation g
          JOIN pg_catalog.pg_attribute a ON a.attrelid = view.table_of(g.view, g.generation)::regclass
         WHERE g.view = p_view AND a.attnum > 0 AND NOT a.attisdropped),
    first AS (SELECT DISTINCT ON (attname) attname, type, rank, attnum FROM every ORDER BY attname, rank, attnum),
    other AS (SELECT min(attname) AS attname FROM (SELECT attname FROM every GROUP BY attname
                                                   HAVING count(DISTINCT type) > 1) o)
    SELECT string_agg(CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_attribute a
                                         WHERE a.attrelid = place AND a.attname = f.attname AND a.attnum > 0
                                           AND NOT a.attisdropped)
                           THEN quote_ident(f.attname)
                           ELSE format('NULL::%s AS %I', f.type, f.attname) END, ', ' ORDER BY f.rank, f.attnum),
           min(other.attname) INTO wanted, changed FROM first f, other;
    IF changed IS NOT NULL THEN
        RAISE EXCEPTION 'view %: column % changes its type; give the new one another name', p_view, changed;
    END IF;
    EXECUTE format('CREATE OR REPLACE VIEW view.%I WITH (security_invoker = true) AS SELECT %s FROM %s',
                   p_view, wanted, place::regclass);
    FOREACH reader IN ARRAY ARRAY['polku_gateway', 'polku_console', 'polku_operator', 'polku_notifications',
        'polku_' || (SELECT processor FROM view.generation g WHERE g.view = p_view AND g.active)] LOOP
        IF NOT has_table_privilege(reader, format('view.%I', p_view), 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON view.%I TO %I', p_view, reader);
        END IF;
    END LOOP;
END $$;

-- The row of a new generation whose table is there, and of its lanes; its writer may write, and the workers learn of it.
CREATE FUNCTION view.begin_filling(p_view text, p_generation integer, p_version integer, p_processor text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON %s TO %I, polku_operator',
                   view.table_of(p_view, p_generation), 'polku_' || p_processor);
    INSERT INTO view.generation (view, generation, version, processor, active)
    VALUES (p_view, p_generation, p_version, p_processor, false);
    INSERT INTO view.filling (view, generation, lane) SELECT p_view, p_generation, lane FROM journal.lane;
    PERFORM view.fence(p_processor);                   -- whoever forgets a person shall forget her here as well
END $$;

-- The generation to fill with a version: the one begun before, or a new one shaped like the newest of that version.
-- Null: no table of that version was ever made.
CREATE FUNCTION view.open_generation(p_view text, p_version integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found     integer;
    model     integer;
    processor text := view.owner_of(p_view);
BEGIN
    PERFORM pg_advisory_xact_lock(7265102, hashtext(p_view));
    SELECT max(generation) INTO found FROM view.generation g
     WHERE g.view = p_view AND version = p_version AND NOT active AND replaced IS NULL;
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;
    SELECT max(generation) INTO model FROM view.generation g WHERE g.view = p_view AND version = p_version;
    IF model IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT max(generation) + 1 INTO found FROM view.generation g WHERE g.view = p_view;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL)',
                   view.table_of(p_view, found), view.table_of(p_view, model));
    PERFORM view.begin_filling(p_view, found, p_version, processor);
    RETURN found;
END $$;

-- The last step of a switch, in a transaction that holds the live checkpoints: from here on everybody reads and
-- writes this generation, and the one before is kept as far as it was current.
CREATE FUNCTION view.activate(p_view text, p_generation integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    owner text := view.owner_of(p_view);
    old   integer;
BEGIN
    SELECT generation INTO old FROM view.generation g WHERE g.view = p_view AND active FOR UPDATE;
    IF old = p_generation THEN
        RETURN;
    END IF;
    PERFORM view.guard(p_view, p_generation, owner);
    UPDATE view.generation g SET active = false, replaced = clock_timestamp() WHERE g.view = p_view AND active;
    UPDATE view.generation g SET active = true, replaced = NULL WHERE g.view = p_view AND generation = p_generation;
    PERFORM view.show(p_view);
    INSERT INTO view.filling AS f (view, generation, lane, seq, filled, held)
    SELECT p_view, old, c.lane, c.seq, true,
           ARRAY(SELECT h.subject || ' ' || h.from_seq FROM react.hold h
                  WHERE h.processor = c.processor AND h.lane = c.lane ORDER BY 1)
      FROM react.checkpoint c WHERE c.processor = owner
        ON CONFLICT (view, generation, lane) DO UPDATE
       SET seq = excluded.seq, filled = true, held = excluded.held, failed = '{}', rev = f.rev + 1;
    PERFORM view.fence(owner);
END $$;

-- Throw a generation away that nobody reads. Workers that still know its table are fenced.
CREATE FUNCTION view.drop_generation(p_view text, p_generation integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    owner text := view.owner_of(p_view);
BEGIN
    PERFORM view.fence(owner);                         -- first: a reaction holds its checkpoint when it meets the table
    DELETE FROM view.generation g WHERE g.view = p_view AND generation = p_generation AND NOT active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'generation % of % is active or was never there', p_generation, p_view
              USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('DROP TABLE %s', view.table_of(p_view, p_generation));
END $$;

REVOKE EXECUTE ON FUNCTION view.fence(text), view.guard(text, integer, text), view.show(text),
    view.begin_filling(text, integer, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view.open_generation(text, integer), view.activate(text, integer),
    view.drop_generation(text, integer), view.table_of(text, integer) TO PUBLIC;
GRANT SELECT ON view.filling TO PUBLIC;
GRANT UPDATE ON view.filling TO polku_referrals, polku_placements, polku_notifications, polku_operator;
