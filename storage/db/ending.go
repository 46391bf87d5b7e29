package db

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
)

// A statement ends with its context: the server is asked to break it off, and what it
// answers is waited for. The driver has a goroutine wait for that beside each statement,
// and database/sql another; they wait in vain, and to begin and to end them takes a good
// part of what a lone statement costs. So a kept statement is given a context that has
// no end any more once it goes to the server, and whoever hears of the end is called.

// untilSent is the context of a statement: whoever waits for a connection waits no longer
// than that, and who waits for the answer calls upon ending.
type untilSent struct {
	context.Context
	sent atomic.Bool
}

func (u *untilSent) Done() <-chan struct{} {
	if u.sent.Load() {
		return nil
	}
	return u.Context.Done()
}

// Value gives the context itself to the connection that the statement goes by.
func (u *untilSent) Value(key any) any {
	if key == (untilSentKey{}) {
		return u
	}
	return u.Context.Value(key)
}

type untilSentKey struct{}

// forKept returns the context with which a kept statement runs: without an end once it
// is sent, where that is a transaction of its own. Over a few rows of a transaction SQLite
// is through before it could be broken off.
func (c Conn) forKept(ctx context.Context) context.Context {
	switch {
	case ctx.Done() == nil:
		return ctx
	case c.SQLite() && c.apart && ctx.Err() == nil:
		return context.WithoutCancel(ctx)
	case c.tx != nil || c.SQLite():
		return ctx
	}
	return &untilSent{Context: ctx}
}

// driverConn and driverStmt are what the driver's connections and statements can do.
type driverConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

type driverStmt interface {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
}

// conn is a connection of the driver that knows which process of the server answers it.
type conn struct {
	driverConn
	of  session
	pid int64
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.driverConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt{s.(driverStmt), c}, nil
}

// ending has the server break off what the connection does once ctx ends. It takes away the
// end that the driver sees; over is to be called before the connection does anything else.
func (c *conn) ending(ctx context.Context) (over func()) {
	u, ok := ctx.Value(untilSentKey{}).(*untilSent)
	if !ok {
		return func() {}
	}
	broken := make(chan struct{})
	stop := context.AfterFunc(u.Context, func() {
		defer close(broken)
		c.of.breakOff(c.pid)
	})
	u.sent.Store(true)
	return func() {
		if !stop() {
			<-broken
		}
		u.sent.Store(false)
	}
}

// breakOff asks the server, on a connection of its own, to break off what a process does.
// Where that fails, the server's own limits end it.
func (s session) breakOff(pid int64) {
	ctx, cancel := context.WithTimeout(context.Background(), settingTime)
	defer cancel()
	db, err := s.connect()
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.ExecContext(ctx, "SELECT pg_cancel_backend($1)", pid)
}

// stmt is a prepared statement of a conn.
type stmt struct {
	driverStmt
	conn *conn
}

// QueryContext implements driver.StmtQueryContext.
func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	over := s.conn.ending(ctx)
	r, err := s.driverStmt.QueryContext(ctx, args)
	if err != nil {
		over()
		return nil, err
	}
	return rows{r, over}, nil
}

// ExecContext implements driver.StmtExecContext.
func (s stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	defer s.conn.ending(ctx)()
	return s.driverStmt.ExecContext(ctx, args)
}

// rows are those of a stmt.
type rows struct {
	driver.Rows
	over func()
}

// Close implements driver.Rows.
func (r rows) Close() error {
	defer r.over()
	return r.Rows.Close()
}
