-- +goose Up

-- Whom a change concerns: a segment, as bot.Segment has it in JSON; '' is
-- everyone. The lists that were its audience become the same tree as
-- bot.Audience makes of them, so nothing is approved anew.
ALTER TABLE changes ADD COLUMN segment TEXT NOT NULL DEFAULT '';
UPDATE changes SET segment = (
    SELECT CAST(json_build_object('and',
        json_agg(f.condition ORDER BY CASE f.field WHEN 'kind' THEN 1 WHEN 'tier' THEN 2 ELSE 3 END)) AS TEXT)
    FROM (
        SELECT a.field, json_build_object('field', a.field, 'op', 'in', 'values', json_agg(a.value ORDER BY a.value COLLATE "C")) AS condition
        FROM audiences a WHERE a.change_id = changes.id
        GROUP BY a.field
    ) f
) WHERE id IN (SELECT change_id FROM audiences);
DROP TABLE audiences;

-- Replicas of the version before this one, which run on while this one is rolled
-- out, read the lists: here they are. A tree that lists do not say concerns nobody
-- there, for no kind is ''. Their own writes of changes are refused. A later
-- version drops it.
CREATE VIEW audiences (change_id, field, value) AS
WITH trees AS MATERIALIZED (
    SELECT c.id, CAST(NULLIF(c.segment, '') AS JSON) AS tree FROM changes c WHERE c.segment <> ''
), parts AS MATERIALIZED (
    SELECT t.id, p.part ->> 'field' AS field, p.part ->> 'op' AS op, p.part -> 'values' AS list
    FROM trees t CROSS JOIN LATERAL json_array_elements(t.tree -> 'and') p (part)
), told AS (
    SELECT p.id FROM parts p GROUP BY p.id
    HAVING count(DISTINCT p.field) = count(*) AND count(*) = sum(CASE WHEN p.op = 'in' AND p.field IN ('kind', 'tier', 'region') THEN 1 ELSE 0 END)
)
SELECT p.id, p.field COLLATE "C", v.value COLLATE "default"
FROM parts p CROSS JOIN LATERAL json_array_elements_text(p.list) v (value)
WHERE p.id IN (SELECT id FROM told)
UNION
SELECT t.id, 'kind', '' FROM trees t WHERE t.id NOT IN (SELECT id FROM told);
