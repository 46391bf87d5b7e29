package webchat

import (
	"context"
	"errors"

	"visnyk/bot"
)

// Line is one line of a visitor's thread.
type Line struct {
	// Seq grows within the thread in the order in which lines become visible:
	// microseconds since 1970 UTC, about when the line was written.
	Seq  int64
	ID   string // the visitor's own id of it; "" for ours
	Out  bool   // we said it
	Body []byte // JSON: what Render made, or what the visitor sent
}

// Marks are how far the visitor's page has come, as Seq of lines.
type Marks struct {
	Delivered int64 // the last line it has told to have
	Seen      int64 // the last line it has told to have shown
}

// File is a file that a visitor sent.
type File struct {
	ID   string // the visitor's own, unique in the thread
	Name string // made safe
	Type string // MIME type, as the bytes look
	Size int64  // in bytes
	Key  string // of its pieces, as Threads names them
}

// PieceSize is how many bytes each piece of a file has but the last.
const PieceSize = 64 << 10

// Why Threads did nothing, for decisions by errors.Is.
var (
	// ErrUnanswered: the line may have been written.
	ErrUnanswered = errors.New("it is not known whether the thread took it")
	// ErrFull: no more files are kept for this visitor.
	ErrFull = errors.New("no more files are kept for this visitor")
	// ErrNoRoom: no more files are kept for anybody.
	ErrNoRoom = errors.New("no more files are kept for all visitors together")
	// ErrNoFile: the visitor has no such file.
	ErrNoFile = errors.New("the visitor has no such file")
)

// Threads keeps what visitors and we have said. After any error but
// ErrUnanswered nothing was written.
type Threads interface {
	// Append puts a line at the end of the thread, gives its number and returns
	// after the commit. A line whose ID is there already stays as it is.
	Append(ctx context.Context, of bot.Address, l Line) (seq int64, err error)
	// After returns the first lines after a number, Before the last ones before
	// it, both in the thread's order.
	After(ctx context.Context, of bot.Address, seq int64, limit int) ([]Line, error)
	Before(ctx context.Context, of bot.Address, seq int64, limit int) ([]Line, error)
	// Marks returns how far the page has come, Mark moves that forward.
	Marks(ctx context.Context, of bot.Address) (Marks, error)
	Mark(ctx context.Context, of bot.Address, m Marks) error
	Shelf
}

// Shelf keeps visitors' files in pieces, so that none need be in the memory. A
// file is there when it is whole, and not before.
type Shelf interface {
	// BeginFile returns the key for the pieces of a file that begins to come, of
	// f.Size bytes as far as that is known. ErrFull when the visitor's files would
	// have more than most bytes, ErrNoRoom when those of all would have too many.
	BeginFile(ctx context.Context, of bot.Address, f File, most int64) (key string, err error)
	// AddPieces keeps pieces, the first of them number n, counted from 0.
	AddPieces(ctx context.Context, of bot.Address, key string, n int, pieces [][]byte) error
	// EndFile makes the file of the Key whole, with the errors of BeginFile, and
	// gives what is there now: one whose ID was there already stays as it is.
	EndFile(ctx context.Context, of bot.Address, f File, most int64) (File, error)
	// DropFile takes away what came of a file that will not be whole. One that is
	// whole stays.
	DropFile(ctx context.Context, of bot.Address, key string) error
	// File returns a file of the visitor, Piece one of its pieces; or ErrNoFile.
	File(ctx context.Context, of bot.Address, id string) (File, error)
	Piece(ctx context.Context, of bot.Address, key string, n int) ([]byte, error)
	// PerDay is how many bytes one client may send in a day.
	PerDay(ctx context.Context) (int64, error)
}
