package storage

import (
	"context"
	"math"

	"visnyk/bot"
)

// Settings in MiB.
const (
	filesTotal = "files.total" // of everybody's files, over all chats and replicas
	filesChat  = "files.chat"  // of what one person sent in a messenger's chat

	filesLargest = "files.largest" // of one file that is fetched or that an operator sends

	filesDaily = "files.daily" // from one address on the net, in a day
)

const (
	// filesSetting is the row that whoever adds to the sum over all files holds.
	filesSetting = "storage.files"

	lockFiles = `
INSERT INTO settings (key, value) VALUES ($1, '')
ON CONFLICT (key) DO UPDATE SET value = settings.value`

	chatFilesSize = `SELECT COALESCE(sum(size), 0) FROM files WHERE bot = $1 AND chat = $2 AND state = 'kept' AND NOT outgoing AND id <> $3`

	// A file counts with whole pieces, so that there are never too many to count,
	// and one on its way with what it will be.
	allFilesPieces = `SELECT COALESCE(sum((size + 65535) / 65536), 0) FROM files WHERE key <> $1`
)

// fits fails when the file is too much for its chat or for all. It is exact
// while filesSetting is held.
func (s *Store) fits(ctx context.Context, t *Tx, a bot.Address, f File, most int64) error {
	var kept, pieces int64
	if err := t.get(ctx, &kept, chatFilesSize, a.Bot, a.Chat, f.ID); err != nil {
		return err
	}
	if kept+f.Size > most {
		return ErrChatFull
	}
	total, err := s.mebibytes(ctx, t.conn, filesTotal)
	if err != nil {
		return err
	}
	if err := t.get(ctx, &pieces, allFilesPieces, f.Key); err != nil {
		return err
	}
	if pieces+(f.Size+PieceSize-1)/PieceSize > total/PieceSize {
		return ErrFilesFull
	}
	return nil
}

// FilesPerDay returns how many bytes one address on the net may send in a day: the
// setting files.daily.
func (s *Store) FilesPerDay(ctx context.Context) (int64, error) {
	n, err := s.mebibytes(ctx, s.r, filesDaily)
	return n, doing("files of a day", err)
}

// mebibytes reads a setting that is a number of MiB, or "none" for no limit, and
// gives bytes. One that cannot be read is told, and the usual value holds.
func (s *Store) mebibytes(ctx context.Context, c conn, name string) (int64, error) {
	known, _ := NumberSettingOf(name)
	var values []string
	if err := c.sel(ctx, &values, setting, name); err != nil {
		return 0, err
	}
	if len(values) == 0 {
		return known.Usual << 20, nil
	}
	n, limited, err := known.Read(values[0])
	switch {
	case err != nil:
		s.log.Warn("a setting cannot be read; the usual value holds", "err", err, "usual", known.Usual)
		return known.Usual << 20, nil
	case !limited:
		return math.MaxInt64, nil
	}
	return n << 20, nil
}
