package storage

import (
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Refused reports whether the database refused the values themselves: the same
// write would fail again.
func Refused(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code.Class() == "22" || p.Code.Class() == "23"
	}
	var l *driver.Error
	return errors.As(err, &l) && l.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}

// Away reports whether err means that the database cannot be reached now and may
// come back by itself: it is stopped, starting, full of connections, or has no
// room. A wrong password or address form is not that.
func Away(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		// 55P03: a newer version's migration holds the lock we wait for
		return p.Code == "55P03" || p.Code.Class() == "57" || p.Code.Class() == "53" || p.Code.Class() == "08"
	}
	if errors.Is(err, ErrNoRoom) || full(err) {
		return true
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, sqldriver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
