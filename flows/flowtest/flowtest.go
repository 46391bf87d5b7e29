// Package flowtest plays transcripts against a book, as the dialog would, but
// with nothing behind it: no database, no messenger, no clock. Only tests
// import it.
//
// A transcript is read from top to bottom. Lines that begin with
//
//	#      are remarks
//	lang, messenger, name, company, person, known, stopped, barred, now, desk, changes, version, offer, chats, many
//	       set the scene: "lang uk", "name Олена", "now 2026-11-24 14:05",
//	       "desk open 3", "desk closed 2026-11-25 09:00", "changes tariff-2027",
//	       "version tariff-2027 2", "many news Не надсилати таких" for the last button
//	       of a message to many, pressed as "> [Не надсилати таких] of broadcast/b"
//	>      are what the person does: "> text", "> [button]", "> /start link",
//	       "> (photo) caption", "> ()" for an empty message,
//	       "> (forwarded) words" for what somebody else said elsewhere
//	       "> [button] of office-move" for a lasting one under a message that is
//	       further up
//	+      are what the person does where more of it is to come: an item of an album,
//	       "+ (photo) caption", or a part of a text that their client splits, "+ text"
//	~      are times that pass, "~ 2s": until then more may come
//	*      are what happens: "* taken Марина", "* closed", "* timed_out handoff"
//	<      are what is said: a paragraph each, then rows of buttons
//	!      are the other effects
package flowtest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/flows"
)

// Stage is what a transcript plays against.
type Stage struct {
	Book    flows.Book
	FAQ     flows.Finder
	Changes []bot.Change // all of them concern the person, unless the transcript says which
	// Words gives a text as the person reads it.
	Words func(l bot.Language, t flows.Text, now time.Time) (string, error)
	Zone  *time.Location
	// Foreign reports whether a text is in neither of our languages; nil: none is.
	Foreign func(text string) bool
}

// Run plays the transcript in the file and compares what really happens with
// what it says; with update it writes the file again.
func Run(t *testing.T, file string, s Stage, update bool) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Play(string(src))
	if err != nil {
		t.Fatal(err)
	}
	if update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(string(src), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the conversation went another way (-written +real):\n%s", diff)
	}
}

// Play returns the transcript as it really goes. An error means that the
// transcript cannot be played, or that a screen breaks a rule of the house.
func (s Stage) Play(script string) (string, error) {
	p := s.begin()
	for i, line := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		if err := p.read(line); err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return p.out.String(), nil
}

// begin returns a new conversation on an ordinary afternoon.
func (s Stage) begin() *play {
	p := &play{stage: s, facts: &flows.Facts{
		Person:   "somebody",
		Zone:     s.Zone,
		Now:      time.Date(2026, time.November, 24, 14, 5, 0, 0, s.Zone),
		Language: bot.Ukrainian, Desk: bot.Desk{Open: true}, FAQ: s.FAQ,
	}}
	for _, c := range s.Changes {
		p.facts.Ledger = append(p.facts.Ledger, bot.LedgerEntry{Change: c})
	}
	return p
}

// play is one transcript being played.
type play struct {
	stage Stage
	facts *flows.Facts
	state bot.State
	out   strings.Builder
	// lasting are the lasting buttons shown so far, those of the newest message last.
	lasting []lasting
	// erased tells that the person asked in this turn to be forgotten.
	erased bool
	// gathered is what more was to come of; nil: nothing.
	gathered *bot.Event
}

// forget makes a stranger of the person: what concerns everybody concerns them
// anew.
func (p *play) forget() {
	fresh := p.stage.begin()
	p.erased, p.state = false, bot.State{}
	facts := &flows.Facts{Person: "somebody", Zone: p.facts.Zone, Now: p.facts.Now, Language: p.facts.Language, Desk: p.facts.Desk, FAQ: p.facts.FAQ, Company: p.facts.Company}
	for _, n := range fresh.facts.Ledger {
		if slices.ContainsFunc(p.facts.Ledger, func(was bot.LedgerEntry) bool { return was.Change.ID == n.Change.ID }) {
			facts.Ledger = append(facts.Ledger, n)
		}
	}
	p.facts = facts
}

func (p *play) read(line string) error {
	if line == "<" || strings.HasPrefix(line, "< ") || strings.HasPrefix(line, "! ") || strings.HasPrefix(line, "  ") {
		return nil // what was expected; the play writes what happens
	}
	p.out.WriteString(line + "\n")
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "", "#":
		return nil
	case ">":
		e, err := p.person(rest)
		if err != nil {
			return err
		}
		return p.does(e)
	case "+":
		e, err := p.person(rest)
		if err != nil {
			return err
		}
		return p.begins(e)
	case "~":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		p.facts.Now = p.facts.Now.Add(d)
		return p.enough()
	case "*":
		kind, detail, _ := strings.Cut(rest, " ")
		e := bot.Event{Kind: bot.EventKind(kind), Detail: detail}
		if e.Kind == bot.Edited {
			e.Text, e.Detail = detail, ""
		}
		if e.Kind == bot.Relayed { // "relayed stop webchat:1"
			e.Detail, e.ID, _ = strings.Cut(detail, " ")
		}
		if e.Kind == bot.Closed { // "closed rate", "closed abuse"
			e.ID, e.Rate, e.Barred, e.Detail = "ticket", detail == "rate", detail == "abuse", ""
		}
		p.desk(e)
		return p.turn(e)
	}
	return p.scene(word, rest)
}

// scene reads a line that sets the scene.
func (p *play) scene(word, rest string) error {
	var err error
	switch word {
	case "lang":
		// "lang guess": nothing tells the person's language.
		p.facts.Language, p.facts.Guessed = bot.Language(rest), false
		if rest == "guess" {
			p.facts.Language, p.facts.Guessed = bot.Ukrainian, true
		}
	case "messenger": // "messenger telegram": where the person writes
		p.facts.Messenger = Messenger(rest)
	case "name":
		p.facts.Name = rest
	case "company":
		p.facts.Company = bot.Bilingual{UK: rest, RU: rest}.Quoted()
	case "person": // who the person is, for what must not outlive a join
		p.facts.Person = rest
	case "barred": // "barred 2026-11-25 14:05": until then they get no operator
		p.facts.Barred = time.Time{}
		if rest != "" {
			p.facts.Barred, err = time.ParseInLocation("2006-01-02 15:04", rest, p.stage.Zone)
		}
	case "stopped":
		p.facts.Stopped = rest == "yes"
	case "known":
		p.facts.Known = rest == "yes"
	case "now":
		p.facts.Now, err = time.ParseInLocation("2006-01-02 15:04", rest, p.stage.Zone)
	case "desk":
		how, what, _ := strings.Cut(rest, " ")
		p.facts.Desk = bot.Desk{Open: how == "open"}
		switch {
		case what == "":
		case p.facts.Desk.Open && strings.HasPrefix(what, "offered"): // "desk open offered 12": minutes
			p.facts.Desk.Ahead = bot.NotInLine
			n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(what, "offered")))
			p.facts.Desk.Usual = time.Duration(n) * time.Minute
		case p.facts.Desk.Open:
			p.facts.Desk.Ahead, err = strconv.Atoi(what)
		default:
			p.facts.Desk.Opens, err = time.ParseInLocation("2006-01-02 15:04", what, p.stage.Zone)
		}
	case "offer":
		// "offer good ru", "offer good uk taken", "offer good personal", "offer
		// joined", "offer fresh": what stands behind the next join link, or the one asked about.
		p.facts.Invite = flows.Invite{}
		for i, f := range strings.Fields(rest) {
			switch {
			case i == 0:
				p.facts.Invite.State = flows.InviteState(strings.TrimPrefix(f, "none"))
			case bot.Language(f).Known():
				p.facts.Invite.Language = bot.Language(f)
			case f == "phone": // it comes of the number that the person shares
				p.facts.Invite.Code = flows.PhoneCode("1")
			case f == "personal":
				p.facts.Invite.Personal = true
			default:
				p.facts.Invite.Ticket = &bot.Ticket{State: bot.TicketState(f)}
			}
		}
	case "chats":
		// "chats telegram here webchat 2026-11-20 viber 2026-11-24 new": the
		// person's own first; "blocked" cannot be written to.
		p.facts.Chats = nil
		for _, f := range strings.Fields(rest) {
			last := len(p.facts.Chats) - 1
			if day, wrong := time.ParseInLocation("2006-01-02", f, p.stage.Zone); wrong == nil && last >= 0 {
				p.facts.Chats[last].Since = day
			} else if f == "here" && last >= 0 {
				p.facts.Chats[last].Here = true
			} else if f == "new" && last >= 0 {
				p.facts.Chats[last].New = true
			} else if f == "blocked" && last >= 0 {
				p.facts.Chats[last].Blocked = true
			} else {
				p.facts.Chats = append(p.facts.Chats, flows.Chat{
					Address:   bot.Address{Bot: f, Chat: "1"},
					Messenger: flows.Messenger{Kind: f, Capabilities: bot.Capabilities{Visited: f == "webchat"}},
				})
			}
		}
	case "version": // "version tariff-2027 2": what was announced is another version now
		id, n, _ := strings.Cut(rest, " ")
		for i := range p.facts.Ledger {
			if p.facts.Ledger[i].Change.ID == id {
				p.facts.Ledger[i].Change.Version, err = strconv.Atoi(n)
				p.facts.Ledger[i].Acknowledged = false // another version was
			}
		}
	case "news": // "news tariff-2027 1 Зрозуміло": told to many at once, with a version of a change
		id, words, _ := strings.Cut(rest, " ")
		version, label, _ := strings.Cut(words, " ")
		var n int
		n, err = strconv.Atoi(version)
		p.lasting = append(p.lasting, lasting{label: label, does: flows.Lasting{Do: "ack", Change: id, Version: n, Part: flows.ManyPrefix + "b"}})
	case "many": // what it is of, and the words on its buttons' last
		topic, label, _ := strings.Cut(rest, " ")
		p.lasting = append(p.lasting, lasting{label: label, does: flows.Lasting{Do: "off." + topic, Part: flows.ManyPrefix + "b"}})
	case "answer": // "answer Маю ще запитання": an article that was told to who had asked it
		p.lasting = append(p.lasting, lasting{label: rest, does: flows.Lasting{Do: "ask", Part: flows.ManyPrefix + "b"}})
	case "opens": // "opens change:night-works Докладніше": a message to many, with a button that opens the flow
		does, label, _ := strings.Cut(rest, " ")
		flow, change, _ := strings.Cut(does, ":")
		p.lasting = append(p.lasting, lasting{label: label, does: flows.Lasting{Do: bot.LastingFlow(flow), Change: change, Part: flows.ManyPrefix + "b"}})
	case "changes":
		ids := strings.Fields(rest)
		p.facts.Ledger = slices.DeleteFunc(p.facts.Ledger, func(n bot.LedgerEntry) bool { return !slices.Contains(ids, n.Change.ID) })
	default:
		return fmt.Errorf("%q is not part of a transcript", word)
	}
	return err
}

// person reads what the person does.
func (p *play) person(what string) (bot.Event, error) {
	switch {
	case what == "/start" || strings.HasPrefix(what, "/start "):
		return bot.Event{Kind: bot.Started, Text: strings.TrimPrefix(strings.TrimPrefix(what, "/start"), " ")}, nil
	case strings.HasPrefix(what, "[") && strings.Contains(what, "] of "):
		return p.old(what)
	case strings.HasPrefix(what, "[") && strings.HasSuffix(what, "]"):
		label := what[1 : len(what)-1]
		for _, b := range p.state.Buttons {
			if b.Label == label {
				p.facts.Lasting = p.current(b)
				return bot.Event{Kind: bot.Tapped, Press: &bot.Press{Screen: p.state.Screen, Action: b.Action}}, nil
			}
		}
		return bot.Event{}, fmt.Errorf("no button %q on the screen", label)
	case what == "()":
		return bot.Event{Kind: bot.Typed, Text: " \u200b "}, nil
	case strings.HasPrefix(what, "("):
		kind, caption, ok := strings.Cut(what[1:], ")")
		if !ok {
			return bot.Event{}, errors.New("the bracket is open")
		}
		if kind == "forwarded" {
			return bot.Event{Kind: bot.Typed, Text: strings.TrimSpace(caption), Forwarded: &bot.Origin{}}, nil
		}
		return bot.Event{Kind: bot.Attached, Attachment: Attached(kind), Text: strings.TrimSpace(caption)}, nil
	}
	return bot.Event{Kind: bot.Typed, Text: what}, nil
}

// Messenger is what a transcript calls by its kind.
func Messenger(kind string) flows.Messenger {
	phones := map[string]bot.Phones{"telegram": bot.PhonesVouched, "viber": bot.PhonesGiven}
	return flows.Messenger{Kind: kind, Capabilities: bot.Capabilities{Visited: kind == "webchat", Phones: phones[kind]}}
}

// Attached returns what a transcript calls by its kind; a contact has a number
// unless it is an "empty contact". It is the person's own where it is an "own contact",
// as the messenger knows it, or a "given contact", which nobody vouches for.
func Attached(kind string) *bot.Attachment {
	switch kind {
	case string(bot.Phone):
		return &bot.Attachment{Kind: bot.Phone, Phone: "+380501234567"}
	case "own contact":
		return &bot.Attachment{Kind: bot.Phone, Phone: "+380671234567", Own: true}
	case "given contact":
		return &bot.Attachment{Kind: bot.Phone, Phone: "+380671234567", Given: true}
	case "empty contact":
		return &bot.Attachment{Kind: bot.Phone}
	}
	return &bot.Attachment{Kind: bot.AttachmentKind(kind)}
}

// desk moves the ticket as the operator's action did.
func (p *play) desk(e bot.Event) {
	moved := func(s bot.TicketState) {
		if p.facts.Ticket != nil {
			t := *p.facts.Ticket
			t.State = s
			p.facts.Ticket = &t
		}
	}
	switch e.Kind {
	case bot.Taken, bot.TakenOver:
		moved(bot.TicketTaken)
	case bot.Released:
		moved(bot.TicketWaiting)
	case bot.Closed:
		p.facts.Ticket = nil
		if e.Barred {
			p.facts.Barred = p.facts.Now.Add(bot.AbuseRest)
		}
	}
}
