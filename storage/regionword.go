package storage

import "context"

var (
	regionOf = contactsWith(func(c contactColumn) bool {
		return c.name == "id" || c.name == "region" || c.name == "region_path"
	})
	regionsOf = regionOf.in(`
WITH v (contact) AS (VALUES {rows ($)})
SELECT {person} FROM contacts WHERE id IN (SELECT contact FROM v) AND (region <> '' OR region_path <> '')`)
	putRegionsOf = regionOf.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
UPDATE contacts SET {set} FROM v WHERE contacts.id = v.id`)
)

// FindRegions finds the regions of the contacts anew, within Store.Expand.
func (t *Tx) FindRegions(ctx context.Context, contacts []string) error {
	var records []contactRecord
	if err := selRows(ctx, t.conn, &records, regionsOf, nil, column(contacts)); err != nil {
		return doing("find regions", err)
	}
	people := make([]ContactRow, len(records))
	was := map[string]string{}
	for i, r := range records {
		var err error
		if people[i], err = r.row(); err != nil {
			return doing("find regions", err)
		}
		was[people[i].ID] = people[i].RegionPath
	}
	if err := t.place(ctx, people); err != nil {
		return err
	}
	var rows [][]any
	var moved []string
	for _, p := range people {
		if p.RegionPath != was[p.ID] {
			rows, moved = append(rows, regionOf.row(p)), append(moved, p.ID)
		}
	}
	if _, err := t.execRows(ctx, putRegionsOf, nil, rows); err != nil {
		return doing("find regions", err)
	}
	return doing("find regions", t.concern(ctx, moved))
}

// UnknownRegion is a word for a region that means none, or several.
type UnknownRegion struct {
	Text   string `db:"region"`
	People int    `db:"people"`
}

const unknownRegions = `
SELECT region, count(*) AS people FROM contacts WHERE region <> '' AND region_path = ''
GROUP BY region ORDER BY people DESC, region LIMIT $1`

// UnknownRegions returns the words that mean no region, those of most people first.
func (s *Store) UnknownRegions(ctx context.Context, limit int) (all []UnknownRegion, err error) {
	err = s.reading.sel(ctx, &all, unknownRegions, limit)
	return all, doing("regions", err)
}
