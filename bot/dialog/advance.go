package dialog

import (
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// flowTurn is the event as the flows see it.
func (t *turn) flowTurn(e bot.Event) flows.Turn {
	return flows.Turn{State: t.conv.State, Event: t.onScreen(e), Facts: t.facts(e), Heard: &t.heard}
}

// advance lets the flows decide and puts their effects into the write.
func (t *turn) advance(e bot.Event) error {
	t.pressed = ""
	if e.Press != nil {
		t.pressed = e.Press.Action
	}
	state, effects, err := t.d.Book.Advance(t.flowTurn(e))
	if err != nil {
		return err
	}
	t.conv.State = state
	t.place = t.place || t.d.Book.TellsPlace(state) && slices.ContainsFunc(effects, says)
	t.choice = choice(effects)
	return t.effects(effects)
}

func says(e flows.Effect) bool { _, ok := e.(flows.Say); return ok }

// effects is the one place where each kind of effect takes hold.
func (t *turn) effects(list []flows.Effect) error {
	for _, e := range list {
		switch e := e.(type) {
		case flows.Say:
			if err := t.say(e); err != nil {
				return err
			}
		case flows.Speak:
			t.contact.Language, t.contact.Chosen, t.contact.Leaning = e.Language, true, bot.Unsure
			t.known = true
		case flows.Hear:
			t.lean(e.Language)
		case flows.HandOff:
			t.open(e.Reason, e.Topic)
		case flows.Recall:
			if t.ticket != nil && t.ticket.State == bot.TicketWaiting {
				if t.opened != nil { // by what was acted on just before, in this turn
					t.opened = nil
				} else {
					t.write.CloseTicket = t.ticket.ID
				}
				t.ticket = nil
			}
		case flows.Rate:
			t.write.Rating = &bot.Rating{Ticket: e.Ticket, Score: e.Score}
		case flows.Wait:
			t.write.Timers = append(t.write.Timers, storage.Timer{Name: e.Name, After: e.For})
		case flows.Unwait:
			t.write.Timers = append(t.write.Timers, storage.Timer{Name: e.Name, Drop: true})
		case flows.Mark:
			t.write.Marks = append(t.write.Marks, storage.LedgerMark{Contact: t.contact.ID, Change: e.Change, Mark: e.As, Version: t.version(e.Change)})
		case flows.Follow:
			t.write.Follows = append(t.write.Follows, storage.LedgerFollow{Contact: t.contact.ID, Change: e.Change, On: e.On})
		case flows.Asked:
			t.write.Questions = append(t.write.Questions, bot.Question{
				Address: t.conv.Address, Cause: e.Update, Contact: t.contact.ID, Text: e.Text, Language: t.language(),
				Ending: e.Ending, Shown: e.Shown, Article: e.Article, Change: e.Change,
			})
		case flows.Wish:
			t.contact.Wishes, t.known = e.Wishes, true
		case flows.Join:
			t.join(e)
		case flows.Offer:
			t.write.Offer = &storage.PhoneOffer{Contact: t.s.Invites[e.Code].Contact.ID, Code: e.Code}
		case flows.Phone:
			t.write.Phone = &storage.SharedPhone{Number: e.Number}
		case flows.Split:
			t.write.Split = &e.Chat
		case flows.Erase:
			t.erased = true
			if err := t.farewell(); err != nil {
				return err
			}
		case flows.Stop:
			t.stop(e)
		case flows.Resume:
			t.conv.Hushed = false
			if t.contact.Stopped && !e.Here {
				t.contact.Stopped, t.known = false, true
			}
		case flows.Notify:
			t.notice = &e.Text
		case flows.Amend:
			if err := t.amends(e); err != nil {
				return err
			}
		case flows.Relay:
			t.write.Relays = append(t.write.Relays, storage.Relay{What: e.What, To: e.To})
		default:
			return fmt.Errorf("effect %T is not applied anywhere", e)
		}
		t.done = append(t.done, e)
	}
	return nil
}

// open opens a ticket, unless one is open, or the person gets none for now.
func (t *turn) open(reason bot.Reason, topic string) {
	if t.ticket != nil || !t.barred().IsZero() {
		return
	}
	t.opened = &bot.Ticket{
		ID: t.d.NewID(), Address: t.conv.Address, Contact: t.contact.ID,
		State: bot.TicketWaiting, Reason: reason, Topic: topic, OpenedAt: t.s.Now,
	}
	t.ticket = t.opened
}

// barred returns until when the person gets no operator, whose ticket was closed as
// abuse; zero when they do.
func (t *turn) barred() time.Time {
	until := t.s.Loaded.BarredAt.Add(bot.AbuseRest)
	if t.s.Loaded.BarredAt.IsZero() || !until.After(t.s.Now) {
		return time.Time{}
	}
	return until
}

// showAgain says the current screen once more.
func (t *turn) showAgain() error {
	t.place = t.place || t.d.Book.TellsPlace(t.conv.State)
	for _, e := range t.d.Book.Show(t.flowTurn(bot.Event{})) {
		if say, ok := e.(flows.Say); ok {
			if err := t.say(say); err != nil {
				return err
			}
		}
	}
	return nil
}

// looping reports whether the bot has said so much within a minute that it is
// probably talking with another bot.
func (t *turn) looping() bool {
	return !passed(t.s.Now, t.conv.BurstAt, burstSpan) && t.conv.Burst >= burstMax
}

// breakLoop hands the chat to a human, says so once, and is silent for the rest
// of the minute.
func (t *turn) breakLoop() error {
	if t.within(varLoop, burstSpan) {
		return nil
	}
	t.setMoment(varLoop)
	t.open(bot.ReasonLoop, "")
	return t.sayKey("loop.handoff")
}
