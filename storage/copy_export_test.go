package storage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"visnyk/storage/db"
)

// Tables are the names of all tables that the migrations make.
func Tables(ctx context.Context) ([]string, error) {
	want, err := db.SchemaAt(ctx, Migrations(), math.MaxInt64)
	var all []string
	for _, t := range want.Tables {
		all = append(all, t.Name)
	}
	return all, err
}

// Everything returns each row of each table, in words that both databases share.
func (s *Store) Everything(ctx context.Context) (map[string][]string, error) {
	have, err := s.r.sql.Schema(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, t := range have.Tables {
		if all[t.Name], err = s.rowsOf(ctx, t); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Store) rowsOf(ctx context.Context, t db.Table) ([]string, error) {
	names := ""
	for i, c := range t.Columns {
		if i > 0 {
			names += ", "
		}
		names += c.Name
	}
	res, err := s.r.sql.Query(ctx, "SELECT "+names+" FROM "+t.Name)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	all := []string{}
	for res.Next() {
		row, err := res.SliceScan()
		if err != nil {
			return nil, err
		}
		text := ""
		for i, v := range row {
			switch raw := v.(type) {
			case []byte:
				v = string(raw)
			case int64:
				if t.Columns[i].Kind == "BOOLEAN" {
					v = raw != 0
				}
			}
			text += fmt.Sprintf("%s=%q ", t.Columns[i].Name, fmt.Sprint(v))
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all, res.Err()
}
