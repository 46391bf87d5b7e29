package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/dialog"
	"visnyk/bot/library"
	"visnyk/flows"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// unstaged are words of transcripts that set a scene of several chats: what stands
// behind a join link, and who came by one when. TestJoin and TestProbation play
// those stories through the whole service.
var unstaged = []string{"offer ", "chats ", "person ", "* relayed "}

// TestTranscriptsOnTheLine plays the conversations written beside the flows once
// more, with nothing left out between the inbox and the outbox: a database keeps
// what one turn leaves for the next.
func TestTranscriptsOnTheLine(t *testing.T) {
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
		lines := strings.Split(strings.TrimRight(string(src), "\n"), "\n")
		if slices.ContainsFunc(lines, func(l string) bool {
			return slices.ContainsFunc(unstaged, func(w string) bool { return strings.HasPrefix(l, w) })
		}) {
			continue
		}
		played++
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../../flows/"), ".chat")
		t.Run(strings.Replace(name, "/testdata/", ": ", 1), func(t *testing.T) { s.play(t, fmt.Sprint("t", n), lines) })
	}
	if played < 50 {
		t.Errorf("only %d of %d transcripts were played", played, len(files))
	}
}

// stageHands set the scenes of transcripts in one database for all of them.
type stageHands struct {
	store *storage.Store
	db    *sql.DB
	lib   *library.Library
	zone  *time.Location

	director dialog.Director
}

func newStageHands(t *testing.T) *stageHands {
	t.Helper()
	url := "sqlite:" + filepath.Join(inMemory(t), "line.db")
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
	if s.director, err = newDirector(zone); err != nil {
		t.Fatal(err)
	}
	s.lib = library.NewLibrary(s.store, newFinder, slog.New(slog.DiscardHandler))
	if err := fillSample(t.Context(), s.store, s.lib, time.Date(2026, time.November, 24, 0, 0, 0, 0, zone)); err != nil {
		t.Fatal(err)
	}
	return s
}

// inMemory is a folder that no disk is waited for, where the system has such a one:
// thousands of commits are no test of it.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "visnyk-line-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
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

// staged is one transcript on the line.
type staged struct {
	*stageHands
	t       *testing.T
	line    *paperLine
	at      bot.Address
	now     time.Time
	lang    string
	guess   bool
	changes []string // that concern the person
	shown   []bot.Message
	ids     []string // of shown, at the messenger
}

// play goes through a transcript and holds what each line brings about against
// what is written behind it.
func (s *stageHands) play(t *testing.T, name string, lines []string) {
	s.sql(t, `DELETE FROM tickets`)
	p := &staged{
		stageHands: s, t: t, at: bot.Address{Bot: name, Chat: "1"}, lang: "uk",
		now: time.Date(2026, time.November, 24, 14, 5, 0, 0, s.zone),
	}
	d := s.director
	d.Channels = map[string]flows.Messenger{name: {Kind: "telegram"}}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	if p.line, err = newPaperLine(t.Context(), s.store, name, d, s.lib, func() time.Time { return p.now }, log); err != nil {
		t.Fatal(err)
	}
	defer p.line.close()
	for _, c := range s.lib.Now().Changes {
		if c.Told() && c.Audience.Matches(bot.Person{Contact: bot.Contact{Kind: "client", Tier: "regular", Region: "Оболонь"}}) {
			p.changes = append(p.changes, c.ID)
		}
	}
	p.scene("desk", "open")
	p.meet()
	for i := 0; i < len(lines); i++ {
		word, rest, _ := strings.Cut(lines[i], " ")
		switch word {
		case "", "#":
			continue
		case ">", "*":
		default:
			p.scene(word, rest)
			continue
		}
		var want []string
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "<") || strings.HasPrefix(lines[i+1], "! ") || strings.HasPrefix(lines[i+1], "  ")) {
			i++
			want = append(want, lines[i])
		}
		p.happens(word, rest, want)
		if t.Failed() {
			t.Fatalf("at %q", lines[i-len(want)])
		}
	}
}

// meet makes the person known, at no step yet.
func (p *staged) meet() {
	contact := bot.Contact{ID: p.at.Bot + "-" + storage.NewID(), Language: bot.Language(p.lang), Chosen: !p.guess}
	if p.guess {
		contact.Language = bot.Unsure
	}
	p.sql(p.t, `INSERT INTO contacts (id, language, chosen, created_at) VALUES (?, ?, ?, 1)`, contact.ID, contact.Language, contact.Chosen)
	p.sql(p.t, `INSERT INTO conversations (bot, chat, contact, version, reach, joined_at) VALUES (?, ?, ?, 1, 'open', 1)`, p.at.Bot, p.at.Chat, contact.ID)
	for _, c := range p.changes {
		p.sql(p.t, `INSERT INTO ledger (contact, change_id, created_at) VALUES (?, ?, 1)`, contact.ID, c)
	}
}

func (p *staged) contact() string {
	return p.asks(p.t, `SELECT contact FROM conversations WHERE bot = ? AND chat = ?`, p.at.Bot, p.at.Chat)
}

// scene sets the scene as flowtest reads it.
func (p *staged) scene(word, rest string) {
	var err error
	switch word {
	case "lang":
		p.lang, p.guess = rest, rest == "guess"
		if p.guess {
			p.lang = ""
		}
		p.sql(p.t, `UPDATE contacts SET language = ?, chosen = ? WHERE id = ?`, p.lang, !p.guess, p.contact())
	case "name":
		p.sql(p.t, `UPDATE contacts SET name = ? WHERE id = ?`, rest, p.contact())
	case "known":
		p.sql(p.t, `UPDATE contacts SET external_id = ? WHERE id = ?`, map[string]string{"yes": p.at.Bot}[rest], p.contact())
	case "stopped":
		p.sql(p.t, `UPDATE contacts SET stopped = ? WHERE id = ?`, rest == "yes", p.contact())
	case "now":
		p.now, err = time.ParseInLocation("2006-01-02 15:04", rest, p.zone)
	case "desk":
		err = p.desk(rest)
	case "version":
		id, n, _ := strings.Cut(rest, " ")
		p.sql(p.t, `UPDATE changes SET version = ? WHERE id = ?`, n, id)
		p.sql(p.t, `UPDATE content SET version = version + 1`)
		err = p.lib.Refresh(p.t.Context())
		p.t.Cleanup(func() {
			p.sql(p.t, `UPDATE changes SET version = 1 WHERE id = ?`, id)
			p.sql(p.t, `UPDATE content SET version = version + 1`)
			_ = p.lib.Refresh(context.WithoutCancel(p.t.Context()))
		})
	case "changes":
		p.changes = slices.DeleteFunc(p.changes, func(id string) bool {
			gone := !slices.Contains(strings.Fields(rest), id)
			if gone {
				p.sql(p.t, `DELETE FROM ledger WHERE contact = ? AND change_id = ?`, p.contact(), id)
			}
			return gone
		})
	default:
		p.t.Fatalf("%q is not staged", word)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// desk sets the working hours, and how many wait already.
func (p *staged) desk(rest string) error {
	how, what, _ := strings.Cut(rest, " ")
	h := desk.Hours{}
	p.sql(p.t, `DELETE FROM tickets WHERE bot = 'queue'`)
	switch {
	case how == "open":
		for d := range h.Days {
			h.Days[d] = desk.Day{From: "00:00", To: "23:59"}
		}
		ahead, _ := strconv.Atoi(what)
		for i := range ahead {
			p.sql(p.t, `INSERT INTO tickets (bot, id, chat, state, opened_at) VALUES ('queue', ?, ?, 'waiting', 1)`, storage.NewID(), fmt.Sprint(i))
		}
	case what != "":
		opens, err := time.ParseInLocation("2006-01-02 15:04", what, p.zone)
		if err != nil {
			return err
		}
		h.Days[opens.Weekday()] = desk.Day{From: opens.Format("15:04"), To: "23:59"}
	}
	setting, err := json.Marshal(h)
	if err != nil {
		return err
	}
	// The line keeps the hours it has seen for a while; it rests between turns.
	p.line.worker.Desk = desk.New(p.store, nil, p.zone, slog.New(slog.DiscardHandler))
	return p.store.PutSetting(p.t.Context(), desk.HoursSetting, string(setting))
}

// happens lets one thing happen and compares.
func (p *staged) happens(word, rest string, want []string) {
	source, e := storage.SourceChannel, bot.Event{}
	if word == ">" {
		e = p.person(rest)
	} else {
		source, e = p.outside(rest)
	}
	e.From = p.at
	if e.Kind == bot.Typed || e.Kind == bot.Tapped || e.Kind == bot.Attached {
		if e.ID == "" {
			e.ID = "m"
		}
	}
	p.sql(p.t, `UPDATE conversations SET burst = 0 WHERE bot = ?`, p.at.Bot)
	before := p.contact()
	write, left, err := p.line.take(p.t.Context(), source, e)
	if err != nil {
		p.t.Fatal(err)
	}
	if write.Park != "" {
		p.t.Fatalf("parked: %s", write.Park)
	}
	var said, notes, got []string
	for _, line := range want {
		if note, ok := strings.CutPrefix(line, "! "); ok {
			notes = append(notes, note)
		} else if line != "<" {
			said = append(said, strings.ReplaceAll(line, `\`, ""))
		}
	}
	answered, edited := "", ""
	for _, row := range left {
		var m bot.Message
		if err := json.Unmarshal(row.Part.Body, &m); err != nil {
			p.t.Fatal(err)
		}
		switch row.Part.Kind {
		case bot.Answer:
			answered = m.Text
		case bot.Edit:
			edited = labels(m)
		default:
			got = append(got, written(m)...)
			if len(m.Buttons) > 0 {
				p.shown, p.ids = append(p.shown, m), append(p.ids, messageOf(row))
			}
		}
	}
	if diff := cmp.Diff(said, got); diff != "" {
		p.t.Errorf("another answer (-written +real):\n%s", diff)
	}
	for _, note := range notes {
		p.holds(note, before, answered, edited)
	}
	if slices.Contains(notes, "erase") {
		p.meet()
	}
}

// person is what the person does, as flowtest reads it.
func (p *staged) person(what string) bot.Event {
	label, change, old := strings.Cut(what, "] of ")
	switch {
	case what == "/start" || strings.HasPrefix(what, "/start "):
		return bot.Event{Kind: bot.Started, Text: strings.TrimPrefix(strings.TrimPrefix(what, "/start"), " ")}
	case strings.HasPrefix(what, "[") && (old || strings.HasSuffix(what, "]")):
		label = strings.Trim(label, "[]")
		for i, m := range slices.Backward(p.shown) {
			for _, b := range slices.Concat(m.Buttons...) {
				if b.Label == label && (!old || p.under(b) == change) {
					return bot.Event{Kind: bot.Tapped, ID: p.ids[i], Press: &bot.Press{ID: "press", Screen: m.Screen, Action: b.Action}}
				}
			}
			if !old {
				break
			}
		}
		p.t.Fatalf("no button %q", what)
	case what == "()":
		return bot.Event{Kind: bot.Typed, Text: " \u200b "}
	case strings.HasPrefix(what, "("):
		kind, caption, _ := strings.Cut(what[1:], ")")
		return bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.AttachmentKind(kind)}, Text: strings.TrimSpace(caption)}
	}
	return bot.Event{Kind: bot.Typed, Text: what}
}

// under is the change that a lasting button stands under.
func (p *staged) under(b bot.Button) string {
	id, _, ok := bot.ReadLasting(b.Action)
	if !ok {
		return ""
	}
	found, err := p.store.Renderings(p.t.Context(), []string{id})
	if err != nil {
		p.t.Fatal(err)
	}
	return found[id].Change
}

// outside is what happens to the conversation from outside.
func (p *staged) outside(what string) (storage.Source, bot.Event) {
	kind, detail, _ := strings.Cut(what, " ")
	e := bot.Event{Kind: bot.EventKind(kind), Detail: detail}
	moved := func(state string) (storage.Source, bot.Event) {
		e.ID = p.asks(p.t, `SELECT id FROM tickets WHERE bot = ? AND state <> 'closed'`, p.at.Bot)
		p.sql(p.t, `UPDATE tickets SET state = ?, holder = ? WHERE bot = ? AND id = ?`, state, detail, p.at.Bot, e.ID)
		return storage.SourceDesk, e
	}
	switch e.Kind {
	case bot.Taken:
		return moved("taken")
	case bot.Released:
		return moved("waiting")
	case bot.Closed:
		return moved("closed")
	case bot.TimedOut:
		return storage.SourceTimer, e
	case bot.Edited:
		e.Text, e.Detail, e.ID = detail, "", "m"
	}
	return storage.SourceChannel, e
}

// holds holds a note of the transcript against what is written.
func (p *staged) holds(note, contact, answered, edited string) {
	word, rest, _ := strings.Cut(note, " ")
	is := func(want, query string, values ...any) {
		p.t.Helper()
		if got := p.asks(p.t, query, values...); got != want {
			p.t.Errorf("%s: %s gives %q, want %q", note, query, got, want)
		}
	}
	mark := func(column string) {
		is("1", `SELECT `+column+` <> 0 FROM ledger WHERE contact = ? AND change_id = ?`, contact, rest)
	}
	person := func(want, column string) { is(want, `SELECT `+column+` FROM contacts WHERE id = ?`, contact) }
	name, _, _ := strings.Cut(rest, " ")
	switch word {
	case "silence", "for": // nothing is said, which was compared
	case "hand_off":
		is("1", `SELECT count(*) FROM tickets WHERE bot = ? AND state = 'waiting' AND reason = ?`, p.at.Bot, name)
	case "recall":
		is("0", `SELECT count(*) FROM tickets WHERE bot = ? AND state <> 'closed'`, p.at.Bot)
	case "wait":
		is("1", `SELECT count(*) FROM timers WHERE bot = ? AND name = ?`, p.at.Bot, name)
	case "unwait":
		is("0", `SELECT count(*) FROM timers WHERE bot = ? AND name = ?`, p.at.Bot, name)
	case "told", "mentioned", "acknowledged":
		mark(word + "_at")
	case "follow":
		mark("followed_at")
	case "unfollow":
		is("0", `SELECT followed_at FROM ledger WHERE contact = ? AND change_id = ?`, contact, rest)
	case "asked":
		if how, text, ok := strings.Cut(rest, ": "); ok {
			ending, _, _ := strings.Cut(how, " ")
			is("1", `SELECT count(*) FROM questions WHERE bot = ? AND ending = ? AND text = ?`, p.at.Bot, ending, text)
		} else {
			mark("asked_at")
		}
	case "speak":
		person(rest, "language")
	case "stop", "resume":
		want := map[string]string{"stop": "1", "resume": "0"}[word]
		if rest == "here" {
			is(want, `SELECT hushed FROM conversations WHERE bot = ?`, p.at.Bot)
		} else {
			person(want, "stopped")
		}
	case "wish":
		p.wished(rest, contact)
	case "relay": // nobody else is there
	case "erase":
		is("", `SELECT contact FROM conversations WHERE bot = ?`, p.at.Bot)
	case "notify":
		if answered != rest {
			p.t.Errorf("the press is answered %q, want %q", answered, rest)
		}
	case "amend":
		if edited != rest {
			p.t.Errorf("the message has the buttons %q, want %q", edited, rest)
		}
	default:
		p.t.Errorf("%q is not held against anything", note)
	}
}

// wished compares how the person wants to be told.
func (p *staged) wished(want, contact string) {
	got := p.asks(p.t, `SELECT muted || ' ' || quiet || ' ' || (paused_until <> 0) FROM contacts WHERE id = ?`, contact)
	muted, quiet, paused := []string{}, "", "0"
	for _, part := range strings.Split(want, ", ") {
		switch {
		case strings.HasPrefix(part, "no "):
			muted = append(muted, strings.TrimPrefix(part, "no "))
		case strings.HasPrefix(part, "quiet "):
			quiet = strings.TrimPrefix(part, "quiet ")
		case strings.HasPrefix(part, "pause "):
			paused = "1"
		}
	}
	list, err := json.Marshal(muted)
	if err != nil {
		p.t.Fatal(err)
	}
	if expected := string(list) + " " + quiet + " " + paused; got != expected {
		p.t.Errorf("wishes are %q, want %q", got, expected)
	}
}

// written is a message as transcripts have it.
func written(m bot.Message) (lines []string) {
	mark := "< "
	for line := range strings.SplitSeq(strings.ReplaceAll(m.Text, `\`, ""), "\n") {
		if line == "" {
			mark = "< "
			continue
		}
		lines = append(lines, strings.TrimRight(mark+line, " "))
		mark = "  "
	}
	for _, row := range m.Buttons {
		lines = append(lines, "  "+labels(bot.Message{Buttons: [][]bot.Button{row}}))
	}
	return lines
}

func labels(m bot.Message) string {
	var all []string
	for _, b := range slices.Concat(m.Buttons...) {
		all = append(all, "["+b.Label+"]")
	}
	return strings.Join(all, " ")
}
