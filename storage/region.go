package storage

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

type regionRecord struct {
	ID      string `db:"id"`
	Parent  string `db:"parent"`
	Path    string `db:"path"`
	NameUK  string `db:"name_uk"`
	NameRU  string `db:"name_ru"`
	Aliases string `db:"aliases"`
}

func (r regionRecord) region() (bot.Region, error) {
	one := bot.Region{ID: r.ID, Parent: r.Parent, Path: r.Path, Name: bot.Bilingual{UK: r.NameUK, RU: r.NameRU}}
	if err := fromJSON(r.Aliases, &one.Aliases); err != nil {
		return one, fmt.Errorf("region %s: aliases: %w", r.ID, err)
	}
	return one, nil
}

const (
	regionColumns = `SELECT id, parent, path, name_uk, name_ru, aliases FROM regions `
	allRegions    = regionColumns + `ORDER BY path`
	theseRegions  = `WITH v (id) AS (VALUES {rows ($)}) ` + regionColumns + `WHERE id IN (SELECT id FROM v)`

	putRegions = `
WITH v (id, parent, path, name_uk, name_ru, aliases) AS (VALUES {rows ($, $, $, $, $, $)})
INSERT INTO regions (id, parent, path, name_uk, name_ru, aliases) SELECT id, parent, path, name_uk, name_ru, aliases FROM v ORDER BY id
ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, path = excluded.path, name_uk = excluded.name_uk,
	name_ru = excluded.name_ru, aliases = excluded.aliases`

	dropRegions     = `WITH v (id) AS (VALUES {rows ($)}) DELETE FROM regions WHERE id IN (SELECT id FROM v)`
	dropRegionNames = `WITH v (id) AS (VALUES {rows ($)}) DELETE FROM region_names WHERE region IN (SELECT id FROM v)`

	putRegionNames = `
WITH v (name, region) AS (VALUES {rows ($, $)})
INSERT INTO region_names (name, region) SELECT name, region FROM v ORDER BY name, region`

	regionsNamed = `
WITH v (name) AS (VALUES {rows ($)})
SELECT n.name, r.id, r.path FROM v JOIN region_names n ON n.name = v.name JOIN regions r ON r.id = n.region`
)

// NewRegionID makes an identifier for a region: ten letters, as paths are long.
func NewRegionID() string { return strings.ToLower(rand.Text()[:10]) }

// Regions returns the whole tree, each region behind the one it lies in.
func (s *Store) Regions(ctx context.Context) ([]bot.Region, error) {
	return s.reading.regions(ctx, allRegions, nil)
}

// Regions returns the whole tree as the transaction has it.
func (t *Tx) Regions(ctx context.Context) ([]bot.Region, error) {
	return t.regions(ctx, allRegions, nil)
}

func (c conn) regions(ctx context.Context, query string, rows [][]any) ([]bot.Region, error) {
	var records []regionRecord
	var err error
	if rows == nil {
		err = c.sel(ctx, &records, query)
	} else {
		err = selRows(ctx, c, &records, query, nil, rows)
	}
	if err != nil {
		return nil, doing("regions", err)
	}
	all := make([]bot.Region, len(records))
	for i, r := range records {
		if all[i], err = r.region(); err != nil {
			return nil, doing("regions", err)
		}
	}
	return all, nil
}

// PutRegions makes regions or writes over them; EditContent comes before. Paths are
// made here, also those of what lies in them; ErrConflict where a region would lie
// in itself, or in none there is. People find their region anew behind the
// commit, by an expansion.
func (t *Tx) PutRegions(ctx context.Context, regions []bot.Region) error {
	all, err := t.Regions(ctx)
	if err != nil {
		return err
	}
	tree := make(map[string]bot.Region, len(all)+len(regions))
	for _, r := range all {
		tree[r.ID] = r
	}
	changed := map[string]bool{}
	for _, r := range regions {
		r.Path = tree[r.ID].Path
		tree[r.ID], changed[r.ID] = r, true
	}
	var rows, names, ids [][]any
	for id, r := range tree {
		path, ok := pathOf(tree, id)
		if !ok {
			return doing("regions", ErrConflict)
		}
		if path == r.Path && !changed[id] {
			continue
		}
		aliases := r.Aliases
		if aliases == nil {
			aliases = []string{}
		}
		rows = append(rows, []any{id, r.Parent, path, r.Name.UK, r.Name.RU, toJSON(aliases)})
		ids = append(ids, []any{id})
		for _, name := range r.Names() {
			names = append(names, []any{name, id})
		}
	}
	return t.writeRegions(ctx, ids, []rowsFor{{putRegions, rows}, {putRegionNames, names}})
}

// rowsFor are the rows that a statement is run over.
type rowsFor struct {
	query string
	rows  [][]any
}

// writeRegions writes the regions of these ids anew, and asks for everybody's.
func (t *Tx) writeRegions(ctx context.Context, ids [][]any, steps []rowsFor) error {
	for _, step := range append([]rowsFor{{dropRegionNames, ids}}, steps...) {
		if _, err := t.execRows(ctx, step.query, nil, step.rows); err != nil {
			return doing("regions", err)
		}
	}
	return t.askExpansions(ctx, ExpandRegion, column([]string{"regions"}))
}

// pathOf writes the ids from the top to the region.
func pathOf(tree map[string]bot.Region, id string) (path string, ok bool) {
	path = "/"
	for at, steps := id, 0; at != ""; steps++ {
		r, there := tree[at]
		if !there || steps > len(tree) {
			return "", false
		}
		path, at = "/"+at+path, r.Parent
	}
	return path, true
}

// DropRegion removes a region in which no other lies; EditContent comes before.
// ErrNotFound where there is none, ErrConflict where others lie in it.
func (t *Tx) DropRegion(ctx context.Context, id string) error {
	all, err := t.Regions(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(r bot.Region) bool { return r.ID == id }) {
		return doing("drop a region", ErrNotFound)
	}
	if slices.ContainsFunc(all, func(r bot.Region) bool { return r.Parent == id }) {
		return doing("drop a region", ErrConflict)
	}
	return t.writeRegions(ctx, column([]string{id}), []rowsFor{{dropRegions, column([]string{id})}})
}

// place finds the regions that the people's words mean. One that none means, or
// several do, has none: the word stays, and is listed.
func (c conn) place(ctx context.Context, people []ContactRow) error {
	paths, err := c.regionPaths(ctx, people)
	if err != nil {
		return doing("regions", err)
	}
	for i := range people {
		people[i].RegionPath = paths[people[i].Region]
	}
	return nil
}

// regionPaths returns the paths of the regions that are meant, by the words.
func (c conn) regionPaths(ctx context.Context, people []ContactRow) (map[string]string, error) {
	parts := map[string][]string{}
	var leaves []string
	for _, p := range people {
		if _, twice := parts[p.Region]; twice || p.Region == "" {
			continue
		}
		names := bot.RegionNames(p.Region)
		if parts[p.Region] = names; len(names) > 0 {
			leaves = append(leaves, names[len(names)-1])
		}
	}
	slices.Sort(leaves)
	var named []struct {
		Name string `db:"name"`
		ID   string `db:"id"`
		Path string `db:"path"`
	}
	if err := selRows(ctx, c, &named, regionsNamed, nil, column(slices.Compact(leaves))); err != nil || len(named) == 0 {
		return nil, err
	}
	var above []string
	for _, n := range named {
		above = append(above, strings.Split(strings.Trim(n.Path, "/"), "/")...)
	}
	slices.Sort(above)
	regions, err := c.regions(ctx, theseRegions, column(slices.Compact(above)))
	if err != nil {
		return nil, err
	}
	called := make(map[string][]string, len(regions))
	for _, r := range regions {
		called[r.ID] = r.Names()
	}
	found := map[string]string{}
	for text, names := range parts {
		var fits []string
		for _, n := range named {
			if len(names) > 0 && n.Name == names[len(names)-1] && liesIn(n.Path, names, called) {
				fits = append(fits, n.Path)
			}
		}
		if len(fits) == 1 {
			found[text] = fits[0]
		}
	}
	return found, nil
}

// liesIn reports whether the names are those of regions of the path, in order, the
// last of them its own. Regions between may be left out.
func liesIn(path string, names []string, called map[string][]string) bool {
	ids := strings.Split(strings.Trim(path, "/"), "/")
	rest := names[:len(names)-1]
	for _, id := range ids[:len(ids)-1] {
		if len(rest) > 0 && slices.Contains(called[id], rest[0]) {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}
