package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// TalkPage is how many lines of a talk are read at once.
	TalkPage = 50
	// talksFor is how long after a person's last ticket operators may read what was
	// said with them.
	talksFor = 90 * 24 * time.Hour
)

// Line is one line of a person's talk as the desk shows it.
type Line struct {
	storage.TalkLine
	MessageID string // the messenger's, of what the person wrote
	Plain     bool   // its words are no markup
	Step      string // the step of a flow that spoke, as flow/step
	Language  bot.Language
	Buttons   [][]Button
	Attached  *bot.Attachment // what the person sent
	Files     []string        // what an operator sent, by its ids
	Answers   *bot.Answered
	Forwarded *bot.Origin
	Links     []bot.Link
	Writer    bot.Bilingual // of an operator's reply, as customers know them,
	User      string        // and their id
	Again     string        // the cause of the reply whose words it says once more
	Repeated  bool          // its words have been said once more
	Edited    bool          // the person changed it later
	Edit      bool          // it is that change
	Pressed   string        // the label of the button that the person pressed
	Operator  bot.Bilingual // who took or closed the ticket
	// Of a message of broadcasts: what they are called among us, what came with it, and
	// whether its words may have been others: then they are filled with what is known now.
	Broadcasts []string
	Media      *bot.Media
	Guessed    bool
}

// Button is a button as the person saw it.
type Button struct {
	Label   string
	Pressed bool
}

// Talk is a page of all that was said with a person, over all their chats.
type Talk struct {
	Lines  []Line
	Before int64                    // where earlier lines begin; 0 when there are none
	Newest int64                    // the id of the newest of the person's own lines among these; without one, of the first
	Titles map[string]bot.Bilingual // of the changes that they tell of
	Files  map[string]bot.KeptFile  // those that the lines name, by their ids
}

// Talk returns the lines before the id, of 0 the newest. storage.ErrNotFound when
// there is no such ticket, or it is not for the actor to read what was said: operators
// read the talks of people who have needed somebody in the last 90 days.
func (d *Desk) Talk(ctx context.Context, a bot.Actor, ticket string, before int64) (Talk, error) {
	if err := d.mayRead(ctx, a, ticket); err != nil {
		return Talk{}, err
	}
	people, err := d.store.TicketAddresses(ctx, ticket)
	if err != nil {
		return Talk{}, err
	}
	found, more, err := d.store.Talk(ctx, people, before, TalkPage)
	if err != nil {
		return Talk{}, fmt.Errorf("talk: %w", err)
	}
	t := Talk{Lines: make([]Line, len(found))}
	if len(found) > 0 { // what stands before these has been read
		t.Newest = found[0].ID
	}
	for i, l := range found {
		if t.Lines[i], err = d.line(l); err != nil {
			return Talk{}, err
		}
		if !l.Out && slices.Contains([]bot.EventKind{bot.Started, bot.Typed, bot.Tapped, bot.Attached, bot.Edited}, bot.EventKind(l.Kind)) {
			t.Newest = max(t.Newest, l.ID)
		}
	}
	if more {
		t.Before = found[0].ID
	}
	t.relate()
	if t.Files, err = d.store.KeptFiles(ctx, t.fileIDs()); err != nil {
		return Talk{}, err
	}
	if slices.ContainsFunc(found, func(l storage.TalkLine) bool { return len(l.Told) > 0 }) {
		t.Titles, err = d.titles(ctx)
	}
	return t, err
}

// MayRead returns nil when the actor may read what was said at the address, and see
// its files: the one rule for all who ask. A *bot.ForbiddenError when their role reads
// no talks; storage.ErrNotFound when this one is not for them: operators read those of
// people who have needed somebody in the last 90 days, or need somebody now.
func (d *Desk) MayRead(ctx context.Context, a bot.Actor, at bot.Address) error {
	if err := a.Require(bot.ReadTalks); err != nil || a.Role != bot.Operator {
		return err
	}
	lately, err := d.store.NeededLately(ctx, at, talksFor)
	if err == nil && !lately {
		err = storage.ErrNotFound
	}
	return err
}

// mayRead is MayRead of the person whose ticket it is.
func (d *Desk) mayRead(ctx context.Context, a bot.Actor, ticket string) error {
	if err := a.Require(bot.ReadTalks); err != nil {
		return err
	}
	t, err := d.store.Ticket(ctx, ticket)
	if err != nil {
		return err
	}
	return d.MayRead(ctx, a, t.Address)
}

// ReadsWords reports whether the actor may read the last words of a ticket in a list,
// as far as the ticket itself tells.
func ReadsWords(a bot.Actor, t bot.Ticket) bool {
	return a.May(bot.ReadTalks) && (a.Role != bot.Operator || t.State != bot.TicketClosed || time.Since(t.ClosedAt) < talksFor)
}

// line is lineOf; of a message of broadcasts with what it said.
func (d *Desk) line(l storage.TalkLine) (Line, error) {
	if len(l.Sent) == 0 {
		return lineOf(l), nil
	}
	var m bot.Message
	var same bool
	if d.Shown != nil {
		m, same, _ = d.Shown(l.Sent) // what cannot be filled any more has its name still
	}
	var err error
	l.Text = m.Text
	if l.Detail, err = json.Marshal(map[string]any{"language": l.Sent[0].Language, "buttons": m.Buttons}); err != nil {
		return Line{}, fmt.Errorf("talk: %w", err)
	}
	line := lineOf(l)
	line.Media, line.Guessed = m.Media, !same
	for _, s := range l.Sent {
		line.Broadcasts = append(line.Broadcasts, cmp.Or(s.Of.Title, s.Broadcast))
	}
	return line, nil
}

// lineOf reads the detail of a line. What it cannot read it leaves out: the words
// stand by themselves.
func lineOf(l storage.TalkLine) Line {
	var d struct {
		ID        string          `json:"id"`
		Plain     bool            `json:"plain"`
		Step      string          `json:"step"`
		Language  bot.Language    `json:"language"`
		Buttons   [][]bot.Button  `json:"buttons"`
		Attached  *bot.Attachment `json:"attachment"`
		Files     []string        `json:"files"`
		Answers   *bot.Answered   `json:"answers"`
		Forwarded *bot.Origin     `json:"forwarded"`
		Links     []bot.Link      `json:"links"`
		Name      bot.Bilingual   `json:"name"`
		User      string          `json:"user"`
		Again     string          `json:"again"`
		Operator  bot.Bilingual   `json:"operator"`
	}
	_ = json.Unmarshal(l.Entry.Detail, &d)
	line := Line{
		TalkLine: l, MessageID: d.ID, Plain: d.Plain || !l.Out, Step: d.Step, Language: d.Language, Attached: d.Attached, Files: d.Files,
		Answers: d.Answers, Forwarded: d.Forwarded, Links: d.Links, Writer: d.Name, User: d.User, Again: d.Again, Operator: d.Operator,
		Edit: l.Kind == string(bot.Edited),
	}
	for _, row := range d.Buttons {
		var shown []Button
		for _, b := range row {
			shown = append(shown, Button{Label: b.Label})
		}
		line.Buttons = append(line.Buttons, shown)
	}
	return line
}

func (t *Talk) fileIDs() (ids []string) {
	for _, l := range t.Lines {
		if l.Attached != nil && l.Attached.File != "" {
			ids = append(ids, l.Attached.File)
		}
		ids = append(ids, l.Files...)
	}
	return ids
}

// Files returns kept files of the ticket's chat by their ids, for those who work at
// tickets.
func (d *Desk) Files(ctx context.Context, a bot.Actor, t bot.Ticket, ids []string) (all []bot.KeptFile, err error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return nil, err
	}
	people, err := d.store.TicketAddresses(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	found, err := d.store.KeptFiles(ctx, ids)
	for _, id := range ids {
		if f, ok := found[id]; ok && slices.Contains(people, f.Address) {
			all = append(all, f)
		}
	}
	return all, err
}

// relate marks what later lines tell of earlier ones: buttons that were pressed,
// messages that were changed, replies that were said once more.
func (t *Talk) relate() {
	for i := range t.Lines {
		l := &t.Lines[i]
		for j := i - 1; j >= 0; j-- {
			if earlier := &t.Lines[j]; earlier.Address == l.Address && l.tellsOf(earlier) {
				break
			}
		}
	}
}

// tellsOf marks the earlier line if this one speaks of it, and reports whether it does.
func (l *Line) tellsOf(earlier *Line) bool {
	switch {
	case l.Kind == string(bot.Tapped):
		return earlier.Out && earlier.press(l)
	case l.Edit && l.MessageID != "" && earlier.MessageID == l.MessageID && !earlier.Edit:
		earlier.Edited = true
	case l.Again != "" && earlier.Cause == l.Again:
		earlier.Repeated = true
	default:
		return false
	}
	return true
}

// press marks the button that was pressed, and reports whether the line has it.
func (l *Line) press(by *Line) bool {
	var pressed struct {
		Press *bot.Press `json:"press"`
	}
	var shown struct {
		Buttons [][]bot.Button `json:"buttons"`
	}
	if json.Unmarshal(by.Entry.Detail, &pressed) != nil || json.Unmarshal(l.Entry.Detail, &shown) != nil || pressed.Press == nil {
		return false
	}
	for r, row := range shown.Buttons {
		for i, b := range row {
			if b.Action != "" && b.Action == pressed.Press.Action {
				l.Buttons[r][i].Pressed, by.Pressed = true, b.Label
				return true
			}
		}
	}
	return false
}

// Retryable reports whether the words of a reply may be said again.
func (l Line) Retryable() bool {
	return l.Kind == replyKind && !l.Repeated && slices.Contains(retryable(), l.Fate.Outcome)
}

// Failed reports whether the words surely did not arrive.
func (l Line) Failed() bool {
	return l.Out && l.Fate.Outcome != string(bot.Unknown) && slices.Contains(retryable(), l.Fate.Outcome)
}
