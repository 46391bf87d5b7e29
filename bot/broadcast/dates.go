package broadcast

import (
	"cmp"
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Date is what happens at a moment, of a change or of a broadcast.
type Date struct {
	bot.Dated
	Title   bot.Bilingual      // of a broadcast without one what it says
	Says    bot.Bilingual      // a stage in words
	Change  bot.ChangeState    // "" of a broadcast
	Send    bot.BroadcastState // "" of a change
	Begun   bool               // the broadcast has begun
	Owner   string             // as the sheet names them; of a broadcast the user
	Version int                // of the change
}

// Dates are what happens between two moments.
type Dates struct {
	All        []Date          // in the order of their moments
	Collisions []bot.Collision // places are those of All
	Cap        int             // what the governor lets through to one person a day; 0 is no bound
	More       bool            // there are more broadcasts than are read
}

// sendsMost is how many broadcasts are read at once: more than anybody reads in a list.
const sendsMost = 1000

// Dates returns what of changes takes effect, ends or is told between the moments, what is
// sent then, and what of it collides.
func (s *Broadcasts) Dates(ctx context.Context, by bot.Actor, from, until time.Time) (d Dates, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return d, err
	}
	sheets, err := s.datedSheets(ctx)
	if err != nil {
		return d, err
	}
	for _, sheet := range sheets {
		for _, is := range datesOf(sheet) {
			if !is.At.Before(from) && is.At.Before(until) && !slices.ContainsFunc(d.All, is.same) {
				d.All = append(d.All, is)
			}
		}
	}
	sends, err := s.store.SendsWithin(ctx, from, until, sendsMost+1)
	if err != nil {
		return d, err
	}
	d.Cap, d.More = sends.Cap.Day, len(sends.Mailings) > sendsMost
	for _, m := range sends.Mailings[:min(len(sends.Mailings), sendsMost)] {
		d.All = append(d.All, sendOf(m, sends.Waves[m.ID]))
	}
	kinds := bot.DateKinds()
	slices.SortStableFunc(d.All, func(a, b Date) int {
		return cmp.Or(a.At.Compare(b.At), slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	dated := make([]bot.Dated, len(d.All))
	for i, is := range d.All {
		dated[i] = is.Dated
	}
	d.Collisions = bot.Collisions(dated, bot.Calendar{Zone: s.zone}, d.Cap)
	return d, nil
}

// same reports whether it says nothing that the other version of its change does not.
func (d Date) same(o Date) bool { return d.Kind == o.Kind && d.ID == o.ID && d.At.Equal(o.At) }

// datedSheets are the changes that are not given up: in the version in force, and in the one
// that its makers have before them.
func (s *Broadcasts) datedSheets(ctx context.Context) (all []storage.Sheet, err error) {
	sheets, err := s.store.Sheets(ctx)
	if err != nil {
		return nil, err
	}
	for _, is := range sheets {
		if is.InForce != 0 && is.InForce != is.Version {
			told, err := s.store.SheetVersion(ctx, is.ID, is.InForce)
			if err != nil {
				return nil, err
			}
			all = append(all, told)
		}
		if is.State != bot.ChangeWithdrawn && is.State != bot.ChangeReplaced {
			all = append(all, is)
		}
	}
	return all, nil
}

// datesOf are the dates of a version of a change.
func datesOf(is storage.Sheet) (all []Date) {
	c := is.Unsubmitted().Change
	add := func(kind bot.DateKind, at time.Time, says bot.Bilingual) {
		if !at.IsZero() {
			all = append(all, Date{
				Dated: bot.Dated{Kind: kind, ID: c.ID, At: at, Whom: c.WaveFor(bot.WaveEveryone)},
				Title: c.Title, Says: says, Change: c.State, Owner: c.Owner, Version: c.Version,
			})
		}
	}
	told := is.Announced
	if told.IsZero() {
		told = c.AnnounceAt
	}
	add(bot.DateAnnounced, told, bot.Bilingual{})
	add(bot.DateFrom, c.From, bot.Bilingual{})
	add(bot.DateUntil, c.Until, bot.Bilingual{})
	if c.State != bot.ChangeClosed {
		add(bot.DateNews, c.NextNews, bot.Bilingual{})
	}
	for _, stage := range c.Stages {
		add(bot.DateStage, stage.At, stage.Text)
	}
	return all
}

// sendOf is a broadcast at the moment at which it began, or is to begin.
func sendOf(m storage.Mailing, w bot.Wave) Date {
	b := m.Unsubmitted().Broadcast
	at := m.Started
	if at.IsZero() {
		at = b.Start
	}
	title := b.Text
	if b.Title != "" {
		title = bot.Bilingual{UK: b.Called(bot.Ukrainian), RU: b.Called(bot.Russian)}
	}
	return Date{
		Dated: bot.Dated{
			Kind: bot.DateSend, ID: b.ID, At: at, Whom: b.Audience, Apart: b.Derived(),
			Free: b.Urgent != "" || b.Correction, Plan: w.Change, Over: cmp.Or(b.Mends, b.Corrects),
		},
		Title: title, Send: b.State, Begun: !m.Started.IsZero(), Owner: cmp.Or(w.Owner, m.Author),
	}
}
