package storage_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A column that the table of them does not name would be neither read nor joined,
// and an import would lose it.
func TestEveryColumnOfAContactIsSaid(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var have []string
		for _, c := range must[[]storage.Column](t)(s.Columns(t.Context())) {
			if c.Table == "contacts" && c.Name != "created_at" {
				have = append(have, c.Name+" "+c.Type)
			}
		}
		said := storage.ContactColumns()
		slices.Sort(said)
		slices.Sort(have)
		if diff := cmp.Diff(have, said); diff != "" {
			t.Error(diff)
		}
	})
}

// wholePerson is a person of whom everything is known that can be, so that a field
// without a column, or a column without a field, is seen.
func wholePerson(t *testing.T, id, external string) storage.ContactRow {
	t.Helper()
	var p storage.ContactRow
	var fill func(v reflect.Value, name string)
	fill = func(v reflect.Value, name string) {
		switch at := v.Addr().Interface().(type) {
		case *time.Time:
			*at = noon
			return
		case *[]bot.Address, *bot.Facts:
			return // other tables know them
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString("a " + name)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), name)
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("key of "+name).Convert(v.Type().Key()), reflect.ValueOf("a "+name).Convert(v.Type().Elem()))
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i), v.Type().Field(i).Name)
			}
		default:
			t.Fatalf("%s is a %s, which this test cannot fill", name, v.Kind())
		}
	}
	fill(reflect.ValueOf(&p).Elem(), "person")
	p.ID, p.External = id, external
	return p
}

// putPerson puts everything of the person into the database, as it is.
func putPerson(t *testing.T, s *storage.Store, p storage.ContactRow) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutPerson(t.Context(), p) }))
}

// What is written of a person is read again, whoever reads it; and it goes along
// with a join, and back by a split.
func TestEverythingOfAPersonGoesAlong(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		w, g := onWeb("w"), at("g")
		meets(t, s, w, bot.Contact{ID: "web"}, "")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = created_at + 1000000 WHERE id = 'web'`))
		all, none := wholePerson(t, "web", ""), must[storage.ContactRow](t)(s.Contact(ctx, "tg"))
		putPerson(t, s, all)
		reads := func(what string, a bot.Address, want storage.ContactRow) {
			t.Helper()
			got := must[storage.ContactRow](t)(s.Contact(ctx, want.ID))
			want.Addresses = got.Addresses
			if len(want.Attributes)+len(got.Attributes) == 0 {
				want.Attributes = got.Attributes
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, the contact:\n%s", what, diff)
			}
			if diff := cmp.Diff(want.Contact, person(t, s, a).Contact); diff != "" {
				t.Errorf("%s, the turn:\n%s", what, diff)
			}
		}
		reads("written", w, all)

		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
		joined := all
		joined.ID = "tg"
		reads("joined", g, joined)

		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
		reads("split", g, none)
		reads("split", w, all)
		sound(t, s)
	})
}

// What a turn writes of a person, and what an import does, each by the table's
// word: together they write everything.
func TestEverythingOfAPersonIsWritten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		all := wholePerson(t, storage.NewID(), "ext")
		all.Misfits = map[string]string{"since": "давно"}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return errors.Join(
				tx.PutAttribute(ctx, bot.Attribute{Name: "since", Type: bot.AttributeDate}),
				tx.PutRegions(ctx, []bot.Region{{ID: "r", Name: bot.Bilingual{UK: all.Region}}}),
			)
		}))
		all.RegionPath = "/r/"
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return errOf(tx.ImportContacts(ctx, []storage.ContactRow{all})) }))
		l, c := lease(t, s, telegram, "me"), conversation("1", 1)
		c.Contact = all.ID
		turn(t, s, l, "1", storage.TurnWrite{Conversation: c, Contact: &all.Contact})
		all.Addresses = []bot.Address{at("1")}
		if diff := cmp.Diff(all, must[storage.ContactRow](t)(s.Contact(ctx, all.ID))); diff != "" {
			t.Error(diff)
		}
	})
}
