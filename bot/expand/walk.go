package expand

import (
	"context"
	"errors"
	"time"

	"visnyk/storage"
)

// holder is the Expander while it has the lease.
type holder struct {
	*Expander
	lease   storage.Lease
	renewed time.Time // when the lease was last asked for
}

// walk goes on with one thing until its end.
func (h *holder) walk(ctx context.Context, step Step) error {
	var quickest time.Duration
	for {
		if err := h.renew(ctx); err != nil {
			return err
		}
		alone := h.Store.Idle()
		began := time.Now()
		over, err := step(ctx, h.lease)
		took := time.Since(began)
		pause := leastRest
		switch {
		case errors.Is(err, storage.ErrBusy):
			pause = busyRest
		case err != nil:
			return err
		default:
			// Of late: the steps of an import grow as long as they may, and are not slow then.
			if quickest += quickest / ofLate; quickest == 0 || took < quickest {
				quickest = took
			}
			if !alone || !h.Store.Idle() {
				pause += longerRest * min(took-quickest, quickest)
				if h.Half {
					pause += took
				}
			}
		}
		if over {
			return nil
		}
		if err := rest(ctx, pause); err != nil {
			return err
		}
	}
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
