package storage

import (
	"context"
	"database/sql"
	"errors"
	"io"

	"visnyk/bot"
)

// piecesAtOnce of a file are in the memory, and in one commit.
const piecesAtOnce = 8

// pour reads body to its end and hands on what came, piecesAtOnce at a time, with
// the number of the first. It returns how many bytes came, and the first of them.
// More than most are ErrTooLarge, none is ErrEmptyFile.
func (s *Store) pour(ctx context.Context, body io.Reader, most int64, add func(ctx context.Context, n int, pieces [][]byte) error) (came int64, first []byte, err error) {
	buf := make([]byte, piecesAtOnce*PieceSize)
	for over := false; !over; {
		n, err := fill(body, buf)
		switch over = err != nil; {
		case over && !errors.Is(err, io.EOF):
			return 0, nil, err
		case came+int64(n) > most:
			return 0, nil, ErrTooLarge
		case n == 0 && came == 0:
			return 0, nil, ErrEmptyFile
		case n == 0:
			return came, first, nil
		}
		if first == nil {
			first = append(first, buf[:min(n, sniffed)]...)
		}
		var pieces [][]byte
		for rest := buf[:n]; len(rest) > 0; rest = rest[min(PieceSize, len(rest)):] {
			pieces = append(pieces, rest[:min(PieceSize, len(rest))])
		}
		if err := add(ctx, int(came/PieceSize), pieces); err != nil {
			return 0, nil, err
		}
		came += int64(n)
	}
	return came, first, nil
}

// fill reads until buf is full; io.EOF with the last bytes. io.ReadFull says
// io.ErrUnexpectedEOF then, as connections do that broke in the middle.
func fill(body io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = body.Read(buf[n:])
		n += more
	}
	return n, err
}

// ErrEmptyFile: a file has no bytes.
var ErrEmptyFile = errors.New("the file is empty")

// sniffed is how many bytes tell the type of a file.
const sniffed = 512

// addHeld keeps pieces of a file, the first of them number n, while held finds its
// row; gone is the error when it does not.
func (s *Store) addHeld(ctx context.Context, a bot.Address, key string, n int, pieces [][]byte, gone error, held string, values ...any) error {
	if err := s.Room(ctx); err != nil {
		return doing("keep pieces of a file", err)
	}
	rows := make([][]any, len(pieces))
	for i, p := range pieces {
		rows[i] = []any{a.Bot, a.Chat, key, int64(n + i), p}
	}
	err := s.InTx(ctx, func(t *Tx) error {
		var there string
		if err := t.get(ctx, &there, held, values...); errors.Is(err, sql.ErrNoRows) {
			return gone
		} else if err != nil {
			return err
		}
		_, err := t.execRows(ctx, addPieces, nil, rows)
		return err
	})
	return doing("keep pieces of a file", err)
}
