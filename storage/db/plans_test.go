package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// A statement that two prepared at once is closed under nobody's lock: closing waits
// for its connection, whose transaction may wait for a row of one that asks for its
// next statement.
func TestPlanIsClosedUnlocked(t *testing.T) {
	const query = "SELECT 1"
	c := &connection{}
	handle := sqlx.NewDb(sql.OpenDB(c), nameSQLite)
	defer handle.Close()
	p := newPlans(handle)
	c.preparing = func() { // somebody else is quicker
		c.preparing = nil
		if _, err := p.prepare(t.Context(), query); err != nil {
			t.Error(err)
		}
	}
	closed := false
	c.closing = func() {
		closed = true
		found := make(chan *sqlx.Stmt)
		go func() { found <- p.have(query) }()
		select {
		case s := <-found:
			if s == nil {
				t.Error("the statement is not kept")
			}
		case <-time.After(10 * time.Second):
			t.Error("who needs the statement waits for the other to be closed")
			go func() { <-found }()
		}
		c.closing = nil
	}
	s, err := p.prepare(t.Context(), query)
	if err != nil || s != p.have(query) || !closed {
		t.Errorf("%v, %v, the other is closed: %v", s, err, closed)
	}
}

// connection is a database that only prepares.
type connection struct {
	preparing, closing func()
}

func (c *connection) Connect(context.Context) (driver.Conn, error) { return opened{c}, nil }
func (c *connection) Driver() driver.Driver                        { return nil }

type opened struct{ *connection }

var errNothing = errors.New("it only prepares")

func (s opened) Prepare(string) (driver.Stmt, error) {
	if f := s.preparing; f != nil {
		f()
	}
	return prepared(s), nil
}
func (opened) Close() error              { return nil }
func (opened) Begin() (driver.Tx, error) { return nil, errNothing }

type prepared opened

func (s prepared) Close() error {
	if f := s.closing; f != nil {
		f()
	}
	return nil
}
func (prepared) NumInput() int                              { return 0 }
func (prepared) Exec([]driver.Value) (driver.Result, error) { return nil, errNothing }
func (prepared) Query([]driver.Value) (driver.Rows, error)  { return nil, errNothing }
