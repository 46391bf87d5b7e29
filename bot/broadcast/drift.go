package broadcast

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/clarity"
	"visnyk/storage"
)

// Drift returns where the broadcast says something else of its change than the sheet
// does; nothing where it tells none. Its buttons lead where a text may.
func Drift(b bot.Broadcast, sheet bot.Change, zone *time.Location) []clarity.Finding {
	words := b.Text
	for _, button := range b.Buttons {
		if button.URL != "" {
			words.UK += "\n" + button.URL
			words.RU += "\n" + button.URL
		}
	}
	return clarity.Drift(clarity.SheetOf(sheet, zone), clarity.Text{Field: "text", Words: words})
}

// Drifts returns where what is written says something else of its change than the sheet
// does that it would be bound to.
func (s *Broadcasts) Drifts(ctx context.Context, by bot.Actor, b bot.Broadcast) ([]clarity.Finding, error) {
	if err := by.Require(bot.ReadAudience); err != nil || b.Change == "" {
		return nil, err
	}
	sheet, err := heard(ctx, s.store, b.Change)
	if errors.Is(err, storage.ErrNotFound) { // which whoever saves it is told
		return nil, nil
	}
	return Drift(b, sheet.Change, s.zone), err
}

// undrifted fails where the broadcast says something else of its change than the sheet
// does that it is bound to.
func (s *Broadcasts) undrifted(ctx context.Context, tx *storage.Tx, m storage.Mailing) error {
	if m.Change == "" || m.News != nil {
		return nil
	}
	sheet, err := heard(ctx, tx, m.Change)
	if errors.Is(err, storage.ErrNotFound) {
		err = bot.Invalid("change", bot.FaultNoChange, nil)
	}
	if err != nil {
		return err
	}
	var f faults
	for _, is := range Drift(m.Broadcast, sheet.Change, s.zone) {
		code := bot.FaultUnlisted
		if is.Reason == clarity.Untold {
			code = bot.FaultUntold
		}
		f.wrong("text/"+string(is.Language), code, bot.Data{"Words": is.Words})
	}
	return f.err()
}

// heard is the sheet that a broadcast of the change is bound to: the one that customers
// hear of, and where they hear of none, the one its makers have before them.
// storage.ErrNotFound where there is no such change.
func heard(ctx context.Context, of sheets, change string) (storage.Sheet, error) {
	sheet, err := of.Sheet(ctx, change)
	if err == nil && sheet.InForce != 0 && sheet.InForce != sheet.Version {
		sheet, err = of.SheetVersion(ctx, change, sheet.InForce)
	}
	return sheet, err
}

// sameWithin is for how long what was said to some people is not said to them again.
const sameWithin = 24 * time.Hour

// unsaid fails where another broadcast says the same to the same people within a day: the
// one that begins later is stopped. Of one that begins by hand nobody knows yet on which
// day, so that it may be for some of them until it does. Another version of a change is
// another message, whatever its words. Whoever is in both of two
// segments is kept from hearing more than is good for them by the cap.
func (s *Broadcasts) unsaid(ctx context.Context, tx *storage.Tx, m storage.Mailing, begins bool) error {
	if m.Derived() {
		return nil
	}
	at := s.now()
	if m.Start.After(at) {
		at = m.Start
	}
	others, err := tx.BroadcastsAround(ctx, at.Add(-sameWithin), at.Add(sameWithin))
	if err != nil {
		return err
	}
	beside, err := besides(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, other := range others {
		if other.ID != m.ID && !beside[other.ID] && !apart(m, other) && !other.Derived() && (other.Change != m.Change || other.ChangeVersion == m.ChangeVersion) && sameWords(other.Text, m.Text) && (samePeople(other.Audience, m.Audience) || begins && (other.Audience.Everyone() || m.Audience.Everyone())) {
			return bot.Refused("text", bot.FaultSaidToday, bot.Data{"Name": cmp.Or(strings.TrimSpace(other.Title), other.ID)})
		}
	}
	return nil
}

// besides are the broadcasts beside which the broadcast tells nobody twice: the other waves
// of its plan, and the one in whose place it stands.
func besides(ctx context.Context, tx *storage.Tx, m storage.Mailing) (map[string]bool, error) {
	all := map[string]bool{}
	if m.Mends != "" {
		all[m.Mends] = true
	}
	if m.Change == "" {
		return all, nil
	}
	plan, err := tx.Plan(ctx, m.Change)
	if w, _ := behind(plan, m.ID); err != nil || w == nil {
		return all, err
	}
	for _, w := range plan {
		all[w.ID] = true
	}
	return all, nil
}

// apart reports whether the two stand in the place of one that was stopped: one for whom
// that told, the other for whom it did not.
func apart(a, b storage.Mailing) bool {
	return a.Corrects != "" && a.Corrects == b.Mends || a.Mends != "" && a.Mends == b.Corrects
}

func sameWords(a, b bot.Bilingual) bool {
	plain := func(s string) string { return strings.ToLower(bot.InLine(s)) }
	return plain(a.UK) == plain(b.UK) || plain(a.RU) == plain(b.RU)
}

func samePeople(a, b bot.Segment) bool {
	return a.Text(bot.Ukrainian, bot.SegmentNames{}) == b.Text(bot.Ukrainian, bot.SegmentNames{})
}
