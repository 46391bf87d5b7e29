package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// noise is n bytes that nothing compresses.
func noise(n int) []byte {
	var seed [32]byte
	data := make([]byte, n)
	_, _ = rand.NewChaCha8(seed).Read(data) // it never fails
	return data
}

func TestChatFiles(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), bot.Address{Bot: "webchat", Chat: "her"}
		put := func(f storage.File, n int) (storage.File, error) {
			return putFile(ctx, s, a, f, noise(n), 200_000)
		}
		f := must[storage.File](t)(put(storage.File{ID: "f1", Name: "фото.png", Type: "image/png"}, 140_000))
		if again := must[storage.File](t)(put(storage.File{ID: "f1", Name: "інше"}, 3)); again != f { // stays as it was
			t.Errorf("sent again it is %+v", again)
		}
		got, data, err := fileOf(ctx, s, a, "f1")
		ok(t, err)
		if diff := cmp.Diff(storage.File{ID: "f1", Name: "фото.png", Type: "image/png", Size: 140_000, Key: f.Key}, got); diff != "" {
			t.Error(diff)
		}
		if !bytes.Equal(data, noise(140_000)) {
			t.Error("other bytes came back")
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces`)); n != 3 {
			t.Errorf("%d pieces", n)
		}
		if err := errOf(put(storage.File{ID: "f2"}, 60_001)); !errors.Is(err, storage.ErrChatFull) {
			t.Errorf("over the limit: %v", err)
		}
		must[storage.File](t)(put(storage.File{ID: "f2"}, 60_000))
		for _, other := range []bot.Address{{Bot: "webchat", Chat: "him"}, {Bot: "other", Chat: "her"}} {
			if err := errOf(s.File(ctx, other, "f1")); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%v reads another's file: %v", other, err)
			}
			if err := errOf(s.Piece(ctx, other, f.Key, 0)); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%v reads a piece of another's file: %v", other, err)
			}
		}
		if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
			t.Errorf("verify: %q", problems)
		}
	})
}

// A file is seen when it is whole; what was cut leaves nothing.
func TestChatFileIsWholeOrNotThere(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), bot.Address{Bot: "webchat", Chat: "her"}
		begin := func(id string) storage.File {
			t.Helper()
			f := storage.File{ID: id, Size: 4}
			f.Key = must[string](t)(s.BeginFile(ctx, a, f, 100))
			ok(t, s.AddPieces(ctx, a, f.Key, 0, [][]byte{[]byte("так!")}))
			return f
		}
		unseen := func(id string) {
			t.Helper()
			if err := errOf(s.File(ctx, a, id)); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("seen before it is whole: %v", err)
			}
		}
		f := begin("f")
		unseen("f")
		if err := errOf(s.EndFile(ctx, a, f, 100)); !errors.Is(err, storage.ErrNotFound) { // "так!" has 7 bytes
			t.Errorf("whole with other bytes than its own: %v", err)
		}
		unseen("f")
		f.Size = 7
		twin := begin("f") // the page sent it twice
		twin.Size = 7
		must[storage.File](t)(s.EndFile(ctx, a, f, 100))
		if kept := must[storage.File](t)(s.EndFile(ctx, a, twin, 100)); kept != f {
			t.Errorf("the twin is kept as %+v", kept)
		}
		ok(t, s.DropFile(ctx, a, f.Key)) // of one that is whole
		if _, data, err := fileOf(ctx, s, a, "f"); err != nil || string(data) != "так!" {
			t.Errorf("dropped though it was whole: %q, %v", data, err)
		}

		cut := begin("cut")
		ok(t, s.DropFile(ctx, a, cut.Key))
		if err := s.AddPieces(ctx, a, cut.Key, 1, [][]byte{{1}}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a piece of a file that was given up: %v", err)
		}
		begin("killed") // with the process
		begin("comes")
		older(t, s, "files", "created_at", "id = 'killed'", hour+1000)
		removed, err := retain(t, s)
		ok(t, err)
		if diff := cmp.Diff(map[string]int{"uploads": 1}, removed); diff != "" {
			t.Error(diff)
		}
		left := must[[]string](t)(s.Strings(ctx, `SELECT f.id FROM file_pieces p LEFT JOIN files f
			ON f.bot = p.bot AND f.chat = p.chat AND f.key = p.key ORDER BY f.id`))
		if strings.Join(left, " ") != "comes f" {
			t.Errorf("pieces are left of %q", left)
		}
	})
}

// The sum over all visitors holds for however many send at once.
func TestFilesTotal(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ok(t, s.PutSetting(ctx, "files.total", "1"))
		var kept, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				a := bot.Address{Bot: "webchat", Chat: fmt.Sprint(i)}
				f := storage.File{ID: "f", Size: storage.PieceSize * 5}
				switch _, err := putFile(ctx, s, a, f, noise(int(f.Size)), 1<<20); {
				case err == nil:
					kept.Add(1)
				case errors.Is(err, storage.ErrFilesFull):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if kept.Load() != 3 || refused.Load() != 3 {
			t.Errorf("%d kept and %d refused", kept.Load(), refused.Load())
		}
		last := bot.Address{Bot: "webchat", Chat: "last"}
		put := func() error {
			_, err := putFile(ctx, s, last, storage.File{ID: "f", Size: 200_000}, noise(200_000), 1<<20)
			return err
		}
		if err := put(); !errors.Is(err, storage.ErrFilesFull) {
			t.Errorf("more than all: %v", err)
		}
		must[int](t)(s.Exec(ctx, `DELETE FROM files WHERE state = 'kept' AND chat = (SELECT min(chat) FROM files WHERE state = 'kept')`))
		ok(t, put()) // somebody was erased
		ok(t, s.PutSetting(ctx, "files.total", "2"))
		coming := must[string](t)(s.BeginFile(ctx, last, storage.File{ID: "long", Size: 1 << 20}, 1<<30))
		if _, err := putFile(ctx, s, last, storage.File{ID: "short"}, noise(200_000), 1<<30); !errors.Is(err, storage.ErrFilesFull) {
			t.Errorf("beside one that is on its way: %v", err)
		}
		ok(t, s.DropFile(ctx, last, coming))
		for value, want := range map[string]error{"0": storage.ErrFilesFull, "none": nil, "3": nil, "much": nil} {
			ok(t, s.PutSetting(ctx, "files.total", value))
			key, err := s.BeginFile(ctx, last, storage.File{ID: value, Size: 1 << 20}, 1<<30)
			if !errors.Is(err, want) {
				t.Errorf("%q: %v", value, err)
			}
			ok(t, s.DropFile(ctx, last, key))
		}
	})
}

// Erasing somebody whose file is just coming leaves none of its pieces behind.
func TestEraseDuringAnUpload(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, her := t.Context(), at("1")
		id := lives(t, s, "1", "canary")
		var all sync.WaitGroup
		begun := make(chan struct{})
		all.Go(func() {
			key, err := s.BeginFile(ctx, her, storage.File{ID: "late"}, 1<<30)
			for n := 0; err == nil; n++ {
				if err = s.AddPieces(ctx, her, key, n, [][]byte{[]byte("late")}); n == 0 {
					close(begun)
				}
			}
			if !errors.Is(err, storage.ErrNotFound) {
				t.Error(err)
			}
		})
		<-begun
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Contact: id})
		}))
		all.Wait()
		ok(t, upkeep.NewScrubber(s).Scrub(ctx)) // many pieces leave behind the erasure
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM file_pieces`)); n != 0 {
			t.Errorf("%d pieces are left", n)
		}
	})
}

// What stood in one row stands in pieces after the migration, byte for byte.
func TestFilesMoveIntoPieces(t *testing.T) {
	for name, url := range map[string]string{
		"postgres": storagetest.EmptyPostgresURL(t), "sqlite": "sqlite:" + t.TempDir() + "/old.db",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := storagetest.Open(t, url)
			ok(t, s.MigrateTo(ctx, 10))
			sizes := []int{1, storage.PieceSize - 1, storage.PieceSize, storage.PieceSize + 1, 5<<20 + 77}
			for i, n := range sizes {
				must[int](t)(s.Exec(ctx, `INSERT INTO webchat_files (bot, chat, id, name, type, size, data, created_at)
					VALUES ('webchat', $1, 'f', 'ім’я', 'image/png', $2, $3, $4)`, fmt.Sprint(i), n, noise(n), i))
			}
			must[[]string](t)(s.Migrate(ctx))
			for i, n := range sizes {
				f, data, err := fileOf(ctx, s, bot.Address{Bot: "webchat", Chat: fmt.Sprint(i)}, "f")
				ok(t, err)
				if f.Name != "ім’я" || f.Type != "image/png" || f.Size != int64(n) || !bytes.Equal(data, noise(n)) {
					t.Errorf("of %d bytes came %d, as %+v", n, len(data), f)
				}
			}
			if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
				t.Errorf("verify: %q", problems)
			}
		})
	}
}

// A person gets files, not pieces.
func TestDossierHasFilesWhole(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		id := lives(t, s, "1", "canary")
		must[storage.File](t)(putFile(ctx, s, at("1"), storage.File{ID: "large"}, noise(200_000), 1<<20))
		d := must[storage.Dossier](t)(s.Dossier(ctx, id))
		for _, row := range d["files"] {
			want := []byte("canary")
			if fmt.Sprint(row["id"]) == "large" {
				want = noise(200_000)
			}
			if data, _ := row["data"].([]byte); !bytes.Equal(data, want) {
				t.Errorf("%v has %d bytes, want %d", row["id"], len(data), len(want))
			}
		}
	})
}
