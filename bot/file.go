package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// KeptFile is a file of a chat: one that a person sent there, or one that an
// operator sends.
type KeptFile struct {
	ID       string // names it everywhere, also in addresses
	Address  Address
	Kind     AttachmentKind // as it was sent; "" where nobody said
	Name     string         // made safe; "" when it has none
	Type     string         // MIME type, as its bytes look; "" before they are here
	Size     int64          // in bytes; 0 before they are here
	State    FileState
	Outgoing bool // ours, for the person
}

// FileState says what became of a file.
type FileState string

// The states. All but the first are final.
const (
	FileComing   FileState = "coming"    // on its way to us
	FileKept     FileState = "kept"      // all its bytes are here
	FileTooLarge FileState = "too large" // larger than is kept, or than the messenger gives
	FileGone     FileState = "gone"      // the messenger does not have it any more
	FileNoRoom   FileState = "no room"   // not kept: there is no room
	FileFailed   FileState = "failed"    // it did not come, however often it was tried
)

// FetchError says why a file did not come from its messenger. Its text holds no
// address, no secret and nothing of the content.
type FetchError struct {
	State FileState     // what becomes of the file when it is given up
	Final bool          // trying again is of no use
	After time.Duration // how long the messenger asks to be left alone; 0: it does not
	Err   error
}

// Error implements error.
func (e *FetchError) Error() string { return fmt.Sprintf("fetch a file (%s): %v", e.State, e.Err) }

// Unwrap returns the reason.
func (e *FetchError) Unwrap() error { return e.Err }

// Fetcher gives the bytes of what people sent, where the messenger keeps them.
type Fetcher interface {
	Channel
	// Fetches reports whether the attachment has bytes that can be fetched by its Ref.
	Fetches(a Attachment) bool
	// Fetch begins to read a file. size is in bytes, -1 where nobody tells. Whoever
	// reads it closes it, and reads no more than may be kept: it may be endless.
	// Every error is a *FetchError, also of reading.
	Fetch(ctx context.Context, ref string) (body io.ReadCloser, size int64, err error)
}

// ErrNoFile says that there is no such file, any more.
var ErrNoFile = errors.New("the file is not here any more")

// FileOpener gives the bytes of kept files to channels that send them themselves.
type FileOpener interface {
	// OpenFile returns a kept file and its bytes, which are read while ctx lasts;
	// ErrNoFile when there is none of that id.
	OpenFile(ctx context.Context, id string) (KeptFile, io.ReadSeeker, error)
}
