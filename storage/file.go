package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

// Why a file is not kept.
var (
	// ErrChatFull: the visitor has sent as many files as are kept for one.
	ErrChatFull = errors.New("no more files are kept for this chat")
	// ErrFilesFull: all visitors together have sent as many files as are kept;
	// the setting files.total says how many.
	ErrFilesFull = errors.New("no more files are kept")
)

// PieceSize is how many bytes a piece of a file has; the last one may have less.
const PieceSize = 64 << 10

// File is a file that a visitor of the web chat sent. Its bytes are read
// piece by piece.
type File struct {
	ID   string // the visitor's own, unique in the chat
	Name string // made safe
	Type string // MIME type, as the bytes look
	Size int64  // in bytes
	Key  string // names its pieces
}

const beginFile = `
INSERT INTO files (bot, chat, key, id, name, type, size, state, created_at)
VALUES ($1, $2, $3, $4, '', '', $5, 'coming', {now})`

// BeginFile returns the key for the pieces of a file that begins to come; of f
// its ID is needed, and its Size, which is room that it now has: the most it may
// be where that is not known. ErrChatFull when the chat's files would have more
// than most bytes, ErrFilesFull when all would have more than is kept, ErrNoRoom
// when the disk is nearly full.
func (s *Store) BeginFile(ctx context.Context, a bot.Address, f File, most int64) (key string, err error) {
	if err := s.Room(ctx); err != nil {
		return "", doing("begin a file", err)
	}
	key = NewID()
	err = s.InTx(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, lockFiles, filesSetting); err != nil {
			return err
		}
		if err := s.fits(ctx, t, a, f, most); err != nil {
			return err
		}
		_, err := t.exec(ctx, beginFile, a.Bot, a.Chat, key, f.ID, f.Size)
		return err
	})
	if err != nil {
		return "", doing("begin a file", err)
	}
	return key, nil
}

const (
	// Whoever takes the row away waits until the pieces stand, and sees them.
	fileComes = `SELECT key FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming' {present}`

	addPieces = `
INSERT INTO file_pieces (bot, chat, key, n, data) VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS {bytes}))}`
)

// AddPieces keeps pieces of a file that comes, the first of them number n.
// ErrNotFound when the file has been given up meanwhile.
func (s *Store) AddPieces(ctx context.Context, a bot.Address, key string, n int, pieces [][]byte) error {
	return s.addHeld(ctx, a, key, n, pieces, ErrNotFound, fileComes, a.Bot, a.Chat, key)
}

const (
	piecesSize = `SELECT COALESCE(sum(length(data)), 0) FROM file_pieces WHERE bot = $1 AND chat = $2 AND key = $3`

	endFile = `
UPDATE files SET name = $4, type = $5, size = $6, state = 'kept'
WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming'`
)

// EndFile makes the file of the Key visible: all its pieces have come. When
// the chat has a whole one of that ID already, that one is given and this one is
// dropped. The errors are those of BeginFile and ErrNotFound, as for a file
// that was given up or has not all its pieces.
func (s *Store) EndFile(ctx context.Context, a bot.Address, f File, most int64) (kept File, err error) {
	err = s.InTx(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, lockFiles, filesSetting); err != nil {
			return err
		}
		old, err := t.fileOf(ctx, a, f.ID)
		if err == nil {
			kept = old
			return t.dropFile(ctx, a, f.Key)
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := s.fits(ctx, t, a, f, most); err != nil {
			return err
		}
		var size int64
		if err := t.get(ctx, &size, piecesSize, a.Bot, a.Chat, f.Key); err != nil {
			return err
		}
		n, err := t.exec(ctx, endFile, a.Bot, a.Chat, f.Key, f.Name, f.Type, f.Size)
		if err == nil && (n == 0 || size != f.Size) {
			err = ErrNotFound
		}
		kept = f
		return err
	})
	if err != nil {
		return File{}, doing("keep a file", fmt.Errorf("%s: %w", a.Bot, err))
	}
	return kept, nil
}

const (
	dropComing = `DELETE FROM files WHERE bot = $1 AND chat = $2 AND key = $3 AND state = 'coming'`
	dropPieces = `DELETE FROM file_pieces WHERE bot = $1 AND chat = $2 AND key = $3`
)

// DropFile takes away what has come of a file that will not be whole. One
// that is whole stays.
func (s *Store) DropFile(ctx context.Context, a bot.Address, key string) error {
	err := s.InTx(ctx, func(t *Tx) error { return t.dropFile(ctx, a, key) })
	return doing("drop a file", err)
}

func (t *Tx) dropFile(ctx context.Context, a bot.Address, key string) error {
	n, err := t.exec(ctx, dropComing, a.Bot, a.Chat, key)
	if err == nil && n > 0 {
		_, err = t.exec(ctx, dropPieces, a.Bot, a.Chat, key)
	}
	return err
}

const fileByID = `SELECT id, name, type, size, key FROM files WHERE bot = $1 AND chat = $2 AND id = $3 AND state = 'kept'`

// File returns a whole file of the chat, or the picture of a broadcast that has begun;
// ErrNotFound when there is none of that ID.
func (s *Store) File(ctx context.Context, a bot.Address, id string) (File, error) {
	f, err := s.r.fileOf(ctx, a, id)
	if errors.Is(err, ErrNotFound) {
		f, err = s.r.picture(ctx, id)
	}
	return f, doing("a file", err)
}

func (c conn) fileOf(ctx context.Context, a bot.Address, id string) (File, error) {
	return c.fileBy(ctx, fileByID, a, id)
}

func (c conn) fileBy(ctx context.Context, which string, a bot.Address, id string) (File, error) {
	var r struct {
		ID   string `db:"id"`
		Name string `db:"name"`
		Type string `db:"type"`
		Size int64  `db:"size"`
		Key  string `db:"key"`
	}
	err := c.get(ctx, &r, which, a.Bot, a.Chat, id)
	return File(r), absence(err)
}

const piecesOf = `SELECT data FROM file_pieces WHERE bot = $1 AND chat = $2 AND key = $3 AND n = $4`

// Piece returns a piece of a file that File has given, counted from 0; ErrNotFound when there is
// none, or no more.
func (s *Store) Piece(ctx context.Context, a bot.Address, key string, n int) (piece []byte, err error) {
	err = s.r.get(ctx, &piece, piecesOf, a.Bot, a.Chat, key, n)
	if errors.Is(err, sql.ErrNoRows) {
		p := Pictures()
		err = s.r.get(ctx, &piece, piecesOf, p.Bot, p.Chat, key, n)
	}
	return piece, doing("a piece of a file", absence(err))
}

// absence is ErrNotFound where there was no row.
func absence(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
