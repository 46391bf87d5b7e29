package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"visnyk/bot"
)

// Incoming is an update at the door. One with a Defect is parked at once, in no chat.
type Incoming struct {
	Update  bot.Update
	Source  Source
	Greeted bool // the HTTP answer already greeted the person
}

// The rows that a B-tree page of PostgreSQL can key: longer ones are not what
// messengers send.
const (
	maxUpdateID = 1024 // bytes
	maxChat     = 512  // bytes
)

// Receive stores updates in the order given, in its own commit, and tells which of
// them are new: an update that was stored before, by anybody, is false. When it gives
// nil every one of them is safe on disk. ErrNoRoom when the disk is nearly full.
func (s *Store) Receive(ctx context.Context, in []Incoming) (fresh []bool, err error) {
	return s.ReceiveNext(ctx, func() []Incoming { return in })
}

// ReceiveNext is Receive of what next gives. It is called once, when we write next: what
// comes while SQLite's writer is somebody else's goes along. Where it never comes to that,
// it is not called.
func (s *Store) ReceiveNext(ctx context.Context, next func() []Incoming) (fresh []bool, err error) {
	if err := s.Room(ctx); err != nil {
		return nil, doing("receive", err)
	}
	next = sync.OnceValue(next)
	if s.dialect.arrays {
		err = again(ctx, func() error {
			fresh, err = s.door.receive(ctx, next())
			return err
		})
		return fresh, err
	}
	err = s.InTx(ctx, func(t *Tx) error {
		fresh, err = t.Receive(ctx, next())
		return err
	})
	return fresh, err
}

// Receive stores updates within the transaction, as Store.Receive does.
func (t *Tx) Receive(ctx context.Context, in []Incoming) (fresh []bool, err error) {
	return t.receive(ctx, in)
}

func (c conn) receive(ctx context.Context, in []Incoming) ([]bool, error) {
	all := make([]arrival, len(in))
	for i := range in {
		all[i] = arrival{fit(in[i].Update), &in[i], i}
	}
	put := c.putArrivals
	if c.sql.SQLite() {
		put = c.appendArrivals
	}
	added, whole, err := put(ctx, all)
	if err != nil {
		return nil, doing("receive", err)
	}
	isNew := make(map[inboxKey]bool, len(added))
	for _, k := range added {
		isNew[k] = true
	}
	fresh := make([]bool, len(in))
	for _, a := range all {
		if whole {
			fresh[a.place] = true
			continue
		}
		k := inboxKey{clean(a.Bot), clean(a.ID)}
		fresh[a.place] = isNew[k]
		delete(isNew, k) // the first of equal ones is the new one
	}
	return fresh, nil
}

// fit makes u's keys short enough to be keys.
func fit(u bot.Update) bot.Update {
	if len(u.ID) > maxUpdateID {
		sum := sha256.Sum256([]byte(u.ID))
		u.ID = "sha256/" + hex.EncodeToString(sum[:])
	}
	if len(u.Chat) > maxChat {
		u.Chat = ""
		if u.Defect == "" {
			u.Defect = "the chat's id is too long"
		}
	}
	return u
}
