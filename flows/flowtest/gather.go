package flowtest

import (
	"visnyk/bot"
)

// does plays what the person does.
func (p *play) does(e bot.Event) error {
	if g := p.gathered; g != nil && g.Kind == bot.Typed && e.Kind == bot.Typed { // the rest
		p.add(e)
		return p.enough()
	}
	if err := p.enough(); err != nil {
		return err
	}
	if p.held() {
		p.out.WriteString("! for the operator\n")
		return nil
	}
	return p.turn(e)
}

// begins plays what more is to come of: the flow hears nothing yet, but for an
// operator, who sees everything at once.
func (p *play) begins(e bot.Event) error {
	switch {
	case p.held():
		p.out.WriteString("! for the operator\n")
	case p.gathered == nil:
		p.gathered = &e
	case p.gathered.Kind == e.Kind:
		p.add(e)
	default:
		if err := p.enough(); err != nil {
			return err
		}
		p.gathered = &e
	}
	return nil
}

// add makes the event part of what was gathered.
func (p *play) add(e bot.Event) {
	if p.gathered.Text != "" && e.Text != "" {
		p.gathered.Text += "\n"
	}
	p.gathered.Text += e.Text
}

// enough plays what was gathered as one event.
func (p *play) enough() error {
	if p.gathered == nil {
		return nil
	}
	e := *p.gathered
	p.gathered = nil
	if p.held() {
		return nil // an operator came meanwhile
	}
	return p.turn(e)
}

// held reports whether an operator answers, and not the bot.
func (p *play) held() bool {
	t := p.facts.Ticket
	return t != nil && t.State == bot.TicketTaken && p.facts.Lasting.Do == ""
}
