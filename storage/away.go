package storage

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"
)

// Away tells whether err means that the database cannot be reached now and may
// come back by itself: it is stopped, starting, or full of connections. A wrong
// password or address form is not that.
func Away(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code.Class() == "57" || p.Code.Class() == "53" || p.Code.Class() == "08"
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
