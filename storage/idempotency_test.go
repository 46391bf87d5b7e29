package storage_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// puts returns a write that puts an article through a method of the store, and
// adds an entry of the audit through another transaction of the same write.
func puts(s *storage.Store, id string) func(context.Context) (storage.Answer, error) {
	return func(ctx context.Context) (storage.Answer, error) {
		if err := s.PutArticles(ctx, []bot.Article{{ID: id, State: bot.ArticleDraft}}); err != nil {
			return storage.Answer{}, err
		}
		err := s.InTx(ctx, func(t *storage.Tx) error {
			return t.Audit(ctx, storage.AuditEntry{Action: "article.put", Object: "article/" + id})
		})
		return storage.Answer{Status: 201, ETag: `"1"`, Location: "/" + id, Body: []byte(`{"id":"` + id + `"}`)}, err
	}
}

// written counts what puts has done.
func written(t *testing.T, s *storage.Store) [2]int {
	t.Helper()
	return [2]int{
		must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM articles`)),
		must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM audit`)),
	}
}

func TestWriteOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		first, replayed, err := s.WriteOnce(ctx, "key", "request", puts(s, "a"))
		if err != nil || replayed {
			t.Fatal(replayed, err)
		}
		never := func(context.Context) (storage.Answer, error) {
			t.Error("done again")
			return storage.Answer{}, nil
		}
		again, replayed, err := s.WriteOnce(ctx, "key", "request", never)
		if err != nil || !replayed {
			t.Fatal(replayed, err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Error(diff)
		}
		if _, _, err = s.WriteOnce(ctx, "key", "other", never); !errors.Is(err, storage.ErrKeyReused) {
			t.Errorf("got %v", err)
		}
		_, replayed, err = s.WriteOnce(ctx, "key2", "request", puts(s, "b"))
		if err != nil || replayed || written(t, s) != [2]int{2, 2} {
			t.Error(replayed, err, written(t, s))
		}
		ok(t, s.Age(ctx, 24*3600+1))
		if _, replayed, err = s.WriteOnce(ctx, "key", "other", puts(s, "c")); err != nil || replayed {
			t.Errorf("a day later: %v, %v", replayed, err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM idempotency`)); n != 1 {
			t.Errorf("%d keys are kept", n)
		}
	})
}

// A secret answer is kept encrypted, for its own key alone, and without a secret
// of ours not at all: the write is not done again, and its answer is gone.
func TestAttackSecretAnswerInTheTable(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ctx := t.Context()
		s, bare, other := withSecret(t, url, firstSecret), withSecret(t, url, ""), withSecret(t, url, secondSecret)
		gives := func(context.Context) (storage.Answer, error) {
			return storage.Answer{Status: 200, Body: []byte("a canary of a link"), Secret: true}, nil
		}
		never := func(context.Context) (storage.Answer, error) {
			t.Error("done again")
			return storage.Answer{}, nil
		}
		for key, by := range map[string]*storage.Store{"sealed": s, "bare": bare} {
			if a, replayed, err := by.WriteOnce(ctx, key, "request", gives); err != nil || replayed || string(a.Body) != "a canary of a link" {
				t.Errorf("%s: %+v, %v", key, a, err)
			}
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM idempotency WHERE body = $1 OR length(body) = $2`,
			[]byte("a canary of a link"), len("a canary of a link"))); n != 0 {
			t.Errorf("%d answers are kept in clear", n)
		}
		a, replayed, err := s.WriteOnce(ctx, "sealed", "request", never)
		if err != nil || !replayed || string(a.Body) != "a canary of a link" || !a.Secret {
			t.Errorf("%+v, %t, %v", a, replayed, err)
		}
		for what, again := range map[string]func() error{
			"not kept":      func() error { _, _, err := s.WriteOnce(ctx, "bare", "request", never); return err },
			"no secret":     func() error { _, _, err := bare.WriteOnce(ctx, "sealed", "request", never); return err },
			"other secret":  func() error { _, _, err := other.WriteOnce(ctx, "sealed", "request", never); return err },
			"of other keys": func() error { _, _, err := s.WriteOnce(ctx, "moved", "request", never); return err },
		} {
			if what == "of other keys" {
				must[int](t)(s.Exec(ctx, `UPDATE idempotency SET id = 'moved' WHERE id = 'sealed'`))
			} else if what != "not kept" && must[int](t)(s.Count(ctx, `SELECT count(*) FROM idempotency WHERE id = 'moved'`)) == 1 {
				must[int](t)(s.Exec(ctx, `UPDATE idempotency SET id = 'sealed' WHERE id = 'moved'`))
			}
			if err := again(); !errors.Is(err, storage.ErrAnswerGone) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestWriteOnceFailure(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		failure := errors.New("no")
		_, _, err := s.WriteOnce(t.Context(), "key", "request", func(ctx context.Context) (storage.Answer, error) {
			a, err := puts(s, "a")(ctx)
			if err != nil {
				t.Error(err)
			}
			return a, failure
		})
		if !errors.Is(err, failure) || written(t, s) != [2]int{} {
			t.Errorf("%v, written %v", err, written(t, s))
		}
		if _, replayed, err := s.WriteOnce(t.Context(), "key", "other", puts(s, "a")); err != nil || replayed {
			t.Errorf("the key is not free: %v, %v", replayed, err)
		}
	})
}

// A process that dies leaves its claim; nobody else works under it before it
// ends, and the dead one, should it come back, writes nothing.
func TestWriteOnceCrash(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		died, came := make(chan struct{}), make(chan struct{})
		var zombie error
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _, zombie = s.WriteOnce(context.Background(), "key", "request", func(ctx context.Context) (storage.Answer, error) {
				close(died)
				<-came
				return puts(s, "a")(ctx)
			})
		})
		<-died
		if _, _, err := s.WriteOnce(ctx, "key", "request", puts(s, "b")); !errors.Is(err, storage.ErrInFlight) {
			t.Errorf("under way: %v", err)
		}
		if s.OneWriter() { // nobody can take over what holds the writer
			close(came)
			wg.Wait()
			if zombie != nil || written(t, s) != [2]int{1, 1} {
				t.Errorf("%v, written %v", zombie, written(t, s))
			}
			return
		}
		ok(t, s.Age(ctx, 61))
		if _, _, err := s.WriteOnce(ctx, "key", "other", puts(s, "b")); !errors.Is(err, storage.ErrKeyReused) {
			t.Errorf("another request: %v", err)
		}
		if _, replayed, err := s.WriteOnce(ctx, "key", "request", puts(s, "b")); err != nil || replayed {
			t.Errorf("taken over: %v, %v", replayed, err)
		}
		close(came)
		wg.Wait()
		if !errors.Is(zombie, storage.ErrConflict) || written(t, s) != [2]int{1, 1} {
			t.Errorf("%v, written %v", zombie, written(t, s))
		}
	})
}

// The claim of a process that died before it wrote anything.
func TestWriteOnceAfterACrash(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		must[int](t)(s.Exec(ctx, `INSERT INTO idempotency (id, request, claim, until, body, created_at)
			SELECT 'key', 'request', 'dead', 4102444800000000, $1, 4102444800000000`, []byte{}))
		if _, _, err := s.WriteOnce(ctx, "key", "request", puts(s, "a")); !errors.Is(err, storage.ErrInFlight) {
			t.Errorf("under way: %v", err)
		}
		must[int](t)(s.Exec(ctx, `UPDATE idempotency SET until = 1`))
		if _, replayed, err := s.WriteOnce(ctx, "key", "request", puts(s, "a")); err != nil || replayed {
			t.Errorf("taken over: %v, %v", replayed, err)
		}
		if written(t, s) != [2]int{1, 1} {
			t.Errorf("written %v", written(t, s))
		}
	})
}

func TestWriteOnceAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const clients = 12
		done := make(chan bool, clients)
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				_, replayed, err := s.WriteOnce(context.Background(), "key", "request", puts(s, "a"))
				if err != nil && !errors.Is(err, storage.ErrInFlight) {
					t.Error(err)
				}
				done <- err == nil && !replayed
			})
		}
		wg.Wait()
		close(done)
		n := 0
		for first := range done {
			if first {
				n++
			}
		}
		if n != 1 || written(t, s) != [2]int{1, 1} {
			t.Errorf("done %d times, written %v", n, written(t, s))
		}
	})
}
