// Package parked is the way back of updates that were put aside because they
// could not be read or their turns failed: people look at them, send them back
// into the line, or drop them, and each of these moves is an entry of the audit.
//
// It decides no turn and closes no ticket: who was called to such a chat looks at
// it, whatever becomes of the update.
package parked

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"visnyk/bot"
	"visnyk/storage"
)

// Parked keeps the updates that were put aside.
type Parked struct{ store *storage.Store }

// New returns those kept in the store.
func New(store *storage.Store) *Parked { return &Parked{store} }

// List returns what was put aside, the latest first, at most limit, and how much
// there is in all. A *bot.ForbiddenError when the actor may not.
func (p *Parked) List(ctx context.Context, a bot.Actor, limit int) (rows []storage.ParkedRow, all int, err error) {
	if err := a.Require(bot.ManageUpdates); err != nil {
		return nil, 0, err
	}
	if rows, err = p.store.Parked(ctx, limit); err != nil {
		return nil, 0, err
	}
	_, counts, err := p.store.InboxDepth(ctx)
	for _, n := range counts {
		all += n
	}
	return rows, all, err
}

// Get returns one update with what the person wrote; storage.ErrNotFound when it
// is not parked.
func (p *Parked) Get(ctx context.Context, a bot.Actor, name, id string) (storage.ParkedRow, error) {
	if err := a.Require(bot.ManageUpdates); err != nil {
		return storage.ParkedRow{}, err
	}
	return p.store.ParkedUpdate(ctx, name, id)
}

// Replay sends an update back to its old place in its chat, where it is an update
// like any other: late words get the apology for being late, and while an operator
// holds the chat they join the talk in silence. storage.ErrNotFound when it is not
// parked, storage.ErrNoChat when nobody knows whose it is.
func (p *Parked) Replay(ctx context.Context, a bot.Actor, name, id string) error {
	if err := p.move(ctx, a, "update.replay", name, id, (*storage.Tx).Replay); err != nil {
		return err
	}
	p.store.Notify("inbox:" + name)
	return nil
}

// Drop gives an update up for good. Its key stays, so that a messenger which
// delivers it again brings nothing back. storage.ErrNotFound when it is not parked.
func (p *Parked) Drop(ctx context.Context, a bot.Actor, name, id string) error {
	return p.move(ctx, a, "update.drop", name, id, (*storage.Tx).Drop)
}

func (p *Parked) move(ctx context.Context, a bot.Actor, action, name, id string, do func(*storage.Tx, context.Context, string, string) error) error {
	if err := a.Require(bot.ManageUpdates); err != nil {
		return err
	}
	return p.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := do(tx, ctx, name, id); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: action, Object: Object(name, id)})
	})
}

// Object is what the audit calls an update. An id of a messenger may hold the
// person's own, which must not outlive them there, so it is a hash of it.
func Object(name, id string) string {
	sum := sha256.Sum256([]byte(name + "/" + id))
	return "update/" + name + "/" + hex.EncodeToString(sum[:8])
}
