-- +goose NO TRANSACTION
-- +goose Up

-- What is known of people beside their names. attributes holds values in one form
-- (dates as 2026-12-31, numbers with a dot, 'true' and 'false'); misfits, by the
-- same names, what was given and does not fit the type that was declared. region
-- is the company's word, region_path the ids of the region that it means and of
-- all above it, '/a/b/', '' where the word means none. phones the company or the
-- messenger vouches for; phones_unverified nobody. granted are the topics, off by
-- themselves, that the person asked for, preferred the bot they like to be told by.
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS misfits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS region_path TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS phones TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS phones_unverified TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS granted TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS preferred TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN IF NOT EXISTS preferred_for TEXT NOT NULL DEFAULT '{}';

-- The same in the form in which PostgreSQL reads a value without reading all, made
-- from the text by itself: in SQLite a function of ours does that. Rows are written
-- anew here, 10 s for a million people, a minute on a busy machine, in which nobody
-- reads or writes a contact.
SET lock_timeout = 0;
ALTER TABLE contacts
    ADD COLUMN IF NOT EXISTS attributes_b JSONB GENERATED ALWAYS AS (CAST(attributes AS JSONB)) STORED,
    ADD COLUMN IF NOT EXISTS tags_b JSONB GENERATED ALWAYS AS (CAST(tags AS JSONB)) STORED;
RESET lock_timeout;

-- Attributes that were declared. choices is a list of texts.
CREATE TABLE IF NOT EXISTS attributes (
    name      TEXT COLLATE "C" NOT NULL,
    type      TEXT NOT NULL,
    label_uk  TEXT NOT NULL,
    label_ru  TEXT NOT NULL,
    choices   TEXT NOT NULL DEFAULT '[]',
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    position  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (name)
);

-- The tree of regions: path ends with the region's own id. Each is found by its
-- names and aliases, folded.
CREATE TABLE IF NOT EXISTS regions (
    id      TEXT COLLATE "C" NOT NULL,
    parent  TEXT COLLATE "C" NOT NULL DEFAULT '',
    path    TEXT COLLATE "C" NOT NULL,
    name_uk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    aliases TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS regions_path ON regions (path);

CREATE TABLE IF NOT EXISTS region_names (
    name   TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name, region)
);
CREATE INDEX IF NOT EXISTS region_names_region ON region_names (region);

-- What people may be told of. Service topics are the kinds of changes.
CREATE TABLE IF NOT EXISTS topics (
    id       TEXT COLLATE "C" NOT NULL,
    label_uk TEXT NOT NULL,
    label_ru TEXT NOT NULL,
    starts   BOOLEAN NOT NULL,
    service  BOOLEAN NOT NULL DEFAULT FALSE,
    position BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);
INSERT INTO topics (id, label_uk, label_ru, starts, service, position) VALUES
    ('tariff', 'Тарифи та ціни', 'Тарифы и цены', TRUE, TRUE, 1),
    ('move', 'Адреси та переїзди', 'Адреса и переезды', TRUE, TRUE, 2),
    ('outage', 'Роботи та перерви', 'Работы и перерывы', TRUE, TRUE, 3),
    ('rules', 'Правила й умови', 'Правила и условия', TRUE, TRUE, 4),
    ('product', 'Послуги', 'Услуги', TRUE, TRUE, 5),
    ('news', 'Новини й пропозиції', 'Новости и предложения', FALSE, FALSE, 6)
ON CONFLICT (id) DO NOTHING;

-- What people agreed to and refused, as it was said: rows are only added. Topic ''
-- is everything. The address is where it was said, '' elsewhere than in a chat.
CREATE TABLE IF NOT EXISTS consents (
    id        TEXT COLLATE "C" NOT NULL,
    contact   TEXT COLLATE "C" NOT NULL,
    topic     TEXT COLLATE "C" NOT NULL,
    given     BOOLEAN NOT NULL,
    at        BIGINT NOT NULL,
    source    TEXT NOT NULL,
    text_hash TEXT NOT NULL DEFAULT '',
    bot       TEXT COLLATE "C" NOT NULL DEFAULT '',
    chat      TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS consents_contact ON consents (contact, topic, id);

-- People are found by the beginnings of words, folded: of their names, the
-- company's ids and phones; and by their tags, with # before them. The words of each
-- person stand together too, in a list of JSON. Both are filled behind the turn, from
-- search_due: mark grows with every write of the person, bulk are those that nobody
-- waits for.
CREATE TABLE IF NOT EXISTS search_words (
    word    TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (word, contact)
);

CREATE TABLE IF NOT EXISTS search_people (
    contact TEXT COLLATE "C" NOT NULL,
    words   TEXT NOT NULL,
    PRIMARY KEY (contact)
);

CREATE TABLE IF NOT EXISTS search_due (
    contact TEXT COLLATE "C" NOT NULL,
    bulk    BOOLEAN NOT NULL,
    mark    BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (contact)
);
CREATE INDEX IF NOT EXISTS search_due_first ON search_due (bulk, contact);
INSERT INTO search_due (contact, bulk) SELECT id, TRUE FROM contacts ON CONFLICT (contact) DO NOTHING;

-- Lists of people by what is chosen, and of what fits nothing. Made beside the
-- running service, as in migration 4.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS contacts_kind;
CREATE INDEX CONCURRENTLY contacts_kind ON contacts (kind, id);
DROP INDEX CONCURRENTLY IF EXISTS contacts_tier;
CREATE INDEX CONCURRENTLY contacts_tier ON contacts (tier, id);
DROP INDEX CONCURRENTLY IF EXISTS contacts_region;
CREATE INDEX CONCURRENTLY contacts_region ON contacts (region_path, id);
DROP INDEX CONCURRENTLY IF EXISTS contacts_misfits;
CREATE INDEX CONCURRENTLY contacts_misfits ON contacts (id) WHERE misfits <> '{}';
DROP INDEX CONCURRENTLY IF EXISTS contacts_placeless;
CREATE INDEX CONCURRENTLY contacts_placeless ON contacts (region) WHERE region <> '' AND region_path = '';
RESET lock_timeout;
