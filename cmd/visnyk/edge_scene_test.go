package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// theatre is a world that many scenes share, each with people of its own.
type theatre struct {
	*world
	db     *sqlx.DB // the service's database, for looking and for moving its clocks
	people atomic.Int64
	update atomic.Int64
	slow   <-chan slowEnd // what became of a request that stopped in the middle; nil: there was none
}

func newTheatre(t *testing.T, database string, o sandboxOptions) *theatre {
	t.Helper()
	second := vibertest.Start(t, vibertest.Options{Token: secondToken})
	o.more = append(o.more, botConfig{
		Name: "viber-two", Channel: "viber", Token: secondToken, SenderName: "Одуд", APIURL: second.URL(),
	})
	st := &theatre{world: newWorld(t, database, o), db: look(t, database)}
	st.update.Store(1_000_000)
	return st
}

// look opens the database behind a service's URL. The drivers come with storage.
func look(t *testing.T, url string) *sqlx.DB {
	t.Helper()
	driver, dsn := "postgres", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// calls are those of Telegram's API, but for files, which are fetched behind
// everything else.
func (st *theatre) calls() []telegramtest.Call {
	return slices.DeleteFunc(st.box.telegram.Calls(), func(c telegramtest.Call) bool { return c.Method == "getFile" })
}

// scene is one row of a table being played by somebody nobody has met before.
type scene struct {
	*theatre
	*actor // whoever does something: the person on Telegram until onViber
	t      *testing.T
	id     int64  // their id and chat at Telegram
	user   string // their id at Viber
	p      *telegramtest.Person
	v      *vibertest.Person
	begun  int64 // inbox rows after this are of the scene
	token  atomic.Uint64
	inbox  []string // what became of the scene's updates; nil: all done
	undone []string // states that parts may end in besides "sent"
	with   []*scene // friends who take part
	host   *scene   // whose friend this one is; nil: nobody's
	twice  int      // parts that arrive twice, for nobody could know whether they had
}

// scene prepares a person with a fresh phone for each messenger.
func (st *theatre) scene(t *testing.T) *scene {
	t.Helper()
	s := st.newcomer(t)
	s.begin()
	return s
}

// newcomer is a scene's person while something may still be on its way.
func (st *theatre) newcomer(t *testing.T) *scene {
	t.Helper()
	n := st.people.Add(1)
	st.t = t
	s := &scene{theatre: st, t: t, id: 7_000_000 + n, user: fmt.Sprintf("%018dEdge+/==", n)}
	s.token.Store(uint64(6e18) + uint64(n)<<20)
	s.p = st.box.telegram.Person(s.id, "Олена", "uk").Join()
	s.actor = st.onTelegram(s.id, "Олена", bot.Ukrainian)
	return s
}

// friend is somebody else in the same scene.
func (s *scene) friend() *scene {
	s.t.Helper()
	other := s.scene(s.t)
	other.host = s
	s.with = append(s.with, other)
	return other
}

// speaks gives the person another name and client language, "" for none.
func (s *scene) speaks(name, locale string, l bot.Language) {
	s.p = s.box.telegram.Person(s.id, name, locale)
	if s.v != nil {
		s.v = s.box.viber.Person(s.user, name, locale)
	}
	s.actor.lang = l
}

// begin makes the scene's updates those that come from now on.
func (s *scene) begin() {
	s.t.Helper()
	s.idle()
	s.get(&s.begun, `SELECT COALESCE(max(seq), 0) FROM inbox`)
}

// onViber has the person act on Viber, where they have subscribed.
func (s *scene) onViber() {
	s.t.Helper()
	s.onViberAs("Олена", "uk", bot.Ukrainian)
}

// onViberAs has somebody of that name and client act on Viber, who hears the language.
func (s *scene) onViberAs(name, locale string, l bot.Language) {
	s.t.Helper()
	s.actor = s.theatre.onViber(s.user, name, l)
	s.v = s.box.viber.Person(s.user, name, locale)
	s.v.Subscribe()
	s.begin()
}

// greets has the person begin the talk and see the menu.
func (s *scene) greets() {
	s.t.Helper()
	if s.v == nil {
		s.p.Start("")
	} else {
		s.v.Write("Привіт")
	}
	s.hears("@menu.choose")
	s.begin()
}

// idle waits until nothing is on its way, receipts included.
func (s *scene) idle() {
	s.t.Helper()
	s.empty(patience)
	if s.v != nil {
		s.empty(patience) // what Viber told of the last sends
	}
}

// empty waits until the line is empty, with one question to the database at a
// time: a row asks often.
func (st *theatre) empty(within time.Duration) {
	st.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := st.box.telegram.Drain(ctx); err != nil {
		st.t.Fatal(err)
	}
	if err := st.box.viber.Drain(ctx); err != nil {
		st.t.Fatal(err)
	}
	// An early receipt is given to its message right after that is marked as sent.
	const open = `SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting') + (SELECT count(*) FROM timers WHERE name LIKE 'gather/%') + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))
		+ (SELECT count(*) FROM receipts r JOIN outbox o ON o.bot = r.bot AND o.chat = r.chat AND o.external_id = r.message AND o.external_id <> '')`
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		if err := st.db.GetContext(ctx, &n, open); err != nil {
			st.t.Fatalf("waited in vain for the line to be empty: %v", err)
		}
		if n == 0 {
			return
		}
		<-tick.C
	}
}

// chat is the person's address on the messenger they use.
func (s *scene) chat() bot.Address {
	if s.v != nil {
		return bot.Address{Bot: "viber", Chat: s.user}
	}
	return bot.Address{Bot: "telegram", Chat: fmt.Sprint(s.id)}
}

// end demands of the row what it did not say otherwise.
func (s *scene) end() {
	s.t.Helper()
	for _, other := range s.with {
		other.end()
	}
	s.quiet()
	got := s.updates()
	if s.inbox == nil {
		s.inbox = slices.Repeat([]string{"done"}, len(got))
	}
	if !slices.Equal(got, s.inbox) {
		s.t.Errorf("updates became %q, want %q", got, s.inbox)
	}
	var states []string
	s.sel(&states, `SELECT DISTINCT state FROM outbox WHERE bot = $1 AND chat = $2`, s.chat().Bot, s.chat().Chat)
	for _, state := range states {
		if state != "sent" && !slices.Contains(s.undone, state) {
			s.t.Errorf("a part ended as %q", state)
		}
	}
	var sent int
	s.get(&sent, `SELECT count(*) FROM `+storagetest.Parts+` WHERE bot = $1 AND chat = $2 AND kind = 'say' AND state = 'sent'`, s.chat().Bot, s.chat().Chat)
	if heard := len(s.said()); heard != sent+s.twice {
		s.t.Errorf("%d messages arrived, %d parts were sent", heard, sent)
	}
	if unknown := s.box.telegram.Stats().Unknown; len(unknown) > 0 {
		s.t.Errorf("parameters that Telegram does not have: %v", unknown)
	}
}

// quiet wants nothing unheard once everything has settled.
func (s *scene) quiet() {
	s.t.Helper()
	s.idle()
	if shown := s.shown(); len(shown) > s.read {
		s.t.Fatalf("%s hears %q, want silence", s.name(), shown[s.read].text)
	}
}

// said returns what arrived by the API: at Viber the greeting came otherwise.
func (s *scene) said() []screen {
	if s.v == nil {
		return s.shown()
	}
	var list []screen
	for _, m := range vibertest.Read(s.v.Messages()) {
		if !m.Welcome {
			list = append(list, screen{m.Text, m.Labels()})
		}
	}
	return list
}

// became says what the updates of the scene shall become: "done", "done NOTE"
// or "parked REASON", in the order they came.
func (s *scene) became(states ...string) { s.inbox = append([]string{}, states...) }

// updates tells what the scene's updates became. Receipts that Viber sends of
// everything count only where the row posts them itself.
func (s *scene) updates() []string {
	s.t.Helper()
	var rows []struct{ ID, Chat, State, Note, Reason string }
	s.sel(&rows, `SELECT id, chat, state, note, reason FROM inbox WHERE seq > $1 AND source = 'channel' ORDER BY seq`, s.begun)
	var list []string
	for _, r := range rows {
		if s.others(r.Chat) {
			continue
		}
		if kind, rest, ok := strings.Cut(r.ID, "/"); ok && kind == "delivered" && !strings.HasPrefix(rest, "6") {
			continue // the fake's own
		}
		list = append(list, strings.TrimSpace(r.State+" "+r.Note+r.Reason))
	}
	return list
}

// others reports whether the chat is that of somebody else in the scene.
func (s *scene) others(chat string) bool {
	if s.host != nil {
		return chat != s.chat().Chat
	}
	return slices.ContainsFunc(s.with, func(o *scene) bool { return o.chat().Chat == chat })
}

// history wants these lines of the person's, oldest first: "kind text", and
// "say" or "desk" for ours, whose words the phone has shown.
func (s *scene) history(want ...string) {
	s.t.Helper()
	s.idle()
	var got []string
	for _, e := range s.entries() {
		line := e.Kind
		if !e.Out {
			line = strings.TrimSpace(line + " " + e.Text)
		}
		got = append(got, line)
	}
	if len(got) > 0 && len(want) > 0 && got[0] == "returned" && want[0] != "returned" {
		got = got[1:] // on Viber everybody subscribes first
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("history\n  %q, want\n  %q", got, want)
	}
}

func (s *scene) entries() []bot.Entry {
	s.t.Helper()
	list, err := s.store().History(context.Background(), s.chat(), 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// attached returns what the history keeps of the last thing the person sent.
func (s *scene) attached() bot.Attachment {
	s.t.Helper()
	s.idle()
	for _, e := range slices.Backward(s.entries()) {
		var detail struct {
			Attachment *bot.Attachment `json:"attachment"`
		}
		if e.Out || json.Unmarshal(e.Detail, &detail) != nil || detail.Attachment == nil {
			continue
		}
		return *detail.Attachment
	}
	s.t.Fatal("the history knows of no attachment")
	return bot.Attachment{}
}

func (s *scene) store() *storage.Store { return s.service.store.Load() }

// loaded returns the person's conversation and contact once all is settled.
func (s *scene) loaded() storage.Loaded {
	s.t.Helper()
	s.idle()
	all, err := s.store().LoadTurns(context.Background(), []bot.Address{s.chat()})
	if err != nil {
		s.t.Fatal(err)
	}
	return all[s.chat()]
}

// unmet wants nothing known of the person.
func (s *scene) unmet() {
	s.t.Helper()
	if l := s.loaded(); l.Conversation.Version != 0 || l.Contact.ID != "" {
		s.t.Errorf("a conversation was begun: %+v", l.Conversation)
	}
}

// reaches wants the address to be reachable or not.
func (s *scene) reaches(want bot.Reach) {
	s.t.Helper()
	if got := s.loaded().Conversation.Reach; got != want {
		s.t.Errorf("reach %q, want %q", got, want)
	}
}

// at wants the conversation to stand at the step.
func (s *scene) at(step string) {
	s.t.Helper()
	if st := s.loaded().Conversation.State; st.Flow+"/"+st.Step != step {
		s.t.Errorf("the conversation stands at %s/%s, want %s", st.Flow, st.Step, step)
	}
}

// tickets wants this many open tickets of the person, and gives the last one.
func (s *scene) tickets(want int) (last bot.Ticket) {
	s.t.Helper()
	s.idle()
	all, err := s.store().OpenTickets(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, t := range all {
		if t.Address == s.chat() {
			last = t
			n++
		}
	}
	if n != want {
		s.t.Errorf("%d open tickets, want %d", n, want)
	}
	return last
}

// taken has the person talk with an operator.
func (s *scene) taken() bot.Ticket {
	s.t.Helper()
	s.write("оператор")
	s.hears("@handoff.called")
	t := s.tickets(1)
	s.desk(t, bot.TicketTake)
	s.hears("Марина")
	s.begin()
	return t
}

func (s *scene) get(to any, query string, args ...any) {
	s.t.Helper()
	if err := s.db.Get(to, query, args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) sel(to any, query string, args ...any) {
	s.t.Helper()
	if err := s.db.Select(to, query, args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) exec(query string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(query, args...); err != nil {
		s.t.Fatal(err)
	}
}
