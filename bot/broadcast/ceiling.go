package broadcast

import (
	"context"
	"fmt"
	"maps"

	"visnyk/bot"
	"visnyk/storage"
)

// Cap says what the messages of a broadcast may cost altogether from now on; zero: what
// they cost. Of a draft it is content like any other, and not said here. Later it stays
// beside what was approved, because nobody is told anything else by it: less may be allowed
// by whoever writes or approves, more only by who may approve it, with the same four eyes.
// The errors are those of Move; *bot.InvalidError where the table of prices does not say in
// this currency what every message costs.
//
// A broadcast that was paused for its ceiling stays so: somebody resumes it.
func (s *Broadcasts) Cap(ctx context.Context, by bot.Actor, id string, to bot.Money, version int) (storage.Mailing, error) {
	if !by.May(bot.ApproveContent) {
		if err := by.Require(bot.WriteContent); err != nil {
			return storage.Mailing{}, err
		}
	}
	if version == 0 {
		return storage.Mailing{}, bot.ErrNoVersion
	}
	return s.write(ctx, id, func(tx *storage.Tx) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, m.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		if m.State == bot.BroadcastDraft || m.State == bot.BroadcastSent || m.State == bot.BroadcastCancelled || m.News != nil {
			return &bot.MoveError{Noun: "broadcast", From: string(m.State), Move: "ceiling", Legal: bot.Choices(m.Moves())}
		}
		var f faults
		if err := checkCeiling(ctx, tx, &f, to); err != nil {
			return err
		}
		if err := f.err(); err != nil {
			return err
		}
		detail := map[string]any{"from": m.Ceiling.String(), "to": to.String()}
		if more(m.Ceiling, to) {
			approval, err := mayApprove(ctx, tx, by, m)
			if err != nil {
				return err
			}
			maps.Copy(detail, approval)
		}
		m.Ceiling, m.Version = to, m.Version+1
		if err := tx.PutBroadcast(ctx, m); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.ceiling", Object: object(id), Detail: detail})
	})
}

func mayApprove(ctx context.Context, tx *storage.Tx, by bot.Actor, m storage.Mailing) (map[string]any, error) {
	if err := by.Require(bot.ApproveContent); err != nil {
		return nil, err
	}
	return tx.Approve(ctx, object(m.ID), by, m.Hash)
}

// more reports whether the second allows more than the first: nothing allows most.
func more(was, is bot.Money) bool {
	return !was.IsZero() && (is.IsZero() || is.Currency != was.Currency || is.Sum > was.Sum)
}

// checkCeiling finds what is no ceiling: one that not every price can be compared with.
func checkCeiling(ctx context.Context, tx *storage.Tx, f *faults, ceiling bot.Money) error {
	if ceiling.IsZero() {
		return nil
	}
	set, _, err := tx.Setting(ctx, bot.PriceSetting)
	if err != nil {
		return err
	}
	prices, _ := bot.ParsePrices(set) // it was checked when it was set
	_, all := prices[""]
	for _, price := range prices {
		m, known := bot.ParseMoney(price)
		all = all && known && m.Currency == ceiling.Currency
	}
	if !all {
		f.wrong("ceiling", bot.FaultUnpriced, bot.Data{"Currency": ceiling.Currency})
	}
	return nil
}
