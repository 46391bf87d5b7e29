package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// asksFor has turns ask for files: the chat of each, and then its key. The name of
// the file is its key.
func asksFor(t *testing.T, s *storage.Store, pairs ...string) {
	t.Helper()
	l := lease(t, s, telegram, "me")
	for i := 0; i < len(pairs); i += 2 {
		chat, key := pairs[i], pairs[i+1]
		receive(t, s, chat, "update-"+key)
		_, err := s.CommitTurns(t.Context(), l, []storage.TurnWrite{{
			Bot: telegram, InboxID: "update-" + key,
			Fetches: []storage.Fetch{{Address: at(chat), Key: key, Kind: bot.Photo, Name: key + ".png", Ref: "ref-" + key}},
		}})
		ok(t, err)
	}
}

func due(t *testing.T, s *storage.Store, limit int) (all []storage.Fetch, keys string) {
	t.Helper()
	all = must[[]storage.Fetch](t)(s.DueFetches(t.Context(), limit, time.Minute))
	var list []string
	for _, f := range all {
		list = append(list, f.Key)
	}
	return all, strings.Join(list, " ")
}

func png(n int) []byte { return append([]byte("\x89PNG\r\n\x1a\n"), noise(n)...) }

func stateOf(t *testing.T, s *storage.Store, id string) bot.FileState {
	t.Helper()
	return must[map[string]bot.KeptFile](t)(s.KeptFiles(t.Context(), []string{id}))[id].State
}

// What a turn asks for is claimed once, comes in pieces, and is kept.
func TestFetch(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		asksFor(t, s, "1", "a", "1", "b", "2", "c")
		claimed, keys := due(t, s, 10)
		if keys != "a c" { // one of a chat at a time
			t.Fatalf("claimed %q", keys)
		}
		if f := claimed[0]; f.Address != at("1") || f.Kind != bot.Photo || f.Ref != "ref-a" || f.Name != "a.png" || f.Tries != 1 {
			t.Errorf("claimed as %+v", f)
		}
		if _, more := due(t, s, 10); more != "" {
			t.Errorf("claimed twice: %q", more)
		}
		data := png(3*storage.PieceSize + 5)
		ok(t, s.KeepFetch(ctx, claimed[0], -1, iotest.OneByteReader(bytes.NewReader(data)), 1<<20, bot.FileType))
		f, body, err := s.OpenFile(ctx, "a")
		ok(t, err)
		want := bot.KeptFile{
			ID: "a", Address: at("1"), Kind: bot.Photo, Name: "a.png", Type: "image/png", Size: int64(len(data)), State: bot.FileKept,
		}
		if diff := cmp.Diff(want, f); diff != "" {
			t.Error(diff)
		}
		if err := iotest.TestReader(body, data); err != nil {
			t.Error(err)
		}
		if err := s.RenewFetch(ctx, claimed[0], time.Minute); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("held after its end: %v", err)
		}
		_, keys = due(t, s, 10)
		if keys != "b" {
			t.Errorf("then %q", keys)
		}
		ok(t, s.EndFetch(ctx, claimed[1], bot.FileGone))
		if got := stateOf(t, s, "c"); got != bot.FileGone {
			t.Errorf("given up it is %q", got)
		}
		if _, _, err := s.OpenFile(ctx, "c"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("opened though it is gone: %v", err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM files WHERE state <> 'coming' AND (ref <> '' OR claim <> '')`)); n != 0 {
			t.Errorf("%d files keep their address", n)
		}
	})
}

// Whoever dies in the middle leaves pieces that the next one takes away; whoever
// only seemed dead writes nothing more.
func TestFetchSurvivesADeath(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		asksFor(t, s, "1", "a")
		first, _ := due(t, s, 1)
		came, died := make(chan struct{}, 2), make(chan struct{})
		slow := &gate{Reader: bytes.NewReader(png(40 * storage.PieceSize)), after: 20 * storage.PieceSize, came: came, goes: died}
		var late error
		var writing sync.WaitGroup
		writing.Go(func() {
			late = s.KeepFetch(ctx, first[0], -1, slow, 1<<24, bot.FileType)
			came <- struct{}{}
		})
		<-came
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces`)); n == 0 {
			t.Fatal("nothing came before the death")
		}
		must[int](t)(s.Exec(ctx, `UPDATE files SET due_at = 1`)) // its time is over
		second, keys := due(t, s, 1)
		if keys != "a" || second[0].Tries != 2 {
			t.Fatalf("nobody goes on: %q", keys)
		}
		data := png(2 * storage.PieceSize)
		ok(t, s.KeepFetch(ctx, second[0], int64(len(data)), bytes.NewReader(data), 1<<20, bot.FileType))
		close(died)
		writing.Wait()
		if !errors.Is(late, storage.ErrConflict) {
			t.Errorf("who was taken for dead writes on: %v", late)
		}
		for _, err := range []error{s.RetryFetch(ctx, first[0], 0), s.EndFetch(ctx, first[0], bot.FileFailed)} {
			if !errors.Is(err, storage.ErrConflict) {
				t.Errorf("who was taken for dead ends it: %v", err)
			}
		}
		_, body, err := s.OpenFile(ctx, "a")
		ok(t, err)
		if got := must[[]byte](t)(io.ReadAll(body)); !bytes.Equal(got, data) {
			t.Errorf("%d bytes are kept, not the %d that came", len(got), len(data))
		}
		if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
			t.Errorf("verify: %q", problems)
		}
	})
}

// gate stops after some bytes until it is let go.
type gate struct {
	io.Reader
	after int
	came  chan<- struct{}
	goes  <-chan struct{}
}

func (g *gate) Read(p []byte) (int, error) {
	if g.after <= 0 && g.came != nil {
		g.came <- struct{}{}
		g.came = nil
		<-g.goes
	}
	n, err := g.Reader.Read(p[:min(len(p), storage.PieceSize)])
	g.after -= n
	return n, err
}

// What is too large or finds no room leaves nothing; what broke comes again.
func TestFetchThatIsNotKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		broken := errors.New("broken")
		ok(t, s.PutSetting(ctx, "files.chat", "1"))
		asksFor(t, s, "1", "a", "2", "b", "3", "c", "4", "d", "5", "e")
		all, keys := due(t, s, 10)
		if keys != "a b c d e" {
			t.Fatalf("claimed %q", keys)
		}
		for i, tt := range []struct {
			size, most int64
			body       io.Reader
			want       error
		}{
			{101, 100, bytes.NewReader(noise(101)), storage.ErrTooLarge},
			{-1, 1 << 19, endless{}, storage.ErrTooLarge},
			{-1, 1 << 19, io.MultiReader(bytes.NewReader(noise(600_000)), iotest.ErrReader(broken)), broken},
			{100, 1 << 19, io.MultiReader(bytes.NewReader(noise(70_000)), iotest.ErrReader(broken)), broken},
			{1<<20 + 1, 1 << 21, endless{}, storage.ErrChatFull},
		} {
			if err := s.KeepFetch(ctx, all[i], tt.size, tt.body, tt.most, bot.FileType); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", all[i].Key, err, tt.want)
			}
			ok(t, s.RetryFetch(ctx, all[i], 0))
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces`)); n != 0 {
			t.Errorf("%d pieces stay", n)
		}
		if _, keys := due(t, s, 10); keys != "a b c d e" {
			t.Errorf("again due: %q", keys)
		}
		ok(t, s.PutSetting(ctx, "files.total", "0"))
		must[int](t)(s.Exec(ctx, `UPDATE files SET due_at = 1`))
		all, _ = due(t, s, 1)
		if err := s.KeepFetch(ctx, all[0], 10, bytes.NewReader(noise(10)), 100, bot.FileType); !errors.Is(err, storage.ErrFilesFull) {
			t.Errorf("no room at all: %v", err)
		}
		must[int](t)(s.Exec(ctx, `UPDATE files SET due_at = 1, created_at = 1`))
		if n := must[int](t)(s.GiveUpFetches(ctx, time.Hour)); n != 5 || stateOf(t, s, "e") != bot.FileFailed {
			t.Errorf("%d are given up, and e is %s", n, stateOf(t, s, "e"))
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// What an operator attaches is for one chat, and for messengers once it is sent.
func TestOutgoingFile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		keep := func(data []byte) (bot.KeptFile, error) {
			return s.KeepOutgoing(ctx, bot.KeptFile{Address: at("1"), Name: "рахунок.png"}, bytes.NewReader(data), 200_000,
				func(first []byte) (bot.AttachmentKind, string) { return bot.Photo, bot.FileType(first) })
		}
		f := must[bot.KeptFile](t)(keep(png(100_000)))
		if f.Type != "image/png" || f.Size != 100_008 || !f.Outgoing {
			t.Errorf("kept as %+v", f)
		}
		if err := errOf(keep(noise(200_001))); !errors.Is(err, storage.ErrTooLarge) {
			t.Errorf("too large: %v", err)
		}
		if err := errOf(keep(nil)); !errors.Is(err, storage.ErrEmptyFile) {
			t.Errorf("empty: %v", err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM files`)); n != 1 {
			t.Errorf("%d files", n)
		}
		sent := func() error {
			_, _, err := s.OpenSentFile(ctx, f.ID)
			return err
		}
		if err := sent(); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("given to messengers before it is sent: %v", err)
		}
		use := func(to bot.Address, id string) error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return errOf(tx.UseFile(ctx, to, id)) })
		}
		asksFor(t, s, "1", "hers")
		for _, tt := range []struct {
			to bot.Address
			id string
		}{{at("2"), f.ID}, {bot.Address{Bot: "other", Chat: "1"}, f.ID}, {at("1"), "none"}, {at("1"), "hers"}} {
			if err := use(tt.to, tt.id); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s is sent to %v: %v", tt.id, tt.to, err)
			}
		}
		ok(t, use(at("1"), f.ID))
		ok(t, sent())
		ok(t, s.DropUnused(ctx, at("1"), f.ID)) // too late
		ok(t, sent())
		unsent := must[bot.KeptFile](t)(keep([]byte("x")))
		ok(t, s.DropUnused(ctx, at("2"), unsent.ID)) // not theirs
		if got := stateOf(t, s, unsent.ID); got != bot.FileKept {
			t.Errorf("another chat takes it away: %q", got)
		}
		ok(t, s.DropUnused(ctx, at("1"), unsent.ID))
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces`)); n != 2 {
			t.Errorf("%d pieces", n)
		}
	})
}

// An id that visitors of two chats once chose names nobody's file.
func TestFileIDsAreNobodysGuess(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"1", "2"} {
			must[int](t)(s.Exec(ctx, `INSERT INTO files (bot, chat, key, id, name, type, size, state, created_at)
				VALUES ('webchat', $1, 'same', 'same', 'n', 't', 1, 'kept', 1)`, chat))
		}
		if _, _, err := s.OpenFile(ctx, "same"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("one of two: %v", err)
		}
		if got := must[map[string]bot.KeptFile](t)(s.KeptFiles(ctx, []string{"same", "none"})); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// fetches is the part of files that are fetched and sent, within a transaction.
func (i *insider) fetches() error {
	turn := storage.TurnWrite{Bot: telegram, InboxID: "fetches", Fetches: []storage.Fetch{{Address: at("9"), Key: "fetched", Ref: "r"}}}
	_, err := i.s.Receive(i.ctx, []storage.Incoming{update("9", "fetches")})
	_, err2 := i.s.CommitTurns(i.ctx, i.l, []storage.TurnWrite{turn})
	claim := func() storage.Fetch {
		all, err := i.s.DueFetches(i.ctx, 1, time.Minute)
		if err != nil || len(all) != 1 {
			return storage.Fetch{Key: fmt.Sprint(all, err)}
		}
		return all[0]
	}
	f := claim()
	err3 := errors.Join(i.s.RenewFetch(i.ctx, f, time.Minute), i.s.RetryFetch(i.ctx, f, 0))
	f = claim()
	most, err4 := i.s.LargestFile(i.ctx)
	err5 := i.s.KeepFetch(i.ctx, f, -1, bytes.NewReader([]byte("текст")), most, bot.FileType)
	gone := i.s.EndFetch(i.ctx, f, bot.FileGone)
	_, body, err6 := i.s.OpenFile(i.ctx, "fetched")
	read, err7 := io.ReadAll(body)
	out, err8 := i.s.KeepOutgoing(i.ctx, bot.KeptFile{Address: at("9")}, bytes.NewReader(read), 100, func([]byte) (bot.AttachmentKind, string) { return bot.File, "" })
	_, digest, _ := i.s.FileDigest(i.ctx, at("9"), out.ID)
	_, _, unsent := i.s.OpenSentFile(i.ctx, out.ID)
	known, err9 := i.s.KeptFiles(i.ctx, []string{out.ID, "fetched"})
	_, err10 := i.s.GiveUpFetches(i.ctx, time.Hour)
	return saw("fetches", string(read) == "текст" && len(digest) == 64 && errors.Is(gone, storage.ErrConflict) && errors.Is(unsent, storage.ErrNotFound) && len(known) == 2,
		err, err2, err3, err4, err5, err6, err7, err8, err9, err10, i.s.DropUnused(i.ctx, at("9"), out.ID))
}

// TestEraseTakesEveryFile: with a person go the files that came, that are on their
// way and that were for them; what was being fetched leaves nothing afterwards.
func TestEraseTakesEveryFile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		contact := lives(t, s, "1", "canary")
		asksFor(t, s, "1", "canary-kept")
		claimed, keys := due(t, s, 1)
		if keys != "canary-kept" {
			t.Fatalf("claimed %q", keys)
		}
		ok(t, s.KeepFetch(ctx, claimed[0], -1, bytes.NewReader(png(100)), 1<<20, bot.FileType))
		asksFor(t, s, "1", "canary-coming", "2", "another")
		must[bot.KeptFile](t)(s.KeepOutgoing(ctx, bot.KeptFile{Address: at("1"), Name: "canary.png"}, bytes.NewReader(png(100)), 1<<20,
			func([]byte) (bot.AttachmentKind, string) { return bot.Photo, "image/png" }))
		all, _ := due(t, s, 10)
		came, goes := make(chan struct{}, 2), make(chan struct{})
		late := make(chan error, 1)
		for _, f := range all {
			if f.Key == "canary-coming" {
				go func() {
					late <- s.KeepFetch(ctx, f, -1, &gate{Reader: bytes.NewReader(png(1 << 20)), after: 700_000, came: came, goes: goes}, 1<<22, bot.FileType)
					came <- struct{}{}
				}()
			}
		}
		<-came
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: contact}) }))
		close(goes)
		if err := <-late; !errors.Is(err, storage.ErrConflict) {
			t.Errorf("what was on its way goes on: %v", err)
		}
		left := must[[]string](t)(s.Strings(ctx, `SELECT key FROM files`))
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces WHERE chat = '1'`)); n != 0 || strings.Join(left, " ") != "another" {
			t.Errorf("%d pieces and the files %q stay", n, left)
		}
		if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
			t.Errorf("verify: %q", problems)
		}
	})
}
