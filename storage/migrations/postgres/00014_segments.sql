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
