-- One round trip for who a person is. The same work is done whether she was known or not, so that time does not tell.
CREATE FUNCTION vault.resolve(p_index bytea, p_fresh uuid, p_lane smallint, p_org text, p_viewer text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    found uuid;
    later uuid;
BEGIN
    BEGIN
        INSERT INTO journal.person (subject, lane) VALUES (p_fresh, p_lane);
        INSERT INTO vault.identity (blind_index, subject) VALUES (p_index, p_fresh);
    EXCEPTION WHEN unique_violation THEN
        NULL;                                          -- known: both inserts are undone
    END;
    SELECT subject INTO found FROM vault.identity WHERE blind_index = p_index;
    LOOP
        SELECT merged_into INTO later FROM journal.person WHERE subject = found;
        EXIT WHEN later IS NULL;
        found := later;
    END LOOP;
    INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
    VALUES (journal.now(), p_org, p_viewer, '', found, 'client.resolve', '{client_ref}', 'L703-14', 'api');
    RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION vault.resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.resolve TO polku_gateway;
