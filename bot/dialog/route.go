package dialog

import (
	"encoding/json"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

const (
	// lateAfter is when a text has waited so long that a fresh answer to each
	// would be a queue of stale replies.
	lateAfter = 10 * time.Minute
	// politeEvery bounds the answers to things without a word.
	politeEvery = time.Minute
	// burstMax automatic replies within burstSpan are a loop, not a talk.
	burstMax  = 30
	burstSpan = time.Minute
)

// apply routes one event. The order of the cases is the precedence, written
// down here and nowhere else.
func (t *turn) apply(e bot.Event) error {
	switch {
	case e.Kind == bot.Ignored:
		t.write.Note = "ignored: " + e.Detail
		t.answerPress(e, "") // nobody's button goes on turning
		return nil
	case e.Receipt():
		t.write.Receipts = append(t.write.Receipts, storage.Receipt{
			Kind: e.Kind, Address: e.From, Message: e.ID, At: t.when(e), Detail: e.Detail,
		})
		return nil
	case e.Kind == bot.Left || e.Kind == bot.Returned:
		t.reach(e)
		return nil
	}
	if t.overtaken(e) {
		t.write.Note = "stale: " + string(e.Kind)
		return nil
	}
	if gathers(e) {
		return t.enough(e)
	}
	t.meet(e)
	if err := t.remember(e); err != nil {
		return err
	}
	switch {
	case e.Kind == bot.Edited:
		return nil
	case e.Inbound():
		t.line = t.line || e.Kind == bot.Typed || e.Kind == bot.Attached
		return t.inbound(e)
	case e.Kind == bot.TimedOut && t.taken() && !wished(e):
		return nil
	}
	return t.advance(e)
}

// inbound takes in what the person did: at once, or with what more belongs to it.
func (t *turn) inbound(e bot.Event) error {
	t.present(e)
	if number, vouched, ok := e.SharedPhone(); ok { // kept also where an operator answers
		t.write.Phone = &storage.SharedPhone{Number: number, Vouched: vouched}
	}
	if done, err := t.gather(e); done || err != nil {
		return err
	}
	return t.respond(e)
}

// respond routes what the person did.
func (t *turn) respond(e bot.Event) error {
	t.press = e.Kind == bot.Tapped
	t.detectLanguage(e)
	switch {
	case t.stops(e): // whoever speaks, however late and however often: this is done at once
	case staffCode(e) != "": // a colleague's, whatever their own talk is at
		return t.linkStaff(staffCode(e))
	case t.taken() && !t.joins(e) && !t.minds(e) && t.lasting(e).Do == "": // the operator speaks; the bot is silent
		t.setVar(flows.VarJoin, "") // whatever else they do, they did not answer that
		t.answerPress(e, "")
		return nil
	case t.s.Greeted:
		return t.greeted(e)
	case e.Kind == bot.Started && e.Subscribed && e.Text == "" && t.begun():
		return nil // the chat was only opened again, where it stands
	case t.twice(e):
		t.answerPress(e, "")
		return nil
	case t.hammering(e):
		return t.tire(e)
	case e.Kind != bot.Tapped && t.looping():
		if t.taken() { // a human is there already
			return nil
		}
		return t.breakLoop()
	case t.late(e):
		return t.apologise()
	case wordless(e) && t.politeAlready(e):
		return nil
	case e.Kind == bot.Tapped && e.Press != nil && e.Press.ID != "" && e.ID == "":
		t.answerPress(e, "") // under no message of ours: there is nothing to press on
		return nil
	case e.Kind == bot.Tapped:
		return t.tapped(e)
	case e.Kind == bot.Typed && e.Forwarded == nil:
		_, told := t.s.underTold(e)
		if e = t.asPress(e); told {
			return t.tapped(e)
		}
	}
	if err := t.advance(e); err != nil || t.erased {
		return err
	}
	return t.followLink(e)
}

// reach notes that the person blocked the bot or let it in, which may be the first
// we hear of them: they are met without a word, for no messenger tells again who
// let us in. Who leaves unmet is kept nowhere. Messengers deliver these out of
// order with messages, so the newer moment wins; a stranger who had left by the
// time we hear of their coming shows at the first send.
func (t *turn) reach(e bot.Event) {
	at := t.when(e)
	switch {
	case t.conv.Version == 0 && e.Kind == bot.Returned:
		t.meet(e)
		t.detectLanguage(e)
	case t.conv.Version == 0 || at.Before(t.conv.ReachAt) || at.Before(t.conv.LastAt):
		t.write.Note = "stale: " + string(e.Kind)
		return
	}
	t.touched = true
	t.conv.ReachAt = at
	switch {
	case e.Kind != bot.Left:
		t.conv.Reach = bot.Reachable
	case t.conv.Reach != bot.Opened: // where they never were they do not leave
		t.conv.Reach = bot.Blocked
		t.write.CancelBulk = true
	}
	t.write.History = append(t.write.History, bot.Entry{
		Address: e.From, At: t.s.Now, Cause: t.s.Inbox, Kind: string(e.Kind),
	})
}

// overtaken reports whether what did not come from the person is no longer how
// things stand: the ticket of an operator's move (the event's ID) has moved on
// before this turn, or nobody is there any more.
func (t *turn) overtaken(e bot.Event) bool {
	if e.Kind == bot.Relayed || e.Kind == bot.TimedOut { // who was forgotten meanwhile is not met again by that
		return t.conv.Version == 0 || e.Kind == bot.Relayed && t.unheard()
	}
	same := t.ticket != nil && t.ticket.ID == e.ID
	switch e.Kind {
	case bot.Taken, bot.TakenOver:
		return !same || t.ticket.State != bot.TicketTaken
	case bot.Released:
		return !same || t.ticket.State != bot.TicketWaiting
	case bot.Closed:
		return t.ticket != nil
	}
	return false
}

// present notes that the person is there: who writes can be written to.
func (t *turn) present(e bot.Event) {
	at := t.when(e)
	if at.After(t.conv.LastAt) {
		t.conv.LastAt = at
	}
	if e.Press == nil || !e.Press.Unseen {
		t.conv.Thread = e.Thread
	}
	if t.conv.Reach != bot.Reachable && !at.Before(t.conv.ReachAt) {
		t.conv.Reach, t.conv.ReachAt = bot.Reachable, at
	}
}

// stranger notes that by opening the chat the person has not let us write.
func (t *turn) stranger() {
	was := t.s.Loaded.Conversation
	t.conv.Reach, t.conv.ReachAt = was.Reach, was.ReachAt
	if was.Version == 0 {
		t.conv.Reach = bot.Opened
	}
}

// when is the moment of the event by the messenger's clock; ours where it says
// nothing, or nonsense.
func (t *turn) when(e bot.Event) time.Time {
	if e.At.Unix() <= 0 || e.At.After(t.s.Now) {
		return t.s.Now
	}
	return e.At
}

// begun reports whether the conversation has a first turn behind it, and not only
// a person who subscribed, or a message that nobody could read.
func (t *turn) begun() bool { return t.conv.State.Flow != "" }

func (t *turn) taken() bool { return t.ticket != nil && t.ticket.State == bot.TicketTaken }

// greeted records a person whom the HTTP answer has already greeted: a new
// conversation begins, an old one stays where it is. We may not write to them
// before they write, so a deep link waits.
func (t *turn) greeted(e bot.Event) error {
	t.stranger()
	if e.Text != "" {
		t.setVar(varLink, e.Text)
	}
	if t.begun() {
		return nil
	}
	state, _, err := t.d.Book.Advance(t.flowTurn(bot.Event{Kind: bot.Started, From: e.From}))
	if err != nil {
		return err
	}
	t.conv.State = state
	// Nothing of what it would say was said.
	t.setVar(flows.VarNews, "")
	t.setVar(flows.VarGreeted, "")
	return nil
}

// followLink opens what a deep link promised, once we may write.
func (t *turn) followLink(e bot.Event) error {
	link := t.variable(varLink)
	if link == "" || e.Kind == bot.Started {
		return nil
	}
	t.setVar(varLink, "")
	return t.advance(bot.Event{Kind: bot.Started, From: e.From, Text: link})
}

// late reports whether what the person wrote is too old for an answer of its own,
// on its way here and in our inbox together. Our own clock has no say in it: one
// that is wrong would make every answer an apology.
func (t *turn) late(e bot.Event) bool {
	received := t.s.Received
	if received.IsZero() {
		received = t.s.Now
	}
	age := t.s.Waited
	if e.At.Unix() > 0 {
		age += max(received.Sub(e.At), 0)
	}
	return (e.Kind == bot.Typed || e.Kind == bot.Attached) && age > lateAfter
}

// apologise answers the first of a pile of late messages; the rest are kept
// for the operator and not answered one by one.
func (t *turn) apologise() error {
	if t.within(varLate, lateAfter) {
		return nil
	}
	t.setMoment(varLate)
	if err := t.sayKey("late.apology"); err != nil {
		return err
	}
	return t.showAgain()
}

// politeAlready reports whether an answer to such an attachment was given a
// moment ago, and notes that one is given now.
func (t *turn) politeAlready(e bot.Event) bool {
	if _, _, shared := e.SharedPhone(); shared || e.Attachment == nil {
		return false
	}
	moment := varPolite + politeAs(e.Attachment.Kind)
	if t.within(moment, politeEvery) {
		return true
	}
	t.setMoment(moment)
	return false
}

// politeAs names the things that one polite word answers, however many of them come
// one after the other: a picture, a film and a file are all sent to be looked at.
func politeAs(k bot.AttachmentKind) string {
	switch k {
	case bot.Photo, bot.Video, bot.File:
		return "/file"
	case bot.Voice, bot.Audio:
		return "/voice"
	case bot.Sticker, bot.Phone, bot.Location:
		return "/" + string(k)
	}
	return ""
}

// fetched returns the event's attachment, if there is one. Where its bytes are still
// at the messenger, they are asked for with this turn, and it bears our id of them
// beside the messenger's.
func (t *turn) fetched(e bot.Event) *bot.Attachment {
	if e.Attachment == nil || e.Attachment.Ref == "" || t.d.Fetches == nil || !t.d.Fetches(e.From.Bot, *e.Attachment) {
		return e.Attachment
	}
	a := *e.Attachment
	a.File = t.d.NewID()
	t.write.Fetches = append(t.write.Fetches, storage.Fetch{
		Address: e.From, Key: a.File, Kind: a.Kind, Name: a.Name, Ref: a.Ref,
	})
	return &a
}

// remember writes the event into the history.
func (t *turn) remember(e bot.Event) error {
	entry := bot.Entry{Address: e.From, At: t.s.Now, Cause: t.s.Inbox, Kind: string(e.Kind), Text: e.Text}
	if e.Text == "" && e.Attachment != nil && e.Attachment.Words != "" { // shown where words are shown, and kept once
		file := *e.Attachment
		entry.Text, file.Words = file.Words, ""
		e.Attachment = &file
	}
	e.Attachment = t.fetched(e)
	if _, ok := flows.JoinCode(e.Text); ok && e.Kind == bot.Started {
		entry.Text = "" // a key to somebody's history is kept nowhere
	}
	id := e.ID
	if e.Kind == bot.Relayed {
		id = "" // apart again, neither chat must tell of the other
	}
	switch {
	case e.Attachment == nil && e.Detail == "" && e.Links == nil && e.Answers == nil && e.Forwarded == nil && e.Operator == (bot.Bilingual{}):
		if e.Press != nil || e.ID != "" { // as nearly all have, and nothing besides
			entry.Detail = bot.AppendPressed(make([]byte, 0, 96), id, e.Press)
		}
	default:
		detail, err := json.Marshal(struct {
			ID         string          `json:"id,omitempty"`
			Press      *bot.Press      `json:"press,omitempty"`
			Attachment *bot.Attachment `json:"attachment,omitempty"`
			Detail     string          `json:"detail,omitempty"`
			Links      []bot.Link      `json:"links,omitempty"`
			Answers    *bot.Answered   `json:"answers,omitempty"`
			Forwarded  *bot.Origin     `json:"forwarded,omitempty"`
			Operator   bot.Bilingual   `json:"operator,omitzero"`
		}{id, e.Press, e.Attachment, e.Detail, e.Links, e.Answers, e.Forwarded, e.Operator})
		if err != nil {
			return fmt.Errorf("encode history: %w", err)
		}
		entry.Detail = detail
	}
	if t.write.History == nil { // and what is said to it
		t.write.History = make([]bot.Entry, 0, 2)
	}
	t.write.History = append(t.write.History, entry)
	return nil
}
