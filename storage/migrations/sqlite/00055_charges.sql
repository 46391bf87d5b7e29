-- +goose Up

-- What a broadcast may cost at most, in hundredths of a hundredth of the currency; where
-- both are empty, it may cost what it costs.
ALTER TABLE broadcasts ADD COLUMN ceiling BIGINT NOT NULL DEFAULT 0;
ALTER TABLE broadcasts ADD COLUMN ceiling_currency TEXT NOT NULL DEFAULT '';

-- What a messenger charges for each message of a broadcast that is on its way, arrived or
-- may have arrived. What surely did not arrive leaves, so the sum is what was spent.
CREATE TABLE charges (
    broadcast TEXT   NOT NULL,
    key       TEXT   NOT NULL, -- of the recipient
    round     BIGINT NOT NULL, -- of the recipient's, by which messages to one differ
    bot       TEXT   NOT NULL,
    language  TEXT   NOT NULL,
    currency  TEXT   NOT NULL,
    price     BIGINT NOT NULL,
    PRIMARY KEY (broadcast, key, round)
);
