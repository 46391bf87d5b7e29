package broadcast

import (
	"cmp"
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Planned is a wave as it stands.
type Planned struct {
	storage.PlannedWave
	Report bot.Report
	Gate   Gate // what it waits for, where it has not begun
	// Behind is that there is a wave before it, of which the gate asks.
	Behind  bool
	Overdue bool // its moment has passed, and it has not begun
}

// Fixed reports whether its gate and place stay as they were approved, or it is over.
func (p Planned) Fixed() bool { return p.State.Locked() }

// Plan returns the waves of the change in their order. One that stands in the place of
// another comes behind it, at the same place.
func (s *Broadcasts) Plan(ctx context.Context, by bot.Actor, change string) (all []Planned, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	plan, err := s.store.Plan(ctx, change)
	if err != nil {
		return nil, err
	}
	for _, w := range plan {
		p := Planned{PlannedWave: w}
		_, before := behind(plan, w.ID)
		p.Behind = len(before) > 0
		if p.Report, err = s.store.Report(ctx, w.ID); err != nil {
			return nil, err
		}
		if w.Started.IsZero() && w.State != bot.BroadcastCancelled {
			p.Overdue = !w.Start.IsZero() && s.now().Sub(w.Start) > LateStart
			if p.Gate, err = s.planGate(ctx, plan, w); err != nil {
				return nil, err
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// planGate is the gate of a wave that has its plan at hand.
func (s *Broadcasts) planGate(ctx context.Context, plan []storage.PlannedWave, w storage.PlannedWave) (Gate, error) {
	why, err := silences(ctx, s.store, w.Mailing)
	if err != nil || why != "" {
		return Gate{Why: why}, err
	}
	return s.gateIn(ctx, plan, w.ID, false)
}

// waveTexts are the keys of the titles of waves.
func waveTexts() (keys []string) {
	for _, k := range bot.WaveKinds() {
		keys = append(keys, waveText+string(k))
	}
	return keys
}

const waveText = "plan.kind."

// Wanted is a wave to be made. What is not said is proposed.
type Wanted struct {
	Kind  bot.WaveKind
	Owner string    // "" is whoever makes it
	Due   time.Time // zero: the next working day behind the wave before
	Zone  string    // in which Due is read; "" is the company's
	Gate  *int      // percent
}

// Propose makes the plan of a change that has none: colleagues, partners, the best
// customers, then whom it touches most, then everybody. Each wave is a draft in the words
// of the sheet. *bot.RefusedError where there is a plan already.
func (s *Broadcasts) Propose(ctx context.Context, by bot.Actor, change string, l bot.Language) error {
	return s.plan(ctx, by, change, func(tx *storage.Tx, c bot.Change, plan []storage.PlannedWave) error {
		if len(plan) > 0 {
			return bot.Refused("plan", bot.FaultPlanned, nil)
		}
		for _, kind := range c.Waves() {
			if err := s.addWave(ctx, tx, by, c, l, Wanted{Kind: kind}); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddWave puts one more wave at the end of the plan, as a draft.
func (s *Broadcasts) AddWave(ctx context.Context, by bot.Actor, change string, l bot.Language, w Wanted) error {
	if err := s.fits(ctx, w.Owner); err != nil {
		return err
	}
	return s.plan(ctx, by, change, func(tx *storage.Tx, c bot.Change, _ []storage.PlannedWave) error {
		return s.addWave(ctx, tx, by, c, l, w)
	})
}

// plan writes the plan of a change, which nobody else writes meanwhile.
func (s *Broadcasts) plan(ctx context.Context, by bot.Actor, change string, f func(*storage.Tx, bot.Change, []storage.PlannedWave) error) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.HoldContent(ctx); err != nil {
			return err
		}
		sheet, err := tx.Sheet(ctx, change)
		if err != nil {
			return err
		}
		plan, err := tx.Plan(ctx, change)
		if err != nil {
			return err
		}
		return f(tx, sheet.Unsubmitted().Change, plan)
	})
	if err == nil {
		s.store.Notify(storage.BroadcastsTopic)
	}
	return err
}

func (s *Broadcasts) addWave(ctx context.Context, tx *storage.Tx, by bot.Actor, c bot.Change, l bot.Language, want Wanted) error {
	if !slices.Contains(bot.WaveKinds(), want.Kind) || len(c.Graded(bot.Impact(want.Kind))) == 0 && slices.Contains(bot.Choices(bot.Impacts()), string(want.Kind)) {
		return bot.Invalid("kind", bot.FaultChoice, bot.Data{"Choices": bot.Choices(c.Waves())})
	}
	plan, err := tx.Plan(ctx, c.ID)
	if err != nil {
		return err
	}
	w, due := s.last(by, c.ID, plan, want)
	w.Broadcast, w.Kind, want.Due = storage.NewID(), want.Kind, due
	b, err := s.Telling(particular(c, want.Kind), l, c.WaveFor(want.Kind))
	if err != nil {
		return err
	}
	for in, title := range map[bot.Language]*string{bot.Ukrainian: &b.Titles.UK, bot.Russian: &b.Titles.RU} {
		kind, err := s.texts.Text(in, waveText+string(want.Kind), nil, nil)
		if err != nil {
			return err
		}
		*title = cut(kind+": "+*title, TitleMost)
	}
	b.ID, b.Title, b.Start, b.Zone = w.Broadcast, b.Titles.In(l), want.Due, want.Zone
	b.State, b.Version = bot.BroadcastDraft, 1
	if err := s.put(ctx, tx, by, "broadcast.create", storage.Mailing{Broadcast: b, Author: by.User, Editor: by.User}, nil); err != nil {
		return err
	}
	return s.putWave(ctx, tx, by, w)
}

// last is the wave at the end of the plan, and when it is due; what of it is not wanted
// otherwise is proposed.
func (s *Broadcasts) last(by bot.Actor, change string, plan []storage.PlannedWave, want Wanted) (w bot.Wave, due time.Time) {
	w = bot.Wave{Change: change, Place: 1, Owner: cmp.Or(want.Owner, by.User)}
	before := s.now()
	if n := len(plan); n > 0 {
		w.Place, w.Gate = plan[n-1].Wave.Place+1, bot.GateUsual
		if plan[n-1].Wave.Kind == bot.WaveStaff {
			w.Gate = bot.GateStaff
		}
		if plan[n-1].Start.After(before) {
			before = plan[n-1].Start
		}
	}
	if want.Gate != nil {
		w.Gate = *want.Gate
	}
	if want.Due.IsZero() {
		return w, workday(before.In(s.ZoneOf(want.Zone)))
	}
	return w, want.Due
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// particular is the change in the words of the one group that a wave is for.
func particular(c bot.Change, kind bot.WaveKind) bot.Change {
	if groups := c.Graded(bot.Impact(kind)); len(groups) == 1 {
		for to, own := range map[*bot.Bilingual]bot.Bilingual{&c.Consequence: groups[0].Consequence, &c.ToDo: groups[0].ToDo} {
			if own.Complete() {
				*to = own
			}
		}
	}
	return c
}

// The hour at which a wave is proposed to begin.
const waveHour = 10

// workday is the next working day behind the moment, at that hour.
func workday(t time.Time) time.Time {
	y, m, d := t.Date()
	for {
		d++
		at := time.Date(y, m, d, waveHour, 0, 0, 0, t.Location())
		if day := at.Weekday(); day != time.Saturday && day != time.Sunday {
			return at
		}
	}
}

// putWave stores a wave whose broadcast stands, and writes the audit.
func (s *Broadcasts) putWave(ctx context.Context, tx *storage.Tx, by bot.Actor, w bot.Wave) error {
	if w.Gate < 0 || w.Gate > 100 {
		return bot.Invalid("gate", bot.FaultNumber, bot.Data{"Least": 0, "Most": 100})
	}
	if err := tx.PutWave(ctx, w); err != nil {
		return err
	}
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.plan", Object: object(w.Broadcast), Detail: map[string]any{
		"change": w.Change, "place": w.Place, "owner": w.Owner, "gate": w.Gate,
	}})
}
