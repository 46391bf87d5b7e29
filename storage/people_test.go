package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// imports puts people in, each "external kind tier region" with - for nothing,
// and gives their ids.
func imports(t testing.TB, s *storage.Store, people ...string) map[string]string {
	t.Helper()
	var rows []storage.ContactRow
	for _, p := range people {
		f := strings.Fields(strings.ReplaceAll(p, "-", "\x00"))
		for i := range f {
			f[i] = strings.Trim(f[i], "\x00")
		}
		rows = append(rows, storage.ContactRow{Contact: bot.Contact{
			ID: storage.NewID(), External: f[0], Kind: f[1], Tier: f[2], Region: f[3],
		}})
	}
	var ids map[string]string
	err := s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		ids, err = tx.ImportContacts(t.Context(), rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func concerning(id string, state bot.ChangeState, a bot.Audience) bot.Change {
	c := change(id, state)
	c.Audience = a.Segment()
	return c
}

// rowsOf counts a person's rows of a change.
func rowsOf(t testing.TB, s *storage.Store, contact, change string) int {
	t.Helper()
	n, err := s.Count(t.Context(), `SELECT count(*) FROM ledger WHERE contact = $1 AND change_id = $2`, contact, change)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whoever comes first, people or approval, and whatever moves, the ledger is
// what bot.Segment.Matches says.
func TestLedgerIsTheAudience(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		rapid.Check(t, func(rt *rapid.T) {
			ctx := t.Context()
			for _, table := range []string{"contacts", "ledger", "changes", "expansions"} {
				must[int](t)(s.Exec(ctx, "DELETE FROM "+table))
			}
			of := func(name string, all []string) []string {
				return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 2, rapid.ID).Draw(rt, name)
			}
			regions := []string{"Київ", "Львів", "Одеса"}
			approve := func(i int) {
				ok(t, s.PutChanges(ctx, []bot.Change{concerning(fmt.Sprint(i), bot.ChangeAnnounced, bot.Audience{
					Kinds: of("kinds", bot.ContactKinds()), Tiers: of("tiers", bot.ContactTiers()), Regions: of("regions", regions),
				})}))
			}
			people := map[string]storage.ContactRow{}
			ids := map[string]string{}
			puts := func(i int) {
				pick := func(name string, all []string) string {
					return rapid.SampledFrom(append([]string{""}, all...)).Draw(rt, name)
				}
				p := storage.ContactRow{Contact: bot.Contact{
					ID: storage.NewID(), External: fmt.Sprint("e", i),
					Kind: pick("kind", bot.ContactKinds()), Tier: pick("tier", bot.ContactTiers()), Region: pick("region", regions),
				}}
				people[p.External] = p
				ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
					got, err := tx.ImportContacts(ctx, []storage.ContactRow{p})
					ids[p.External] = got[p.External]
					return err
				}))
			}
			for range rapid.IntRange(2, 12).Draw(rt, "steps") {
				if rapid.IntRange(0, 3).Draw(rt, "expanded meanwhile") == 0 {
					expanded(t, s)
				}
				if rapid.Bool().Draw(rt, "a change") {
					approve(rapid.IntRange(0, 2).Draw(rt, "change"))
				} else {
					puts(rapid.IntRange(0, 3).Draw(rt, "person"))
				}
			}
			expanded(t, s)
			for _, c := range must[[]bot.Change](t)(s.Changes(ctx)) {
				for external, p := range people {
					want := 0
					if c.Audience.Matches(p, bot.Calendar{}) {
						want = 1
					}
					if got := rowsOf(t, s, ids[external], c.ID); got != want {
						rt.Fatalf("%+v and %+v: %d rows, want %d", c.Audience, p.Contact, got, want)
					}
				}
			}
		})
	})
}

func TestWhatWasToldStaysInTheLedger(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ok(t, s.PutChanges(ctx, []bot.Change{
			concerning("told", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}}),
			concerning("untold", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}}),
			concerning("mentioned", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}}),
		}))
		id := imports(t, s, "x - - Київ")["x"]
		l := lease(t, s, telegram, "me")
		says(t, s, l, "1", "told", telling("1", id, "", "told", bot.PartCard))
		says(t, s, l, "1", "mentioned", telling("1", id, "", "mentioned", bot.PartDigest))
		if again := imports(t, s, "x - - Львів")["x"]; again != id {
			t.Errorf("%s became %s", id, again)
		}
		for change, want := range map[string]int{"told": 1, "mentioned": 1, "untold": 0} {
			if got := rowsOf(t, s, id, change); got != want {
				t.Errorf("%s: %d rows, want %d", change, got, want)
			}
		}
	})
}

func TestMarksAndFollowing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		ok(t, s.PutChanges(t.Context(), []bot.Change{change("a", bot.ChangeAnnounced)}))
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1")})
		follows := func(on ...bool) (all []storage.LedgerFollow) {
			for _, o := range on {
				all = append(all, storage.LedgerFollow{Contact: "contact-1", Change: "a", On: o})
			}
			return all
		}
		for _, step := range []struct {
			write storage.TurnWrite
			want  storage.Known
		}{
			{
				storage.TurnWrite{Marks: []storage.LedgerMark{{Contact: "contact-1", Change: "a", Mark: bot.MarkAcknowledged}}},
				storage.Known{Change: "a", Acknowledged: true},
			},
			{storage.TurnWrite{Follows: follows(true)}, storage.Known{Change: "a", Acknowledged: true, Followed: true}},
			{storage.TurnWrite{Follows: follows(true, false)}, storage.Known{Change: "a", Acknowledged: true}},
			{storage.TurnWrite{Follows: follows(false, true)}, storage.Known{Change: "a", Acknowledged: true, Followed: true}},
		} {
			turn(t, s, l, "1", step.write)
			if diff := cmp.Diff([]storage.Known{step.want}, known(t, s, "1")); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestWishesAreKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		k := contact("1")
		k.Wishes = bot.Wishes{Muted: []bot.ChangeKind{bot.Outage, bot.Tariff}, Quiet: bot.QuietLater, PausedUntil: noon}
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: k})
		if diff := cmp.Diff(*k, load(t, s, "1")[at("1")].Contact); diff != "" {
			t.Error(diff)
		}
		k.Wishes = bot.Wishes{}
		turn(t, s, l, "1", storage.TurnWrite{Contact: k})
		if diff := cmp.Diff(*k, load(t, s, "1")[at("1")].Contact); diff != "" {
			t.Error(diff)
		}
	})
}

// A turn knows nothing of kinds, tiers and regions, so it must not undo them;
// an import must not undo what the person chose.
func TestTurnsAndImportsLeaveEachOthersAlone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		id := imports(t, s, "x partner vip Київ")["x"]
		c := conversation("1", 1)
		c.Contact = id
		k := &bot.Contact{ID: id, Name: "Оксана", Language: bot.Russian, Chosen: true}
		turn(t, s, l, "1", storage.TurnWrite{Conversation: c, Contact: k})
		got := must[storage.ContactRow](t)(s.Contact(ctx, id))
		if got.Kind != "partner" || got.Tier != "vip" || got.Region != "Київ" || got.External != "x" || got.Name != "Оксана" {
			t.Errorf("after a turn: %+v", got)
		}
		if diff := cmp.Diff([]bot.Address{at("1")}, got.Addresses); diff != "" {
			t.Error(diff)
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			_, err := tx.ImportContacts(ctx, []storage.ContactRow{{
				Contact:    bot.Contact{ID: storage.NewID(), External: "x", Language: bot.Ukrainian, Tier: "new"},
				Attributes: map[string]string{"план": "S"}, Tags: []string{"a"},
			}})
			return err
		}))
		got = must[storage.ContactRow](t)(s.Contact(ctx, id))
		if got.Language != bot.Russian || got.Name != "Оксана" || got.Tier != "new" || got.Kind != "" || got.Attributes["план"] != "S" {
			t.Errorf("after an import: %+v", got)
		}
	})
}

func TestSheetsKeepTheirMakers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		want := storage.Sheet{Author: "a", Editor: "b", Note: "ще раз", Change: concerning("x", bot.ChangeDraft, bot.Audience{
			Kinds: []string{"client", "partner"}, Regions: []string{"Київ"},
		})}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			if err := tx.EditContent(ctx); err != nil {
				return err
			}
			return tx.PutSheets(ctx, []storage.Sheet{want})
		}))
		if diff := cmp.Diff(want, must[storage.Sheet](t)(s.Sheet(ctx, "x"))); diff != "" {
			t.Error(diff)
		}
		ok(t, s.PutChanges(ctx, []bot.Change{change("y", bot.ChangeDraft)}))
		page := must[[]storage.Sheet](t)(s.SheetsAfter(ctx, "x", 5))
		if len(page) != 1 || page[0].ID != "y" {
			t.Errorf("behind x: %+v", page)
		}
		if _, err := s.Sheet(ctx, "z"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// S77: a table with a person's key that the manifest does not name is neither
// exported nor erased.
func TestExportManifest(t *testing.T) {
	keys := []string{"contact", "contact_id", "person", "chat", "address", "phone", "external_id", "conversation"}
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	named := storage.ManifestTables()
	seen := map[string]bool{}
	for _, c := range must[[]storage.Column](t)(s.Columns(t.Context())) {
		seen[c.Table] = true
		if c.Table == "erasures" { // of those who are erased: it leaves when they have
			continue
		}
		if slices.Contains(keys, c.Name) && !slices.Contains(named, c.Table) {
			t.Errorf("%s.%s holds a person's key, and the manifest does not name the table", c.Table, c.Name)
		}
	}
	for _, table := range named {
		if !seen[table] {
			t.Errorf("the manifest names %s, which does not exist", table)
		}
	}
}

// lives writes a whole life with the canary in every table that can hold it.
func lives(t *testing.T, s *storage.Store, chat, canary string) (contact string) {
	t.Helper()
	ctx := t.Context()
	l := lease(t, s, telegram, "me")
	contact = imports(t, s, "ext"+canary+" partner vip r"+canary)["ext"+canary]
	ok(t, s.PutChanges(ctx, []bot.Change{change("a", bot.ChangeAnnounced)}))
	c := conversation(chat, 1)
	c.Contact, c.State.Vars = contact, bot.Vars{}.With("v", canary)
	id := storage.NewID()
	in := update(chat, id+chat)
	in.Update.Payload = []byte(canary)
	keep := update(chat, "kept-"+id)
	keep.Update.Payload = []byte(canary)
	must[[]bool](t)(s.Receive(ctx, []storage.Incoming{in, keep}))
	write := storage.TurnWrite{
		Bot: telegram, InboxID: in.Update.ID, Conversation: c,
		Contact:  &bot.Contact{ID: contact, Name: canary, External: "ext" + canary},
		History:  []bot.Entry{{Address: at(chat), Text: canary, Cause: canary, Kind: "say", Detail: []byte(canary)}},
		Consents: []bot.Consent{{Contact: contact, Topic: "outage", Source: bot.ConsentPerson, TextHash: canary, Address: at(chat)}},
		Open:     &bot.Ticket{ID: storage.NewID(), Address: at(chat), Contact: contact},
		Timers:   []storage.Timer{{Name: "n", After: -time.Hour}, {Name: "later", After: time.Hour}},
		Tellings: []bot.Telling{telling(chat, contact, "turn/"+chat, "a", bot.PartCard)},
		Questions: []bot.Question{{
			Address: at(chat), Cause: canary, Contact: contact, Text: canary, Ending: bot.EndedUnhelped, Shown: []string{canary},
		}},
		Outbox: []bot.Queued{
			{Lane: bot.LaneReply, To: at(chat), Cause: "turn/" + chat + "/0", Tells: true, Part: bot.Part{Kind: bot.Say, Body: json.RawMessage(`"` + canary + `"`)}},
			{Lane: bot.LaneBulk, To: at(chat), Cause: "bcast/7/0", Part: bot.Part{Kind: bot.Say, Body: json.RawMessage(`"` + canary + `"`)}},
		},
		Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at(chat), Message: canary}},
	}
	ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{write})))
	must[int](t)(s.FireTimers(ctx, l, 10))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		return errors.Join(
			tx.PutDraft(ctx, storage.Draft{Ticket: write.Open.ID, User: "olha", Text: canary, Files: []string{canary}}),
			tx.LinkStaff(ctx, "colleague-"+chat, at(chat)),
		)
	}))
	rates(t, s, l, chat)
	must[int64](t)(s.AddChatLine(ctx, at(chat), storage.ChatLine{ID: "m", Body: []byte(canary)}))
	must[storage.File](t)(putFile(ctx, s, at(chat), storage.File{ID: "f", Name: canary, Type: "text/plain"}, []byte(canary), 1000))
	joins(t, s, chat, canary)
	told(t, s, contact, canary)
	searchable(t, s)
	return contact
}

// told makes the contact a recipient.
func told(t *testing.T, s *storage.Store, contact, canary string) {
	t.Helper()
	ctx := t.Context()
	m := storage.Mailing{Broadcast: bot.Broadcast{ID: storage.NewID(), State: bot.BroadcastSending, Version: 1}, Started: time.Now()}
	m.Hash = m.ApprovedHash()
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.PutBroadcast(ctx, m); err != nil {
			return err
		}
		_, err := tx.ExpandRecipients(ctx, m.ID, []string{contact})
		return err
	}))
	must[int](t)(s.Exec(ctx, `UPDATE recipients SET external_id = $2, text_hash = $2 WHERE contact = $1`, contact, canary))
}

// searchable has everybody found by what they are now.
func searchable(t *testing.T, s *storage.Store) {
	t.Helper()
	for must[int](t)(s.FillSearch(t.Context())) > 0 {
	}
}

// rates has a ticket of the chat closed and rated; another is open then.
func rates(t *testing.T, s *storage.Store, l storage.Lease, chat string) {
	t.Helper()
	ctx := t.Context()
	was := must[map[bot.Address]storage.Loaded](t)(s.LoadTurns(ctx, []bot.Address{at(chat)}))[at(chat)]
	for _, w := range []storage.TurnWrite{
		{CloseTicket: was.Ticket.ID},
		{Rating: &bot.Rating{Ticket: was.Ticket.ID}},
		{Rating: &bot.Rating{Ticket: was.Ticket.ID, Score: 4}},
		{Open: &bot.Ticket{ID: storage.NewID(), Address: at(chat), Contact: was.Ticket.Contact}},
	} {
		w.Bot, w.InboxID = telegram, storage.NewID()
		must[[]bool](t)(s.Receive(ctx, []storage.Incoming{update(chat, w.InboxID)}))
		ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{w})))
	}
}

// S76.
func TestEraseComplete(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const canary, chat, other = "КанарейкаQX7", "778899001122", "bystanderZ"
		id := lives(t, s, chat, canary)
		stays := lives(t, s, "5500", other)
		must[int](t)(s.Exec(ctx, `INSERT INTO search_due (contact, bulk) VALUES ($1, FALSE)`, id)) // written again since

		before := must[storage.Dossier](t)(s.Dossier(ctx, id))
		for _, table := range storage.ManifestTables() {
			if len(before[table]) == 0 {
				t.Errorf("this test puts nothing into %s, so it shows nothing of it", table)
			}
		}
		document := string(must[[]byte](t)(json.Marshal(before)))
		if !strings.Contains(document, canary) || strings.Contains(document, other) {
			t.Errorf("the dossier is not that of one person: %s", document)
		}

		erase := func() error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: id}) })
		}
		ok(t, erase())
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		found := must[[]string](t)(s.Grep(ctx, canary, chat, id))
		if len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if found := must[[]string](t)(s.Grep(ctx, other)); len(found) < 6 {
			t.Errorf("somebody else was erased too, left are %v", found)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM outbox WHERE cause = 'bcast/7/0' AND state = 'skipped' AND reason = 'erased'`)); n != 1 {
			t.Errorf("%d rows of the announcement, want 1: its figures must add up", n)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE id LIKE 'kept-%' AND chat = ''`)); n != 1 {
			t.Errorf("%d ids of updates, want 1: a redelivery must be recognised", n)
		}
		if err := erase(); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("twice: %v", err)
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			erased, err := tx.Erased(ctx, []string{"ext" + canary, "ext" + other})
			if diff := cmp.Diff(map[string]bool{"ext" + canary: true}, erased); diff != "" {
				t.Error(diff)
			}
			return err
		}))
		must[storage.ContactRow](t)(s.Contact(ctx, stays))

		// What the messenger still tells of them leaves nothing either.
		l := lease(t, s, telegram, "me")
		receive(t, s, chat, "late")
		ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
			Bot: telegram, InboxID: "late", Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at(chat), Message: canary}},
		}})))
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, canary, chat)); len(found) > 0 {
			t.Errorf("a receipt brought back %v", found)
		}
		// They themselves come as strangers, and are not forgotten again.
		receive(t, s, chat, "again")
		ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
			Bot: telegram, InboxID: "again", Conversation: conversation(chat, 1), Contact: contact(chat),
		}})))
		receive(t, s, chat, "seen")
		ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
			Bot: telegram, InboxID: "seen", Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at(chat), Message: "m"}},
		}})))
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE chat = $1`, chat)); n != 2 {
			t.Errorf("%d updates of the stranger, want 2", n)
		}
	})
}

func TestEraseNeedsASecret(t *testing.T) {
	s := must[*storage.Store](t)(storage.Open(t.Context(), storagetest.SQLiteURL(t), storage.Options{}))
	defer s.Close()
	err := s.InTx(t.Context(), func(tx *storage.Tx) error { return tx.Erase(t.Context(), storage.Person{Contact: "x"}) })
	if !errors.Is(err, storage.ErrNoSecret) {
		t.Errorf("got %v", err)
	}
}

// The last words to somebody just erased leave, and then they are gone too.
func TestLastWords(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const chat = "778899001122"
		id := lives(t, s, chat, "canary")
		l := lease(t, s, telegram, "me")
		receive(t, s, chat, "press")
		ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
			Bot: telegram, InboxID: "press", Erase: &storage.Person{Contact: id, Addresses: []bot.Address{at(chat)}},
			Outbox: []bot.Queued{say(chat, storage.LastWords+"1/0")},
		}})))
		rows := pending(t, s, bot.LaneReply)
		if len(rows) != 1 || rows[0].Cause != storage.LastWords+"1/0" {
			t.Fatalf("waiting to leave: %v", causes(rows))
		}
		ok(t, errOf(s.Claim(ctx, l, rows)))
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "9"}}))
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, chat, "canary")); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
	})
}

// An approval for very many people is one statement, and in time.
func TestBigAudience(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const people = 20_000
		rows := make([]storage.ContactRow, people)
		for i := range rows {
			rows[i] = storage.ContactRow{Contact: bot.Contact{
				ID: storage.NewID(), External: fmt.Sprint(i), Region: []string{"Київ", "Львів"}[i%2],
			}}
		}
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
			_, err := tx.ImportContacts(t.Context(), rows)
			return err
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ok(t, s.PutChanges(ctx, []bot.Change{concerning("half", bot.ChangeAnnounced, bot.Audience{Kinds: []string{"client"}, Regions: []string{"Київ"}})}))
		expanded(t, s)
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger`)); n != people/2 {
			t.Errorf("%d rows, want %d", n, people/2)
		}
	})
}
