package staff

import (
	"context"
	"fmt"
	"time"

	"visnyk/storage"
)

// ThrottledError says that there were too many tries, and when there may be one
// more. It says the same of a login that nobody has.
type ThrottledError struct{ After time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many tries: again in %v", e.After.Round(time.Second))
}

// How often wrong passwords and codes may be tried, over all replicas.
const (
	triesWithin    = 15 * time.Minute
	triesOfAccount = 10
	triesOfDevice  = 10  // of a browser the user has signed in with
	triesOfAddress = 100 // an office has one
	triesOfFactor  = 10
)

// subject is one who tries.
type subject struct {
	hash  string
	tries storage.Tries
}

func newSubject(kind, name string, most int) subject {
	return subject{tokenHash(kind + "\x00" + name), storage.Tries{Most: most, Within: triesWithin}}
}

// forgiving takes back tries that were counted.
type forgiving func(context.Context) error

// tries counts a try to sign in: of the browser where the user has signed in with
// it before, so that guessing elsewhere keeps nobody out; otherwise of the address
// and of the account, whether there is one or not.
func (s *Staff) tries(ctx context.Context, login string, from Client) (forgiving, error) {
	if tokenIsWhole(from.Device) {
		device := tokenHash(from.Device)
		known, err := s.store.KnowsDevice(ctx, device, login)
		if err != nil {
			return nil, err
		}
		if known {
			return s.try(ctx, newSubject("device", device+" "+login, triesOfDevice))
		}
	}
	account := newSubject("account", login, triesOfAccount)
	if from.Address == "" {
		return s.try(ctx, account)
	}
	return s.try(ctx, newSubject("address", from.Address, triesOfAddress), account)
}

// try counts a try of each, unless one of them has tried as often as it may: then
// it is a *ThrottledError. What is counted here, before anything is checked, is
// counted once however many try at the same moment.
func (s *Staff) try(ctx context.Context, all ...subject) (forgiving, error) {
	for _, one := range all { // most are refused without a write
		wait, err := s.store.AttemptWait(ctx, one.hash, one.tries)
		if err != nil {
			return nil, err
		}
		if wait > 0 {
			return nil, &ThrottledError{wait}
		}
	}
	moments := make([]int64, len(all))
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		for i, one := range all {
			at, wait, err := tx.Attempt(ctx, one.hash, one.tries)
			if err != nil {
				return err
			}
			if wait > 0 {
				return &ThrottledError{wait}
			}
			moments[i] = at
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		return s.store.InTx(ctx, func(tx *storage.Tx) error {
			for i, one := range all {
				if err := tx.ForgiveAttempt(ctx, one.hash, moments[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}, nil
}
