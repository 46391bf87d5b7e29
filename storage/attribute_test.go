package storage_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// walks walks all expansions of the kind to their ends.
func walks(t *testing.T, s *storage.Store, kind storage.ExpansionKind, makes func(tx *storage.Tx, subject string, contacts []string) error) {
	t.Helper()
	ctx := t.Context()
	l := lease(t, s, "~expansion", "me")
	for {
		open := must[[]storage.Expansion](t)(s.Expansions(ctx))
		left := 0
		for _, e := range open {
			if e.Kind != kind {
				continue
			}
			left++
			must[storage.Expansion](t)(s.Expand(ctx, l, e, func(tx *storage.Tx, contacts []string) (bool, error) {
				return false, makes(tx, e.Subject, contacts)
			}))
		}
		if left == 0 {
			ok(t, s.Release(ctx, l))
			return
		}
	}
}

// What fits a type stands in one form, what does not is listed and not lost,
// whatever becomes of the declaration.
func TestAttributesFit(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		declare := func(all ...bot.Attribute) {
			t.Helper()
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				errs := []error{tx.EditContent(ctx)}
				for _, a := range all {
					errs = append(errs, tx.PutAttribute(ctx, a))
				}
				return errors.Join(errs...)
			}))
			walks(t, s, storage.ExpandAttribute, func(tx *storage.Tx, name string, contacts []string) error {
				return tx.FitAttribute(ctx, name, contacts)
			})
		}
		declare(bot.Attribute{Name: "since", Type: bot.AttributeDate}, bot.Attribute{Name: "debt", Type: bot.AttributeNumber})
		one, two := named("1", "А"), named("2", "Б")
		one.Attributes = map[string]string{"since": "31.12.2025", "debt": "1 234,50", "street": "Хрещатик"}
		two.Attributes = map[string]string{"since": "торік", "debt": "-0"}
		ids := importPeople(t, s, one, two)
		is := func(what, external string, values, misfits map[string]string) {
			t.Helper()
			p := must[storage.ContactRow](t)(s.Contact(ctx, ids[external]))
			if diff := cmp.Diff([]map[string]string{values, misfits}, []map[string]string{p.Attributes, p.Misfits}); diff != "" {
				t.Errorf("%s, %s: %s", what, external, diff)
			}
		}
		is("imported", "1", map[string]string{"since": "2025-12-31", "debt": "1234.5", "street": "Хрещатик"}, nil)
		is("imported", "2", map[string]string{"debt": "0"}, map[string]string{"since": "торік"})
		misfits, next, err := s.Misfits(ctx, "", 5)
		if err != nil || next != "" || len(misfits) != 1 || misfits[0] != (storage.Misfit{Contact: ids["2"], Attribute: "since", Text: "торік"}) {
			t.Errorf("misfits: %+v, %q, %v", misfits, next, err)
		}
		declare(bot.Attribute{Name: "since", Type: bot.AttributeText}, bot.Attribute{Name: "debt", Type: bot.AttributeYesNo},
			bot.Attribute{Name: "street", Type: bot.AttributeChoice, Choices: []string{"хрещатик"}})
		is("declared anew", "1", map[string]string{"since": "2025-12-31", "street": "хрещатик"}, map[string]string{"debt": "1234.5"})
		is("declared anew", "2", map[string]string{"since": "торік", "debt": "false"}, nil)
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return errors.Join(tx.EditContent(ctx), tx.DropAttribute(ctx, "debt")) }))
		declare()
		is("taken back", "1", map[string]string{"since": "2025-12-31", "street": "хрещатик", "debt": "1234.5"}, nil)
		if err := s.InTx(ctx, func(tx *storage.Tx) error { return tx.DropAttribute(ctx, "debt") }); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

// A tree that changes has people found in it anew; a loop is none.
func TestRegionsAreFoundAnew(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		put := func(all ...bot.Region) error {
			err := s.InTx(ctx, func(tx *storage.Tx) error { return errors.Join(tx.EditContent(ctx), tx.PutRegions(ctx, all)) })
			walks(t, s, storage.ExpandRegion, func(tx *storage.Tx, _ string, contacts []string) error {
				return tx.FindRegions(ctx, contacts)
			})
			return err
		}
		one, two, three, four, five := named("1", "А"), named("2", "Б"), named("3", "В"), named("4", "Г"), named("5", "Ґ")
		one.Region, two.Region, three.Region = "Одеса/Центр", "центр", "Київ,  центр"
		four.Region, five.Region = "Одеса / Україна / Центр", "Україна / Центр" // in no order, and with one left out
		ids := importPeople(t, s, one, two, three, four, five)
		is := func(what string, want ...string) {
			t.Helper()
			var got []string
			for _, external := range []string{"1", "2", "3", "4", "5"} {
				got = append(got, must[storage.ContactRow](t)(s.Contact(ctx, ids[external])).RegionPath)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		uk := func(name string) bot.Bilingual { return bot.Bilingual{UK: name} }
		is("no tree", "", "", "", "", "")
		ok(t, put(bot.Region{ID: "od", Name: uk("Одеса")}, bot.Region{ID: "oc", Parent: "od", Name: uk("Центр")}))
		is("one centre", "/od/oc/", "/od/oc/", "", "", "")
		ok(t, put(bot.Region{ID: "ky", Name: uk("Київ")}, bot.Region{ID: "kc", Parent: "ky", Name: uk("центр"), Aliases: []string{"Київ, центр"}}))
		is("two centres", "/od/oc/", "", "/ky/kc/", "", "")
		ok(t, put(bot.Region{ID: "ua", Name: uk("Україна")}, bot.Region{ID: "od", Parent: "ua", Name: uk("Одеса")}))
		is("moved", "/ua/od/oc/", "", "/ky/kc/", "", "/ua/od/oc/")
		if err := put(bot.Region{ID: "ua", Parent: "oc", Name: uk("Україна")}); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("a loop: %v", err)
		}
		if err := s.InTx(ctx, func(tx *storage.Tx) error { return tx.DropRegion(ctx, "od") }); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("dropped with what lies in it: %v", err)
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return errors.Join(tx.EditContent(ctx), tx.DropRegion(ctx, "kc")) }))
		ok(t, put())
		is("dropped", "/ua/od/oc/", "/ua/od/oc/", "", "", "/ua/od/oc/")
	})
}
