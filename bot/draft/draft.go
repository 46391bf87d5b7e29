// Package draft is how articles, sheets of changes and broadcasts are written before a
// version is made of them: what somebody writes is kept for them alone, stands in no audit
// and is told nobody; it becomes a version when they say so, when they leave, or when they
// write nothing for a while. Rights stand inside each method.
package draft

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// IdleAfter is how long nobody writes in a draft until what was written becomes a
	// version.
	IdleAfter = 10 * time.Minute
	// most is how much is kept of what somebody writes, in bytes of JSON.
	most = 256 << 10
	// atOnce is how many drafts Idle looks at.
	atOnce = 500
)

// Drafts are what people have written of one noun and no version holds yet: T is what
// they write, V what is read of it.
type Drafts[T, V any] struct {
	Name  string // of the noun, as errors have it
	Store *storage.Store
	Kept  storage.ContentDrafts[T]
	Reads bot.Permission // to see one's own
	// Read returns what stands there; Replace makes its next version of what was written,
	// *bot.StaleError where that was begun from another version than stands there.
	Read    func(ctx context.Context, by bot.Actor, id string) (V, error)
	Replace func(ctx context.Context, by bot.Actor, written T) (V, error)
	// Content returns what was written of what stands there.
	Content func(V) T
	// Names returns where the id and the version stand.
	Names func(*T) (id *string, version *int)
	// Writable returns an error where it is no draft any more.
	Writable func(V) error
	// Plain returns what somebody writes of it, without what it is otherwise: two say the same
	// whose plain ones are alike.
	Plain func(T) T
	// Long is what is wrong with more than can be kept.
	Long error
}

// Same reports whether somebody has written what a version says.
func (d *Drafts[T, V]) Same(version, written T) bool {
	return Alike(d.Plain(version), d.Plain(written))
}

// Digest names what was written: two that say the same have the same; "" of what is no JSON.
func (d *Drafts[T, V]) Digest(written T) string {
	text, err := json.Marshal(d.Plain(written))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Own returns what the actor has written of the one with the id, with the version that it
// was begun from; nil where there is nothing.
func (d *Drafts[T, V]) Own(ctx context.Context, by bot.Actor, id string) (*storage.ContentDraft[T], error) {
	if err := by.Require(d.Reads); err != nil {
		return nil, err
	}
	own, err := d.Kept.Own(ctx, id, by.User)
	if own != nil {
		is, version := d.Names(&own.Content)
		*is, *version = own.Of, own.Version
	}
	return own, err
}

// Keep keeps what the actor has written so far. Its version is the one that it was begun
// from, bot.ErrNoVersion without; rev that of what was kept last, 0 where nothing was. It
// returns the rev of what is kept now: storage.ErrConflict when another page of the actor
// kept something meanwhile, *bot.MoveError when it is no draft any more. What is kept
// already has the rev that it had.
func (d *Drafts[T, V]) Keep(ctx context.Context, by bot.Actor, written T, rev int) (int, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return 0, err
	}
	id, version := d.Names(&written)
	if *version == 0 {
		return 0, bot.ErrNoVersion
	}
	is, err := d.Read(ctx, by, *id)
	if err != nil {
		return 0, err
	}
	if err := d.Writable(is); err != nil {
		return 0, err
	}
	if text, err := json.Marshal(written); err != nil || len(text) > most {
		return 0, d.Long
	}
	own, err := d.Kept.Own(ctx, *id, by.User)
	if err != nil {
		return 0, err
	}
	if own != nil && own.Rev == rev && own.Version == *version && d.Same(own.Content, written) { // a page that is opened anew has it already
		return rev, nil
	}
	err = d.Kept.Put(ctx, storage.ContentDraft[T]{Of: *id, User: by.User, Version: *version, Rev: rev, Content: written})
	return rev + 1, err
}

// Settle makes a version of what the actor has written, and returns what stands there
// then; where they have written nothing, or nothing else than stands there, none is made.
// *bot.StaleError when a colleague's version came between: what was written stays, for
// both to be seen.
func (d *Drafts[T, V]) Settle(ctx context.Context, by bot.Actor, id string) (is V, err error) {
	own, err := d.Own(ctx, by, id)
	if err != nil {
		return is, err
	}
	if own == nil {
		return d.Read(ctx, by, id)
	}
	err = d.Store.Together(ctx, func(ctx context.Context) error {
		if is, err = d.Read(ctx, by, id); err != nil {
			return err
		}
		if !d.Same(d.Content(is), own.Content) {
			if is, err = d.Replace(ctx, by, own.Content); err != nil {
				return err
			}
		}
		return d.Kept.Drop(ctx, *own)
	})
	return is, err
}

// Discard forgets what the actor has written and no version holds.
func (d *Drafts[T, V]) Discard(ctx context.Context, by bot.Actor, id string) error {
	own, err := d.Own(ctx, by, id)
	if err != nil || own == nil {
		return err
	}
	return d.Kept.Drop(ctx, *own)
}

// Idle makes versions of what nobody has written in for IdleAfter, and returns how many.
// What cannot become one waits for its writer.
func (d *Drafts[T, V]) Idle(ctx context.Context) (made int, err error) {
	all, err := d.Kept.Idle(ctx, IdleAfter, atOnce)
	if err != nil {
		return 0, err
	}
	for _, one := range all {
		by := bot.Actor{User: one.User, Login: one.Login, Role: bot.Marketer} // as who wrote it could then
		switch _, err := d.Settle(ctx, by, one.Of); {
		case err == nil:
			made++
		case !Waits(err) && !errors.Is(err, storage.ErrNotFound):
			return made, fmt.Errorf("settle %s %s: %w", d.Name, one.Of, err)
		}
	}
	return made, nil
}

// Waits reports whether the error is one for which what was written waits for its writer:
// a colleague's version or another page came between, it is no draft any more, or
// something is wrong with it.
func Waits(err error) bool {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		invalid *bot.InvalidError
		refused *bot.RefusedError
	)
	return errors.As(err, &stale) || errors.As(err, &moved) || errors.As(err, &invalid) || errors.As(err, &refused) || errors.Is(err, storage.ErrConflict)
}

// Alike reports whether two say the same as JSON; what is none is like nothing.
func Alike[T any](a, b T) bool {
	first, err := json.Marshal(a)
	if err != nil {
		return false
	}
	second, err := json.Marshal(b)
	return err == nil && bytes.Equal(first, second)
}
