package dialog

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/flows"
)

// lasting is the lasting button that the event presses. What a press carries is
// never trusted: the rendering says what it stands under, and the flow whether
// that concerns the person.
func (t *turn) lasting(e bot.Event) flows.Lasting {
	if e.Kind != bot.Tapped || e.Press == nil {
		return flows.Lasting{}
	}
	id, do, ok := bot.ReadLasting(e.Press.Action)
	if !ok {
		return flows.Lasting{}
	}
	r := t.s.Renderings[id]
	// While an operator answers, no step of the bot's has the arrow.
	current := t.current(e) && !t.taken()
	l := flows.Lasting{Do: do, Change: r.Change, Version: r.Version, Part: r.Part, Current: current}
	if t.s.Opens != nil {
		l.Opens = &t.s.Opens.Message
	}
	return l
}

// onScreen is the event with a lasting button of the current screen as its step
// knows it. Of an older one only Facts.Lasting tells.
func (t *turn) onScreen(e bot.Event) *bot.Event {
	if l := t.lasting(e); l.Current {
		press := *e.Press
		press.Action = l.Do
		e.Press = &press
	}
	return &e
}

// lastingPress lets a lasting button through whatever the screen is.
func (t *turn) lastingPress(e bot.Event) error {
	answer := len(t.said)
	t.answerPress(e, "")
	if err := t.advance(e); err != nil || t.erased {
		return err
	}
	if err := t.notified(answer); err != nil {
		return err
	}
	t.amended(e)
	return nil
}

// notified gives the notice to the answer of the press, which is the message with
// that number; where presses are not answered, it is said.
func (t *turn) notified(answer int) error {
	entry := t.notice
	t.notice = nil
	if entry == nil {
		return nil
	}
	if answer < len(t.said) && t.said[answer].Message.Press != "" {
		words, err := t.words(*entry, plain)
		t.said[answer].Message.Text = words
		return err
	}
	say := flows.Say{Texts: []flows.Text{*entry}}
	if !t.taken() { // some messengers show buttons only under the last message
		for _, e := range t.d.Book.Show(t.flowTurn(bot.Event{})) {
			if screen, ok := e.(flows.Say); ok {
				say.Buttons, say.Under = screen.Buttons, slices.Concat(screen.Tells, screen.Under)
			}
		}
	}
	return t.say(say)
}

// amends keeps the buttons that the message with the pressed one has from now on.
func (t *turn) amends(e flows.Amend) (err error) {
	id, _, _ := bot.ReadLasting(t.pressed)
	t.amend = &bot.Message{}
	t.amend.Buttons, err = t.buttons(e.Buttons, id)
	return err
}

// amended changes the buttons of the message whose lasting button was pressed.
func (t *turn) amended(e bot.Event) {
	if t.amend == nil || e.Press.ID == "" || e.ID == "" || e.Press.Unseen { // typed, or where nothing can be edited
		return
	}
	t.amend.Edit = e.ID
	t.said = append(t.said, Said{Message: *t.amend, Language: t.language()})
}

// buttons renders the buttons of a message, row by row; see made.
func (t *turn) buttons(rows [][]flows.Button, rendering string) ([][]bot.Button, error) {
	made, err := t.made(rows, rendering)
	if err != nil {
		return nil, err
	}
	return flows.Paired(rows, made), nil
}

// made renders buttons in the language of the answer, one after the other. Those that
// last stand under the rendering with the id.
func (t *turn) made(rows [][]flows.Button, rendering string) ([]bot.Button, error) {
	many := 0
	for _, row := range rows {
		many += len(row)
	}
	all := make([]bot.Button, 0, many)
	for _, row := range rows {
		for _, b := range row {
			label, err := t.words(b.Label, plain)
			if err != nil {
				return nil, err
			}
			made := bot.Button{Label: label, Action: b.Action, URL: b.URL, Phone: b.Phone}
			switch {
			case b.Lasting && rendering != "":
				made.Action = bot.LastingAction(rendering, b.Action)
			case b.Lasting: // of a template, whose rendering has no name yet
				made.Lasts = true
			}
			all = append(all, made)
		}
	}
	apart(all)
	return all, nil
}

// apart numbers the labels that are the same and do different things: whoever types
// one is understood.
func apart(all []bot.Button) {
	for i, b := range all {
		means := func(other bot.Button) bool {
			return alike(other.Label, all[i].Label) && (other.Action != b.Action || other.URL != b.URL)
		}
		for n := 2; slices.ContainsFunc(all[:i], means); n++ {
			all[i].Label = fmt.Sprintf("%s (%d)", b.Label, n)
		}
	}
}

// stands returns the id of the rendering that the message's lasting buttons stand
// under; "" when it has none.
func (t *turn) stands(s flows.Say) (string, error) {
	told, ok := s.Stands()
	if !ok {
		return "", nil
	}
	if s.Repeats() {
		for _, b := range t.conv.State.Buttons {
			if id, _, lasts := bot.ReadLasting(b.Action); lasts {
				return id, nil
			}
		}
	}
	r, err := t.rendering(told)
	if err != nil {
		return "", err
	}
	return bot.RenderingID(r.Hash()), nil
}

// renderings returns the ids of the renderings whose lasting buttons the turn may
// be about: pressed, or named by their labels.
func (s *TurnInput) renderings() (ids []string) {
	for _, e := range s.Events {
		action := ""
		if e.Kind == bot.Tapped && e.Press != nil {
			action = e.Press.Action
		} else if b, ok := s.underTold(e); ok {
			action = b.Action
		} else if b, ok := labelled(s.Loaded.Conversation.State.Buttons, e.Text); ok && e.Kind == bot.Typed && e.Forwarded == nil {
			action = b.Action
		}
		if id, _, ok := bot.ReadLasting(action); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// mayName reports whether the event may be the label of a button under the broadcast that
// the chat was told last: the person's first words since, with no operator between.
func (s *TurnInput) mayName(e bot.Event) bool {
	return s.Loaded.Heard != "" && s.Loaded.Ticket == nil && e.Kind == bot.Typed && e.Forwarded == nil && utf8.RuneCountInString(e.Text) <= longestLabel
}

// longestLabel is how many characters somebody types at most who types a label.
const longestLabel = 60

// underTold finds the button under that broadcast whose label the event is.
func (s *TurnInput) underTold(e bot.Event) (bot.Button, bool) {
	if len(s.Told) == 0 || !s.mayName(e) {
		return bot.Button{}, false
	}
	return labelled(s.Told, e.Text)
}

// told reads what stands under the broadcasts that chats were told last, where that may be
// what a turn is about.
func (w *Worker) told(ctx context.Context, inputs []*TurnInput) error {
	for _, s := range inputs {
		if w.Told == nil || !slices.ContainsFunc(s.Events, s.mayName) {
			continue
		}
		m, err := w.Told(ctx, s.Loaded.Conversation.Address)
		if err != nil {
			return fmt.Errorf("read what was told last: %w", err)
		}
		s.Told = slices.Concat(m.Buttons...)
	}
	return nil
}

// renderingsOf reads what the lasting buttons stand under that turns are about. An
// ordinary turn asks for none.
func (w *Worker) renderingsOf(ctx context.Context, inputs []*TurnInput) error {
	var ids []string
	for _, s := range inputs {
		ids = append(ids, s.renderings()...)
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := w.Store.Renderings(ctx, ids)
	if err != nil {
		return fmt.Errorf("read renderings: %w", err)
	}
	if err := w.catchUp(ctx, inputs, found); err != nil {
		return err
	}
	for _, s := range inputs {
		s.Renderings = found
		if err := w.opens(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// catchUp reads the content anew where somebody was told a later version of a change than
// it has: who presses at once must not be told that it is outdated.
func (w *Worker) catchUp(ctx context.Context, inputs []*TurnInput, told map[string]bot.Rendering) error {
	behind := slices.ContainsFunc(inputs[0].Content.Changes, func(c bot.Change) bool {
		for _, r := range told {
			if r.Change == c.ID && r.Version > c.Version {
				return true
			}
		}
		return false
	})
	if !behind {
		return nil
	}
	if err := w.Library.Refresh(ctx); err != nil {
		return fmt.Errorf("read the content anew: %w", err)
	}
	for _, s := range inputs {
		s.Content = w.Library.Now()
	}
	return nil
}

// opens reads what a press on a line of a digest shows, in the language of that line.
func (w *Worker) opens(ctx context.Context, s *TurnInput) error {
	for _, e := range s.Events {
		if w.Opens == nil || e.Kind != bot.Tapped || e.Press == nil {
			continue
		}
		id, do, ok := bot.ReadLasting(e.Press.Action)
		if r, known := s.Renderings[id]; ok && known && do == bot.LastingOpen {
			m, as, err := w.Opens(ctx, s.Loaded.Contact, r.Language, r)
			if err != nil {
				return fmt.Errorf("open a line of a digest: %w", err)
			}
			if m.Text != "" {
				s.Opens = &Opened{m, as}
			}
		}
	}
	return nil
}
