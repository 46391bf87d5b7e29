package broadcast

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Begun tells what began by itself, and what is next.
type Begun struct {
	IDs  []string  // of the broadcasts that began
	Asks []string  // of those that are late by more than LateStart, or for quite other people: paused, they ask
	Next time.Time // when the next one is due; zero: none is scheduled
	Held bool      // some wait beyond their moment
}

// StartDue begins what is due. What is late by more than LateStart is paused and asks
// whether it begins, unless it waited meanwhile.
func (s *Broadcasts) StartDue(ctx context.Context) (b Begun, err error) {
	scheduled, err := s.store.OpenBroadcasts(ctx, bot.BroadcastScheduled, bot.BroadcastScheduled)
	if err != nil {
		return b, err
	}
	for _, m := range scheduled {
		if s.now().Before(m.Start) {
			if b.Next.IsZero() || m.Start.Before(b.Next) {
				b.Next = m.Start
			}
			continue
		}
		g, err := s.gate(ctx, m, false)
		if err != nil {
			return b, err
		}
		held := !m.Held.IsZero() && !m.Held.Before(m.Start)
		over := !m.Until.IsZero() && !s.now().Before(m.Until)
		if g.Why != "" && !over {
			if b.Held = true; !held {
				err = s.store.NoteHeld(ctx, m.ID, s.now())
			}
			if err != nil {
				return b, err
			}
			continue
		}
		late := over || !held && s.now().Sub(m.Start) > LateStart
		var (
			crowd bool
			told  bot.Address
		)
		now, err := s.counted(ctx, m)
		if err != nil {
			return b, err
		}
		_, err = s.write(ctx, m.ID, func(tx *storage.Tx) error {
			told = bot.Address{}
			is, err := tx.Broadcast(ctx, m.ID)
			if err != nil || is.Version != m.Version {
				return err // somebody moved it meanwhile
			}
			if late {
				told, err = s.pause(ctx, tx, is, bot.HaltLate)
				return err
			}
			if _, crowd, err = guard(ctx, tx, is, now); err != nil {
				return err
			}
			if crowd {
				told, err = s.pause(ctx, tx, is, bot.HaltCrowd)
				return err
			}
			return s.move(ctx, tx, bot.System(), is, bot.BroadcastStart, Moved{})
		})
		switch {
		case err != nil:
			return b, err
		case late, crowd:
			s.said(told)
			b.Asks = append(b.Asks, m.ID)
		default:
			b.IDs = append(b.IDs, m.ID)
		}
	}
	return b, nil
}
