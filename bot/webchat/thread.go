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
	Size int64  // of Data, in bytes
	Data []byte
}

// Why Threads did nothing, for decisions by errors.Is.
var (
	// ErrUnanswered: the line may have been written.
	ErrUnanswered = errors.New("it is not known whether the thread took it")
	// ErrFull: no more files are kept for this visitor.
	ErrFull = errors.New("no more files are kept for this visitor")
	// ErrNoFile: the visitor has no such file.
	ErrNoFile = errors.New("the visitor has no such file")
)

// Threads keeps what visitors and we have said. After any error but
// ErrUnanswered nothing was written.
type Threads interface {
	// Append puts a line at the end of the thread, gives its number and returns
	// after the commit. A line whose ID is there already stays as it is.
	Append(ctx context.Context, of bot.Address, l Line) (seq int64, err error)
	// After gives the first lines after a number, Before the last ones before
	// it, both in the thread's order.
	After(ctx context.Context, of bot.Address, seq int64, limit int) ([]Line, error)
	Before(ctx context.Context, of bot.Address, seq int64, limit int) ([]Line, error)
	// Marks gives how far the page has come, Mark moves that forward.
	Marks(ctx context.Context, of bot.Address) (Marks, error)
	Mark(ctx context.Context, of bot.Address, m Marks) error
	// PutFile keeps a file, unless the visitor's files would then have more than
	// most bytes (ErrFull); one whose ID is there already stays as it is.
	PutFile(ctx context.Context, of bot.Address, f File, most int64) error
	// File gives a file of the visitor, or ErrNoFile; About gives it without its
	// Data.
	File(ctx context.Context, of bot.Address, id string) (File, error)
	About(ctx context.Context, of bot.Address, id string) (File, error)
}
