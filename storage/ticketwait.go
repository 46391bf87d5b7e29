package storage

import (
	"context"
	"time"
)

// Wait is how long a customer waited for an operator.
type Wait struct{ From, To time.Time }

const lateWaits = `
SELECT opened_at, taken_at FROM tickets
WHERE state = 'closed' AND taken_at <> 0 AND taken_at < closed_at AND opened_by = '' ORDER BY closed_at DESC LIMIT 50`

// Waits returns how long the customers of the tickets that were closed last waited.
func (s *Store) Waits(ctx context.Context) ([]Wait, error) {
	var records []struct {
		OpenedAt micros `db:"opened_at"`
		TakenAt  micros `db:"taken_at"`
	}
	if err := s.reading.sel(ctx, &records, lateWaits); err != nil {
		return nil, doing("waits", err)
	}
	all := make([]Wait, len(records))
	for i, r := range records {
		all[i] = Wait{r.OpenedAt.time(), r.TakenAt.time()}
	}
	return all, nil
}
