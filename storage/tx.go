package storage

import (
	"context"

	"visnyk/storage/db"
)

// Tx is a transaction. It is used by one goroutine and ends with the function
// it was given to.
type Tx struct {
	conn
	secret []byte // signs erase marks
}

// InTx runs f in one transaction: COMMIT when f gives nil, ROLLBACK otherwise.
// When the database surely wrote nothing and asks to try again (a deadlock, a
// serialization failure, SQLite busy), f is run again, so it must not keep
// anything from an earlier run. An unanswered COMMIT is never repeated: it is
// ErrCommitUnknown.
//
// Within the transaction of WriteOnce, f becomes part of that one.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error) error {
	return s.db.InTx(ctx, func(c db.Conn) error { return f(s.Within(c)) })
}

// Within returns the transaction that the connection is of, for its nouns.
func (s *Store) Within(c db.Conn) *Tx { return &Tx{conn{c}, s.secret} }
