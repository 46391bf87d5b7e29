package storage

import "context"

const growContent = `UPDATE content SET version = version + 1 WHERE id = 1`

// EditContent makes the content's version grow and keeps others who write
// content, and the turns of new contacts, out until the commit. Whoever changes
// articles or changes begins with it, and calls Notify("content") after the
// commit.
func (t *Tx) EditContent(ctx context.Context) error {
	_, err := t.exec(ctx, growContent)
	return doing("edit content", err)
}

// HoldContent keeps others who write content out until the commit, as EditContent does,
// for whoever may have to change some of it. It comes before what else is locked.
func (t *Tx) HoldContent(ctx context.Context) error { return t.lockContent(ctx) }

// putContent runs f in a transaction of its own that edits content.
func (s *Store) putContent(ctx context.Context, f func(*Tx) error) error {
	err := s.InTx(ctx, func(t *Tx) error {
		if err := t.EditContent(ctx); err != nil {
			return err
		}
		return f(t)
	})
	if err == nil {
		s.Notify("content")
	}
	return err
}

// lastByID makes one row for each id (its first column); the last one counts.
func lastByID[T any](all []T, row func(T) []any) [][]any {
	place := map[any]int{}
	var rows [][]any
	for _, one := range all {
		r := row(one)
		if i, twice := place[r[0]]; twice {
			rows[i] = r
			continue
		}
		place[r[0]] = len(rows)
		rows = append(rows, r)
	}
	return rows
}

const contentVersion = `SELECT version FROM content WHERE id = 1`

// ContentVersion grows with every PutArticles and PutChanges.
func (s *Store) ContentVersion(ctx context.Context) (version int64, err error) {
	err = s.r.get(ctx, &version, contentVersion)
	return version, doing("content version", err)
}
