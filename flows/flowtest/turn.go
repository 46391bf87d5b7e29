package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// turn plays one event and writes what comes of it.
func (p *play) turn(e bot.Event) error {
	p.facts.FAQ = flows.Knowing(p.stage.FAQ, p.facts.Ledger)
	p.facts.Foreign = p.stage.Foreign != nil && p.stage.Foreign(e.Text)
	state, effects, err := p.stage.Book.Advance(flows.Turn{State: p.state, Event: &e, Facts: p.facts})
	p.facts.Lasting = flows.Lasting{}
	if err != nil {
		return err
	}
	p.state = state
	said, buttons := 0, 0
	for _, effect := range effects {
		switch effect := effect.(type) {
		case flows.Say:
			if err := p.last(effect); err != nil {
				return err
			}
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
		for i, n := range p.facts.Ledger {
			if as := told.Part.Mark(); n.Change.ID == told.Change.ID && (as == bot.MarkTold && !n.Told || !n.Mentioned && !n.Told) {
				p.facts.Ledger[i].Told = as == bot.MarkTold
				if as == bot.MarkMentioned {
					p.facts.Ledger[i].Mentioned, p.facts.Ledger[i].MentionedAt = true, p.facts.Now
				}
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
			if line == "" { // a new paragraph inside approved words
				mark = "< "
				p.out.WriteString("<\n")
				continue
			}
			p.out.WriteString(strings.TrimRight(mark+line, " ") + "\n")
			mark = "  "
		}
	}
	if len(s.Buttons) == 0 {
		return nil
	}
	if len(s.Buttons) > flows.PageRows {
		return fmt.Errorf("%d rows of buttons: a screen has %d at most", len(s.Buttons), flows.PageRows)
	}
	var made []bot.Button
	for _, row := range s.Buttons {
		for _, b := range row {
			label, err := p.words(l, b.Label)
			if err != nil {
				return err
			}
			if err := legal(b); err != nil {
				return fmt.Errorf("button %q: %w", label, err)
			}
			made = append(made, bot.Button{Label: label, Action: b.Action, URL: b.URL, Phone: b.Phone})
		}
	}
	rows := flows.Paired(s.Buttons, made)
	p.state.Screen++
	p.state.Buttons = made
	for _, row := range rows {
		var labels []string
		for _, b := range row {
			labels = append(labels, "["+b.Label+"]")
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
	if b.URL != "" || b.Phone && b.Action == "" {
		return nil
	}
	if b.Action == "" || len(b.Action) > bot.MaxAction {
		return fmt.Errorf("action %q has %d bytes", b.Action, len(b.Action))
	}
	if strings.Trim(b.Action, "abcdefghijklmnopqrstuvwxyz0123456789._:-") != "" || (bot.Button{Action: b.Action}).Lasting() {
		return fmt.Errorf("action %q has characters of another set", b.Action)
	}
	return nil
}

// apply lets an effect take hold, and names it.
func (p *play) apply(e flows.Effect) (string, error) {
	name := e.String()
	switch e := e.(type) {
	case flows.Asked:
		if e.Text == "" || len(e.Text) > 1000 {
			return "", errors.New("a question is kept without its words, or with too many")
		}
	case flows.Split: // which chat that is, the facts will not tell afterwards
		if e.Chat == p.facts.Here().Address {
			name = "split this chat"
		}
	case flows.Erase:
		p.erased = true
	case flows.Notify:
		words, err := p.words(p.facts.Language, e.Text)
		return "notify " + words, err
	case flows.Amend:
		return p.amended(e)
	}
	p.facts = p.facts.After(e)
	return name, nil
}
