package expand

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/storage"
)

// holder is the Expander while it has the lease.
type holder struct {
	*Expander
	lease   storage.Lease
	renewed time.Time // when the lease was last asked for
}

// walk goes on with one expansion until its end.
func (h *holder) walk(ctx context.Context, e storage.Expansion) error {
	makes, ok := h.makes[e.Kind]
	if !ok {
		return fmt.Errorf("nobody makes rows of the kind %q: a newer version asked for them", e.Kind)
	}
	var quickest time.Duration
	for !e.Ended {
		if err := h.renew(ctx); err != nil {
			return err
		}
		alone := h.Store.Idle()
		began := time.Now()
		next, err := h.Store.Expand(ctx, h.lease, e, func(tx *storage.Tx, contacts []string) (bool, error) {
			return makes(ctx, tx, e.Subject, contacts)
		})
		took := time.Since(began)
		pause := leastRest
		switch {
		case errors.Is(err, storage.ErrBusy):
			pause = busyRest
		case err != nil:
			return fmt.Errorf("%s %s: %w", e.Kind, e.Subject, err)
		default:
			h.Metrics.walked(e, next, took)
			e = next
			if quickest == 0 || took < quickest {
				quickest = took
			}
			if !alone || !h.Store.Idle() {
				pause += waitedRest * min(took-quickest, quickest)
			}
		}
		if err := rest(ctx, pause); err != nil {
			return err
		}
	}
	h.Log.Info("everybody is listed", "what", e.Kind, "subject", e.Subject, "contacts", e.Walked)
	return nil
}

// renew asks for more time once a third of it is over.
func (h *holder) renew(ctx context.Context) error {
	if time.Since(h.renewed) < h.TTL/3 {
		return nil
	}
	asked := time.Now()
	if err := h.Store.Renew(ctx, h.lease, h.TTL); err != nil {
		return err
	}
	h.renewed = asked
	return nil
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
