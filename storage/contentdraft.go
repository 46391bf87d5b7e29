package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// ContentDraft is what a user has written of an article, a change or a broadcast and no
// version holds yet.
type ContentDraft[T any] struct {
	Of, User string
	Login    string // of the user
	Version  int    // that it was begun from
	Rev      int    // grows with each time it is kept
	Content  T
}

// ContentDrafts are those of one noun: a row for each thing, by its key column, and user.
type ContentDrafts[T any] struct {
	store      *Store
	table, key string
}

// ArticleDrafts are what users have written in articles and no version holds yet.
func (s *Store) ArticleDrafts() ContentDrafts[bot.Article] {
	return ContentDrafts[bot.Article]{s, "article_drafts", "article"}
}

// SheetDrafts are what users have written in the sheets of changes and no version holds
// yet.
func (s *Store) SheetDrafts() ContentDrafts[bot.Change] {
	return ContentDrafts[bot.Change]{s, "sheet_drafts", "change"}
}

// BroadcastDrafts are what users have written in broadcasts and no version holds yet.
func (s *Store) BroadcastDrafts() ContentDrafts[bot.Broadcast] {
	return ContentDrafts[bot.Broadcast]{s, "broadcast_drafts", "broadcast"}
}

// Own returns what the user has written of the thing; nil where there is nothing.
func (d ContentDrafts[T]) Own(ctx context.Context, thing, user string) (*ContentDraft[T], error) {
	all, err := d.sel(ctx, `WHERE d.`+d.key+` = $1 AND d.user_id = $2`, thing, user)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Idle returns those that nobody has written in for so long, the oldest first, at most
// limit.
func (d ContentDrafts[T]) Idle(ctx context.Context, idle time.Duration, limit int) ([]ContentDraft[T], error) {
	return d.sel(ctx, `WHERE d.updated_at < {now} - $1 ORDER BY d.updated_at, d.`+d.key+`, d.user_id LIMIT $2`, idle, limit)
}

func (d ContentDrafts[T]) sel(ctx context.Context, which string, values ...any) ([]ContentDraft[T], error) {
	var records []struct {
		Thing   string `db:"thing"`
		User    string `db:"user_id"`
		Login   string `db:"login"`
		Version int    `db:"version"`
		Rev     int    `db:"rev"`
		Content string `db:"content"`
	}
	if err := d.store.r.sel(ctx, &records, `SELECT d.`+d.key+` AS thing, d.user_id, COALESCE(u.login, '') AS login, d.version, d.rev, d.content
FROM `+d.table+` d LEFT JOIN users u ON u.id = d.user_id `+which, values...); err != nil {
		return nil, doing(d.table, err)
	}
	all := make([]ContentDraft[T], len(records))
	for i, r := range records {
		all[i] = ContentDraft[T]{Of: r.Thing, User: r.User, Login: r.Login, Version: r.Version, Rev: r.Rev}
		if err := fromJSON(r.Content, &all[i].Content); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", d.table, r.Thing, err)
		}
	}
	return all, nil
}

// Put keeps the draft in place of the user's last one of the thing, whose Rev it has:
// ErrConflict where that was kept anew meanwhile, by another page.
func (d ContentDrafts[T]) Put(ctx context.Context, one ContentDraft[T]) error {
	return d.store.InTx(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, `
INSERT INTO `+d.table+` (`+d.key+`, user_id, version, rev, content, updated_at)
VALUES ($1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT) + 1, $5, {now})
ON CONFLICT (`+d.key+`, user_id) DO UPDATE SET version = excluded.version, rev = excluded.rev, content = excluded.content, updated_at = excluded.updated_at
WHERE `+d.table+`.rev = excluded.rev - 1`, clean(one.Of), one.User, one.Version, one.Rev, toJSON(one.Content))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return doing("put into "+d.table, err)
	})
}

// Drop removes the draft, unless it was kept anew meanwhile.
func (d ContentDrafts[T]) Drop(ctx context.Context, one ContentDraft[T]) error {
	return d.store.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `DELETE FROM `+d.table+` WHERE `+d.key+` = $1 AND user_id = $2 AND rev = $3`, one.Of, one.User, one.Rev)
		return doing("drop from "+d.table, err)
	})
}
