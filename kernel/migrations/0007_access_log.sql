-- The door shows an organisation what was disclosed to it, and the organiser's data protection officer what to anybody.
GRANT SELECT ON disclosure.log TO polku_gateway;
CREATE POLICY log_of_organisation ON disclosure.log FOR SELECT TO polku_gateway
    USING (org = current_setting('polku.org', true) OR current_setting('polku.log', true) = 'everybody');
