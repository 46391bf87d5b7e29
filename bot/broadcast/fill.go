package broadcast

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/draft"
	"visnyk/bot/markup"
	"visnyk/locales"
	"visnyk/storage"
)

// staleAfter is how long what was filled without an end is news: who has not heard of it
// by then does not hear of it any more.
const staleAfter = 24 * time.Hour

// Sends is what is said with a filled template that is sent.
type Sends struct {
	// Read, unless "", is what was read of it before, as Read returns it.
	Read string
	// People is how many it is meant for by now, by who has read the number; it matters
	// where they are not about as many as were approved. 0: nobody has.
	People int
}

// FilledAs returns what would be sent of the template with these words in its slots.
// Nothing is kept. *bot.InvalidError where they may not stand there, *bot.MoveError where
// it is no approved template, *bot.RefusedError where its approval does not hold any more.
func (s *Broadcasts) FilledAs(ctx context.Context, by bot.Actor, id string, with Filling) (bot.Broadcast, error) {
	m, err := s.Read(ctx, by, id)
	if err != nil {
		return bot.Broadcast{}, err
	}
	last, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(id), Action: approved}, 1)
	if err != nil {
		return bot.Broadcast{}, err
	}
	if len(last) == 0 {
		last = []storage.AuditLine{{}}
	}
	return s.filled(ctx, s.store, m, last[0], with)
}

// ReadOf names what is read of a broadcast before it is sent: its words and its window.
func ReadOf(b bot.Broadcast) string {
	until := ""
	if b.Filled != nil && !b.Filled.Until.IsZero() {
		until = b.Until.UTC().Format(time.RFC3339Nano)
	}
	return bot.HashText(b.Text.UK + "\x00" + b.Text.RU + "\x00" + until)
}

// filled makes the broadcast that a template becomes, whose last approval is the entry.
func (s *Broadcasts) filled(ctx context.Context, of approvals, m storage.Mailing, last storage.AuditLine, with Filling) (b bot.Broadcast, err error) {
	if _, ok := m.Can(bot.BroadcastFill); !ok {
		return b, &bot.MoveError{Noun: "broadcast", From: string(m.State), Move: string(bot.BroadcastFill), Legal: bot.Choices(m.Moves())}
	}
	if why, err := s.halt(ctx, of, m); err != nil || why != "" {
		if err == nil {
			err = bot.Refused("approved", bot.FaultNotApproved, nil)
		}
		return b, err
	}
	now := s.now()
	if now.Sub(last.At) > bot.TemplateHolds {
		return b, bot.Refused("approved", bot.FaultApprovalOld, bot.Data{"Days": int(bot.TemplateHolds.Hours() / 24)})
	}
	with.Where = bot.Bilingual{UK: tidy(with.Where.UK), RU: tidy(with.Where.RU)}
	var f faults
	if checkFilling(&f, m.Broadcast, with, now); len(f) > 0 {
		return b, f.err()
	}
	zone := s.ZoneOf(m.Zone)
	words := map[bot.Slot]bot.Bilingual{}
	if with.Where.Complete() {
		words[bot.SlotWhere] = with.Where
	}
	for slot, at := range map[bot.Slot]time.Time{bot.SlotFrom: with.From, bot.SlotUntil: with.Until} {
		if !at.IsZero() {
			say := func(l bot.Language) string { return locales.Within(l, at.In(zone), now.In(zone)) }
			words[slot] = bot.Bilingual{UK: say(bot.Ukrainian), RU: say(bot.Russian)}
		}
	}
	b = copyOf(bot.Filled{Template: m.Broadcast, Words: words, From: with.From, Until: with.Until})
	b.State, b.Version, b.Title = bot.BroadcastDraft, 1, titled(m.Title, words[bot.SlotWhere].UK)
	if b.Until = with.Until; b.Until.IsZero() {
		from := now
		if with.From.After(now) {
			from = with.From
		}
		b.Until = from.Add(staleAfter).Truncate(time.Minute)
	}
	return b, nil
}

// titled is what colleagues know the copy by.
func titled(title, where string) string {
	return cut(strings.Trim(title+": "+where, ": "), TitleMost)
}

// copyOf is the template with the words in its slots, but for what a copy has of its own.
func copyOf(f bot.Filled) bot.Broadcast {
	b := f.Template
	values := func(l bot.Language) map[string]string {
		all := map[string]string{}
		for _, slot := range bot.Slots() {
			all[string(slot)] = f.Words[slot].In(l)
		}
		return all
	}
	b.Text = bot.Bilingual{UK: markup.Fill(b.Text.UK, values(bot.Ukrainian)), RU: markup.Fill(b.Text.RU, values(bot.Russian))}
	b.ID, b.Template, b.Filled, b.Renderings = "", false, &f, nil
	return b
}

// AsFilled reports whether the broadcast says, to whom and how its template does, with
// nothing but its slots filled.
func AsFilled(b bot.Broadcast) bool {
	if b.Filled == nil {
		return false
	}
	want := copyOf(*b.Filled)
	want.ID, want.State, want.Version, want.Title, want.Until, want.Ceiling, want.Renderings = b.ID, b.State, b.Version, b.Title, b.Until, b.Ceiling, b.Renderings
	return b.Filled.Template.Template && draft.Alike(want, b)
}

// Fill sends a copy of the approved template with these words in its slots, at once: to
// whom it was approved for, by one person alone, for everything but those words was
// approved with it. version is that of the template which was read. Errors are those of
// FilledAs, of a version, and of a start: another number of people than was approved, the
// same words to the same people within a day.
func (s *Broadcasts) Fill(ctx context.Context, by bot.Actor, id string, version int, with Filling, sends Sends) (storage.Mailing, error) {
	if err := MayMove(by, bot.BroadcastFill); err != nil {
		return storage.Mailing{}, err
	}
	if version == 0 {
		return storage.Mailing{}, bot.ErrNoVersion
	}
	is, err := s.store.Broadcast(ctx, id)
	if err != nil {
		return storage.Mailing{}, err
	}
	people, err := s.counted(ctx, is)
	if err != nil {
		return storage.Mailing{}, err
	}
	made := storage.NewID()
	return s.write(ctx, made, func(tx *storage.Tx) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, m.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		last, err := tx.LastEntry(ctx, object(id), approved)
		if err != nil {
			return err
		}
		next := m
		if next.Broadcast, err = s.filled(ctx, tx, m, last, with); err != nil {
			return err
		}
		if sends.Read != "" && sends.Read != ReadOf(next.Broadcast) {
			return bot.Refused("read", bot.FaultReadElse, nil)
		}
		if was, differs, err := guard(ctx, tx, m, people); err != nil || differs && (sends.People == 0 || bot.Beyond(sends.People, *people)) {
			if err == nil {
				err = bot.Refused("people", bot.FaultCrowd, bot.Data{"Approved": was, "People": *people})
			}
			return err
		}
		next.ID, next.Hash, next.Note, next.Author, next.Editor = made, "", "", by.User, by.User
		return s.send(ctx, tx, by, next, people)
	})
}

// send makes the copy of a template, says with which approval it was approved, and has it
// begin.
func (s *Broadcasts) send(ctx context.Context, tx *storage.Tx, by bot.Actor, m storage.Mailing, people *int) error {
	of := m.Filled
	made, used := map[string]any{"template": of.Template.ID}, map[string]any{"broadcast": m.ID}
	for slot, words := range of.Words {
		made["slot_"+string(slot)], used["slot_"+string(slot)] = words, words
	}
	if err := s.put(ctx, tx, by, "broadcast.create", m, made); err != nil {
		return err
	}
	if err := tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast." + string(bot.BroadcastFill), Object: object(of.Template.ID), Detail: used}); err != nil {
		return err
	}
	m.State, m.Version = bot.BroadcastApproved, m.Version+1
	if err := s.keeps(ctx, tx, &m); err != nil {
		return err
	}
	if err := tx.PutBroadcast(ctx, m); err != nil {
		return err
	}
	detail := map[string]any{"from": bot.BroadcastDraft, "to": m.State, "version": m.Version, "hash": m.Hash, "template": of.Template.ID, "urgent": m.Urgent}
	if people != nil {
		detail["people"] = *people
	}
	if err := tx.Audit(ctx, storage.AuditEntry{Actor: bot.System(), Action: approved, Object: object(m.ID), Detail: detail}); err != nil {
		return err
	}
	return s.move(ctx, tx, by, m, bot.BroadcastStart, Moved{counted: people})
}

// FilledFrom returns what was made of a template lately, the newest first.
func (s *Broadcasts) FilledFrom(ctx context.Context, by bot.Actor, id string) ([]storage.Mailing, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	return s.store.FilledFrom(ctx, id, filledMost)
}

// filledMost is how many of them a page shows.
const filledMost = 20

// Holds returns until when the approval of a template lasts; zero where it has none.
func (s *Broadcasts) Holds(ctx context.Context, m storage.Mailing) (time.Time, error) {
	if !m.Template || m.State != bot.BroadcastApproved {
		return time.Time{}, nil
	}
	last, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(m.ID), Action: approved}, 1)
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return last[0].At.Add(bot.TemplateHolds), nil
}
