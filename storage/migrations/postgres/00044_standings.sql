-- +goose Up

-- How a person was told of a change: by which bot, in which language and of which
-- version, by the message that counts: of the newest version, the one that was seen, else
-- the first. delivered_at and seen_at are the first of any message; blind_at is when the
-- first was sent by a messenger that does not tell what is seen. unreached is why a
-- broadcast of the change passed them by. late is of who came to the audience when
-- everybody in it was listed. standing sums all of this up in one word, and stands_at is
-- the moment by which those of one standing are ordered.
ALTER TABLE ledger ADD COLUMN told_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN told_in TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN told_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN delivered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN blind_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN complained_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN unreached TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN unreached_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN late BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE ledger ADD COLUMN standing TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN stands_at BIGINT NOT NULL DEFAULT 0;

-- How many stand how: written with the rows it counts. Those of who was erased stay, as
-- 'erased'.
CREATE TABLE ledger_counts (
    change_id TEXT COLLATE "C" NOT NULL,
    standing  TEXT COLLATE "C" NOT NULL,
    n         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (change_id, standing)
);

-- The public keys of proofs that were made with earlier secrets.
CREATE TABLE proof_keys (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public  TEXT COLLATE "C" NOT NULL,
    used_at BIGINT NOT NULL
);

-- Whether the bot's messenger tells what is seen, as whoever sends for it says. Tellings of
-- broadcasts did not know.
ALTER TABLE bots ADD COLUMN tells_seen BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tellings SET tells_seen = TRUE WHERE rendering IN (SELECT d.hash FROM renderings d WHERE d.channel IN ('viber', 'webchat'));

WITH t AS (
    SELECT x.contact, x.change_id, x.bot, x.version, d.language,
        row_number() OVER (PARTITION BY x.contact, x.change_id ORDER BY CASE WHEN x.outcome IN ('sent', 'failed') THEN 0 ELSE 1 END,
            x.version DESC, CASE WHEN x.seen_at <> 0 THEN 0 ELSE 1 END, x.sent_at, x.cause) AS nth
    FROM tellings x JOIN renderings d ON d.hash = x.rendering
    WHERE x.contact <> '' AND x.part <> 'digest line' AND x.outcome IN ('sent', 'failed', 'unknown')
), s AS (
    SELECT x.contact, x.change_id, COALESCE(min(CASE WHEN x.delivered_at <> 0 THEN x.delivered_at END), 0) AS delivered,
        COALESCE(min(CASE WHEN x.seen_at <> 0 THEN x.seen_at END), 0) AS seen,
        COALESCE(min(CASE WHEN NOT x.tells_seen AND x.sent_at <> 0 THEN x.sent_at END), 0) AS blind
    FROM tellings x WHERE x.contact <> '' AND x.part <> 'digest line' GROUP BY x.contact, x.change_id
)
UPDATE ledger SET told_by = t.bot, told_in = t.language, told_version = t.version, delivered_at = s.delivered, seen_at = s.seen, blind_at = s.blind
FROM t JOIN s ON s.contact = t.contact AND s.change_id = t.change_id
WHERE t.nth = 1 AND ledger.contact = t.contact AND ledger.change_id = t.change_id;

UPDATE ledger SET complained_at = (SELECT min(x.opened_at) FROM tickets x WHERE x.contact = ledger.contact AND x.topic = ledger.change_id AND x.reason = 'complaint')
WHERE EXISTS (SELECT 1 FROM tickets x WHERE x.contact = ledger.contact AND x.topic = ledger.change_id AND x.reason = 'complaint');

UPDATE ledger SET
    standing = CASE WHEN acknowledged_at <> 0 AND acknowledged_version >= told_version THEN 'acknowledged' WHEN told_at <> 0 THEN 'told'
        WHEN unsure_at <> 0 THEN 'unsure' WHEN unreached <> '' THEN 'unreached' ELSE 'waiting' END
        || '|' || told_by || '|' || told_in
        || '|' || CAST(CASE WHEN acknowledged_at <> 0 AND acknowledged_version >= told_version THEN acknowledged_version ELSE told_version END AS TEXT)
        || '|' || CASE WHEN delivered_at <> 0 THEN 'D' ELSE '' END || CASE WHEN seen_at <> 0 THEN 'S' WHEN blind_at <> 0 THEN 'B' ELSE '' END
        || CASE WHEN asked_at <> 0 THEN 'Q' ELSE '' END || CASE WHEN complained_at <> 0 THEN 'C' ELSE '' END || CASE WHEN late THEN 'L' ELSE '' END
        || '|' || CASE WHEN told_at <> 0 OR unsure_at <> 0 OR acknowledged_at <> 0 THEN '' ELSE unreached END,
    stands_at = CASE WHEN blind_at <> 0 THEN blind_at WHEN told_at <> 0 THEN told_at WHEN unreached <> '' THEN unreached_at ELSE created_at END;

INSERT INTO ledger_counts (change_id, standing, n) SELECT change_id, standing, count(*) FROM ledger GROUP BY change_id, standing;

CREATE INDEX ledger_standing ON ledger (change_id, standing, stands_at, contact);
