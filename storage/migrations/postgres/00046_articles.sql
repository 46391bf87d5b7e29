-- +goose Up

-- Why an article was returned to its writers last.
ALTER TABLE articles ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- Every version of an article, as bot.Article has it in JSON, and who wrote it.
CREATE TABLE article_versions (
    article TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    user_id TEXT   NOT NULL,
    content TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (article, version)
);

-- What a user has written in an article and no version holds yet; as sheet_drafts.
CREATE TABLE article_drafts (
    article    TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    content    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (article, user_id)
);
CREATE INDEX article_drafts_updated ON article_drafts (updated_at);

-- The change that a question was about; '' of any other.
ALTER TABLE questions ADD COLUMN change_id TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ALTER COLUMN change_id SET STATISTICS 10;
CREATE INDEX questions_change ON questions (change_id, at) WHERE change_id <> '';
