package storage

// Words of people are found in search_words, which stands behind what is known of
// them by a few seconds: see SearchDue.

// eraseWords takes the words of the people away, by those that stand together.
const eraseWords = `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM search_words WHERE contact IN (SELECT contact FROM v)`
