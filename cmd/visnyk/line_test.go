package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"visnyk/bot/change"
	"visnyk/bot/dialog"
	"visnyk/bot/library"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestTranscriptsOnTheLine plays the conversations written beside the flows once
// more, with nothing left out between the inbox and the outbox: a database keeps
// what one turn leaves for the next.
func TestTranscriptsOnTheLine(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../flows/*/testdata/*.chat")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	s := newStageHands(t)
	played := 0
	for n, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../../flows/"), ".chat")
		t.Run(strings.Replace(name, "/testdata/", ": ", 1), func(t *testing.T) {
			s.play(t, fmt.Sprint("t", n), strings.Split(strings.TrimRight(string(src), "\n"), "\n"))
			played++
		})
	}
	if played != len(files) && !t.Failed() {
		t.Errorf("only %d of %d transcripts were played", played, len(files))
	}
}

// stageHands set the scenes of transcripts in one database for all of them.
type stageHands struct {
	store *storage.Store
	db    *sql.DB
	lib   *library.Library
	zone  *time.Location

	engine dialog.Engine
}

func newStageHands(t *testing.T) *stageHands {
	t.Helper()
	url := "sqlite:" + filepath.Join(storagetest.Folder(t), "line.db")
	db, err := sql.Open("sqlite", strings.Replace(url, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	s := &stageHands{store: storagetest.Open(t, url), db: db, zone: zone}
	if _, err := s.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.engine, err = newEngine(zone); err != nil {
		t.Fatal(err)
	}
	s.lib = library.NewLibrary(s.store, newFinder, slog.New(slog.DiscardHandler))
	if err := fillSample(t.Context(), s.store, change.New(s.store, nil, time.Now), s.lib, time.Date(2026, time.November, 24, 0, 0, 0, 0, zone)); err != nil {
		t.Fatal(err)
	}
	s.sql(t, `DELETE FROM expansions`) // nobody is there yet, so whom the sample concerns is known
	if err := s.lib.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Time passes where a transcript says so, however long a turn takes.
	s.sql(t, `CREATE TRIGGER later AFTER INSERT ON timers WHEN NEW.name LIKE 'gather/%' BEGIN
		UPDATE timers SET due = due + 3600000000 WHERE bot = NEW.bot AND chat = NEW.chat AND name = NEW.name; END`)
	return s
}

// sql changes the scene behind the line's back.
func (s *stageHands) sql(t *testing.T, query string, values ...any) {
	t.Helper()
	if _, err := s.db.ExecContext(context.WithoutCancel(t.Context()), query, values...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func (s *stageHands) asks(t *testing.T, query string, values ...any) (answer string) {
	t.Helper()
	err := s.db.QueryRowContext(t.Context(), query, values...).Scan(&answer)
	if err != nil && err != sql.ErrNoRows {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}
