package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// turn plays one event and writes what comes of it.
func (p *play) turn(e bot.Event) error {
	state, effects, err := p.stage.Book.Advance(flows.Turn{State: p.state, Event: e, Facts: p.facts})
	if err != nil {
		return err
	}
	p.state = state
	said, buttons := 0, 0
	for _, effect := range effects {
		switch effect := effect.(type) {
		case flows.Say:
			p.tells(effect)
			if err := p.say(effect); err != nil {
				return err
			}
			said, buttons = said+1, len(effect.Buttons)
		default:
			note, err := p.apply(effect)
			if err != nil {
				return err
			}
			p.out.WriteString("! " + note + "\n")
		}
	}
	if len(effects) == 0 {
		p.out.WriteString("! silence\n")
	}
	if p.erased {
		p.forget()
		return nil
	}
	taken := p.facts.Ticket != nil && p.facts.Ticket.State == bot.TicketTaken
	if said > 0 && buttons == 0 && !taken {
		return fmt.Errorf("the last message of the turn has no buttons at %s/%s", state.Flow, state.Step)
	}
	if said > 0 && !taken {
		return p.again()
	}
	return nil
}

// tells writes what a message tells of changes, once for each: nothing fails here,
// so that what is on its way arrives.
func (p *play) tells(s flows.Say) {
	for _, told := range s.Tells {
		for i, n := range p.facts.Notices {
			if as := told.Part.Mark(); n.Change.ID == told.Change.ID && (as == bot.MarkTold && !n.Told || !n.Mentioned && !n.Told) {
				p.facts.Notices[i].Mentioned, p.facts.Notices[i].Told = true, as == bot.MarkTold
				p.out.WriteString("! " + string(as) + " " + n.Change.ID + "\n")
			}
		}
	}
}

// again makes sure that the current screen can be shown again as it is.
func (p *play) again() error {
	shown := p.stage.Book.Show(flows.Turn{State: p.state, Facts: p.facts})
	if len(shown) == 0 {
		return errors.New("there is nothing to show again")
	}
	var actions []string
	for _, row := range shown[len(shown)-1].(flows.Say).Buttons {
		for _, b := range row {
			actions = append(actions, b.Action)
		}
	}
	var current []string
	for _, b := range p.state.Buttons {
		current = append(current, b.Action)
	}
	if !slices.Equal(actions, current) {
		return fmt.Errorf("shown again, the screen offers %v and not %v", actions, current)
	}
	return nil
}

// say writes a message, and makes its buttons the screen.
func (p *play) say(s flows.Say) error {
	l := p.facts.Language
	if s.Language.Known() {
		l = s.Language
	}
	for _, text := range s.Texts {
		words, err := p.words(l, text)
		if err != nil {
			return err
		}
		mark := "< "
		for line := range strings.SplitSeq(words, "\n") {
			p.out.WriteString(strings.TrimRight(mark+line, " ") + "\n")
			mark = "  "
			if line == "" {
				mark = "< " // a new paragraph inside approved words
			}
		}
	}
	if len(s.Buttons) == 0 {
		return nil
	}
	p.state.Screen++
	p.state.Buttons = nil
	for _, row := range s.Buttons {
		var labels []string
		for _, b := range row {
			label, err := p.words(l, b.Label)
			if err != nil {
				return err
			}
			if err := legal(b); err != nil {
				return fmt.Errorf("button %q: %w", label, err)
			}
			labels = append(labels, "["+label+"]")
			p.state.Buttons = append(p.state.Buttons, bot.Button{Label: label, Action: b.Action, URL: b.URL})
		}
		p.out.WriteString("  " + strings.Join(labels, " ") + "\n")
	}
	return nil
}

func (p *play) words(l bot.Language, t flows.Text) (string, error) {
	if t.Key == "" {
		own := t.Own.In(l)
		if own == "" {
			return "", errors.New("approved words are missing")
		}
		return own, nil
	}
	return p.stage.Words(l, t, p.facts.Now)
}

// legal tells whether the button fits every messenger.
func legal(b flows.Button) error {
	if b.URL != "" {
		return nil
	}
	if b.Action == "" || len(b.Action) > bot.MaxAction {
		return fmt.Errorf("action %q has %d bytes", b.Action, len(b.Action))
	}
	if strings.Trim(b.Action, "abcdefghijklmnopqrstuvwxyz0123456789._:-") != "" {
		return fmt.Errorf("action %q has characters of another set", b.Action)
	}
	return nil
}

// apply lets an effect take hold, and names it.
func (p *play) apply(e flows.Effect) (string, error) {
	switch e := e.(type) {
	case flows.Speak:
		p.facts.Language, p.facts.Chosen, p.facts.Guessed = e.Language, true, false
		return "speak " + string(e.Language), nil
	case flows.HandOff:
		if p.facts.Ticket == nil {
			p.facts.Ticket = &bot.Ticket{State: bot.TicketWaiting, Reason: e.Reason, Topic: e.Topic}
		}
		return strings.TrimSpace("hand_off " + string(e.Reason) + " " + e.Topic), nil
	case flows.Recall:
		p.facts.Ticket = nil
		return "recall", nil
	case flows.Wait:
		return fmt.Sprintf("wait %s %s", e.Name, e.For), nil
	case flows.Unwait:
		return "unwait " + e.Name, nil
	case flows.Mark:
		for i, n := range p.facts.Notices {
			if n.Change.ID == e.Change {
				p.facts.Notices[i] = n.With(e.As)
			}
		}
		return string(e.As) + " " + e.Change, nil
	case flows.Follow:
		for i, n := range p.facts.Notices {
			if n.Change.ID == e.Change {
				p.facts.Notices[i].Followed = e.On
			}
		}
		if e.On {
			return "follow " + e.Change, nil
		}
		return "unfollow " + e.Change, nil
	case flows.Asked:
		if e.Text == "" || len(e.Text) > 1000 {
			return "", errors.New("a question is kept without its words, or with too many")
		}
		note := "asked " + string(e.Ending)
		if e.Article != "" {
			note += " " + e.Article
		}
		if len(e.Shown) > 0 {
			note += " of " + strings.Join(e.Shown, ", ")
		}
		return note + ": " + e.Text, nil
	case flows.Wish:
		p.facts.Wishes = e.Wishes
		return "wish " + p.wish(e.Wishes), nil
	case flows.Join:
		o := p.facts.Offer
		p.facts.Offer = flows.Offer{State: flows.OfferJoined}
		if o.Language.Known() {
			p.facts.Language = o.Language
		}
		if o.Ticket != nil && (p.facts.Ticket == nil || o.Ticket.Prevails(*p.facts.Ticket)) {
			p.facts.Ticket = o.Ticket
		}
		return "join " + e.Code, nil
	case flows.Split:
		for _, c := range p.facts.Chats {
			if c.Address == e.Chat && c.Here {
				c.Since = time.Time{}
				p.facts.Chats = []flows.Chat{c}
				return "split this chat", nil
			}
		}
		p.facts.Chats = slices.DeleteFunc(p.facts.Chats, func(c flows.Chat) bool { return c.Address == e.Chat })
		return "split " + e.Chat.String(), nil
	case flows.Erase:
		p.erased = true
		return "erase", nil
	case flows.Stop:
		if e.Here {
			p.facts.Hushed = true
			return "stop here", nil
		}
		p.facts.Stopped = true
		return "stop", nil
	case flows.Resume:
		p.facts.Hushed = false
		if e.Here {
			return "resume here", nil
		}
		p.facts.Stopped = false
		return "resume", nil
	case flows.Relay:
		to := "all"
		if e.To != nil {
			var names []string
			for _, a := range e.To {
				names = append(names, a.String())
			}
			to = strings.Join(names, ", ")
		}
		return "relay " + e.What + " to " + to, nil
	}
	return "", fmt.Errorf("effect %T is new here", e)
}

// wish names how a person wants to be told.
func (p *play) wish(w bot.Wishes) string {
	var parts []string
	for _, k := range w.Muted {
		parts = append(parts, "no "+string(k))
	}
	if w.Quiet != bot.QuietUsual {
		parts = append(parts, "quiet "+string(w.Quiet))
	}
	if !w.PausedUntil.IsZero() {
		parts = append(parts, "pause until "+w.PausedUntil.In(p.stage.Zone).Format("2006-01-02 15:04"))
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", ")
}
