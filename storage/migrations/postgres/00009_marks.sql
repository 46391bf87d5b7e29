-- +goose Up

-- Who moves an article says which version they mean. decided_by is the user who
-- approved, retired or taught it last: an import leaves it alone then.
ALTER TABLE articles ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE articles ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
UPDATE articles SET decided_by = d.actor
FROM (
    SELECT a.object, a.actor FROM audit a JOIN (
        SELECT max(id) AS id FROM audit
        WHERE action IN ('article.approve', 'article.retire', 'article.accept', 'article.negative')
        GROUP BY object
    ) latest ON latest.id = a.id
) d
WHERE d.object = 'article/' || articles.id AND articles.state <> 'draft';

-- mark is an HMAC of the entry's hash under a key of VISNYK_SECRET, mark_key
-- names that key: whoever has only the database cannot write the chain anew.
-- What is older has none.
ALTER TABLE audit ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN mark_key TEXT NOT NULL DEFAULT '';
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- An older version that still runs beside this one writes no marks, and the
-- audit would look forged for ever: what staff do there is refused meanwhile.
-- +goose StatementBegin
CREATE FUNCTION audit_marks_go_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit WHERE id = NEW.id - 1 AND mark <> '') THEN
        RAISE EXCEPTION 'the audit has marks from now on: stop the older version';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_marks_go_on BEFORE INSERT ON audit
    FOR EACH ROW WHEN (NEW.mark = '') EXECUTE FUNCTION audit_marks_go_on();

-- sealed names the key that a kept answer is encrypted with: '' for an answer
-- in clear, '-' for one that was not kept. A link that somebody joins by must
-- not stand here in clear.
ALTER TABLE idempotency ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
UPDATE idempotency SET body = '', sealed = '-' WHERE position('/join/'::bytea IN body) > 0;
