-- +goose Up

-- When the address came to the contact that it has now: for a day it may part
-- itself and no more. merged_at stays when its person is joined to another.
ALTER TABLE merges ADD COLUMN came_at BIGINT NOT NULL DEFAULT 0;
UPDATE merges SET came_at = merged_at;

-- Who asked at this address alone to be sent nothing but answers.
ALTER TABLE conversations ADD COLUMN hushed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE conversations ALTER COLUMN hushed SET STATISTICS 10;
