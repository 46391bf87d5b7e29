-- +goose Up

-- Who wrote any part of an article or a change since it was made or last
-- approved, and who submitted it: none of them approves it. object is named as
-- in the audit, which knows who wrote what waits now.
CREATE TABLE writers (
    object     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (object, user_id)
) WITHOUT ROWID;
INSERT INTO writers (object, user_id, written_at)
SELECT a.object, a.actor, max(a.at) FROM audit a LEFT JOIN (
    SELECT object, max(id) AS id FROM audit WHERE action IN ('change.approve', 'article.approve') GROUP BY object
) approved ON approved.object = a.object
WHERE a.action IN ('change.create', 'change.edit', 'change.submit', 'article.create', 'article.edit', 'article.accept', 'article.negative')
AND a.actor <> 'system' AND a.id > COALESCE(approved.id, 0)
AND (a.object IN (SELECT 'change/' || c.id FROM changes c WHERE c.state IN ('draft', 'in review'))
    OR a.object IN (SELECT 'article/' || x.id FROM articles x WHERE x.state = 'draft'))
GROUP BY a.object, a.actor;
