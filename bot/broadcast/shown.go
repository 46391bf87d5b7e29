package broadcast

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Retold is what a message of a broadcast, or its line in a digest, said to somebody, to
// the letter; same is false where it may have said something else: see Shown.
func (s *Broadcasts) Retold(sent []storage.Sending) (words string, same bool, err error) {
	if len(sent) != 1 {
		return "", false, nil
	}
	one := sent[0]
	if n := one.Of.News; n != nil {
		m, known := newsShown(*n, one.Rendering)
		return m.Text, known && bot.HashText(m.Text) == one.TextHash, nil
	}
	template := one.Of.Text.In(one.Language)
	if one.Line {
		template = bot.InLine(one.Of.Digest.In(one.Language))
	}
	words, err = fill(template, Variables(one.Contact, one.Attributes), s.follow(one.Of.ID, one.Key))
	return words, err == nil && bot.HashText(words) == one.TextHash, err
}

// Shown is what a message of broadcasts said to somebody; of a digest, sent has each
// line. The words as they were filled are kept nowhere, so they are filled with what is
// known by now: same reports whether just that was sent. Links lead where they lead, not
// over us, so that whoever reads a talk follows nothing in its customer's place.
func (s *Broadcasts) Shown(sent []storage.Sending) (m bot.Message, same bool, err error) {
	if len(sent) == 0 {
		return m, false, nil
	}
	first := sent[0]
	if n := first.Of.News; n != nil {
		m, same = newsShown(*n, first.Rendering)
		return m, same && bot.HashText(m.Text) == first.TextHash, nil
	}
	if !first.Line {
		vars := Variables(first.Contact, first.Attributes)
		if m, err = s.messageTo(first.Of.Broadcast, first.Language, first.Rendering, vars, open); err != nil {
			return m, false, err
		}
		was, err := fill(first.Of.Text.In(first.Language), vars, s.follow(first.Of.ID, first.Key))
		return m, bot.HashText(was) == first.TextHash, err
	}
	same = true
	lines := make([]told, len(sent))
	for i, one := range sent {
		words, vars := bot.InLine(one.Of.Digest.In(first.Language)), Variables(one.Contact, one.Attributes)
		was, err := fill(words, vars, s.follow(one.Of.ID, one.Key))
		if err != nil {
			return m, false, err
		}
		lines[i] = told{Waiting: one.Waiting, rendering: one.Rendering}
		if lines[i].text, err = fill(words, vars, open); err != nil {
			return m, false, err
		}
		same = same && bot.HashText(was) == one.TextHash
	}
	m, err = s.digestOf(lines, first.Language)
	return m, same, err
}

// LastTold is the message of broadcasts that the chat was told last, as Shown has it; the
// zero Message where there is none, or something else was said there since.
func (s *Broadcasts) LastTold(ctx context.Context, at bot.Address) (bot.Message, error) {
	sent, err := s.store.LastSent(ctx, at)
	if err != nil {
		return bot.Message{}, err
	}
	m, _, err := s.Shown(sent)
	return m, err
}
