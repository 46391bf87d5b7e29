package storage

import (
	"context"

	"visnyk/storage/db"
)

// Tx is a transaction. It is used by one goroutine and ends with the function
// it was given to.
type Tx struct {
	conn
	secret []byte          // signs erase marks
	shows  bool            // something that the desk shows became different; see bumped
	woken  []string        // the topics of what was put before others
	counts map[counted]int // of recipients; see Tx.count
	// stances are those of the ledger; see Tx.stood.
	stances map[stance]int
}

// InTx runs f in one transaction: COMMIT when f gives nil, ROLLBACK otherwise.
// When the database surely wrote nothing and asks to try again (a deadlock, a
// serialization failure, SQLite busy), f is run again, so it must not keep
// anything from an earlier run. An unanswered COMMIT is never repeated: it is
// ErrCommitUnknown.
//
// Within the transaction of WriteOnce, f becomes part of that one. What f itself
// calls of Store is not part of the transaction, unless that is WriteOnce's or
// Together's: their context carries it.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error) error {
	var done *Tx
	err := s.db.InTx(ctx, func(c db.Conn) error {
		done = s.within(c)
		return done.run(ctx, f)
	})
	if err != nil {
		return err
	}
	done.notify(s)
	return nil
}

// notify tells of what became different, after the commit.
func (t *Tx) notify(s *Store) {
	if t.shows {
		s.Notify(DeskTopic)
	}
	for _, topic := range t.woken {
		s.Notify(topic)
	}
}

// Within runs f in the transaction that the connection is of.
func (s *Store) Within(ctx context.Context, c db.Conn, f func(*Tx) error) error {
	return s.within(c).run(ctx, f)
}

func (s *Store) within(c db.Conn) *Tx { return &Tx{conn: conn{c}, secret: s.secret} }

// InStep runs f in a transaction of work that may be repeated; see db.DB.InStep.
func (s *Store) InStep(ctx context.Context, f func(*Tx) error) error {
	var done *Tx
	err := s.db.InStep(ctx, func(c db.Conn) error {
		done = s.within(c)
		return done.run(ctx, f)
	})
	if err == nil {
		done.notify(s)
	}
	return err
}

// run runs f, and writes what it counted.
func (t *Tx) run(ctx context.Context, f func(*Tx) error) error {
	if err := f(t); err != nil {
		return err
	}
	if err := t.putCounts(ctx); err != nil {
		return err
	}
	return t.putStances(ctx)
}

// snapshot runs f over the database as it is at one moment; see db.DB.Snapshot.
func (s *Store) snapshot(ctx context.Context, f func(conn) error) error {
	return s.db.Snapshot(ctx, func(c db.Conn) error { return f(conn{c}) })
}
