package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"

	"visnyk/bot"
)

type keptRecord struct {
	Bot      string             `db:"bot"`
	Chat     string             `db:"chat"`
	Key      string             `db:"key"`
	Kind     bot.AttachmentKind `db:"kind"`
	Name     string             `db:"name"`
	Type     string             `db:"type"`
	Size     int64              `db:"size"`
	State    bot.FileState      `db:"state"`
	Outgoing bool               `db:"outgoing"`
	Used     micros             `db:"used_at"`
}

func (r keptRecord) kept() bot.KeptFile {
	return bot.KeptFile{
		ID: r.Key, Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Kind: r.Kind, Name: r.Name, Type: r.Type, Size: r.Size,
		State: r.State, Outgoing: r.Outgoing,
	}
}

const keptColumns = `files.bot, files.chat, files.key, files.kind, files.name, files.type, files.size, files.state, files.outgoing, files.used_at`

const keptFiles = `
WITH v (key) AS (VALUES {rows ($)})
SELECT ` + keptColumns + ` FROM v JOIN files ON files.key = v.key`

// KeptFiles returns what became of files, by their ids; those that are not here,
// any more, are not among them.
func (s *Store) KeptFiles(ctx context.Context, ids []string) (map[string]bot.KeptFile, error) {
	found, err := s.reading.keptFiles(ctx, ids)
	all := make(map[string]bot.KeptFile, len(found))
	for id, r := range found {
		all[id] = r.kept()
	}
	return all, doing("files", err)
}

// keptFiles leaves out what two chats have under one id: before there were ids of
// ours, visitors chose them.
func (c conn) keptFiles(ctx context.Context, ids []string) (map[string]keptRecord, error) {
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{id}
	}
	var found []keptRecord
	if err := selRows(ctx, c, &found, keptFiles, nil, rows); err != nil {
		return nil, err
	}
	all, many := map[string]keptRecord{}, map[string]bool{}
	for _, r := range found {
		_, twice := all[r.Key]
		many[r.Key], all[r.Key] = many[r.Key] || twice, r
	}
	for id, more := range many {
		if more {
			delete(all, id)
		}
	}
	return all, nil
}

// OpenFile returns a file that is kept, and its bytes, which are read piece by
// piece while ctx lasts. ErrNotFound when there is none of that id, or not yet.
func (s *Store) OpenFile(ctx context.Context, id string) (bot.KeptFile, io.ReadSeeker, error) {
	return s.openFile(ctx, id, func(keptRecord) bool { return true })
}

// OpenSentFile is OpenFile for what we have said to somebody: of any other file it
// is ErrNotFound.
func (s *Store) OpenSentFile(ctx context.Context, id string) (bot.KeptFile, io.ReadSeeker, error) {
	return s.openFile(ctx, id, func(r keptRecord) bool { return r.Outgoing && r.Used != 0 })
}

func (s *Store) openFile(ctx context.Context, id string, may func(keptRecord) bool) (bot.KeptFile, io.ReadSeeker, error) {
	found, err := s.reading.keptFiles(ctx, []string{id})
	r, there := found[id]
	if err == nil && (!there || r.State != bot.FileKept || !may(r)) {
		err = ErrNotFound
	}
	if err != nil {
		return bot.KeptFile{}, nil, doing("open a file", err)
	}
	f := r.kept()
	return f, &fileReader{ctx: ctx, store: s, file: f, number: -1}, nil
}

// fileReader reads a kept file with one piece of it in the memory.
type fileReader struct {
	ctx    context.Context
	store  *Store
	file   bot.KeptFile
	at     int64
	piece  []byte
	number int64 // of the piece; -1: none
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	if r.at >= r.file.Size {
		return 0, io.EOF
	}
	if n := r.at / PieceSize; n != r.number {
		var piece []byte
		err := r.store.reading.get(r.ctx, &piece, piecesOf, r.file.Address.Bot, r.file.Address.Chat, r.file.ID, n)
		if errors.Is(err, sql.ErrNoRows) { // it went meanwhile
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		r.piece, r.number = piece, n
	}
	from := r.at % PieceSize
	if from >= int64(len(r.piece)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, r.piece[from:])
	r.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (r *fileReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.file.Size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning of a file")
	}
	r.at = offset
	return offset, nil
}

const (
	beginOutgoing = `
INSERT INTO files (bot, chat, key, id, name, type, size, state, kind, outgoing, created_at)
VALUES ($1, $2, $3, $3, $4, '', $5, 'coming', '', TRUE, {now})`

	outgoingComes = `SELECT key FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming' {present}`
	endOutgoing   = `
UPDATE files SET type = $4, size = $5, kind = $6, state = 'kept' WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming'`
)

// KeepOutgoing keeps a file that is to be sent to the address, and returns it: its
// Name, Address and Kind are f's, kind tells its type by its first bytes. More than most bytes are
// ErrTooLarge; ErrFilesFull and ErrNoRoom as for BeginFile. What body fails with
// is returned as it is; then nothing stays.
func (s *Store) KeepOutgoing(ctx context.Context, f bot.KeptFile, body io.Reader, most int64, kind func(first []byte) (bot.AttachmentKind, string)) (bot.KeptFile, error) {
	if err := s.Room(ctx); err != nil {
		return bot.KeptFile{}, doing("begin a file", err)
	}
	f.ID, f.Outgoing = NewID(), true
	err := s.InTx(ctx, func(t *Tx) error {
		if err := s.roomForOutgoing(ctx, t, f, most); err != nil {
			return err
		}
		_, err := t.exec(ctx, beginOutgoing, f.Address.Bot, f.Address.Chat, f.ID, f.Name, most)
		return err
	})
	if err != nil {
		return bot.KeptFile{}, doing("begin a file", err)
	}
	if err := s.fillOutgoing(ctx, &f, body, most, kind); err != nil {
		gone := s.DropFile(context.WithoutCancel(ctx), f.Address, f.ID) // else its time will come
		return bot.KeptFile{}, errors.Join(err, gone)
	}
	return f, nil
}

func (s *Store) fillOutgoing(ctx context.Context, f *bot.KeptFile, body io.Reader, most int64, kind func([]byte) (bot.AttachmentKind, string)) error {
	a := f.Address
	came, first, err := s.pour(ctx, body, most, func(ctx context.Context, n int, pieces [][]byte) error {
		return s.addHeld(ctx, a, f.ID, n, pieces, ErrConflict, outgoingComes, a.Bot, a.Chat, f.ID)
	})
	if err != nil {
		return err
	}
	f.Size, f.State = came, bot.FileKept
	f.Kind, f.Type = kind(first)
	n, err := s.w.exec(ctx, endOutgoing, a.Bot, a.Chat, f.ID, f.Type, f.Size, f.Kind)
	if err == nil && n == 0 {
		err = ErrConflict // the person was erased meanwhile
	}
	return doing("keep a file", err)
}

func (s *Store) roomForOutgoing(ctx context.Context, t *Tx, f bot.KeptFile, size int64) error {
	if _, err := t.exec(ctx, lockFiles, filesSetting); err != nil {
		return err
	}
	return s.fits(ctx, t, f.Address, File{ID: f.ID, Key: f.ID, Size: size}, math.MaxInt64)
}

const dropUnused = `
DELETE FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND outgoing AND used_at = 0 AND state = 'kept'`

// DropUnused takes away an outgoing file that was not sent. Any other stays.
func (s *Store) DropUnused(ctx context.Context, a bot.Address, id string) error {
	return s.InTx(ctx, func(t *Tx) error { return t.DropUnused(ctx, a, id) })
}

// DropUnused takes away an outgoing file that was not sent. Any other stays.
func (t *Tx) DropUnused(ctx context.Context, a bot.Address, id string) error {
	n, err := t.exec(ctx, dropUnused, a.Bot, a.Chat, id)
	if err == nil && n > 0 {
		_, err = t.exec(ctx, dropPieces, a.Bot, a.Chat, id)
	}
	return doing("drop a file", err)
}

const useFile = `
UPDATE files SET used_at = CASE WHEN files.used_at = 0 THEN {now} ELSE files.used_at END
WHERE files.bot = $1 AND files.chat = $2 AND files.key = $3 AND files.outgoing AND files.state = 'kept' RETURNING ` + keptColumns

// UseFile returns a kept file that goes out to the address with this transaction:
// from then on messengers may have it. ErrNotFound when it is not for that
// address, or not there.
func (t *Tx) UseFile(ctx context.Context, to bot.Address, id string) (bot.KeptFile, error) {
	var r keptRecord
	if err := t.get(ctx, &r, useFile, to.Bot, to.Chat, id); err != nil {
		return bot.KeptFile{}, fmt.Errorf("storage: use a file: %w", absence(err))
	}
	return r.kept(), nil
}
