package media

import (
	"io"
	"time"

	"visnyk/storage"
)

// coming is a file on its way in. Whoever sends nothing for a while is given up,
// and so is whoever sends only a little at a time: a piece begins the while anew,
// not a byte.
type coming struct {
	io.Reader
	stall *time.Timer
	while time.Duration
}

// Read implements io.Reader. It fills p, as far as bytes come.
func (c *coming) Read(p []byte) (n int, err error) {
	p = p[:min(len(p), storage.PieceSize)]
	for n < len(p) && err == nil {
		var more int
		more, err = c.Reader.Read(p[n:])
		n += more
	}
	c.stall.Reset(c.while)
	return n, err
}
