package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// ready finds what keeps a version from being submitted or approved, and notes the
// exception it asks for.
func (s *Changes) ready(ctx context.Context, tx *storage.Tx, sheet storage.Sheet, detail map[string]any) error {
	if blanks := Unready(sheet.Change); len(blanks) > 0 {
		return blank(blanks)
	}
	var before bot.Change
	if sheet.InForce != 0 {
		told, err := tx.ToldSheet(ctx, sheet.ID)
		if err != nil {
			return err
		}
		if before = told.Change; sheet.Corrects(before) && !sheet.Wrong.Complete() {
			return blank([]string{"wrong"})
		}
	}
	n, err := tx.Number(ctx, bot.ChangeNoticeSetting(sheet.Kind))
	switch days := s.lacks(sheet, before, int(n)); {
	case err != nil:
		return err
	case days == 0:
		return nil
	case sheet.ShortNotice == "":
		return bot.Invalid("from", bot.FaultNotice, bot.Data{"Days": days})
	}
	detail["short_notice"] = sheet.ShortNotice
	return nil
}

// Lacks returns how many days before it takes effect the sheet should be submitted, as it
// is written by now; 0 where there is time enough, or it is said why there is not.
func (s *Changes) Lacks(ctx context.Context, by bot.Actor, sheet storage.Sheet) (days int, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return 0, err
	}
	n, err := s.store.Number(ctx, bot.ChangeNoticeSetting(sheet.Kind))
	if err != nil || sheet.ShortNotice != "" || sheet.From.IsZero() {
		return 0, err
	}
	var before bot.Change
	if sheet.InForce != 0 {
		told, err := s.store.SheetVersion(ctx, sheet.ID, sheet.InForce)
		if err != nil {
			return 0, err
		}
		before = told.Change
	}
	return s.lacks(sheet, before, int(n)), nil
}

// lacks returns the days where the sheet takes effect sooner: of one that customers hear
// of as before only where it corrects that, for nobody has less time for what was told in
// time.
func (s *Changes) lacks(sheet storage.Sheet, before bot.Change, days int) int {
	if sheet.InForce != 0 && !sheet.Corrects(before) || !short(sheet.Change, days, s.now()) {
		return 0
	}
	return days
}

// short reports whether the change takes effect sooner than so many days from now; 0
// days are no demand.
func short(c bot.Change, days int, now time.Time) bool {
	return days != 0 && c.From.Before(now.AddDate(0, 0, days))
}

// bound returns what is told of the version, and what its approval would bind of that.
func (s *Changes) bound(c bot.Change) (all []bot.Rendering, b bot.Bound, err error) {
	all, words, err := s.bind(c)
	if err != nil {
		return nil, b, fmt.Errorf("render change %s: %w", c.ID, err)
	}
	b = bot.Bound{Hashes: make([]string, len(all)), Words: words}
	for i, r := range all {
		b.Hashes[i] = r.Hash()
		if !slices.Contains(b.Kinds, r.Channel) {
			b.Kinds = append(b.Kinds, r.Channel)
		}
	}
	return all, b, nil
}

// lock makes what is told of the version, and binds all of it by its hash.
func (s *Changes) lock(ctx context.Context, tx *storage.Tx, sheet *storage.Sheet) (err error) {
	var all []bot.Rendering
	if all, sheet.Bound, err = s.bound(sheet.Change); err != nil {
		return err
	}
	sheet.Approved, sheet.Hash = s.now(), sheet.ApprovedHash(sheet.Bound)
	return tx.PutRenderings(ctx, "", all)
}

// Due is what comes of time alone.
type Due struct {
	Announced []string // whose moment has come
	Waiting   []string // whose moment has come, and whom they concern is not who was approved
	Returned  []string // whose review has lasted too long
	Void      []string // whose approval was not used before they took effect
	Staged    []string // of which a stage has come and is told
	Late      []string // whose promised news are late
}

// The notes of what time alone does, for colleagues of both languages.
const (
	reviewOver   = "Час на розгляд минув / Время на рассмотрение истекло"
	approvalOver = "Зміна мала набути чинності, а її не оголосили / Изменение должно было вступить в силу, а его не объявили"
)

// NoteIn returns a note as who reads the language has it: one that time alone made is in
// both, and they read theirs.
func NoteIn(l bot.Language, note string) string {
	if note != reviewOver && note != approvalOver {
		return note
	}
	uk, ru, _ := strings.Cut(note, " / ")
	return bot.Bilingual{UK: uk, RU: ru}.In(l)
}

// Tend announces what is due, and gives back what has waited for too long: a review
// after so many days, an approval when the change takes effect unannounced.
func (s *Changes) Tend(ctx context.Context) (due Due, err error) {
	all, err := s.store.Sheets(ctx)
	if err != nil {
		return due, err
	}
	days, err := s.store.Number(ctx, bot.ChangeReviewSetting)
	if err != nil {
		return due, err
	}
	for _, sheet := range all {
		m, note, did := s.due(sheet, int(days), &due)
		if m == "" {
			continue
		}
		is, err := s.tend(ctx, sheet, m, note)
		var refused *bot.RefusedError
		if errors.As(err, &refused) && refused.Code == bot.FaultCrowd {
			did = &due.Waiting
			is, err = s.wait(ctx, sheet, refused.Fault)
		}
		if err != nil {
			return due, fmt.Errorf("%s change %s: %w", m, sheet.ID, err)
		}
		if is {
			*did = append(*did, sheet.ID)
		}
	}
	return due, s.tendNews(ctx, &due)
}

// tend makes a move that comes of time alone, and reports whether it was made: somebody
// may have moved the version meanwhile.
func (s *Changes) tend(ctx context.Context, sheet storage.Sheet, m bot.ChangeMove, note string) (moved bool, err error) {
	said := Said{Note: note}
	if m == bot.ChangeAnnounce {
		if said.counted, err = s.counted(ctx, sheet.ID); err != nil {
			return false, err
		}
	}
	_, err = s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		is, err := tx.Sheet(ctx, sheet.ID)
		if moved = err == nil && is.Version == sheet.Version && is.State == sheet.State; !moved {
			return is, err
		}
		return s.move(ctx, tx, bot.System(), is, m, said)
	})
	return moved, err
}

// tendNews has told what has come of the changes that customers hear of, and what has not.
func (s *Changes) tendNews(ctx context.Context, due *Due) error {
	if s.news.Broadcasts == nil {
		return nil
	}
	told, err := s.store.ToldSheets(ctx)
	if err != nil {
		return err
	}
	told = slices.DeleteFunc(told, func(sheet storage.Sheet) bool { return !sheet.Told() })
	if due.Staged, err = s.stagesDue(ctx, told); err != nil {
		return err
	}
	due.Late, err = s.lateNews(ctx, told)
	return err
}

// due says what time makes of a version, and where that is noted; "": nothing.
func (s *Changes) due(sheet storage.Sheet, days int, due *Due) (m bot.ChangeMove, note string, did *[]string) {
	now := s.now()
	passed := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case sheet.State == bot.ChangeApproved && passed(sheet.AnnounceAt) && passed(sheet.Approved.Add(bot.UndoApproval)) && !s.waiting(sheet):
		return bot.ChangeAnnounce, "", &due.Announced
	case sheet.State == bot.ChangeApproved && sheet.Approved.Before(sheet.From) && passed(sheet.From):
		return bot.ChangeRevise, approvalOver, &due.Void
	case sheet.State == bot.ChangeReview && !sheet.Submitted.IsZero() && passed(sheet.Submitted.AddDate(0, 0, days)):
		return bot.ChangeReturn, reviewOver, &due.Returned
	}
	return "", "", nil
}
