package broadcast

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// foreseenMost is how many people are each looked at; of more, some of a sample are.
	foreseenMost = 20_000
	// foreseenSome is how many those are at most: what half of them do is then told to within
	// two in a hundred of all, and the forecast is there at once.
	foreseenSome = 2_000
	// foreseenWait is how long it is waited for who they all are, before a sample does.
	foreseenWait = 5 * time.Second
	// foreseenAtOnce is how many of them one question is about.
	foreseenAtOnce = 500
)

// Forecast is what would become of a broadcast if it began at Start. Its numbers are
// those of whoever lists and releases recipients: the same questions are asked, and the
// same governor judges, moment by moment.
type Forecast struct {
	People int // in the audience
	// Final says that each was looked at. Otherwise some of a sample were, and the numbers
	// are about so many.
	Final    bool
	Start    time.Time // when it would begin
	End      time.Time // when the last would have left; zero where nobody is told
	Channels []ForecastChannel
	// Skipped are those who would not be told, by the reason that a report has. Of them,
	// those whom the end of the window would leave out stand in Late by what they wait
	// for: they sleep, were told enough, or the window is too short.
	Skipped  map[string]int
	Late     map[bot.Withheld]int
	Held     int                  // an operator is talking with them just now; they are told after it
	Deferred map[bot.Withheld]int // told later than they could be, by what they wait for
	Cost     Cost
}

// ForecastChannel is what leaves by one bot.
type ForecastChannel struct {
	Bot, Kind string
	People    int
	Rate      float64   // messages a second; 0: no limit of ours
	End       time.Time // when the last would have left; zero where they come to us
	Visit     bool      // they are told at their next visit
}

// Told is how many people would be told.
func (f Forecast) Told() (n int) {
	for _, c := range f.Channels {
		n += c.People
	}
	return n
}

// Foresee returns what would become of the broadcast, as b has it, if it began at its
// moment, or now. It tells how many, and never who.
func (s *Broadcasts) Foresee(ctx context.Context, by bot.Actor, b bot.Broadcast) (f Forecast, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return f, err
	}
	saved, err := s.store.Segments(ctx)
	if err != nil {
		return f, err
	}
	m := storage.Mailing{Broadcast: b}
	if m.Audience, err = b.Audience.Whole("segment", bot.ByID(saved)); err != nil {
		return f, err
	}
	knows, err := s.store.Foresight(ctx, m, s.zone)
	if err != nil {
		return f, err
	}
	f = Forecast{Start: knows.Now, Final: true, Skipped: map[string]int{}, Late: map[bot.Withheld]int{}, Deferred: map[bot.Withheld]int{}}
	if b.Start.After(f.Start) {
		f.Start = b.Start
	}
	ids, share, err := s.crowd(ctx, m, &f)
	if err != nil {
		return f, err
	}
	sim := s.simulation(knows, &f, share, m)
	var charged []string
	for some := range slices.Chunk(ids, foreseenAtOnce) {
		people, err := s.store.Foresee(ctx, m, s.Visited(), some)
		if err != nil {
			return f, err
		}
		for _, one := range people {
			for range sim.add(one) {
				charged = append(charged, one.Contact)
			}
		}
	}
	sim.run()
	if f.Cost, err = s.cost(ctx, charged); err != nil {
		return f, err
	}
	if !f.Final {
		f.scale(share)
	}
	return f, nil
}

// crowd counts the people, and returns who of them are looked at, and what share of all of
// them those are: everybody, or some of a sample where there are too many, or where it takes
// too long to find out who they are.
func (s *Broadcasts) crowd(ctx context.Context, m storage.Mailing, f *Forecast) (ids []string, share float64, err error) {
	day := bot.Calendar{Now: f.Start, Zone: s.ZoneOf(m.Zone)}
	sample, err := s.store.SampleIn(ctx, m.Audience, day)
	if err != nil {
		return nil, 0, err
	}
	f.People = int(float64(len(sample))/storage.SampleShare + 0.5)
	if f.People <= foreseenMost {
		within, cancel := context.WithTimeout(ctx, foreseenWait)
		defer cancel()
		ids, err = s.store.FirstOf(within, m.Audience, day, foreseenMost+1)
		switch late := errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil; {
		case err != nil && !late:
			return nil, 0, err
		case err == nil && len(ids) <= foreseenMost:
			f.People = len(ids)
			return ids, 1, nil
		}
	}
	f.Final, ids, share = false, nil, storage.SampleShare
	if len(sample) == 0 {
		return nil, share, nil
	}
	for i := 0; i < len(sample); i += (len(sample) + foreseenSome - 1) / foreseenSome { // of the whole sample, evenly
		ids = append(ids, sample[i])
	}
	return ids, share * float64(len(ids)) / float64(len(sample)), nil
}

// scale makes numbers of all of those who were looked at.
func (f *Forecast) scale(share float64) {
	of := func(n int) int { return int(float64(n)/share + 0.5) }
	for i := range f.Channels {
		f.Channels[i].People = of(f.Channels[i].People)
	}
	for reason, n := range f.Skipped {
		f.Skipped[reason] = of(n)
	}
	for _, all := range []map[bot.Withheld]int{f.Late, f.Deferred} {
		for why, n := range all {
			all[why] = of(n)
		}
	}
	f.Held = of(f.Held)
	f.Cost.scale(of)
}

// simulation goes through what would leave, bot by bot, as its rate lets it.
type simulation struct {
	*Forecast
	knows storage.Foresight
	share float64 // of all people, those who are looked at
	lines map[string]*simulated
}

// simulated is what waits to leave by one bot.
type simulated struct {
	channel ForecastChannel
	free    time.Duration // after what a person did their messages cost nothing; 0: they never cost
	calls   int           // messages that each counts as
	clock   time.Time     // when the next may leave
	waiting []pending
}

// pending is somebody who waits.
type pending struct {
	at  time.Time // when they may be told, at the earliest
	who bot.Governed
	why bot.Withheld // what they were put off for
}

func (s *Broadcasts) simulation(knows storage.Foresight, f *Forecast, share float64, m storage.Mailing) *simulation {
	sim := &simulation{Forecast: f, knows: knows, share: share, lines: map[string]*simulated{}}
	for name, messenger := range s.messengers {
		can := messenger.Capabilities()
		line := &simulated{channel: ForecastChannel{Bot: name, Kind: messenger.Kind, Rate: messenger.Rate, Visit: can.Visited}, clock: f.Start, free: messenger.free(), calls: s.calls(messenger, m)}
		if line.channel.Rate > 0 { // others leave before it
			line.clock = line.clock.Add(time.Duration(float64(knows.Ahead[name]) / line.channel.Rate * float64(time.Second)))
		}
		sim.lines[name] = line
	}
	return sim
}

// add has the person wait, or counts why they do not; it returns for how many messages the
// messenger charges.
func (sim *simulation) add(one storage.Foreseen) (charged int) {
	line := sim.lines[one.To.Bot]
	switch {
	case one.Reason != "":
		sim.Skipped[one.Reason]++
		return 0
	case line == nil: // the bot is configured no more: nothing was approved for it
		sim.Skipped[bot.ReasonNoText]++
		return 0
	case line.channel.Visit:
		line.channel.People++
		return 0
	}
	if one.Governed.Held { // nobody can tell for how long
		sim.Held++
		one.Governed.Held = false
	}
	line.waiting = append(line.waiting, pending{at: sim.Start, who: one.Governed})
	if line.free > 0 && one.LastAt.Before(sim.Start.Add(-line.free)) {
		charged = line.calls
	}
	return charged
}

// run lets everybody leave who may, each bot in the order in which its people wait.
func (sim *simulation) run() {
	for _, name := range slices.Sorted(maps.Keys(sim.lines)) {
		line := sim.lines[name]
		sim.drain(line)
		if line.channel.People > 0 {
			sim.Channels = append(sim.Channels, line.channel)
			if line.channel.End.After(sim.End) {
				sim.End = line.channel.End
			}
		}
	}
}

// drain goes from moment to moment: who may not leave when it is their turn waits until
// they may.
func (sim *simulation) drain(line *simulated) {
	step := time.Duration(0)
	if line.channel.Rate > 0 {
		step = time.Duration(float64(time.Second) / line.channel.Rate / sim.share * float64(line.calls))
	}
	for waiting := line.waiting; len(waiting) > 0; {
		slices.SortStableFunc(waiting, func(a, b pending) int { return a.at.Compare(b.at) })
		var later []pending
		for _, p := range waiting {
			at := p.at
			if line.clock.After(at) {
				at = line.clock
			}
			switch v := sim.knows.Governor.Judge(sim.knows.Push, p.who, at); {
			case v.Goes():
				line.channel.People++
				line.clock, line.channel.End = at.Add(step), at.Add(step)
				if p.why != "" {
					sim.Deferred[p.why]++
				}
			case v.Ends():
				sim.ends(v.Why, p.why)
			default:
				later = append(later, pending{v.Until, p.who, v.Why})
			}
		}
		waiting = later
	}
}

// ends counts who is not told: because of what waiting does not help against, or because
// the window is over before what they waited for.
func (sim *simulation) ends(why, waited bot.Withheld) {
	sim.Skipped[string(why)]++
	switch why {
	case bot.WithheldLate:
		if waited == "" {
			waited = why
		}
		sim.Late[waited]++
	case bot.WithheldQuiet, bot.WithheldCap, bot.WithheldPaused:
		sim.Late[why]++
	}
}
