-- +goose Up

CREATE TABLE users (
    id          TEXT COLLATE "C" NOT NULL,
    login       TEXT COLLATE "C" NOT NULL,
    role        TEXT   NOT NULL,
    password    TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_login ON users (login);

-- The secret itself is nowhere: hash is its SHA-256 in hexadecimal.
CREATE TABLE tokens (
    hash       TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    role       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (hash)
);
CREATE UNIQUE INDEX tokens_name ON tokens (user_id, name) WHERE revoked_at = 0;

-- What staff did. hash is the SHA-256 of the hash before it and of the entry,
-- so that an entry cannot be changed, removed or moved unseen.
CREATE TABLE audit (
    id     BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    actor  TEXT   NOT NULL,
    role   TEXT   NOT NULL,
    action TEXT   NOT NULL,
    object TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (id)
);

-- One row: how long the chain is and the hash of its end. Who appends locks it.
CREATE TABLE audit_head (
    id      BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    hash    TEXT   NOT NULL,
    PRIMARY KEY (id)
);

-- +goose StatementBegin
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

-- Answers to writes that carried an Idempotency-Key, kept for a day. id is a
-- hash of the user and the key, request a keyed hash of what was asked.
CREATE TABLE idempotency (
    id         TEXT COLLATE "C" NOT NULL,
    request    TEXT   NOT NULL,
    claim      TEXT   NOT NULL,
    until      BIGINT NOT NULL,
    status     BIGINT NOT NULL DEFAULT 0,
    etag       TEXT   NOT NULL DEFAULT '',
    location   TEXT   NOT NULL DEFAULT '',
    body       BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
