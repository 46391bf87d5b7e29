-- +goose Up

-- SQLite gathers no statistics by itself; see its twin.
SELECT 1;
