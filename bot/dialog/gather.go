package dialog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

const (
	// gatherFor is how long the first message of several that are one, an album or a
	// text that its client split, waits for the others. Nothing says which is the last.
	gatherFor = 1500 * time.Millisecond
	// sentWithin is how far apart by the messenger's clock, which tells whole seconds,
	// two parts of a text are at most. What comes together after a pause of ours, or of
	// the messenger's, was not sent together.
	sentWithin = 2 * gatherFor
	// mostGathered messages are one; then nothing is waited for any longer.
	mostGathered = 16
	// albumsKept is how many albums that were acted on are known, for items that come
	// late.
	albumsKept = 4
	// gatherTimer begins the names of the timers that end the waiting; the update that
	// began it follows.
	gatherTimer = "gather/"
)

// gathered is several messages that are one and are not acted on yet. It stands in
// the conversation, so it is written with the turn that it came with.
type gathered struct {
	Update string    `json:"update"` // that began it
	Event  bot.Event `json:"event"`  // all of them as one
	Items  int       `json:"items"`
}

// waiting returns what was gathered, nil when there is none.
func (t *turn) waiting() (*gathered, error) {
	kept := t.variable(varGather)
	if kept == "" {
		return nil, nil
	}
	var g gathered
	if err := json.Unmarshal([]byte(kept), &g); err != nil {
		return nil, fmt.Errorf("decode what was gathered: %w", err)
	}
	g.Event.From = t.conv.Address
	return &g, nil
}

// gather reports whether the event waits to be acted on with others, or is one that
// nothing comes of. What waits already and does not go with it is acted on first.
func (t *turn) gather(e bot.Event) (done bool, err error) {
	g, err := t.waiting()
	if err != nil {
		return false, err
	}
	if g != nil && !t.taken() && g.goesWith(e) {
		g.add(e)
		if e.Album == "" && !e.Full || g.Items >= mostGathered {
			return true, t.actOn(g)
		}
		return true, t.keep(g)
	}
	if !t.taken() && t.acted(e.Album) && wordless(e) { // it came late, and the answer is given
		return true, nil
	}
	if g != nil {
		shown := t.conv.State
		if err := t.actOn(g); err != nil || t.erased {
			return true, err
		}
		t.before = &before{state: shown, wordless: wordless(g.Event)}
	}
	if t.taken() || t.late(e) || !e.Full && (e.Album == "" || t.acted(e.Album)) {
		return false, nil
	}
	t.write.Timers = append(t.write.Timers, storage.Timer{Name: gatherTimer + t.s.Inbox, After: gatherFor})
	return true, t.keep(&gathered{Update: t.s.Inbox, Event: e, Items: 1})
}

// goesWith reports whether the event is more of the same album, or the rest of the
// text. What is forwarded is no part of what the person says.
func (g *gathered) goesWith(e bot.Event) bool {
	if (e.Forwarded == nil) != (g.Event.Forwarded == nil) || e.Thread != g.Event.Thread {
		return false
	}
	if g.Event.Album != "" {
		return e.Album == g.Event.Album
	}
	return e.Kind == bot.Typed && g.Event.Kind == bot.Typed && g.sentWith(e)
}

// sentWith reports whether the event was sent as soon after the last one as a client
// sends what it split. A moment that nobody tells says nothing against it.
func (g *gathered) sentWith(e bot.Event) bool {
	return e.At.Unix() <= 0 || g.Event.At.Unix() <= 0 || e.At.Sub(g.Event.At).Abs() <= sentWithin
}

// add makes the event part of what was gathered. A caption that stands under each
// item of an album was written once.
func (g *gathered) add(e bot.Event) {
	g.Items++
	if e.At.After(g.Event.At) {
		g.Event.At = e.At
	}
	switch {
	case e.Text == "" || e.Album != "" && slices.Contains(strings.Split(g.Event.Text, "\n"), e.Text):
	case g.Event.Text == "":
		g.Event.Text = e.Text
	default:
		g.Event.Text += "\n" + e.Text
	}
	if g.Event.Profile.Name == "" {
		g.Event.Profile = e.Profile
	}
}

// keep has it wait.
func (t *turn) keep(g *gathered) error {
	at := *g
	at.Event.From, at.Event.Links, at.Event.Answers = bot.Address{}, nil, nil // these the history has
	kept, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("encode what was gathered: %w", err)
	}
	t.setVar(varGather, string(kept))
	return nil
}

// actOn acts on what was gathered as on one message, before its timer or by it.
func (t *turn) actOn(g *gathered) error {
	t.setVar(varGather, "")
	t.write.Timers = append(t.write.Timers, storage.Timer{Name: gatherTimer + g.Update, Drop: true})
	if a := g.Event.Album; a != "" && !t.taken() {
		known := append(strings.Fields(t.variable(varAlbum)), strings.Fields(a)...)
		t.setVar(varAlbum, strings.Join(known[max(0, len(known)-albumsKept):], "\n"))
	}
	t.update = g.Update
	defer func() { t.update = "" }()
	return t.respond(g.Event)
}

// acted reports whether the album was acted on.
func (t *turn) acted(album string) bool {
	return album != "" && slices.Contains(strings.Fields(t.variable(varAlbum)), album)
}

// enough acts on what was gathered when its time is over. Of what was acted on
// before the timer is late.
func (t *turn) enough(e bot.Event) error {
	g, err := t.waiting()
	if err != nil {
		return err
	}
	if g == nil || e.Detail != gatherTimer+g.Update {
		t.write.Note = "stale: " + string(e.Kind)
		return nil
	}
	t.meet(bot.Event{From: t.conv.Address})
	return t.actOn(g)
}

// gathers reports whether the event ends the waiting of an album or of a split text.
func gathers(e bot.Event) bool {
	return e.Kind == bot.TimedOut && strings.HasPrefix(e.Detail, gatherTimer)
}

// wordless reports whether something came without a word of the person's.
func wordless(e bot.Event) bool {
	return e.Kind == bot.Attached && flows.Turn{Event: &e}.Wordless()
}

// before is what the person saw until, in this turn, what waited was acted on.
type before struct {
	state    bot.State
	wordless bool // and that was without a word, so that the step is the same
}

// offered reports whether the person pressed what was on the screen before the
// answer to what had waited, which they had not seen: what works on any screen,
// or what the step still offers.
func (b *before) offered(p bot.Press, now bot.State) bool {
	if b == nil || p.Screen != b.state.Screen || !b.state.Offers(p.Action) {
		return false
	}
	same := b.wordless && now.Flow == b.state.Flow && now.Step == b.state.Step
	return flows.Anywhere(p.Action) || same && now.Offers(p.Action)
}
