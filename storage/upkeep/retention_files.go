package upkeep

import (
	"context"
	"fmt"
	"time"

	"visnyk/storage"
)

const (
	// comingFor is how long a file may be on its way: nobody sends one for longer.
	comingFor = time.Hour
	// pictureFor is how long a picture stays that no broadcast shows: somebody is choosing.
	pictureFor = 24 * time.Hour
	// piecesAtOnce and filesAtOnce leave in one transaction.
	piecesAtOnce = 32
	filesAtOnce  = 16
)

// fileKinds are files that came or never will, and those on their way in that never became whole. What is fetched ends by itself.
func fileKinds() []retained {
	return []retained{
		{what: "files", removes: oldFiles("state <> 'coming'")},
		{what: "uploads", keep: comingFor, fixed: true, removes: oldFiles("state = 'coming' AND ref = ''")},
		{what: "pictures", keep: pictureFor, fixed: true, removes: unshownPictures},
		{what: "imports", keep: storage.ImportFilesKept, fixed: true, removes: importFiles},
	}
}

// importFiles finds what old imports hold, by their rows: few of the files are theirs.
// None is taken while it is read.
var importFiles = fmt.Sprintf(`SELECT f.bot, f.chat, f.key FROM imports i JOIN files f ON f.bot = '~import' AND f.chat = i.id AND f.key = i.file
WHERE i.file <> '' AND i.state NOT IN ('checking', 'running') AND i.made_at < {now} - $1 ORDER BY i.made_at LIMIT %d`, filesAtOnce)

// unshownPictures finds what was uploaded for broadcasts and replaced, or left: nothing was
// sent with it, and none that has not begun, nor what anybody has written of one, names it.
var unshownPictures = fmt.Sprintf(`SELECT bot, chat, key FROM files f WHERE bot = '~broadcast' AND chat = '~' AND state = 'kept' AND used_at = 0 AND created_at < {now} - $1
AND NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.started_at = 0 AND b.content LIKE '%%' || f.key || '%%')
AND NOT EXISTS (SELECT 1 FROM broadcast_drafts d WHERE d.content LIKE '%%' || f.key || '%%')
ORDER BY created_at LIMIT %d`, filesAtOnce)

// oldFiles finds the oldest files, older than $1.
func oldFiles(which string) string {
	return fmt.Sprintf(`SELECT bot, chat, key FROM files WHERE %s AND created_at < {now} - $1
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
DELETE FROM file_pieces WHERE (bot, chat, key, n) IN (SELECT p.bot, p.chat, p.key, p.n FROM (%s) f
JOIN file_pieces p ON p.bot = f.bot AND p.chat = f.chat AND p.key = f.key LIMIT %d)`, k.removes, piecesAtOnce)
	files := fmt.Sprintf(`
DELETE FROM files WHERE (bot, chat, key) IN (SELECT bot, chat, key FROM (%s) f
WHERE NOT EXISTS (SELECT 1 FROM file_pieces p WHERE p.bot = f.bot AND p.chat = f.chat AND p.key = f.key))`, k.removes)
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
