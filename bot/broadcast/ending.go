package broadcast

import (
	"cmp"
	"context"
	"time"

	"visnyk/bot"
	"visnyk/locales"
	"visnyk/storage"
)

const (
	// EndsSoon is how long before the approval of a template ends its maker is reminded:
	// long enough for it to be approved anew without haste.
	EndsSoon  = 7 * 24 * time.Hour
	endsLook  = time.Hour // between two looks for such templates
	endsText  = "colleague.template_ends"
	unfitText = "colleague.template_unfit"

	reminded = "broadcast.remind" // in the audit, which is also how it is known
)

// The hours of a day in which nobody minds a reminder.
const (
	morning = 9
	evening = 20
)

// RemindEnding reminds the makers of templates whose approval ends soon, or holds no more
// because this program shows them otherwise than was approved, in the messenger that they
// have linked: once for each approval and why. Whoever has linked none, or does so later,
// sees it on the page meanwhile. It returns the ids of the templates.
func (s *Broadcasts) RemindEnding(ctx context.Context) (ids []string, err error) {
	if hour := s.now().In(s.zone).Hour(); hour < morning || hour >= evening {
		return nil, nil
	}
	all, err := s.store.LivingBroadcasts(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if !m.Template || m.State != bot.BroadcastApproved {
			continue
		}
		is, err := s.remindEnding(ctx, m.ID)
		if err != nil {
			return ids, err
		}
		if is {
			ids = append(ids, m.ID)
		}
	}
	return ids, nil
}

// Holding reports whether an approved template is shown by this program as it was approved,
// so that it may be filled while its approval lasts.
func (s *Broadcasts) Holding(ctx context.Context, m storage.Mailing) (bool, error) {
	why, err := s.halt(ctx, s.store, m)
	return why == "", err
}

// remindEnding reminds the maker of the one, unless somebody was quicker: another replica
// that reminded them, or whoever decided something about it.
func (s *Broadcasts) remindEnding(ctx context.Context, id string) (is bool, err error) {
	var told bot.Address
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		told = bot.Address{}
		m, err := tx.Broadcast(ctx, id)
		if err != nil || m.State != bot.BroadcastApproved {
			return err
		}
		last, err := tx.LastEntry(ctx, object(id), approved)
		if err != nil {
			return err
		}
		until := last.At.Add(bot.TemplateHolds)
		if !until.After(s.now()) {
			return nil
		}
		key, mark, which := endsText, "until", until.UTC().Format(time.RFC3339)
		switch why, err := s.halt(ctx, tx, m); {
		case err != nil:
			return err
		case why != "":
			key, mark, which = unfitText, "hash", m.Hash
		case until.After(s.now().Add(EndsSoon)):
			return nil
		}
		if done, err := tx.AuditedOf(ctx, reminded, object(id), mark, which); err != nil || done {
			return err
		}
		zone := s.ZoneOf(m.Zone)
		told, err = s.tellOwner(ctx, tx, m, key, "ends/"+id+"/"+which, func(l bot.Language) map[string]any {
			return map[string]any{"Title": cmp.Or(m.Called(l), m.ID), "Until": locales.Near(l, until.In(zone), s.now().In(zone))}
		})
		if err != nil || told.Bot == "" {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: bot.System(), Action: reminded, Object: object(id), Detail: map[string]any{mark: which}})
	})
	if err == nil {
		s.said(told)
	}
	return told.Bot != "", err
}

// remindEnding is RemindEnding from time to time.
func (k *Keeper) remindEnding(ctx context.Context) error {
	if !k.ended.IsZero() && time.Since(k.ended) < endsLook {
		return nil
	}
	ids, err := k.RemindEnding(ctx)
	for _, id := range ids {
		k.Log.Info("whoever made a template is reminded that it has to be approved anew", "broadcast", id)
	}
	if err == nil {
		k.ended = time.Now()
	}
	return err
}
