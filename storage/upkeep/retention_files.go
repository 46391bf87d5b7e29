package upkeep

import (
	"context"
	"fmt"
	"time"
)

const (
	// comingFor is how long a file may be on its way: nobody sends one for longer.
	comingFor = time.Hour
	// piecesAtOnce and filesAtOnce leave in one transaction.
	piecesAtOnce = 32
	filesAtOnce  = 16
)

// fileKinds are files that are whole, and those that never became so.
func fileKinds() []retained {
	return []retained{
		{what: "files", removes: oldFiles("whole")},
		{what: "uploads", keep: comingFor, fixed: true, removes: oldFiles("NOT whole")},
	}
}

// oldFiles finds the oldest files, older than $1.
func oldFiles(which string) string {
	return fmt.Sprintf(`SELECT bot, chat, key FROM webchat_files WHERE %s AND created_at < {now} - $1
ORDER BY created_at LIMIT %d`, which, filesAtOnce)
}

// files removes what is due of a kind: pieces first, so that none is left behind,
// and each file when it has no more.
func (r *Retention) files(ctx context.Context, k retained) error {
	keep, ever, err := r.keep(ctx, k)
	if err != nil || !ever {
		return err
	}
	pieces := fmt.Sprintf(`
DELETE FROM webchat_pieces WHERE (bot, chat, key, n) IN (SELECT p.bot, p.chat, p.key, p.n FROM (%s) f
JOIN webchat_pieces p ON p.bot = f.bot AND p.chat = f.chat AND p.key = f.key LIMIT %d)`, k.removes, piecesAtOnce)
	files := fmt.Sprintf(`
DELETE FROM webchat_files WHERE (bot, chat, key) IN (SELECT bot, chat, key FROM (%s) f
WHERE NOT EXISTS (SELECT 1 FROM webchat_pieces p WHERE p.bot = f.bot AND p.chat = f.chat AND p.key = f.key))`, k.removes)
	for {
		began := time.Now()
		parts, err := r.remove(ctx, pieces, keep)
		if err != nil {
			return err
		}
		whole, err := r.remove(ctx, files, keep)
		if err != nil {
			return err
		}
		if whole > 0 {
			r.removed(k.what, whole)
		}
		if parts+whole == 0 {
			return nil
		}
		if err := rest(ctx, time.Since(began)); err != nil {
			return err
		}
	}
}
