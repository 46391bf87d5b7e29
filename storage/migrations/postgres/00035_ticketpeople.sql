-- +goose Up

-- Whose a ticket is, is compared with the ids of contacts, byte by byte as they are:
-- otherwise no index finds it. The index is made anew, the rows stay.
ALTER TABLE tickets ALTER COLUMN contact TYPE TEXT COLLATE "C";
