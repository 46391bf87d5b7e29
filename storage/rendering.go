package storage

import (
	"context"
	"maps"
	"slices"

	"visnyk/bot"
)

// The id of a rendering is where its hash begins, behind the scheme, so it is
// found by the key.
const renderingsByID = `
WITH v (id) AS (VALUES {rows ($)})
SELECT v.id, r.change_id, r.version, r.channel, r.language, r.part, r.template
FROM v JOIN renderings r ON r.hash >= 'v1:' || v.id AND r.hash < 'v1:' || v.id || 'g'`

const putRenderings = `
WITH v (hash, broadcast, change_id, version, channel, language, part, template) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT), $, $, $, $)})
INSERT INTO renderings (hash, broadcast, change_id, version, channel, language, part, template, made_at)
SELECT hash, broadcast, change_id, version, channel, language, part, template, {now} FROM v WHERE TRUE ORDER BY hash
ON CONFLICT (hash) DO NOTHING`

// PutRenderings keeps what a broadcast is to everybody.
func (t *Tx) PutRenderings(ctx context.Context, broadcast string, all []bot.Rendering) error {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{r.Hash(), broadcast, r.Change, r.Version, r.Channel, r.Language, r.Part, r.Template}
	}
	_, err := t.execRows(ctx, putRenderings, nil, rows)
	return doing("put renderings", err)
}

// Renderings returns the renderings with the ids, as bot.RenderingID makes them.
// Of two that share an id it returns neither.
func (s *Store) Renderings(ctx context.Context, ids []string) (map[string]bot.Rendering, error) {
	var records []struct {
		ID       string            `db:"id"`
		Change   string            `db:"change_id"`
		Version  int               `db:"version"`
		Channel  string            `db:"channel"`
		Language bot.Language      `db:"language"`
		Part     bot.RenderingPart `db:"part"`
		Template string            `db:"template"`
	}
	if err := selRows(ctx, s.r, &records, renderingsByID, nil, column(slices.Compact(slices.Sorted(slices.Values(ids))))); err != nil {
		return nil, doing("renderings", err)
	}
	found, shared := make(map[string]bot.Rendering, len(records)), map[string]bool{}
	for _, r := range records {
		_, twice := found[r.ID]
		shared[r.ID] = shared[r.ID] || twice
		found[r.ID] = bot.Rendering{
			Change: r.Change, Version: r.Version, Channel: r.Channel, Language: r.Language, Part: r.Part, Template: r.Template,
		}
	}
	maps.DeleteFunc(found, func(id string, _ bot.Rendering) bool { return shared[id] })
	return found, nil
}
