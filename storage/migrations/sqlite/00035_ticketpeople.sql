-- +goose Up

-- Texts are compared byte by byte here anyway.
SELECT 1;
