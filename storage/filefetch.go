package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"visnyk/bot"
)

// Fetch is a file that a messenger keeps for us, asked for with the turn that told
// of it.
type Fetch struct {
	Address bot.Address
	Key     string // our id of it
	Kind    bot.AttachmentKind
	Name    string
	Ref     string // what the messenger gives it for
	Tries   int    // this one included
	Claim   string // by which it is held; see DueFetches
	Age     time.Duration
}

// FilesTopic tells that there are files to fetch; see Notify.
const FilesTopic = "files"

const askFetches = `
WITH v (bot, chat, key, name, kind, ref) AS (VALUES {rows ($, $, $, $, $, $)})
INSERT INTO files (bot, chat, key, id, name, type, size, state, kind, ref, due_at, created_at)
SELECT bot, chat, key, key, name, '', 0, 'coming', kind, ref, {now}, {now} FROM v WHERE TRUE`

// askFetches asks for what the turns tell of. They take room
// once their bytes come.
func (t *Tx) askFetches(ctx context.Context, b *batch, all []Fetch) error {
	rows := make([][]any, len(all))
	for i, f := range all {
		rows[i] = []any{f.Address.Bot, f.Address.Chat, f.Key, f.Name, f.Kind, f.Ref}
	}
	if _, err := t.execRows(ctx, askFetches, nil, rows); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	b.woken = append(b.woken, FilesTopic)
	return nil
}

const (
	fetchDue = `f.state = 'coming' AND f.ref <> '' AND f.due_at <= {now}`

	// One of a chat at a time: whoever sends many, or what never ends, keeps nobody
	// else waiting. What failed before waits for what did not.
	dueFetches = `
SELECT f.bot, f.chat, f.key FROM files f WHERE ` + fetchDue + `
AND NOT EXISTS (SELECT 1 FROM files o WHERE o.state = 'coming' AND o.ref <> '' AND o.bot = f.bot AND o.chat = f.chat
	AND (o.claim <> '' AND o.due_at > {now} OR o.due_at <= {now} AND (o.tries, o.due_at, o.key) < (f.tries, f.due_at, f.key)))
ORDER BY f.tries, f.due_at LIMIT $1`

	claimFetches = `
WITH v (bot, chat, key) AS (VALUES {rows ($, $, $)})
UPDATE files SET claim = $1, tries = files.tries + 1, due_at = {now} + $2
FROM v WHERE files.bot = v.bot AND files.chat = v.chat AND files.key = v.key
	AND files.state = 'coming' AND files.ref <> '' AND files.due_at <= {now}
RETURNING files.bot, files.chat, files.key, files.kind, files.name, files.ref, files.tries, {now} - files.created_at AS age`
)

// DueFetches claims files to fetch, at most limit and one of each chat, for ttl:
// nobody else gets them until then. What a dead process held is due again.
func (s *Store) DueFetches(ctx context.Context, limit int, ttl time.Duration) ([]Fetch, error) {
	type key struct {
		Bot  string `db:"bot"`
		Chat string `db:"chat"`
		Key  string `db:"key"`
	}
	var due []key
	if err := s.r.sel(ctx, &due, dueFetches, limit); err != nil || len(due) == 0 {
		return nil, doing("due files", err)
	}
	rows := make([][]any, len(due))
	for i, d := range due {
		rows[i] = []any{d.Bot, d.Chat, d.Key}
	}
	var claimed []struct {
		key
		Kind  bot.AttachmentKind `db:"kind"`
		Name  string             `db:"name"`
		Ref   string             `db:"ref"`
		Tries int                `db:"tries"`
		Age   int64              `db:"age"`
	}
	claim := NewID()
	err := s.InTx(ctx, func(t *Tx) error {
		claimed = nil
		return selRows(ctx, t.conn, &claimed, claimFetches, []any{claim, ttl}, rows)
	})
	if err != nil {
		return nil, doing("claim files", err)
	}
	all := make([]Fetch, len(claimed))
	for i, c := range claimed {
		all[i] = Fetch{
			Address: bot.Address{Bot: c.Bot, Chat: c.Chat}, Key: c.Key, Kind: c.Kind, Name: c.Name, Ref: c.Ref,
			Tries: c.Tries, Claim: claim, Age: time.Duration(c.Age) * time.Microsecond,
		}
	}
	return all, nil
}

const (
	ofClaim = ` WHERE bot = $1 AND chat = $2 AND key = $3 AND claim = $4 AND state = 'coming'`

	renewFetch   = `UPDATE files SET due_at = {now} + $5` + ofClaim
	reserveFetch = `UPDATE files SET size = $5` + ofClaim
	retryFetch   = `UPDATE files SET claim = '', size = 0, due_at = {now} + $5` + ofClaim
	endFetch     = `UPDATE files SET claim = '', ref = '', size = $5, state = $6, type = $7` + ofClaim
	// Whoever takes the row away waits until the pieces stand, and sees them.
	fetchHeld = `SELECT key FROM files` + ofClaim + ` {present}`
)

func (f Fetch) claimed(more ...any) []any {
	return append([]any{f.Address.Bot, f.Address.Chat, f.Key, f.Claim}, more...)
}

// RenewFetch holds the file for ttl from now on; ErrConflict when it is not ours,
// or not wanted, any more.
func (s *Store) RenewFetch(ctx context.Context, f Fetch, ttl time.Duration) error {
	return doing("hold a file", s.ofFetch(ctx, renewFetch, f, ttl))
}

func (s *Store) ofFetch(ctx context.Context, query string, f Fetch, more ...any) error {
	n, err := s.w.exec(ctx, query, f.claimed(more...)...)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return err
}

// showFile has the open tickets of whoever the address is of show what became of a
// file.
const showFile = `
UPDATE tickets SET ` + bumped + ` WHERE state <> 'closed'
AND contact IN (SELECT contact FROM conversations WHERE bot = $1 AND chat = $2 AND contact <> '')`

// RetryFetch gives the file back, to be tried again after a while.
func (s *Store) RetryFetch(ctx context.Context, f Fetch, after time.Duration) error {
	err := s.InTx(ctx, func(t *Tx) error { return t.endFetch(ctx, retryFetch, f, after) })
	return doing("put a file off", err)
}

// EndFetch gives the file up: it is in the state from now on.
func (s *Store) EndFetch(ctx context.Context, f Fetch, state bot.FileState) error {
	err := s.InTx(ctx, func(t *Tx) error {
		if _, err := t.shown(ctx, showFile, f.Address.Bot, f.Address.Chat); err != nil {
			return err
		}
		return t.endFetch(ctx, endFetch, f, 0, state, "")
	})
	return doing("give a file up", err)
}

// endFetch ends a try that brought nothing: no piece of it stays.
func (t *Tx) endFetch(ctx context.Context, query string, f Fetch, more ...any) error {
	n, err := t.exec(ctx, query, f.claimed(more...)...)
	if err == nil && n == 0 {
		return ErrConflict
	}
	if err == nil {
		_, err = t.exec(ctx, dropPieces, f.Address.Bot, f.Address.Chat, f.Key)
	}
	return err
}

// ErrTooLarge: a file has more bytes than are kept of one.
var ErrTooLarge = errors.New("the file is larger than is kept of one")

// KeepFetch keeps the bytes of a claimed file, piece by piece, and makes it whole;
// kind tells its type by its first bytes. size is how many there are, -1 where
// nobody tells; more than most are ErrTooLarge. ErrChatFull and ErrFilesFull as for
// BeginFile, ErrConflict when the file is not ours, or not wanted, any more. What
// body fails with is returned as it is.
func (s *Store) KeepFetch(ctx context.Context, f Fetch, size int64, body io.Reader, most int64, kind func(first []byte) string) error {
	if size > most {
		return ErrTooLarge
	}
	if size < 0 {
		size = most
	}
	if err := s.Room(ctx); err != nil {
		return doing("begin a file", err)
	}
	err := s.InTx(ctx, func(t *Tx) error {
		if err := s.roomForFetch(ctx, t, f, size); err != nil {
			return err
		}
		if _, err := t.exec(ctx, dropPieces, f.Address.Bot, f.Address.Chat, f.Key); err != nil { // of a try that died
			return err
		}
		n, err := t.exec(ctx, reserveFetch, f.claimed(size)...)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return err
	})
	if err != nil {
		return doing("begin a file", err)
	}
	came, first, err := s.pour(ctx, body, most, func(ctx context.Context, n int, pieces [][]byte) error {
		return s.addHeld(ctx, f.Address, f.Key, n, pieces, ErrConflict, fetchHeld, f.claimed()...)
	})
	if err != nil {
		return err
	}
	err = s.InTx(ctx, func(t *Tx) error {
		if err := s.roomForFetch(ctx, t, f, came); err != nil {
			return err
		}
		if _, err := t.shown(ctx, showFile, f.Address.Bot, f.Address.Chat); err != nil { // before the file, as an erasure does
			return err
		}
		n, err := t.exec(ctx, endFetch, f.claimed(came, bot.FileKept, kind(first))...)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return err
	})
	return doing("keep a file", err)
}

// roomForFetch fails when the file is too much for its chat or for all.
func (s *Store) roomForFetch(ctx context.Context, t *Tx, f Fetch, size int64) error {
	if _, err := t.exec(ctx, lockFiles, filesSetting); err != nil {
		return err
	}
	perChat, err := s.mebibytes(ctx, t.conn, filesChat)
	if err != nil {
		return err
	}
	return s.fits(ctx, t, f.Address, File{ID: f.Key, Key: f.Key, Size: size}, perChat)
}

const forgottenFetches = `UPDATE files SET claim = '', ref = '', size = 0, state = 'failed'
WHERE state = 'coming' AND ref <> '' AND created_at < {now} - $1 AND due_at <= {now}`

// GiveUpFetches gives up what was asked for longer ago than age and nobody holds:
// what no channel that is here could fetch.
func (s *Store) GiveUpFetches(ctx context.Context, age time.Duration) (n int, err error) {
	n, err = s.w.exec(ctx, forgottenFetches, age)
	return n, doing("give files up", err)
}

// LargestFile returns how many bytes a file may have: the setting files.largest.
func (s *Store) LargestFile(ctx context.Context) (int64, error) {
	n, err := s.mebibytes(ctx, s.r, filesLargest)
	return min(n, math.MaxInt32), doing("largest file", err)
}
