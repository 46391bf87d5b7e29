package change

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// ready finds what keeps a version from being submitted or approved, and notes the
// exception it asks for.
func (s *Changes) ready(ctx context.Context, tx *storage.Tx, sheet storage.Sheet, detail map[string]any) error {
	if blanks := sheet.Blanks(); len(blanks) > 0 {
		return blank(blanks)
	}
	if sheet.InForce != 0 {
		before, err := tx.ToldSheet(ctx, sheet.ID)
		if err != nil {
			return err
		}
		if sheet.Corrects(before.Change) && !sheet.Wrong.Complete() {
			return blank([]string{"wrong"})
		}
	}
	days, err := noticeOf(ctx, tx, sheet.Kind)
	if err != nil {
		return err
	}
	if !sheet.From.Before(s.now().AddDate(0, 0, days)) || days == 0 {
		return nil
	}
	if sheet.ShortNotice == "" {
		return bot.Invalid("from", bot.FaultNotice, bot.Data{"Days": days})
	}
	detail["short_notice"] = sheet.ShortNotice
	return nil
}

// noticeOf returns how many days before it takes effect a change of the kind has to be
// told; 0: no time is set.
func noticeOf(ctx context.Context, tx *storage.Tx, kind bot.ChangeKind) (int, error) {
	return daysOf(ctx, tx.Setting, bot.ChangeNoticeSetting(kind), 0)
}

func daysOf(ctx context.Context, setting func(context.Context, string) (string, bool, error), key string, unset int) (int, error) {
	value, ok, err := setting(ctx, key)
	if err != nil || !ok {
		return unset, err
	}
	days, err := strconv.Atoi(value)
	if err != nil {
		return unset, fmt.Errorf("the setting %s is no number of days: %w", key, err)
	}
	return days, nil
}

// lock makes what is told of the version, and binds all of it by its hash.
func (s *Changes) lock(ctx context.Context, tx *storage.Tx, sheet *storage.Sheet) error {
	var all []bot.Rendering
	if s.render != nil {
		var err error
		if all, err = s.render(sheet.Change); err != nil {
			return fmt.Errorf("render change %s: %w", sheet.ID, err)
		}
	}
	sheet.Renderings = make([]string, len(all))
	for i, r := range all {
		sheet.Renderings[i] = r.Hash()
	}
	sheet.Approved, sheet.Hash = s.now(), sheet.ApprovedHash(sheet.Renderings...)
	return tx.PutRenderings(ctx, "", all)
}

// Due is what comes of time alone.
type Due struct {
	Announced []string // whose moment has come
	Returned  []string // whose review has lasted too long
	Void      []string // whose approval was not used before they took effect
}

// The notes of what time alone does, for colleagues of both languages.
const (
	reviewOver   = "Час на розгляд минув / Время на рассмотрение истекло"
	approvalOver = "Зміна мала набути чинності, а її не оголосили / Изменение должно было вступить в силу, а его не объявили"
)

// ReviewDays is how long a review lasts where nothing else is set.
const ReviewDays = 14

// Tend announces what is due, and gives back what has waited for too long: a review
// after so many days, an approval when the change takes effect unannounced.
func (s *Changes) Tend(ctx context.Context) (due Due, err error) {
	all, err := s.store.Sheets(ctx)
	if err != nil {
		return due, err
	}
	days, err := daysOf(ctx, s.store.Setting, bot.ChangeReviewSetting, ReviewDays)
	if err != nil {
		return due, err
	}
	for _, sheet := range all {
		m, note, did := s.due(sheet, days, &due)
		if m == "" {
			continue
		}
		_, err := s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
			is, err := tx.Sheet(ctx, sheet.ID)
			if err != nil || is.Version != sheet.Version || is.State != sheet.State {
				return is, err // somebody moved it meanwhile
			}
			*did = append(*did, is.ID)
			return s.move(ctx, tx, bot.System(), is, m, note)
		})
		if err != nil {
			return due, fmt.Errorf("%s change %s: %w", m, sheet.ID, err)
		}
	}
	return due, nil
}

// due says what time makes of a version, and where that is noted; "": nothing.
func (s *Changes) due(sheet storage.Sheet, days int, due *Due) (m bot.ChangeMove, note string, did *[]string) {
	now := s.now()
	passed := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case sheet.State == bot.ChangeApproved && passed(sheet.AnnounceAt):
		return bot.ChangeAnnounce, "", &due.Announced
	case sheet.State == bot.ChangeApproved && sheet.Approved.Before(sheet.From) && passed(sheet.From):
		return bot.ChangeRevise, approvalOver, &due.Void
	case sheet.State == bot.ChangeReview && !sheet.Submitted.IsZero() && passed(sheet.Submitted.AddDate(0, 0, days)):
		return bot.ChangeReturn, reviewOver, &due.Returned
	}
	return "", "", nil
}
