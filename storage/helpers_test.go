package storage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/expand"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// must returns v, or ends the test.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const telegram = "telegram"

// errOf drops what comes with an error.
func errOf[T any](_ T, err error) error { return err }

// putFile keeps a file of the web chat, piece by piece.
func putFile(ctx context.Context, s *storage.Store, a bot.Address, f storage.File, data []byte, most int64) (storage.File, error) {
	f.Size = int64(len(data))
	var err error
	if f.Key, err = s.BeginFile(ctx, a, f, most); err != nil {
		return f, err
	}
	n := 0
	for piece := range slices.Chunk(data, storage.PieceSize) {
		if err := s.AddPieces(ctx, a, f.Key, n, [][]byte{piece}); err != nil {
			return f, err
		}
		n++
	}
	return s.EndFile(ctx, a, f, most)
}

// fileOf reads a file of the web chat whole.
func fileOf(ctx context.Context, s *storage.Store, a bot.Address, id string) (f storage.File, data []byte, err error) {
	if f, err = s.File(ctx, a, id); err != nil {
		return f, nil, err
	}
	for n := 0; int64(len(data)) < f.Size; n++ {
		piece, err := s.Piece(ctx, a, f.Key, n)
		if err != nil {
			return f, data, err
		}
		data = append(data, piece...)
	}
	return f, data, nil
}

func at(chat string) bot.Address { return bot.Address{Bot: telegram, Chat: chat} }

// lease takes the bot's lease.
func lease(t *testing.T, s *storage.Store, name, owner string) storage.Lease {
	t.Helper()
	l, _, got, err := s.Acquire(t.Context(), name, owner, time.Minute)
	if err != nil || !got {
		t.Fatalf("acquire: %v, %v", got, err)
	}
	return l
}

// expanded brings the ledger in line with the changes, as the service does.
func expanded(t testing.TB, s *storage.Store) {
	t.Helper()
	if err := expand.New(expand.Config{Store: s, Owner: storage.NewID()}).Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// stale returns a lease that somebody else has taken over.
func stale(t *testing.T, s *storage.Store) storage.Lease {
	t.Helper()
	old := lease(t, s, telegram, "dead")
	ok(t, s.Release(t.Context(), old))
	lease(t, s, telegram, "alive")
	return old
}

func update(chat, id string) storage.Incoming {
	return storage.Incoming{
		Source: storage.SourceChannel,
		Update: bot.Update{Bot: telegram, ID: id, Chat: chat, Payload: []byte(`{"id":"` + id + `"}`)},
	}
}

// receive stores updates as "chat id" pairs.
func receive(t *testing.T, s *storage.Store, pairs ...string) {
	t.Helper()
	var in []storage.Incoming
	for i := 0; i+1 < len(pairs); i += 2 {
		in = append(in, update(pairs[i], pairs[i+1]))
	}
	must[[]bool](t)(s.Receive(t.Context(), in))
}

func waitingIDs(t *testing.T, s *storage.Store) []string {
	t.Helper()
	var ids []string
	for _, r := range must[[]storage.InboxRow](t)(s.Waiting(t.Context(), telegram, 100, storage.InHand{})) {
		ids = append(ids, r.ID)
	}
	return ids
}

func say(chat, cause string) bot.Queued {
	return bot.Queued{
		To: at(chat), Cause: cause, Part: bot.Part{Kind: bot.Say, Body: []byte(`{"text":"вітаю"}`)},
	}
}

// tells is a message that tells something of a change.
func tells(chat, cause string) bot.Queued {
	q := say(chat, cause)
	q.Tells = true
	return q
}

// telling is what the message with the cause tells the contact of a change.
func telling(chat, contact, cause, change string, part bot.RenderingPart) bot.Telling {
	return bot.Telling{
		Address: at(chat), Cause: cause, Contact: contact, TextHash: bot.HashText("тариф " + string(part)),
		Rendering: bot.Rendering{
			Change: change, Version: 1, Channel: telegram, Language: bot.Ukrainian, Part: part, Template: `[{"text":"тариф"}]`,
		},
	}
}

func enqueue(t *testing.T, s *storage.Store, rows ...bot.Queued) int {
	t.Helper()
	return enqueued(t, s, rows...).Added
}

func enqueued(t *testing.T, s *storage.Store, rows ...bot.Queued) (report storage.Enqueued) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		report, err = tx.Enqueue(t.Context(), rows)
		return err
	}))
	return report
}

func pending(t *testing.T, s *storage.Store, lane bot.Lane) []storage.OutboxRow {
	t.Helper()
	return must[[]storage.OutboxRow](t)(s.Pending(t.Context(), telegram, lane, 100))
}

func causes(rows []storage.OutboxRow) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Cause)
	}
	return all
}

// conversation is a whole one, so that every column is seen going in and out.
func conversation(chat string, version int64) *bot.Conversation {
	return &bot.Conversation{
		Address: at(chat), Contact: "contact-" + chat, Version: version,
		State: bot.State{
			Flow: "menu", Step: "home", Screen: 7, Vars: bot.Vars{}.With("topic", "тариф"),
			Buttons: []bot.Button{{Label: "Питання", Action: "faq"}, {Label: "Сайт", URL: "https://example.com"}},
		},
		Reach: bot.Reachable, ReachAt: noon, LastAt: noon.Add(time.Second),
		Burst: 3, BurstAt: noon.Add(2 * time.Second),
	}
}

func contact(chat string) *bot.Contact {
	return &bot.Contact{
		ID: "contact-" + chat, Name: "Оксана", Language: bot.Ukrainian, Chosen: true, Zone: "Europe/Kyiv",
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// allNeeds is all that segments may need.
const allNeeds = ^bot.Needs(0)
