package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// lite opens a fresh SQLite database, and a connection of its own beside it with
// the pragma.
func lite(t *testing.T, pragma string) (*storage.Store, *sql.DB, string) {
	t.Helper()
	url := storagetest.SQLiteURL(t)
	path := strings.TrimPrefix(url, "sqlite:")
	beside := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma="+pragma))
	beside.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = beside.Close() })
	return storagetest.Open(t, url), beside, path
}

func wholeFile(t *testing.T, db *sql.DB) {
	t.Helper()
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("the file is broken: %s, %v", said, err)
	}
}

// A file from the time when freed pages kept their words is freed of them, in
// steps that a restart does not lose, and nothing else of it changes.
func TestScrubOfAnOlderFile(t *testing.T) {
	s, old, path := lite(t, "secure_delete(fast)")
	ctx := t.Context()
	const canary = "КанарейкаQX7"
	longLife(t, s, "7788", canary, 1500)
	must[int](t)(s.Exec(ctx, `UPDATE history SET text = text || $1, detail = $2 WHERE chat = '7788'`,
		strings.Repeat(canary, 100), []byte(strings.Repeat(canary, 500))))
	longLife(t, s, "5500", "bystander", 100)
	for _, table := range []string{"history", "inbox", "outbox", "questions", "webchat_lines", "webchat_heads"} {
		must[sql.Result](t)(old.Exec(`DELETE FROM ` + table + ` WHERE chat = '7788'`))
	}
	before := must[map[string][]string](t)(s.Everything(ctx))
	if found := must[[]string](t)(s.Grep(ctx, canary)); len(found) == 0 {
		t.Fatal("nothing is found before either, so this test shows nothing")
	}
	ok(t, s.Close())
	// Each life of the process gets a little further.
	for range 4 {
		s = storagetest.Open(t, "sqlite:"+path)
		short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
		_ = upkeep.NewScrubber(s).Scrub(short)
		cancel()
		ok(t, s.Close())
	}
	s = storagetest.Open(t, "sqlite:"+path)
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	if found := must[[]string](t)(s.Grep(ctx, canary)); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
	if after := must[map[string][]string](t)(s.Everything(ctx)); fmt.Sprint(after["history"]) != fmt.Sprint(before["history"]) {
		t.Error("the scrub changed what it should not")
	}
	wholeFile(t, old)
	// Free pages are used again, and none is free twice.
	longLife(t, s, "6600", "somebody", 100)
	wholeFile(t, old)
}

// Where rows move between pages their copies stay, also with secure_delete.
func TestScrubOfCopies(t *testing.T) {
	s, beside, _ := lite(t, "secure_delete(on)")
	ctx := t.Context()
	r := rand.New(rand.NewPCG(1, 3))
	who := func(i int) string { return fmt.Sprintf("canary%03dxx", i) }
	const people, rows = 40, 4000
	tx := must[*sql.Tx](t)(beside.Begin())
	for i := range rows {
		chat := who(r.IntN(people))
		text := chat + strings.Repeat("w", r.IntN(900))
		must[sql.Result](t)(tx.Exec(`INSERT INTO questions (bot, chat, cause, contact, text, language, ending, at)
			VALUES ('telegram', ?, ?, 'k', ?, 'uk', 'x', ?)`, chat, fmt.Sprint("u", i), text, i))
		if i%500 == 499 {
			must[sql.Result](t)(tx.Exec(`DELETE FROM questions WHERE at < ?`, i-1500))
		}
	}
	ok(t, tx.Commit())
	var words []string
	for i := range people / 2 {
		words = append(words, who(i))
		must[int](t)(s.Exec(ctx, `DELETE FROM questions WHERE chat = $1`, who(i)))
	}
	must[sql.Result](t)(beside.Exec("PRAGMA wal_checkpoint(TRUNCATE)"))
	if found := must[[]string](t)(s.Grep(ctx, words...)); len(found) == 0 {
		t.Fatal("no copies are left, so this test shows nothing")
	}
	erases(t, s, "somebody")
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	if found := must[[]string](t)(s.Grep(ctx, words...)); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
	for i := range people / 2 {
		if found := must[[]string](t)(s.Grep(ctx, who(people/2+i))); len(found) == 0 {
			t.Errorf("%s is gone", who(people/2+i))
		}
	}
	wholeFile(t, beside)
}

// erases erases an address that nothing is known of.
func erases(t *testing.T, s *storage.Store, chat string) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		return tx.Erase(t.Context(), storage.Person{Addresses: []bot.Address{at(chat)}})
	}))
}

// While somebody reads in the log it cannot be cut: nobody waits for that, and
// the next call does it.
func TestScrubWaitsForNoReader(t *testing.T) {
	s, beside, path := lite(t, "query_only(1)")
	ctx := t.Context()
	longLife(t, s, "7788", "canary", 300)
	reader := must[*sql.Tx](t)(beside.Begin())
	var n int
	ok(t, reader.QueryRow(`SELECT count(*) FROM history`).Scan(&n))
	presses(t, s, "7788", lives(t, s, "7788", "canary"), "press")
	done := make(chan error)
	go func() { done <- upkeep.NewScrubber(s).Scrub(ctx) }()
	slowest := time.Duration(0)
	for i := 0; ; i++ {
		began := time.Now()
		ok(t, s.PutSetting(ctx, "hours", fmt.Sprint(i)))
		slowest = max(slowest, time.Since(began))
		select {
		case err := <-done:
			if !errors.Is(err, upkeep.ErrLogRead) {
				t.Errorf("scrub: %v", err)
			}
		default:
			continue
		}
		break
	}
	if slowest > 4*time.Second { // of the five that a lock is waited for
		t.Errorf("a writer waited %s", slowest)
	}
	ok(t, reader.Rollback())
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	if found := must[[]string](t)(s.Grep(ctx, "canary")); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
	if size := must[os.FileInfo](t)(os.Stat(path + "-wal")).Size(); size > 64<<10 {
		t.Errorf("the log has %d bytes", size)
	}
}

// The last words take the log alone along, and a scrub with nothing to do writes
// nothing.
func TestScrubIsNotRepeated(t *testing.T) {
	s, beside, _ := lite(t, "query_only(1)")
	ctx := t.Context()
	due := func(want ...string) {
		t.Helper()
		got := must[[]string](t)(s.Strings(ctx, `SELECT key FROM settings WHERE key IN ('storage.pages', 'storage.scrub') ORDER BY key`))
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("to be scrubbed: %v, want %v", got, want)
		}
	}
	presses(t, s, "7788", lives(t, s, "7788", "canary"), "press")
	due("storage.pages", "storage.scrub")
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	due()
	l := lease(t, s, telegram, "me")
	rows := pending(t, s, bot.LaneReply)
	ok(t, errOf(s.Claim(ctx, l, rows)))
	ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "9"}}))
	due("storage.scrub")
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	due()
	version := func() (v int) {
		ok(t, beside.QueryRow("PRAGMA data_version").Scan(&v))
		return v
	}
	before := version()
	ok(t, upkeep.NewScrubber(s).Scrub(ctx))
	if version() != before {
		t.Error("a scrub with nothing to do writes")
	}
	if found := must[[]string](t)(s.Grep(ctx, "canary", "7788")); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
}

// On a disk that has no room for the database twice an erasure ends all the same.
func TestEraseNeedsNoRoom(t *testing.T) {
	s, beside, path := lite(t, "query_only(1)")
	ctx := t.Context()
	longLife(t, s, "7788", "canary", 100)
	longLife(t, s, "5500", "bystander", 500)
	must[int](t)(s.Exec(ctx, `UPDATE history SET detail = $1`, []byte(strings.Repeat("canary", 3_000)))) // 10 MiB
	must[sql.Result](t)(beside.Exec("PRAGMA wal_checkpoint(TRUNCATE)"))
	files := func() (all int64) {
		entries := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path)))
		for _, e := range entries {
			if info, err := e.Info(); err == nil {
				all += info.Size()
			}
		}
		return all
	}
	before, most := files(), int64(0)
	presses(t, s, "7788", lives(t, s, "7788", "canary"), "press")
	done := make(chan error)
	go func() { done <- upkeep.NewScrubber(s).Scrub(ctx) }()
	for ended := false; !ended; {
		select {
		case err := <-done:
			ok(t, err)
			ended = true
		default:
		}
		most = max(most, files())
	}
	if most > before*8/5 {
		t.Errorf("the files had %d bytes and have had %d: a disk that is 60 %% full is too small", before, most)
	}
	if n := rows(t, s, "history", "7788"); n > 0 {
		t.Errorf("%d rows are still there", n)
	}
}
