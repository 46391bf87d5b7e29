-- +goose Up

-- A wave of the plan of a change is one broadcast with a place in it. It waits until so
-- many percent of those of the wave before know, unless somebody has opened it.
CREATE TABLE waves (
	broadcast TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	change_id TEXT COLLATE "C" NOT NULL,
	kind TEXT NOT NULL,
	place BIGINT NOT NULL,
	owner TEXT COLLATE "C" NOT NULL,
	gate BIGINT NOT NULL,
	opened_by TEXT NOT NULL DEFAULT '',
	opened_why TEXT NOT NULL DEFAULT '',
	opened_at BIGINT NOT NULL DEFAULT 0,
	called_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX waves_change ON waves (change_id, place);

-- Which broadcast it stands in the place of, which one it corrects to those whom that one
-- told, and since when it waits beyond its moment.
ALTER TABLE broadcasts ADD COLUMN mends TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN corrects TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;
