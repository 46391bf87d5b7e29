-- +goose Up

-- How often the message of a recipient was tried before it went back to wait.
ALTER TABLE recipients ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
