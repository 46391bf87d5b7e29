package upkeep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
)

const (
	// eraser is the lease of whoever works behind erasures. No bot has such a name.
	eraser      = "~erasure"
	eraseAtMost = 50 * time.Second
	eraserTTL   = time.Minute
	// erasuresAtOnce people share one look through the updates, updatesAtOnce of
	// which are read at a time.
	erasuresAtOnce = 200
	updatesAtOnce  = 2000
)

// workBehind lets everything leave that erasures left, in small commits with
// rests between them. Of all replicas one does it at a time; done is false while
// there is something left.
func (s *Scrubber) workBehind(ctx context.Context) (done bool, err error) {
	pending := s.behind
	if len(pending) == 0 {
		pending, err = s.store.PendingErasures(ctx, bot.Address{}, erasuresAtOnce)
	}
	if err != nil || len(pending) == 0 {
		return err == nil, err
	}
	work, cancel := context.WithTimeout(ctx, eraseAtMost)
	defer cancel()
	lease, _, ours, err := s.store.Acquire(work, eraser, s.name, eraserTTL)
	if err != nil || !ours {
		return false, err
	}
	defer func() { err = errors.Join(err, s.store.Release(context.WithoutCancel(ctx), lease)) }()
	for len(pending) > 0 {
		if s.behind = pending; s.looked == nil {
			s.looked = map[string]string{}
		}
		err := s.finish(work, pending)
		if err != nil && work.Err() != nil { // the next call goes on
			return false, ctx.Err()
		}
		s.behind, s.looked = nil, nil
		if err != nil {
			return false, err
		}
		if pending, err = s.store.PendingErasures(work, pending[len(pending)-1].Address(), erasuresAtOnce); err != nil {
			return false, err
		}
	}
	pending, err = s.store.PendingErasures(ctx, bot.Address{}, erasuresAtOnce) // erased meanwhile, perhaps again
	return len(pending) == 0, err
}

// finish works on these erasures until nothing of them is left.
func (s *Scrubber) finish(ctx context.Context, all []storage.PendingErasure) error {
	at := make([]bot.Address, len(all))
	raw := map[string]map[string]bool{} // the chats whose updates are looked for, by bot
	for i, e := range all {
		at[i] = e.Address()
		if e.Raw && raw[e.Bot] == nil {
			raw[e.Bot] = map[string]bool{}
		}
		if e.Raw {
			raw[e.Bot][e.Chat] = true
		}
	}
	long, err := s.store.StillLeaving(ctx, at)
	if err != nil {
		return err
	}
	for _, a := range at {
		for _, l := range long[a] {
			if err := s.leaveAll(ctx, a, l); err != nil {
				return err
			}
		}
	}
	for name, chats := range raw {
		if err := s.stripUpdates(ctx, name, chats); err != nil {
			return err
		}
	}
	return s.store.InTx(ctx, func(t *storage.Tx) error { return t.EndErasures(ctx, all) })
}

// leaveAll lets all rows of the address leave the table.
func (s *Scrubber) leaveAll(ctx context.Context, a bot.Address, l storage.Leaving) error {
	for more := true; more; {
		began := time.Now()
		err := s.store.InStep(ctx, func(t *storage.Tx) (err error) {
			more, err = t.Leave(ctx, a, l)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.breathe(ctx, began); err != nil {
			return err
		}
	}
	return nil
}

// stripUpdates looks through the bot's updates, which nothing finds by their
// chats, on a reader: the writer is needed only for what is found. Two days of a
// busy bot are more than one call looks through, so it goes on where the last one
// ended.
func (s *Scrubber) stripUpdates(ctx context.Context, name string, chats map[string]bool) error {
	for {
		last := s.looked[name]
		began := time.Now()
		page, err := s.store.RawUpdatesAfter(ctx, name, last, updatesAtOnce)
		if err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
		var found [][]string
		size := 0
		for _, u := range page {
			if !chats[u.Chat] {
				continue
			}
			if n := len(found); n == 0 || len(found[n-1]) == db.RemoveAtOnce || size >= db.RemoveBytes {
				found, size = append(found, nil), 0
			}
			size += u.Size
			found[len(found)-1] = append(found[len(found)-1], u.ID)
		}
		took := time.Since(began)
		for _, part := range found {
			began := time.Now()
			err := s.store.InStep(ctx, func(t *storage.Tx) error { return t.StripUpdates(ctx, name, part) })
			if err != nil {
				return err
			}
			if err := s.breathe(ctx, began); err != nil {
				return err
			}
		}
		if len(page) > 0 {
			s.looked[name] = page[len(page)-1].ID
		}
		if len(page) < updatesAtOnce {
			return nil
		}
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}
