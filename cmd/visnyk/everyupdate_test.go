package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage/storagetest"
)

// Whatever an update of Telegram can hold goes through the whole line, on both
// databases: it is taken at the door, nothing of it is put aside, and every call
// that answers it is one that the table allows.
func TestEveryUpdateThroughTheLine(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := url(t)
			w := newWorld(t, database, sandboxOptions{telegram: telegramtest.Options{OpenChats: true}})
			var sent int
			for _, update := range everyUpdate() {
				body, err := json.Marshal(update)
				if err != nil {
					t.Fatal(err)
				}
				if status, err := w.box.telegram.Raw(t.Context(), body); err != nil || status != http.StatusOK {
					t.Fatalf("answered %d, %v: %s", status, err, body)
				}
				sent++
			}
			w.idle()
			var rows []struct{ State, Note, Reason, Payload string }
			err := look(t, database).SelectContext(t.Context(), &rows, `SELECT state, note, reason, payload FROM inbox WHERE bot = 'telegram' AND source = 'channel'`)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != sent {
				t.Errorf("%d updates are stored of %d", len(rows), sent)
			}
			for _, r := range rows {
				if r.State != "done" {
					t.Errorf("%s, %s %s: %.300s", r.State, r.Note, r.Reason, r.Payload)
				}
			}
		})
	}
}

// everyUpdate makes a message and an edit of each content, of a person each, and
// two updates of each kind.
func everyUpdate() (all []map[string]any) {
	rng := rand.New(rand.NewPCG(51, 51))
	invent := func() *telegramtest.Invention { return telegramtest.Invent(rng.IntN) }
	for i, content := range telegramtest.Contents() {
		for k, kind := range []string{"message", "edited_message"} {
			update := invent().Holding(int64(20_000+2*i+k), kind, content, int64(8_000_000+i))
			update[kind].(map[string]any)["date"] = time.Now().Unix()
			all = append(all, update)
		}
	}
	for i, f := range telegramtest.API().Types["Update"].Fields {
		if f.Name == "update_id" || slices.Contains([]string{"message", "edited_message"}, f.Name) {
			continue
		}
		for k := range 2 {
			all = append(all, invent().Update(int64(30_000+2*i+k), f.Name, nil))
		}
	}
	return all
}
