package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage"
)

// seedLease is how long the bots are held while people move in.
const seedLease = 10 * time.Second

// Seed makes the sample customers known to the company: imported, with the
// addresses of their phones. It must run while nobody holds the bots. Who is
// known already stays as they are.
func Seed(ctx context.Context, store *storage.Store) error {
	var records []contact.Record
	for _, p := range people() {
		records = append(records, contact.Record{
			ExternalID: "demo-" + p.Key, Name: p.Name, Language: p.Language, Tier: p.Tier, Region: p.Region, Phones: []string{p.Number},
		})
	}
	actor := bot.Actor{User: "demo", Login: "demo", Role: bot.Admin}
	contacts := contact.New(store, time.Now)
	if err := settle(ctx, contacts, actor); err != nil {
		return fmt.Errorf("demo: regions: %w", err)
	}
	outcomes, err := contacts.Upsert(ctx, actor, records)
	if err != nil {
		return fmt.Errorf("demo: import people: %w", err)
	}
	for _, name := range []string{Telegram, Viber} {
		if err := moveIn(ctx, store, name, outcomes); err != nil {
			return fmt.Errorf("demo: addresses at %s: %w", name, err)
		}
	}
	return errors.Join(atWork(ctx, store), named(ctx, store))
}

// settle makes the regions where the people live, unless there are any.
func settle(ctx context.Context, contacts *contact.Contacts, by bot.Actor) error {
	have, err := contacts.Regions(ctx, by)
	if err != nil || len(have) > 0 {
		return err
	}
	kyiv, err := contacts.PutRegion(ctx, by, bot.Region{Name: bot.Bilingual{UK: "Київ", RU: "Киев"}})
	for _, name := range []bot.Bilingual{{UK: "Поділ", RU: "Подол"}, {UK: "Оболонь", RU: "Оболонь"}, {UK: "Троєщина", RU: "Троещина"}} {
		if err == nil {
			_, err = contacts.PutRegion(ctx, by, bot.Region{Parent: kyiv.ID, Name: name})
		}
	}
	return err
}

// named has the company bear its name, unless somebody has given another.
func named(ctx context.Context, store *storage.Store) error {
	for _, l := range bot.Languages() {
		setting := bot.CompanySetting(l)
		if _, set, err := store.Setting(ctx, setting); err != nil || set {
			return err
		}
		if err := store.PutSetting(ctx, setting, "Одуд"); err != nil {
			return err
		}
	}
	return nil
}

// atWork has the operators at their desk at any hour, unless somebody has said
// when they are.
func atWork(ctx context.Context, store *storage.Store) error {
	_, set, err := store.Setting(ctx, bot.HoursSetting)
	if err != nil || set {
		return err
	}
	var h bot.Hours
	for d := range h.Days {
		h.Days[d] = bot.Spans{{From: "00:00", To: "24:00"}}
	}
	setting, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("demo: working hours: %w", err)
	}
	return store.PutSetting(ctx, bot.HoursSetting, string(setting))
}

// moveIn gives the people their conversations with the bot, which stand at no
// step yet.
func moveIn(ctx context.Context, store *storage.Store, name string, known []contact.Outcome) error {
	owner := storage.NewID()
	lease, _, ok, err := store.Acquire(ctx, name, owner, seedLease)
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("somebody holds the bot")
	}
	var in []storage.Incoming
	var writes []storage.TurnWrite
	for i, p := range people() {
		if p.Stranger || known[i].Result == contact.Refused { // they asked to be forgotten
			continue
		}
		at := p.at(name)
		loaded, err := store.LoadTurns(ctx, []bot.Address{at})
		if err != nil {
			return err
		}
		if loaded[at].Conversation.Version > 0 {
			continue
		}
		id := "demo/" + storage.NewID()
		in = append(in, storage.Incoming{Source: storage.SourceDesk, Update: bot.Update{Bot: name, Chat: at.Chat, ID: id, Payload: []byte("{}")}})
		writes = append(writes, storage.TurnWrite{Bot: name, InboxID: id, Conversation: &bot.Conversation{
			Address: at, Contact: known[i].ID, Version: 1, Reach: bot.Reachable,
		}})
	}
	if len(in) > 0 {
		if _, err := store.Receive(ctx, in); err != nil {
			return err
		}
	}
	if _, err := store.CommitTurns(ctx, lease, writes); err != nil {
		return err
	}
	return store.Release(ctx, lease)
}

// Remember has the fakes, which forget with the process, go on where an earlier
// demo with the same database ended: their numbers do not repeat, and whoever
// had begun a conversation may be written to.
func Remember(ctx context.Context, store *storage.Store, tg *telegramtest.Server, vb *vibertest.Server, now time.Time) error {
	tg.Jump(now.UnixMilli())
	vb.Jump(uint64(now.UnixMilli()))
	for _, p := range people() {
		loaded, err := store.LoadTurns(ctx, p.addresses())
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if begun(loaded[p.at(Telegram)]) {
			p.onTelegram(tg).Join()
		}
		if begun(loaded[p.at(Viber)]) {
			p.onViber(vb).Join()
		}
	}
	return nil
}

// begun reports whether a conversation came further than to be known.
func begun(l storage.Loaded) bool { return l.Conversation.State.Flow != "" }
