package storage

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ManifestTables are the tables that hold something of people.
func ManifestTables() []string {
	var names []string
	for _, h := range manifest() {
		names = append(names, h.table)
	}
	return names
}

// Grep names every table, and on SQLite every file beside the database, that
// holds one of the words.
func (s *Store) Grep(ctx context.Context, words ...string) (found []string, err error) {
	columns, err := s.Columns(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[c.Table] {
			continue
		}
		seen[c.Table] = true
		text, err := s.whole(ctx, c.Table)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if strings.Contains(text, w) {
				found = append(found, c.Table+": "+w)
			}
		}
	}
	if !s.db.SQLite() {
		return found, nil
	}
	var path string
	if err := s.r.get(ctx, &path, `SELECT file FROM pragma_database_list WHERE name = 'main'`); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no files: %w", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				found = append(found, filepath.Base(f)+": "+w)
			}
		}
	}
	return found, nil
}

func (s *Store) whole(ctx context.Context, table string) (string, error) {
	rows, err := s.r.sql.Query(ctx, "SELECT * FROM "+table)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return "", err
		}
		for _, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			fmt.Fprintln(&b, v)
		}
	}
	return b.String(), rows.Err()
}

// Waits reports whether the transaction's commit waits for PostgreSQL's disk.
func (t *Tx) Waits(ctx context.Context) (bool, error) {
	var level string
	err := t.sql.Plainly().Get(ctx, &level, "SHOW synchronous_commit")
	return level == "on", err
}
