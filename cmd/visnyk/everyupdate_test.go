package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
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
			updates := everyUpdate()
			var posts sync.WaitGroup
			for part := range slices.Chunk(updates, len(updates)/8) { // as Telegram does, one after another in a chat
				posts.Go(func() {
					for _, update := range part {
						body, err := json.Marshal(update)
						if err != nil {
							t.Error(err)
							return
						}
						if status, err := w.box.telegram.Raw(t.Context(), body); err != nil || status != http.StatusOK {
							t.Errorf("answered %d, %v: %s", status, err, body)
						}
					}
				})
			}
			posts.Wait()
			w.idle()
			var rows []struct{ State, Note, Reason, Payload string }
			err := look(t, database).SelectContext(t.Context(), &rows, `SELECT state, note, reason, payload FROM inbox WHERE bot = 'telegram' AND source = 'channel'`)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != len(updates) {
				t.Errorf("%d updates are stored of %d", len(rows), len(updates))
			}
			for _, r := range rows {
				if r.State != "done" {
					t.Errorf("%s, %s %s: %.300s", r.State, r.Note, r.Reason, r.Payload)
				}
			}
		})
	}
}

// everyUpdate makes a message or an edit of each content, of a person each, and
// an update of each other kind.
func everyUpdate() (all []map[string]any) {
	rng := rand.New(rand.NewPCG(51, 51))
	invent := func() *telegramtest.Invention { return telegramtest.Invent(rng.IntN) }
	for i, content := range telegramtest.Contents() {
		kind := []string{"message", "edited_message"}[rng.IntN(2)]
		update := invent().Holding(int64(20_000+i), kind, content, int64(8_000_000+i))
		update[kind].(map[string]any)["date"] = time.Now().Unix()
		all = append(all, update)
	}
	for i, f := range telegramtest.API().Types["Update"].Fields {
		if f.Name == "update_id" || slices.Contains([]string{"message", "edited_message"}, f.Name) {
			continue
		}
		all = append(all, invent().Update(int64(30_000+i), f.Name, nil))
	}
	return all
}
