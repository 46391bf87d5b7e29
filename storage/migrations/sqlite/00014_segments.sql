-- +goose Up

-- Whom a change concerns: a segment, as bot.Segment has it in JSON; '' is
-- everyone. The lists that were its audience become the same tree as
-- bot.Audience makes of them, so nothing is approved anew.
ALTER TABLE changes ADD COLUMN segment TEXT NOT NULL DEFAULT '';
UPDATE changes SET segment = (
    SELECT json_object('and', json_group_array(json(f.condition)))
    FROM (
        SELECT json_object('field', g.field, 'op', 'in', 'values', json_group_array(g.value)) AS condition
        FROM (SELECT field, value FROM audiences a WHERE a.change_id = changes.id ORDER BY field, value) g
        GROUP BY g.field
        ORDER BY CASE g.field WHEN 'kind' THEN 1 WHEN 'tier' THEN 2 ELSE 3 END
    ) f
) WHERE id IN (SELECT change_id FROM audiences);
-- The twin keeps the lists for replicas of an older version; here there are none.
DROP TABLE audiences;
