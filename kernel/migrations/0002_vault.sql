-- Keys and identities: own schema, own rights. Nothing here is ever backed up together with the journal.
CREATE TABLE vault.data_key (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    controller  text  NOT NULL,
    subject     uuid  NOT NULL REFERENCES journal.person,
    compartment text  NOT NULL,
    kek         text  NOT NULL,
    wrapped     bytea NOT NULL,
    UNIQUE (controller, subject, compartment)
);
CREATE INDEX data_key_subject ON vault.data_key (subject);

CREATE TABLE vault.identity (
    blind_index bytea PRIMARY KEY,                     -- keyed hash of the code with its separator
    subject     uuid  NOT NULL REFERENCES journal.person
);
CREATE INDEX identity_subject ON vault.identity (subject);

CREATE TABLE vault.tombstone (
    subject uuid PRIMARY KEY,
    erased  timestamptz NOT NULL,
    keys    integer     NOT NULL
);
