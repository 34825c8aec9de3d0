-- The first answer to a request that names a key: begun with the id that its fact will have, answered once.
ALTER TABLE door.idempotency
    ALTER COLUMN status DROP NOT NULL,
    ALTER COLUMN answer DROP NOT NULL,
    ALTER COLUMN at SET DEFAULT clock_timestamp(),
    ADD COLUMN fact uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX idempotency_at ON door.idempotency (at);
GRANT UPDATE (status, answer) ON door.idempotency TO polku_gateway;
