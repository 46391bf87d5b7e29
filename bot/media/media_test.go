package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/media"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// wire is a messenger that gives files as their refs say.
type wire struct {
	bot.Channel
	open, most atomic.Int64 // bodies that are read now, and were at once
	tries      sync.Map     // by ref
}

func (*wire) Name() string                { return "telegram" }
func (*wire) Fetches(bot.Attachment) bool { return true }

func (w *wire) Fetch(ctx context.Context, ref string) (io.ReadCloser, int64, error) {
	n, _ := w.tries.LoadOrStore(ref, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
	kind, _, _ := strings.Cut(ref, "/")
	switch kind {
	case "good":
		return w.opened(bytes.NewReader(noise(2 << 20))), 2 << 20, nil
	case "endless":
		return w.opened(zeros{}), -1, nil
	case "liar": // it announces little and sends much
		return w.opened(zeros{}), 10, nil
	case "stalls":
		return w.opened(silent{ctx}), 1000, nil
	case "trickles":
		return w.opened(&drops{ctx: ctx}), -1, nil
	case "hangs":
		<-ctx.Done()
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Err: ctx.Err()}
	case "panics":
		panic("what a person wrote")
	case "breaks":
		return w.opened(io.MultiReader(bytes.NewReader(noise(100_000)), failing{})), -1, nil
	case "empty":
		return w.opened(bytes.NewReader(nil)), 0, nil
	}
	return nil, 0, &bot.FetchError{State: bot.FileGone, Final: kind == "gone", Err: errors.New("gone")}
}

func (w *wire) opened(r io.Reader) io.ReadCloser {
	n := w.open.Add(1)
	for most := w.most.Load(); n > most && !w.most.CompareAndSwap(most, n); most = w.most.Load() {
	}
	return &body{r, sync.OnceFunc(func() { w.open.Add(-1) })}
}

type body struct {
	io.Reader
	close func()
}

func (b *body) Close() error { b.close(); return nil }

type (
	zeros   struct{}
	silent  struct{ ctx context.Context }
	failing struct{}
	drops   struct{ ctx context.Context }
)

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func (s silent) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, s.ctx.Err() }

func (failing) Read([]byte) (int, error) {
	return 0, &bot.FetchError{State: bot.FileFailed, Err: errors.New("the connection broke")}
}

// Read gives a byte every few milliseconds, for ever.
func (d *drops) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(5 * time.Millisecond):
		return copy(p, "x"), nil
	}
}

// house is a keeper over a real database.
type house struct {
	*testing.T
	store *storage.Store
	wire  *wire
	lease storage.Lease
}

func newHouse(t *testing.T, c media.Config) *house {
	t.Helper()
	h := &house{T: t, store: storagetest.Open(t, storagetest.SQLiteURL(t)), wire: &wire{}}
	lease, _, ok, err := h.store.Acquire(t.Context(), "telegram", "me", time.Hour)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	h.lease = lease
	c.Store, c.Channels = h.store, map[string]bot.Channel{"telegram": h.wire}
	c.Rests = call.Doubling{First: time.Millisecond, Most: time.Millisecond}
	k := media.New(c)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { k.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	go func() {
		_ = h.store.Listen(ctx, func(topic string) {
			if topic == storage.FilesTopic || topic == "" {
				k.Wake()
			}
		})
	}()
	return h
}

// sends has people send files, each in a chat of their own unless they say which:
// "chat:ref".
func (h *house) sends(refs ...string) {
	h.Helper()
	for _, ref := range refs {
		chat, what, ok := strings.Cut(ref, ":")
		if !ok {
			chat, what = ref, ref
		}
		at := bot.Address{Bot: "telegram", Chat: chat}
		_, err := h.store.Receive(h.Context(), []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: ref, Chat: chat, Payload: []byte("x")}}})
		if err == nil {
			_, err = h.store.CommitTurns(h.Context(), h.lease, []storage.TurnWrite{{
				Bot: "telegram", InboxID: ref, Fetches: []storage.Fetch{{Address: at, Key: key(ref), Ref: what, Kind: bot.File}},
			}})
		}
		if err != nil {
			h.Fatal(err)
		}
	}
	h.store.Notify(storage.FilesTopic)
}

func key(ref string) string { return strings.NewReplacer("/", "-", ":", "-").Replace(ref) }

// becomes waits until the file is in its last state.
func (h *house) becomes(ref string) (f bot.KeptFile) {
	h.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(time.Minute); ; {
		all, err := h.store.KeptFiles(h.Context(), []string{key(ref)})
		if err != nil {
			h.Fatal(err)
		}
		if f = all[key(ref)]; f.State != bot.FileComing {
			return f
		}
		select {
		case <-tick.C:
		case <-end:
			h.Fatalf("waited in vain for %s", ref)
		}
	}
}

// TestHostileServersHarmNobody: whoever hangs, trickles, never ends or breaks is given
// up, for a reason that says what it was, and others' files come meanwhile.
func TestHostileServersHarmNobody(t *testing.T) {
	h := newHouse(t, media.Config{AtOnce: 3, Stall: time.Second, TTL: 4 * time.Second})
	h.sends("stalls", "trickles", "hangs", "panics", "breaks", "endless", "liar", "empty", "gone", "lost", "good/1", "good/2")
	for ref, want := range map[string]bot.FileState{
		"good/1": bot.FileKept, "good/2": bot.FileKept,
		"stalls": bot.FileFailed, "trickles": bot.FileFailed, "hangs": bot.FileFailed, "panics": bot.FileFailed, "breaks": bot.FileFailed,
		"endless": bot.FileTooLarge, "liar": bot.FileTooLarge, "empty": bot.FileFailed, "gone": bot.FileGone, "lost": bot.FileGone,
	} {
		if f := h.becomes(ref); f.State != want {
			t.Errorf("%s is %s, want %s", ref, f.State, want)
		}
	}
	tries := func(ref string) int64 {
		n, _ := h.wire.tries.Load(ref)
		return n.(*atomic.Int64).Load()
	}
	if tries("gone") != 1 || tries("breaks") < 10 || tries("lost") != 4 {
		t.Errorf("tried %d, %d and %d times", tries("gone"), tries("breaks"), tries("lost"))
	}
	if n := h.wire.open.Load(); n != 0 {
		t.Errorf("%d bodies stay open", n)
	}
}

// TestFiftyAtOnce: however many come at once, few are on their way, and one chat has
// one of them.
func TestFiftyAtOnce(t *testing.T) {
	const atOnce = 4
	h := newHouse(t, media.Config{AtOnce: atOnce})
	var refs []string
	for i := range 40 {
		refs = append(refs, fmt.Sprint("good/", i))
	}
	for i := range 10 {
		refs = append(refs, fmt.Sprint("album:good/a", i))
	}
	h.sends(refs...)
	for _, ref := range refs {
		if f := h.becomes(ref); f.State != bot.FileKept || f.Size != 2<<20 {
			t.Errorf("%s is %+v", ref, f)
		}
	}
	if most := h.wire.most.Load(); most > atOnce || most < 2 {
		t.Errorf("%d were on their way at once, at most %d may", most, atOnce)
	}
}

// What nobody here fetches waits for whoever can.
func TestStrangersFileWaits(t *testing.T) {
	h := newHouse(t, media.Config{})
	lease, _, _, err := h.store.Acquire(t.Context(), "other", "me", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.store.Receive(t.Context(), []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: "other", ID: "u", Chat: "1", Payload: []byte("x")}}})
	if err == nil {
		_, err = h.store.CommitTurns(t.Context(), lease, []storage.TurnWrite{{
			Bot: "other", InboxID: "u", Fetches: []storage.Fetch{{Address: bot.Address{Bot: "other", Chat: "1"}, Key: "theirs", Ref: "good"}},
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.sends("good")
	h.becomes("good")
	all, err := h.store.KeptFiles(t.Context(), []string{"theirs"})
	if err != nil || all["theirs"].State != bot.FileComing {
		t.Errorf("%+v, %v", all, err)
	}
}
