package desk

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"visnyk/bot"
	"visnyk/storage"
)

// taking is a wire whose messenger takes files.
type taking struct{ *wire }

func (taking) Capabilities() bot.Capabilities {
	return bot.Capabilities{Files: true, Limits: bot.Limits{Files: bot.FileLimits{
		Photos: "image/png", Photo: 1000, File: 1 << 20, Barred: ".exe",
	}}}
}

// TestAttach: what a holder attaches is kept for the customer of the ticket alone,
// and what the messenger would refuse is refused at once, in words, and not kept.
func TestAttach(t *testing.T) {
	onBoth(t, func(r *room) {
		ticket, other := r.opens(bot.Reachable), r.opens(bot.Reachable)
		r.must(ticket, bot.TicketTake, r.olha)
		r.must(other, bot.TicketTake, r.ivan)
		if err := r.store.PutSetting(r.Context(), "files.largest", "2"); err != nil {
			r.Fatal(err)
		}
		png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 500)
		attach := func(a bot.Actor, name string, body io.Reader) (string, error) {
			return r.Attach(r.Context(), a, ticket.ID, name, body)
		}
		refused := func(what string, err error, code bot.FaultCode) {
			r.Helper()
			var why *bot.RefusedError
			if !errors.As(err, &why) || why.Code != code {
				r.Errorf("%s: %v, want %s", what, err, code)
			}
		}
		_, err := attach(r.olha, "a.png", strings.NewReader(png))
		refused("a messenger without files", err, bot.FaultMediaNone)
		r.channels["telegram"] = taking{r.wire}
		var forbidden *bot.ForbiddenError
		if _, err := attach(r.marketer, "a.png", strings.NewReader(png)); !errors.As(err, &forbidden) {
			r.Errorf("a marketer attaches: %v", err)
		}
		_, err = attach(r.ivan, "a.png", strings.NewReader(png))
		r.isRefused(err, bot.TicketReply, "olha")
		_, err = attach(r.olha, "a", strings.NewReader(""))
		refused("nothing", err, bot.FaultMediaEmpty)
		_, err = attach(r.olha, "virus.EXE", strings.NewReader("MZ"))
		refused("a program", err, bot.FaultMediaBarred)
		_, err = attach(r.olha, "a.bin", bytes.NewReader(make([]byte, 1<<20+1)))
		refused("more than the messenger takes", err, bot.FaultMediaLarge)
		_, err = attach(r.olha, "a.bin", endless{})
		refused("more than is kept", err, bot.FaultMediaLarge)
		cut := errors.New("the browser is gone")
		if _, err := attach(r.olha, "a.png", io.MultiReader(strings.NewReader(png), iotest.ErrReader(cut))); !errors.Is(err, cut) {
			r.Errorf("a cut upload: %v", err)
		}
		if n := r.count(`SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM file_pieces)`); n != 0 {
			r.Errorf("%d rows stay of what was refused", n)
		}

		id, err := attach(r.olha, "../рахунок.png", strings.NewReader(png))
		if err != nil {
			r.Fatal(err)
		}
		media := func(to bot.Address, id string) (m bot.Media, err error) {
			err = r.store.InTx(r.Context(), func(tx *storage.Tx) error {
				m, err = r.media(r.Context(), tx, to.Bot, []bot.Address{to}, id)
				return err
			})
			return m, err
		}
		m, err := media(ticket.Address, id)
		if err != nil || m.Kind != bot.Photo || m.File != id || m.Name != "рахунок.png" || m.Size != int64(len(png)) {
			r.Errorf("%+v, %v", m, err)
		}
		_, err = media(other.Address, id)
		refused("another customer's file", err, bot.FaultMediaGone)
		_, err = media(ticket.Address, "none")
		refused("no file", err, bot.FaultMediaGone)
		_, err = r.Reply(r.Context(), r.olha, ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "Ось"}, Files: []string{""}, Seen: SeenAll})
		refused("a file without an id", err, bot.FaultMediaGone)
		large, err := attach(r.olha, "велика", strings.NewReader(png+strings.Repeat("x", 2000)))
		if err != nil {
			r.Fatal(err)
		}
		if m, err := media(ticket.Address, large); err != nil || m.Kind != bot.File || m.Name != "велика.png" {
			r.Errorf("a picture too large for one: %+v, %v", m, err)
		}
		unsent, err := attach(r.olha, "b.png", strings.NewReader(png))
		if err != nil {
			r.Fatal(err)
		}
		r.isRefused(r.Detach(r.Context(), r.ivan, ticket.ID, unsent), bot.TicketReply, "olha")
		for _, id := range []string{unsent, id} { // the second was sent
			if err := r.Detach(r.Context(), r.olha, ticket.ID, id); err != nil {
				r.Fatal(err)
			}
		}
		if n := r.count(`SELECT count(*) FROM files`); n != 2 {
			r.Errorf("%d files", n)
		}
	})
}

// What is typed while a file comes stays, and so does a file that comes while one
// types; of two files that come at once both do.
func TestWordsAndFilesOfADraft(t *testing.T) {
	onBoth(t, func(r *room) {
		r.channels["telegram"] = taking{r.wire}
		ticket := r.takes(bot.Reachable)
		draft := func() Draft {
			r.Helper()
			own, _, err := r.Drafts(r.Context(), r.olha, ticket.ID)
			if err != nil {
				r.Fatal(err)
			}
			return own
		}
		types := func(text string) {
			r.Helper()
			if err := r.SetDraft(r.Context(), r.olha, ticket.ID, draft().Key, bot.Words{Text: text}); err != nil {
				r.Fatal(err)
			}
		}
		types("початок")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := r.Attach(r.Context(), r.olha, ticket.ID, "a.png", &slow{does: func() { types("початок і кінець") }}); err != nil {
					r.Error(err)
				}
			})
		}
		all.Wait()
		if d := draft(); d.Text != "початок і кінець" || len(d.Files) != 4 {
			r.Errorf("%q with %d files", d.Text, len(d.Files))
		}
		types("усе")
		d := draft()
		if d.Text != "усе" || len(d.Files) != 4 {
			r.Errorf("%q with %d files", d.Text, len(d.Files))
		}
		if err := r.Detach(r.Context(), r.olha, ticket.ID, d.Files[0]); err != nil {
			r.Fatal(err)
		}
		if after := draft(); after.Text != "усе" || !slices.Equal(after.Files, d.Files[1:]) {
			r.Errorf("%q with %v", after.Text, after.Files)
		}
		for range FilesMost - 3 {
			if _, err := r.Attach(r.Context(), r.olha, ticket.ID, "a.png", &slow{}); err != nil {
				r.Fatal(err)
			}
		}
		var invalid *bot.InvalidError
		if _, err := r.Attach(r.Context(), r.olha, ticket.ID, "a.png", &slow{}); !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultMany {
			r.Errorf("one more: %v", err)
		}
		if n := r.count(`SELECT count(*) FROM files`); n != FilesMost {
			r.Errorf("%d files", n)
		}
	})
}

// slow is a file that comes while something is done.
type slow struct {
	does func()
	over bool
}

func (s *slow) Read(p []byte) (int, error) {
	if s.over {
		return 0, io.EOF
	}
	if s.does != nil {
		s.does()
	}
	s.over = true
	return copy(p, "\x89PNG\r\n\x1a\n"), nil
}

// A draft follows its customer to another chat with all that is attached to it.
func TestDraftFollowsItsCustomer(t *testing.T) {
	onBoth(t, func(r *room) {
		r.channels["telegram"] = taking{r.wire}
		ticket := r.takes(bot.Reachable)
		id, err := r.Attach(r.Context(), r.olha, ticket.ID, "a.png", &slow{})
		if err != nil {
			r.Fatal(err)
		}
		// As a join does, see storage: the person has both addresses.
		r.exec(`INSERT INTO conversations (bot, chat, contact, version, reach, last_at, joined_at)
			SELECT bot, chat || '-2', contact, 1, reach, last_at, joined_at FROM conversations WHERE chat = '` + ticket.Address.Chat + `'`)
		r.exec(`UPDATE tickets SET chat = chat || '-2'`)
		now := r.now(ticket)
		if kept, err := r.Files(r.Context(), r.olha, now, []string{id}); err != nil || len(kept) != 1 {
			r.Fatalf("the files of the draft: %v, %v", kept, err)
		}
		if shown, err := r.Preview(r.Context(), r.olha, ticket.ID, bot.Words{Text: "слова"}, []string{id}); err != nil || len(shown) == 0 {
			r.Errorf("%v, %v", shown, err)
		}
		cause := r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Key: "k", Words: bot.Words{Text: "слова"}, Files: []string{id}}, "")
		if m := r.wire.said[len(r.wire.said)-1]; m.Media == nil || m.Media.File != id {
			r.Errorf("left as %+v", m)
		}
		r.exec(`UPDATE history SET outcome = 'malformed' WHERE cause = '` + cause + `'`)
		r.replies(r.olha, ReplyTo{Ticket: ticket.ID, Again: cause}, "")
		if err := r.Detach(r.Context(), r.olha, ticket.ID, id); err != nil {
			r.Error(err)
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
