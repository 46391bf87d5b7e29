package change

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/clarity"
	"visnyk/storage"
)

// Findings returns what is to be looked at in the words of the change; zone is that of
// the company's days.
func Findings(c bot.Change, zone *time.Location) []clarity.Finding {
	return clarity.Check(clarity.SheetOf(c, zone))
}

// Unready names the fields that keep the change from being submitted: blanks, and places
// in its words that somebody left to be filled.
func Unready(c bot.Change) []string {
	fields := c.Blanks()
	for _, f := range Findings(c, time.UTC) {
		if f.Stops() && f.Reason == clarity.Unknown && !slices.Contains(fields, f.Field) {
			fields = append(fields, f.Field)
		}
	}
	return fields
}

// ReasonMost is how long the reason may be for which a finding stands, in characters.
const ReasonMost = 300

// Accepted returns what is let stand in the words of the change.
func (s *Changes) Accepted(ctx context.Context, by bot.Actor, id string) ([]storage.AcceptedFinding, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	return s.store.AcceptedFindings(ctx, id)
}

// Found is what the check finds, and who lets it stand, where somebody does.
type Found struct {
	clarity.Finding
	Accepted *storage.AcceptedFinding
}

// Found returns what the check finds in the words of the change, as c has them; zone is
// that of the company's days.
func (s *Changes) Found(ctx context.Context, by bot.Actor, c bot.Change, zone *time.Location) ([]Found, error) {
	accepted, err := s.Accepted(ctx, by, c.ID)
	if err != nil {
		return nil, err
	}
	all := []Found{}
	for _, f := range Findings(c, zone) {
		one := Found{Finding: f}
		if i := slices.IndexFunc(accepted, func(a storage.AcceptedFinding) bool { return a.Finding == f.Key() }); i >= 0 && !f.Stops() {
			one.Accepted = &accepted[i]
		}
		all = append(all, one)
	}
	return all, nil
}

// AcceptFound is Accept of what the check finds in the change as it stands, and returns
// it: storage.ErrNotFound where it finds no such thing, *bot.InvalidError where that is a
// blank, which nobody can let stand.
func (s *Changes) AcceptFound(ctx context.Context, by bot.Actor, id, finding, reason string, zone *time.Location) (Found, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return Found{}, err
	}
	sheet, err := s.Read(ctx, by, id)
	if err != nil {
		return Found{}, err
	}
	same := func(f Found) bool { return f.Key() == finding }
	all, err := s.Found(ctx, by, sheet.Unsubmitted().Change, zone)
	i := slices.IndexFunc(all, same)
	switch {
	case err != nil:
		return Found{}, err
	case i < 0:
		return Found{}, fmt.Errorf("finding %s of change %s: %w", finding, id, storage.ErrNotFound)
	case all[i].Stops():
		return Found{}, bot.Invalid(all[i].Field, bot.FaultBlank, nil)
	}
	if err := s.Accept(ctx, by, id, finding, reason); err != nil {
		return Found{}, err
	}
	if all, err = s.Found(ctx, by, sheet.Unsubmitted().Change, zone); err != nil {
		return Found{}, err
	}
	return all[i], nil
}

// Accept lets a finding stand, for a reason that whoever approves reads; without a
// reason it stands no more. *bot.InvalidError where the reason is too long,
// storage.ErrNotFound where there is no such change.
func (s *Changes) Accept(ctx context.Context, by bot.Actor, id, finding, reason string) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) > ReasonMost {
		return bot.Invalid("reason", bot.FaultLong, bot.Data{"Max": ReasonMost})
	}
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		sheet, err := tx.Sheet(ctx, id)
		if err != nil {
			return err
		}
		if err := writable(sheet); err != nil {
			return err
		}
		if reason == "" {
			return tx.DisputeFinding(ctx, id, finding)
		}
		return tx.AcceptFinding(ctx, storage.AcceptedFinding{Change: id, Finding: finding, Reason: reason, User: by.User})
	})
}

// Renderings returns what customers are shown of the change as it is written, on every
// messenger in every language.
func (s *Changes) Renderings(c bot.Change) ([]bot.Rendering, error) {
	all, _, err := s.bind(c)
	return all, err
}
