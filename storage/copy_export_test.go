package storage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jmoiron/sqlx"
)

// CopyTelling is Copy that calls during in the middle of it, with the table.
func CopyTelling(ctx context.Context, from, to string, during func(table string)) ([]Copied, error) {
	return copyAll(ctx, from, to, Options{}, during)
}

// Tables are the names of all tables that the migrations make.
func Tables(ctx context.Context) ([]string, error) {
	want, err := schemaAt(ctx, math.MaxInt64)
	var all []string
	for _, t := range want.tables {
		all = append(all, t.name)
	}
	return all, err
}

// Everything gives each row of each table, in words that both databases share.
func (s *Store) Everything(ctx context.Context) (map[string][]string, error) {
	have, err := s.r.schema(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, t := range have.tables {
		if all[t.name], err = s.rowsOf(ctx, t); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Store) rowsOf(ctx context.Context, t table) ([]string, error) {
	names := ""
	for i, c := range t.columns {
		if i > 0 {
			names += ", "
		}
		names += c.name
	}
	res, err := s.r.q.(*sqlx.DB).QueryxContext(ctx, "SELECT "+names+" FROM "+t.name)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	all := []string{}
	for res.Next() {
		row, _, err := t.scan(res)
		if err != nil {
			return nil, err
		}
		text := ""
		for i, v := range row {
			text += fmt.Sprintf("%s=%q ", t.columns[i].name, fmt.Sprint(v))
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all, res.Err()
}
