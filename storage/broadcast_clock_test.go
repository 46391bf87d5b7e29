package storage_test

import (
	"context"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// clock is a moment that stands in the database, and goes on when it is told to.
type clock struct {
	t  *testing.T
	s  *storage.Store
	at time.Time
}

// onEachClock runs f on both databases, whose clocks stand still at the moment.
func onEachClock(t *testing.T, at time.Time, f func(t *testing.T, c *clock)) {
	t.Helper()
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := must[*storage.Store](t)(storage.OpenAt(t.Context(), url(t), storage.Options{Secret: []byte("a secret for tests alone")}, `(SELECT at FROM clock)`))
			must[int](t)(s.Exec(t.Context(), `CREATE TABLE clock (at BIGINT NOT NULL)`))
			must[int](t)(s.Exec(t.Context(), `INSERT INTO clock (at) VALUES (0)`))
			t.Cleanup(func() {
				if _, err := s.Exec(context.Background(), `DROP TABLE clock`); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			c := &clock{t: t, s: s}
			c.set(at)
			f(t, c)
		})
	}
}

func (c *clock) now() time.Time { return c.at }

func (c *clock) set(at time.Time) {
	c.t.Helper()
	c.at = at
	must[int](c.t)(c.s.Exec(c.t.Context(), `UPDATE clock SET at = $1`, at))
}

func (c *clock) goes(by time.Duration) {
	c.t.Helper()
	c.set(c.at.Add(by))
}
