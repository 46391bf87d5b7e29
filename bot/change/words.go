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
	sheet := clarity.Sheet{Price: c.Kind == bot.Tariff, Texts: []clarity.Text{
		{Field: "title", Words: c.Title, Names: true},
		{Field: "summary", Words: c.Summary, Names: true, Prices: true},
		{Field: "reason", Words: c.Reason},
		{Field: "consequence", Words: c.Consequence, Prices: true},
		{Field: "benefit", Words: c.Benefit},
		{Field: "to_do", Words: c.ToDo, Action: true},
	}}
	if !c.From.IsZero() {
		sheet.From = c.From.In(zone)
	}
	add := func(field string, w bot.Bilingual, optional, acts bool) {
		sheet.Texts = append(sheet.Texts, clarity.Text{Field: field, Words: w, Optional: optional, Action: acts})
	}
	for i, g := range c.Groups {
		add(fmt.Sprintf("groups/%d/consequence", i), g.Consequence, true, false)
		add(fmt.Sprintf("groups/%d/to_do", i), g.ToDo, true, true)
	}
	for i, one := range c.Sums {
		add(fmt.Sprintf("sums/%d/what", i), one.What, false, false)
	}
	for i, one := range c.Dates {
		add(fmt.Sprintf("dates/%d/what", i), one.What, false, false)
	}
	for i, one := range c.Places {
		add(fmt.Sprintf("addresses/%d/what", i), one.What, false, false)
		add(fmt.Sprintf("addresses/%d/address", i), one.Address, false, false)
	}
	for i, one := range c.Links {
		add(fmt.Sprintf("links/%d/what", i), one.What, false, false)
	}
	for i, one := range c.Stages {
		add(fmt.Sprintf("stages/%d/text", i), one.Text, false, false)
	}
	add("questions", c.Questions, true, false)
	add("wrong", c.Wrong, true, false)
	return clarity.Check(sheet)
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
		if sheet.State != bot.ChangeDraft {
			return &bot.MoveError{Noun: "change", From: string(sheet.State), Move: bot.EditMove, Legal: bot.Choices(sheet.State.Moves())}
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
