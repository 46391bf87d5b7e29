package db

import (
	"context"
	"errors"
)

// ErrInside: what was asked for makes transactions of its own, and within one it
// would wait for that.
var ErrInside = errors.New("this cannot be done within a transaction")

// outerTx is the transaction that a context carries; see Together.
type outerTx struct {
	db   *DB
	conn Conn
}

// Together runs f in one transaction, which the context that f gets carries:
// every statement of this database with that context is part of it, whatever
// connection it was meant for, reads too (see Conn.at). So f may call whatever
// writes and reads by itself elsewhere. An error of f undoes all of it, and within
// another Together must become its error too. f may run again when the database
// broke the transaction off. It is one goroutine, like any transaction.
func (d *DB) Together(ctx context.Context, f func(context.Context, Conn) error) error {
	return d.InTx(ctx, func(c Conn) error { return f(context.WithValue(ctx, outerTx{}, outerTx{d, c}), c) })
}

// at is the one place that decides which connection a statement goes to: that of
// the transaction it was given, else that of the transaction that the context
// carries, else one of the pool. A connection of a pool beside the transaction
// would not see what that wrote, and on SQLite, which has one writer, would wait
// for it in vain.
func (c Conn) at(ctx context.Context) Conn {
	if c.tx != nil {
		return c
	}
	if outer, inside := ctx.Value(outerTx{}).(outerTx); inside && outer.db == c.pool.of {
		outer.conn.plain = c.plain || outer.conn.plain
		return outer.conn
	}
	return c
}

// outer returns the transaction that the context carries, if it is of this
// database.
func (d *DB) outer(ctx context.Context) (Conn, bool) {
	c := d.Writer().at(ctx)
	return c, c.tx != nil
}

// Inside reports whether the context carries a transaction.
func (d *DB) Inside(ctx context.Context) bool {
	_, inside := d.outer(ctx)
	return inside
}
