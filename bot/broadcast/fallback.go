package broadcast

import (
	"context"
	"slices"
	"time"
)

// fallLook is between two looks for what was not delivered: it is a matter of hours.
const fallLook = 5 * time.Minute

// Visited are the bots whose people read what they are told at their next visit, by name.
func (s *Broadcasts) Visited() (names []string) {
	for name, m := range s.messengers {
		if m.Capabilities().Visited {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// telling are the bots that tell what was delivered. What is said to who comes to us is
// there when they come.
func (s *Broadcasts) telling() (names []string) {
	for name, m := range s.messengers {
		if can := m.Capabilities(); can.Receipts.Delivered && !can.Visited {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// fallBack has what was not delivered go to another address.
func (k *Keeper) fallBack(ctx context.Context) error {
	if !k.fell.IsZero() && time.Since(k.fell) < fallLook {
		return nil
	}
	telling, visited := k.telling(), k.Visited()
	if len(telling) == 0 {
		return nil
	}
	ids, err := k.store.FallbackDue(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for after := ""; ; {
			n, last, err := k.store.FallBack(ctx, id, after, telling, visited)
			if err != nil {
				return err
			}
			if n > 0 {
				k.Log.Info("what was not delivered goes to other addresses", "broadcast", id, "recipients", n)
			}
			if after = last; last == "" {
				break
			}
		}
	}
	k.fell = time.Now()
	return nil
}
