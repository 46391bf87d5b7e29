-- +goose Up

-- What is known of people beside their names. attributes holds values in one form
-- (dates as 2026-12-31, numbers with a dot, 'true' and 'false'); misfits, by the
-- same names, what was given and does not fit the type that was declared. region
-- is the company's word, region_path the ids of the region that it means and of
-- all above it, '/a/b/', '' where the word means none. phones the company or the
-- messenger vouches for; phones_unverified nobody. granted are the topics, off by
-- themselves, that the person asked for, preferred the bot they like to be told by.
ALTER TABLE contacts ADD COLUMN misfits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN region_path TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN phones TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN phones_unverified TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN granted TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN preferred TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN preferred_for TEXT NOT NULL DEFAULT '{}';

-- Attributes that were declared. choices is a list of texts.
CREATE TABLE attributes (
    name      TEXT NOT NULL,
    type      TEXT NOT NULL,
    label_uk  TEXT NOT NULL,
    label_ru  TEXT NOT NULL,
    choices   TEXT NOT NULL DEFAULT '[]',
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    position  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (name)
) WITHOUT ROWID;

-- The tree of regions: path ends with the region's own id. Each is found by its
-- names and aliases, folded.
CREATE TABLE regions (
    id      TEXT NOT NULL,
    parent  TEXT NOT NULL DEFAULT '',
    path    TEXT NOT NULL,
    name_uk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    aliases TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX regions_path ON regions (path);

CREATE TABLE region_names (
    name   TEXT NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (name, region)
) WITHOUT ROWID;
CREATE INDEX region_names_region ON region_names (region);

-- What people may be told of. Service topics are the kinds of changes.
CREATE TABLE topics (
    id       TEXT NOT NULL,
    label_uk TEXT NOT NULL,
    label_ru TEXT NOT NULL,
    starts   BOOLEAN NOT NULL,
    service  BOOLEAN NOT NULL DEFAULT FALSE,
    position BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
) WITHOUT ROWID;
INSERT INTO topics (id, label_uk, label_ru, starts, service, position) VALUES
    ('tariff', 'Тарифи та ціни', 'Тарифы и цены', TRUE, TRUE, 1),
    ('move', 'Адреси та переїзди', 'Адреса и переезды', TRUE, TRUE, 2),
    ('outage', 'Роботи та перерви', 'Работы и перерывы', TRUE, TRUE, 3),
    ('rules', 'Правила й умови', 'Правила и условия', TRUE, TRUE, 4),
    ('product', 'Послуги', 'Услуги', TRUE, TRUE, 5),
    ('news', 'Новини й пропозиції', 'Новости и предложения', FALSE, FALSE, 6);

-- What people agreed to and refused, as it was said: rows are only added. Topic ''
-- is everything. The address is where it was said, '' elsewhere than in a chat.
CREATE TABLE consents (
    id        TEXT NOT NULL,
    contact   TEXT NOT NULL,
    topic     TEXT NOT NULL,
    given     BOOLEAN NOT NULL,
    at        BIGINT NOT NULL,
    source    TEXT NOT NULL,
    text_hash TEXT NOT NULL DEFAULT '',
    bot       TEXT NOT NULL DEFAULT '',
    chat      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX consents_contact ON consents (contact, topic, id);

-- People are found by the beginnings of words, folded: of their names, the
-- company's ids and phones; and by their tags, with # before them. The words of each
-- person stand together too, in a list of JSON. Both are filled behind the turn, from
-- search_due: mark grows with every write of the person, bulk are those that nobody
-- waits for.
CREATE TABLE search_words (
    word    TEXT NOT NULL,
    contact TEXT NOT NULL,
    PRIMARY KEY (word, contact)
) WITHOUT ROWID;

CREATE TABLE search_people (
    contact TEXT NOT NULL,
    words   TEXT NOT NULL,
    PRIMARY KEY (contact)
) WITHOUT ROWID;

CREATE TABLE search_due (
    contact TEXT NOT NULL,
    bulk    BOOLEAN NOT NULL,
    mark    BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (contact)
) WITHOUT ROWID;
CREATE INDEX search_due_first ON search_due (bulk, contact);
INSERT INTO search_due (contact, bulk) SELECT id, TRUE FROM contacts;

-- Lists of people by what is chosen, and of what fits nothing.
CREATE INDEX contacts_kind ON contacts (kind, id);
CREATE INDEX contacts_tier ON contacts (tier, id);
CREATE INDEX contacts_region ON contacts (region_path, id);
CREATE INDEX contacts_misfits ON contacts (id) WHERE misfits <> '{}';
CREATE INDEX contacts_placeless ON contacts (region) WHERE region <> '' AND region_path = '';
