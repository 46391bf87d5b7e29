package storage_test

import (
	"errors"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// An edit is judged as an import is: values by their types, regions by their names;
// and a turn that read what was known before is made again.
func TestEditContact(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, id := t.Context(), storage.NewID()
		here := at("1")
		meets(t, s, here, bot.Contact{ID: id, Name: "Олена"}, "")
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return errors.Join(tx.EditContent(ctx), tx.PutRegions(ctx, []bot.Region{{ID: "kyiv", Name: bot.Bilingual{UK: "Київ", RU: "Киев"}}}),
				tx.PutAttribute(ctx, bot.Attribute{Name: "since", Type: bot.AttributeDate}), tx.PutAttribute(ctx, bot.Attribute{Name: "debt", Type: bot.AttributeNumber}))
		}))
		for due := true; due; due = must[bool](t)(s.SearchDue(ctx)) {
			must[int](t)(s.FillSearch(ctx))
		}
		version := person(t, s, here).Conversation.Version
		edit := func(id string, f func(*storage.ContactRow) error) error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return tx.EditContact(ctx, id, f) })
		}
		ok(t, edit(id, func(p *storage.ContactRow) error {
			p.Name, p.Region, p.Tags = "Олена Кіт", "киев", []string{"опт"}
			p.Attributes = map[string]string{"since": "31.12.2026", "debt": "багато"}
			return nil
		}))
		now := must[storage.ContactRow](t)(s.Contact(ctx, id))
		if now.Name != "Олена Кіт" || now.RegionPath != "/kyiv/" || now.Attributes["since"] != "2026-12-31" || now.Misfits["debt"] != "багато" || len(now.Addresses) != 1 {
			t.Errorf("after the edit: %+v", now)
		}
		if v := person(t, s, here).Conversation.Version; v != version+1 {
			t.Errorf("a turn that read what was known before may be committed: version %d after %d", v, version)
		}
		if !must[bool](t)(s.SearchDue(ctx)) {
			t.Error("nobody looks to have them found by their new name")
		}
		refused := errors.New("refused")
		err := edit(id, func(p *storage.ContactRow) error { p.Name = "Ніхто"; return refused })
		if now = must[storage.ContactRow](t)(s.Contact(ctx, id)); !errors.Is(err, refused) || now.Name != "Олена Кіт" {
			t.Errorf("refused: %v, %q", err, now.Name)
		}
		if err := edit("nobody", func(*storage.ContactRow) error { return nil }); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
		if _, err := s.JoinedAt(ctx, "nobody", bot.Address{Bot: telegram, Chat: "none"}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("an address of nobody: %v", err)
		}
	})
}
