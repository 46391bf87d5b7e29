package broadcast

import (
	"time"

	"visnyk/storage"
)

const (
	// passedMany is how many recipients a walk has passed when it is dear to begin anew:
	// the database goes by all of them, until it has tidied up.
	passedMany = 4096
	// walkAnew is between two beginnings then.
	walkAnew = 2 * time.Second
)

// walk goes through the recipients of a broadcast who wait. It goes on where it ended
// last, and now and then begins anew for those who wait again behind it.
type walk struct {
	at     storage.WaitingPlace
	began  time.Time
	passed int
}

// walk keeps the walks of the broadcasts alone.
func (r *Releaser) walk(all []storage.Mailing) {
	walks := map[string]*walk{}
	for _, m := range all {
		if walks[m.ID] = r.walks[m.ID]; walks[m.ID] == nil {
			walks[m.ID] = &walk{}
		}
	}
	r.walks = walks
}

// from returns where to look next.
func (w *walk) from() storage.WaitingPlace {
	if w.passed < passedMany || time.Since(w.began) >= walkAnew {
		w.at, w.began = storage.WaitingPlace{}, time.Now()
	}
	return w.at
}

// went notes at whom was looked.
func (w *walk) went(seen storage.Looked) {
	if seen.N > 0 {
		w.at = seen.Last
		w.passed += seen.N
	}
}
