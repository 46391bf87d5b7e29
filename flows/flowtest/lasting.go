package flowtest

import (
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// lasting is a lasting button that was shown.
type lasting struct {
	label   string
	does    flows.Lasting
	current bool // it stands under the newest message that has buttons
}

// last keeps the lasting buttons of a message, with what they stand under.
func (p *play) last(s flows.Say) error {
	if len(s.Buttons) == 0 {
		return nil
	}
	told, stands := s.Stands()
	for i, l := range p.lasting {
		if l.current && s.Repeats() {
			told.Change.ID, told.Change.Version, told.Part = l.does.Change, l.does.Version, l.does.Part
		}
		p.lasting[i].current = false
	}
	for _, b := range slices.Concat(s.Buttons...) {
		label, err := p.words(p.facts.Language, b.Label)
		switch {
		case err != nil:
			return err
		case b.Lasting && !stands:
			return fmt.Errorf("button %q lasts, and stands under nothing that tells of a change", label)
		case b.Lasting:
			p.lasting = append(p.lasting, lasting{label, flows.Lasting{
				Do: b.Action, Change: told.Change.ID, Version: told.Change.Version, Part: told.Part,
			}, true})
		}
	}
	return nil
}

// current is what the button of the current screen does if it is a lasting one.
func (p *play) current(b bot.Button) flows.Lasting {
	for _, l := range p.lasting {
		if l.current && l.does.Do == b.Action && l.label == b.Label {
			l.does.Current = true
			return l.does
		}
	}
	return flows.Lasting{}
}

// old is the press of a lasting button further up: "[Зрозуміло] of office-move".
func (p *play) old(what string) (bot.Event, error) {
	label, change, _ := strings.Cut(strings.TrimPrefix(what, "["), "] of ")
	for _, l := range slices.Backward(p.lasting) {
		if l.label == label && (l.does.Change == change || string(l.does.Part) == change) {
			p.facts.Lasting = l.does
			return bot.Event{Kind: bot.Tapped, Press: &bot.Press{Action: l.does.Do}}, nil
		}
	}
	return bot.Event{}, fmt.Errorf("no lasting button %q was shown of %q", label, change)
}

// amended names the buttons that the message with the pressed one has from now on.
func (p *play) amended(e flows.Amend) (string, error) {
	name := "amend"
	for _, b := range slices.Concat(e.Buttons...) {
		label, err := p.words(p.facts.Language, b.Label)
		if err == nil {
			err = legal(b)
		}
		if err != nil {
			return "", err
		}
		name += " [" + label + "]"
	}
	return name, nil
}
