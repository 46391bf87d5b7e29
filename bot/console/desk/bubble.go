package desk

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/bot/markup"
)

// bubble is one line of a talk as the page shows it.
type bubble struct {
	ID       anchor
	Note     noteKind // what happened, where nobody said anything
	Named    string   // whom the note names
	Ours     bool
	Machine  bool   // the bot speaks
	Who      string // the operator, as customers know them; "" where they have no such name
	At       time.Time
	Channel  Channel
	Runs     []bot.Run
	Buttons  [][]deskwork.Button
	Pressed  string // the label of the button that was pressed
	Files    []fileView
	Place    string // a place on the map, a phone number: words for what came
	Quote    string // what it answers
	QuoteBy  string
	Forward  string
	Edited   bool
	Edit     bool
	Step     string // which spoke, in the reader's words
	StepID   string
	Told     []toldView
	Cast     []string // what the broadcasts are called that it is a message of
	Guessed  bool     // its words may have been others
	Language bot.Language
	State    stateKind // how it ended; "" where it is not ours
	Bad      bool      // it did not arrive, or nobody knows
	Sent     time.Time
	Arrived  time.Time
	Seen     time.Time
	Undone   bool
	LeaveAt  time.Time // the reader may take it back until then
	Cause    string    // of a reply that may be taken back or said again
	Retry    bool
	Unknown  bool
	Repeated bool
	Again    bool
	Asks     string // what the customer typed, of which an article may be made
}

// What the page has words for.
type (
	noteKind  string // of what happened
	stateKind string // of how a message of ours ended
	askKind   string // of what must be confirmed
	anchor    string // the id of a line on the page
)

// toldView is a change that a line tells of.
type toldView struct {
	Title   string
	Version int
}

// bubbles makes of a talk what the page shows.
func (p pages) bubbles(v *console.Visit, t deskwork.Talk) []bubble {
	all := make([]bubble, 0, len(t.Lines))
	for _, l := range t.Lines {
		all = append(all, p.bubble(v, l, t.Files, t.Titles))
	}
	return all
}

func (p pages) bubble(v *console.Visit, l deskwork.Line, files map[string]bot.KeptFile, titles map[string]bot.Bilingual) bubble {
	b := bubble{
		ID: lineID(l), Ours: l.Out, At: l.At, Channel: p.kind(l.Address.Bot), Buttons: l.Buttons, Edited: l.Edited, Edit: l.Edit,
		Step: stepNamed(v, l.Step), StepID: l.Step, Language: l.Language, Again: l.Again != "", Repeated: l.Repeated,
	}
	if note := noteOf(l); note != "" {
		b.Note, b.Named = note, l.Operator.In(v.Lang)
		return b
	}
	b.Runs = runsOf(l)
	if !l.Out && l.Kind == string(bot.Typed) {
		b.Asks = l.Text
	}
	for _, c := range l.Told {
		b.Told = append(b.Told, toldView{cmp.Or(titles[c.Change].In(v.Lang), c.Change), c.Version})
	}
	b.Cast, b.Guessed = l.Broadcasts, l.Guessed
	if m := l.Media; m != nil {
		if len(b.Runs) > 0 {
			b.Runs = append(b.Runs, bot.Run{Text: "\n"})
		}
		b.Runs = append(b.Runs, bot.Run{Text: cmp.Or(m.Name, m.URL), Link: m.URL})
	}
	p.heard(&b, l, files)
	if l.Out {
		b.ended(v, l, files)
	}
	return b
}

// lineID names the line on the page.
func lineID(l deskwork.Line) anchor {
	h := fnv.New32a()
	_, _ = h.Write([]byte(l.Address.String() + l.Cause))
	return anchor(fmt.Sprintf("line-%d-%08x", l.ID, h.Sum32()))
}

// noteOf returns what happened where nobody said anything.
func noteOf(l deskwork.Line) noteKind {
	switch kind := bot.EventKind(l.Kind); kind {
	case bot.Left, bot.Returned, bot.Taken, bot.TakenOver, bot.Released, bot.Closed:
		return noteKind(l.Kind)
	case bot.Started:
		if l.Text == "" {
			return "started"
		}
	case "joined", "split":
		return noteKind(l.Kind)
	case bot.TimedOut, bot.Relayed:
		return "time"
	}
	return ""
}

// noteKinds are those that noteOf names.
func noteKinds() []string {
	return []string{"left", "returned", "taken", "taken_over", "released", "closed", "started", "joined", "split", "time"}
}

// runsOf are the words as they were seen.
func runsOf(l deskwork.Line) (all []bot.Run) {
	if l.Plain {
		if l.Text == "" {
			return nil
		}
		return []bot.Run{{Text: l.Text}}
	}
	doc := markup.Read(l.Text, false)
	for i, b := range doc {
		if i > 0 {
			all = append(all, bot.Run{Text: markup.Gap(doc[i-1], b)})
		}
		if lead := b.Lead(); lead != "" {
			all = append(all, bot.Run{Text: lead})
		}
		for _, s := range b.Spans {
			all = append(all, bot.Run{
				Text: s.Text, Bold: s.Bold || b.Kind == markup.Heading, Italic: s.Italic, Strike: s.Strike,
				Code: s.Code || b.Kind == markup.Code, Quote: b.Kind == markup.Quote, Link: s.Link,
			})
		}
	}
	return all
}

// heard adds what stands beside the words of the customer.
func (p pages) heard(b *bubble, l deskwork.Line, files map[string]bot.KeptFile) {
	if a := l.Attached; a != nil {
		switch {
		case a.Kind == bot.Location:
			b.Place = fmt.Sprintf("%.5f, %.5f", a.Lat, a.Lon)
		case a.Kind == bot.Phone:
			b.Place = strings.TrimSpace(a.Name + " " + a.Phone)
		default:
			b.Files = append(b.Files, fileOf(*a, files))
		}
	}
	if a := l.Answers; a != nil {
		b.Quote, b.QuoteBy = cmp.Or(a.Quote, a.Text, a.What), a.Name
	}
	if f := l.Forwarded; f != nil {
		b.Forward = cmp.Or(f.Name, f.Kind)
	}
	b.Pressed = l.Pressed
}

// ended adds who of us said it and how that ended.
func (b *bubble) ended(v *console.Visit, l deskwork.Line, files map[string]bot.KeptFile) {
	b.Who, b.Machine = l.Writer.In(v.Lang), l.User == ""
	for _, id := range l.Files {
		f := fileView{ID: id, Kind: bot.File, State: "none"}
		if kept, ok := files[id]; ok {
			f.State = ""
			f = keptView(kept, f)
		}
		b.Files = append(b.Files, f)
	}
	b.Undone = l.Fate.Outcome == bot.OutcomeUndone
	b.Sent, b.Arrived, b.Seen = l.Fate.Sent, l.Fate.Delivered, l.Fate.Seen
	b.Unknown = l.Fate.Outcome == string(bot.Unknown)
	b.Bad, b.Retry = l.Failed() || b.Unknown, l.Retryable()
	b.State = stateOf(l)
	if b.Retry || l.User == v.Actor.User && l.LeaveAt.After(time.Now()) {
		b.Cause = l.Cause
	}
	if !b.Retry && b.Cause != "" {
		b.LeaveAt = l.LeaveAt
	}
}

// stateOf says how a message of ours ended, in one word.
func stateOf(l deskwork.Line) stateKind {
	f := l.Fate
	switch {
	case f.Outcome == "" && l.LeaveAt.After(time.Now()):
		return "waits"
	case f.Outcome == "":
		return "queued"
	case f.Outcome != string(bot.Sent):
		return stateKind(f.Outcome)
	case !f.Seen.IsZero():
		return "seen"
	case !f.Delivered.IsZero():
		return "delivered"
	}
	return "sent"
}

// stateKinds are those that stateOf names.
func stateKinds() []string {
	return []string{
		"waits", "queued", "sent", "delivered", "seen", "undone", "unknown", "gone", "malformed", "expired", "skipped", "failed",
	}
}

func (p pages) kind(name string) Channel {
	if parts := p.parts(); parts != nil && parts.Kind != nil {
		return Channel(parts.Kind(name))
	}
	return Channel(name)
}
