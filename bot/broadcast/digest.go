package broadcast

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// The keys of what a digest says beside its lines: what stands above them, and on its
// buttons.
const (
	digestText   = "told.digest"
	openText     = "told.digest_open"
	offTopicText = "told.off_topic_button"
)

func digestTexts() []string { return []string{digestText, openText, offTopicText} }

// told is a broadcast as a line of a digest.
type told struct {
	storage.Waiting
	rendering, text string
}

// digest writes one message of all that is due to somebody: the approved line of each
// broadcast, with a button that opens it, and the ways out of their topics. ok is false
// where it does not become one message: then the first goes alone, and the others wait.
func (w *writer) digest(to storage.Waiting) (r storage.Released, ok bool) {
	first := to
	first.Of = &w.m
	lines := make([]told, 0, len(to.With)+1)
	for _, one := range append([]storage.Waiting{first}, to.With...) {
		line, ok := w.line(one, to)
		if !ok {
			return r, false
		}
		lines = append(lines, line)
	}
	m, err := w.digestOf(lines, to.Language)
	if err != nil {
		return r, false
	}
	parts, err := w.channel.Render(m)
	if err != nil || len(parts) != 1 {
		return r, false
	}
	r = storage.Released{Part: parts[0], Rendering: lines[0].rendering, TextHash: bot.HashText(lines[0].text)}
	for _, l := range lines {
		r.Tells = r.Tells || l.Of.Change != ""
	}
	for _, l := range lines[1:] {
		r.Lines = append(r.Lines, storage.DigestLine{Rendering: l.rendering, TextHash: bot.HashText(l.text)})
	}
	return r, true
}

// line fills the approved line of one broadcast; ok is false where there is none in the
// language of the first.
func (w *writer) line(one, to storage.Waiting) (l told, ok bool) {
	i := slices.IndexFunc(one.Of.Renderings, func(r bot.BroadcastRendering) bool {
		return r.Digest && r.Channel == w.channel.Kind && r.Language == to.Language
	})
	if i < 0 {
		return l, false
	}
	text, err := fill(bot.InLine(one.Of.Digest.In(to.Language)), Variables(to.Contact, to.Attributes), w.follow(one.Of.ID, one.Key))
	return told{one, one.Of.Renderings[i].Hash, text}, err == nil
}

func (s *Broadcasts) digestOf(lines []told, l bot.Language) (m bot.Message, err error) {
	if m.Text, err = s.texts.Text(l, digestText, nil, nil); err != nil {
		return m, err
	}
	var open []bot.Button
	topics := map[string]bool{}
	var outs [][]bot.Button
	for i, one := range lines {
		m.Text += fmt.Sprintf("\n\n**%d.** %s", i+1, one.text)
		label, err := s.texts.Text(l, openText, map[string]any{"Number": i + 1}, nil)
		if err != nil {
			return m, err
		}
		id := bot.RenderingID(one.rendering)
		open = append(open, bot.Button{Label: label, Action: bot.LastingAction(id, bot.LastingOpen)})
		if topic := one.Push.Topic; !topics[topic.ID] {
			topics[topic.ID] = true
			label, err := s.texts.Text(l, offTopicText, map[string]any{"Topic": topicName(topic, l)}, nil)
			if err != nil {
				return m, err
			}
			outs = append(outs, []bot.Button{{Label: label, Action: bot.LastingAction(id, off+topic.ID)}})
		}
	}
	m.Buttons = bot.Staying(append(slices.Collect(slices.Chunk(open, 2)), outs...))
	return m, nil
}

// topicName is what a topic is called on a button.
func topicName(t bot.Topic, l bot.Language) string {
	if name := strings.TrimSpace(t.Label.In(l)); name != "" {
		return name
	}
	return t.ID
}

// Opened is all of the broadcast whose line in a digest is the rendering, as the person
// is told it, and the rendering of that; the zero Message where it is told to nobody any
// more.
func (s *Broadcasts) Opened(ctx context.Context, to bot.Contact, l bot.Language, of bot.Rendering) (m bot.Message, r bot.Rendering, err error) {
	id, ours := of.Part.Broadcast()
	if !ours {
		return m, r, nil
	}
	b, err := s.store.Broadcast(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && b.State == bot.BroadcastCancelled {
		return m, r, nil
	}
	if err != nil {
		return m, r, err
	}
	if outdated, err := s.store.Outdated(ctx, b); err != nil || outdated {
		return m, r, err
	}
	i := slices.IndexFunc(b.Renderings, func(r bot.BroadcastRendering) bool {
		return !r.Digest && r.Channel == of.Channel && r.Language == l
	})
	if i < 0 {
		return m, r, nil
	}
	key, attributes, err := s.store.RecipientOf(ctx, id, to.ID)
	if err != nil {
		return m, r, err
	}
	hash := b.Renderings[i].Hash
	if m, err = s.Message(b.Broadcast, l, hash, Variables(to, attributes), key); err != nil {
		return m, r, err
	}
	shown, err := s.store.Renderings(ctx, []string{bot.RenderingID(hash)})
	return m, shown[bot.RenderingID(hash)], err
}
