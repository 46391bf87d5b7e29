package broadcast

import (
	"cmp"
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// WaitKind is what a broadcast waits for.
type WaitKind string

// What a broadcast may wait for, in the order in which pages say it.
const (
	WaitStart     WaitKind = "start"     // its moment
	WaitAnnounce  WaitKind = "announce"  // its change to be announced
	WaitMended    WaitKind = "mended"    // the last messages of the one in whose place it stands
	WaitBefore    WaitKind = "before"    // the wave before to begin
	WaitKnown     WaitKind = "known"     // enough of the wave before to know
	WaitPerson    WaitKind = "person"    // whoever paused it
	WaitAnswer    WaitKind = "answer"    // somebody's word: it paused by itself, for Reason
	WaitListing   WaitKind = "listing"   // people are still being listed
	WaitLease     WaitKind = "lease"     // nobody sends for the bot
	WaitMessenger WaitKind = "messenger" // its messenger wants nothing for a while
	WaitLimit     WaitKind = "limit"     // what leaves in a second
	WaitPeople    WaitKind = "people"    // who was put off, for Reason
)

// WaitKinds lists them in this order.
func WaitKinds() []WaitKind {
	return []WaitKind{WaitStart, WaitAnnounce, WaitMended, WaitBefore, WaitKnown, WaitPerson, WaitAnswer, WaitListing, WaitLease, WaitMessenger, WaitLimit, WaitPeople}
}

// Wait is one thing that a broadcast waits for.
type Wait struct {
	Kind   WaitKind
	Bot    string    // whose line it is, with WaitLease, WaitMessenger and WaitLimit
	Reason string    // a Halt, or a bot.Withheld
	N      int       // how many recipients; above storage.MostDeferred: more than that
	Since  time.Time // since when; zero: nobody noted it
	Until  time.Time // until when, at least; zero: nobody can say
	Rate   float64   // messages a second, with WaitLimit
	Gate   Gate      // with WaitKnown
}

// Progress is how far a broadcast is, and what it waits for.
type Progress struct {
	storage.Progress
	bot.Report
	Shares []Share // by bot and language, the most first
	Waits  []Wait
	// Finish is when the last message leaves, if nothing holds it up: by the limits of the
	// bots, with all else that they have to send. Zero: nothing is to leave, or nobody can say.
	Finish time.Time
	Last   time.Time // when the last message left; zero: none has
}

// Share is the report of one bot in one language.
type Share struct {
	Bot      string // "" of who has no address
	Language bot.Language
	bot.Report
}

// Progress returns how far a broadcast is; storage.ErrNotFound when there is none.
func (s *Broadcasts) Progress(ctx context.Context, by bot.Actor, id string) (Progress, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return Progress{}, err
	}
	all, err := s.Underway(ctx, id)
	i := slices.IndexFunc(all, func(p Progress) bool { return p.ID == id })
	if err == nil && i < 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return Progress{}, err
	}
	return all[i], nil
}

// Underway returns how far all broadcasts are that are scheduled or have begun and are not
// over, and those of also. What is asked of the database does not grow with their people.
func (s *Broadcasts) Underway(ctx context.Context, also ...string) ([]Progress, error) {
	under, err := s.store.Underway(ctx, also...)
	if err != nil || len(under) == 0 {
		return nil, err
	}
	bots, err := s.store.BotStates(ctx)
	if err != nil {
		return nil, err
	}
	ahead := map[string]int{} // messages that the bots have to send
	for _, p := range under {
		for _, c := range p.Counts {
			if p.State == bot.BroadcastSending && c.What == string(bot.RecipientPending) {
				ahead[c.Bot] += c.N
			}
		}
	}
	all := make([]Progress, len(under))
	for i, p := range under {
		all[i] = s.progress(p, bots, ahead)
		if p.State == bot.BroadcastScheduled && !s.now().Before(p.Start) {
			g, err := s.gate(ctx, p.Mailing, false)
			if err != nil {
				return nil, err
			}
			if g.Why != "" {
				all[i].Waits = []Wait{{Kind: g.Why, Since: p.Held, Gate: g}}
			}
		}
	}
	return all, nil
}

func (s *Broadcasts) progress(of storage.Progress, bots []storage.BotState, ahead map[string]int) Progress {
	p := Progress{Progress: of, Report: of.Report(), Last: of.Left()}
	waiting := map[string]int{}
	shares := map[[2]string]*Share{}
	for _, c := range of.Counts {
		key := [2]string{c.Bot, string(c.Language)}
		if shares[key] == nil {
			shares[key] = &Share{Bot: c.Bot, Language: c.Language}
		}
		shares[key].Add(c.What, c.Reason, c.N)
		if c.What == string(bot.RecipientPending) {
			waiting[c.Bot] += c.N
		}
	}
	for _, share := range shares {
		p.Shares = append(p.Shares, *share)
	}
	slices.SortFunc(p.Shares, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Planned, a.Planned), cmp.Compare(a.Bot, b.Bot), cmp.Compare(a.Language, b.Language))
	})
	switch p.State {
	case bot.BroadcastScheduled:
		p.Waits = []Wait{{Kind: WaitStart, Until: p.Start}}
	case bot.BroadcastPaused:
		p.Waits = []Wait{{Kind: WaitPerson, Since: p.Updated}}
		if p.Halt != "" {
			p.Waits = []Wait{{Kind: WaitAnswer, Reason: p.Halt, Since: p.Updated}}
		}
	case bot.BroadcastSending:
		p.sending(s, bots, waiting, ahead)
	}
	return p
}

// sending notes what a broadcast that sends waits for, and when it will be done.
func (p *Progress) sending(s *Broadcasts, bots []storage.BotState, waiting, ahead map[string]int) {
	now := s.now()
	if p.Expanding {
		p.Waits = append(p.Waits, Wait{Kind: WaitListing, Since: p.Started})
	}
	put := 0
	for _, d := range p.Deferred {
		put += d.N
	}
	p.Finish = now
	known := true
	for name, n := range waiting {
		if n == 0 {
			continue
		}
		line := storage.BotState{Bot: name}
		if i := slices.IndexFunc(bots, func(b storage.BotState) bool { return b.Bot == name }); i >= 0 {
			line = bots[i]
		}
		from, rate := now, s.messengers[name].Rate
		switch {
		case !line.Held:
			p.Waits, known = append(p.Waits, Wait{Kind: WaitLease, Bot: name, N: n, Since: line.Until}), false
		case line.PausedUntil.After(now):
			p.Waits, from = append(p.Waits, Wait{Kind: WaitMessenger, Bot: name, N: n, Since: p.Last, Until: line.PausedUntil}), line.PausedUntil
		case rate > 0 && n > put && float64(n) > rate*aheadFor.Seconds():
			p.Waits = append(p.Waits, Wait{Kind: WaitLimit, Bot: name, N: n, Rate: rate})
		}
		if rate > 0 {
			from = from.Add(time.Duration(float64(ahead[name]) / rate * float64(time.Second)))
		}
		if from.After(p.Finish) {
			p.Finish = from
		}
	}
	for _, d := range p.Deferred {
		wait := Wait{Kind: WaitPeople, Reason: string(d.Why), N: d.N, Until: d.First}
		if d.Why == bot.WithheldVisit { // there is no moment
			wait.Until, known = time.Time{}, false
		}
		if d.First.After(p.Finish) {
			p.Finish = d.First
		}
		p.Waits = append(p.Waits, wait)
	}
	if !known || p.Pending == 0 {
		p.Finish = time.Time{}
	}
	slices.SortStableFunc(p.Waits, func(a, b Wait) int {
		return cmp.Or(cmp.Compare(slices.Index(WaitKinds(), a.Kind), slices.Index(WaitKinds(), b.Kind)), cmp.Compare(a.Bot, b.Bot))
	})
}
