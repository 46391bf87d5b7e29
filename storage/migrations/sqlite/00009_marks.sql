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
-- REPLACE removes a row without asking the guard against DELETE.
-- +goose StatementBegin
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd

-- An older version's commands write no marks, and the audit would look forged for
-- ever: they are refused.
-- +goose StatementBegin
CREATE TRIGGER audit_marks_go_on BEFORE INSERT ON audit
WHEN NEW.mark = '' AND EXISTS (SELECT 1 FROM audit WHERE id = NEW.id - 1 AND mark <> '')
BEGIN
    SELECT RAISE(ABORT, 'the audit has marks from now on: stop the older version');
END;
-- +goose StatementEnd

-- sealed names the key that a kept answer is encrypted with: '' for an answer
-- in clear, '-' for one that was not kept. A link that somebody joins by must
-- not stand here in clear.
ALTER TABLE idempotency ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
UPDATE idempotency SET body = CAST('' AS BLOB), sealed = '-' WHERE instr(body, CAST('/join/' AS BLOB)) > 0;
