package broadcast

import (
	"cmp"
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// haltText begins the keys of what the maker of a broadcast is told that pauses by itself.
const haltText = "colleague.halt."

// toldHalts are the halts of which its maker is told. The others are somebody's who stopped
// all broadcasts, and of a database about which whoever serves it is asked.
func toldHalts() []string {
	return []string{bot.HaltLate, bot.HaltCrowd, bot.HaltChanged, bot.HaltOutdated, bot.HaltCeiling, bot.HaltUnpriced}
}

func haltTexts() []string {
	keys := toldHalts()
	for i, why := range keys {
		keys[i] = haltText + why
	}
	return keys
}

// pause pauses the broadcast, which nobody else moves until the commit, by itself because
// of why, and has its maker told. The caller says so by said once it is committed.
func (s *Broadcasts) pause(ctx context.Context, tx *storage.Tx, m storage.Mailing, why string) (told bot.Address, err error) {
	if err := tx.HaltBroadcast(ctx, m, bot.System(), why); err != nil {
		return told, err
	}
	return s.tellOwner(ctx, tx, m, haltText+why, fmt.Sprintf("halt/%s/%d", m.ID, m.Version), func(l bot.Language) map[string]any {
		return map[string]any{"Title": cmp.Or(m.Called(l), m.ID), "Ceiling": m.Ceiling.String()}
	})
}

// said wakes the line of whoever was told.
func (s *Broadcasts) said(told bot.Address) {
	if told.Bot != "" {
		s.store.Notify("outbox:" + told.Bot)
	}
}

// haltAt pauses the broadcast, which the releaser has seen, for its ceiling, and tells who
// made it; unless somebody moved it meanwhile.
func (s *Broadcasts) haltAt(ctx context.Context, seen storage.Mailing, why string) error {
	var told bot.Address
	_, err := s.write(ctx, seen.ID, func(tx *storage.Tx) error {
		told = bot.Address{}
		m, err := tx.Broadcast(ctx, seen.ID)
		if err != nil || m.Version != seen.Version || m.State != bot.BroadcastSending {
			return err
		}
		told, err = s.pause(ctx, tx, m, why)
		return err
	})
	if err == nil {
		s.said(told)
	}
	return err
}

// tellOwner has who made the broadcast told the text of the key, where they have linked a
// messenger: with the data as their language writes it, once for each cause. It returns where; the
// zero value where they have linked none.
func (s *Broadcasts) tellOwner(ctx context.Context, tx *storage.Tx, m storage.Mailing, key, cause string, data func(bot.Language) map[string]any) (bot.Address, error) {
	to, linked, err := tx.OwnerOf(ctx, "", m.Author)
	messenger, there := s.messengers[to.Address.Bot]
	if err != nil || !linked || !there {
		return bot.Address{}, err
	}
	l := to.Language
	if !l.Known() {
		l = bot.Ukrainian
	}
	words, err := s.texts.Text(l, key, data(l), nil)
	if err != nil {
		return bot.Address{}, err
	}
	rows, err := bot.Queue(messenger, bot.Outgoing{
		Lane: bot.LaneDesk, To: to.Address, Message: bot.Message{Text: words, Plain: true}, Cause: cause,
	})
	if err != nil {
		return bot.Address{}, err
	}
	_, err = tx.Enqueue(ctx, rows)
	return to.Address, err
}
