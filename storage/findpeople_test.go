package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// importPeople imports people and gives their ids by External.
func importPeople(t *testing.T, s *storage.Store, all ...storage.ContactRow) (ids map[string]string) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		for i := range all {
			all[i].ID = storage.NewID()
		}
		ids, err = tx.ImportContacts(t.Context(), all)
		return err
	}))
	return ids
}

func named(external, name string) storage.ContactRow {
	return storage.ContactRow{Contact: bot.Contact{External: external, Name: name}}
}

// finds returns who is found, by External, page by page.
func finds(t *testing.T, s *storage.Store, f storage.PeopleFilter, most int) (all []string) {
	t.Helper()
	for f.Limit = most; ; {
		page := must[storage.PeopleFound](t)(s.FindPeople(t.Context(), f))
		for _, p := range page.People {
			all = append(all, p.External)
		}
		if f.After = page.Next; f.After == "" {
			return all
		}
	}
}

func TestPeopleAreFound(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.PutRegions(ctx, []bot.Region{
				{ID: "kyiv", Name: bot.Bilingual{UK: "Київ", RU: "Киев"}},
				{ID: "darn", Parent: "kyiv", Name: bot.Bilingual{UK: "Дарницький"}},
				{ID: "lviv", Name: bot.Bilingual{UK: "Львів", RU: "Львов"}},
			})
		}))
		all := []storage.ContactRow{
			named("A-1", "Шевченко Тарас Григорович"), named("A-2", "Шевчук Оксана"), named("A-3", "Їжакевич Ганна"),
			named("A-4", "Тарасенко Тарас"), named("B-5", "Мар’яна Демʼянчук"),
		}
		all[0].Phones, all[1].Tags, all[2].Tier = []string{"+380671234567"}, []string{"борг", "№1"}, "vip"
		all[0].Region, all[1].Region, all[2].Region, all[3].Kind = "Київ / Дарницький", "львов", "Дарниця", "staff"
		ids := importPeople(t, s, all...)
		searchable(t, s)
		if due := must[bool](t)(s.SearchDue(ctx)); due {
			t.Error("somebody is still due")
		}
		yes := true
		for name, c := range map[string]struct {
			f    storage.PeopleFilter
			want []string
		}{
			"three letters":        {storage.PeopleFilter{Text: "шев"}, []string{"A-1", "A-2"}},
			"capitals":             {storage.PeopleFilter{Text: " ШЕВЧ "}, []string{"A-1", "A-2"}},
			"once for two words":   {storage.PeopleFilter{Text: "тарас"}, []string{"A-1", "A-4"}},
			"both words":           {storage.PeopleFilter{Text: "тарас шев"}, []string{"A-1"}},
			"the other spelling":   {storage.PeopleFilter{Text: "ежак"}, nil},
			"a letter of either":   {storage.PeopleFilter{Text: "ижа"}, []string{"A-3"}},
			"any apostrophe":       {storage.PeopleFilter{Text: "дем'ян марьяна"}, []string{"B-5"}},
			"the company's id":     {storage.PeopleFilter{Text: "b-5"}, []string{"B-5"}},
			"a phone at home":      {storage.PeopleFilter{Text: "067 123"}, []string{"A-1"}},
			"a whole phone":        {storage.PeopleFilter{Text: "+38 (067) 123-45-67"}, []string{"A-1"}},
			"not within a word":    {storage.PeopleFilter{Text: "енко"}, nil},
			"nothing but signs":    {storage.PeopleFilter{Text: "%_"}, nil},
			"a tag":                {storage.PeopleFilter{Tag: "борг"}, []string{"A-2"}},
			"a tag is whole":       {storage.PeopleFilter{Tag: "бор"}, nil},
			"a tag and words":      {storage.PeopleFilter{Tag: "№1", Text: "шев"}, []string{"A-2"}},
			"a region and below":   {storage.PeopleFilter{Region: "kyiv"}, []string{"A-1"}},
			"by its Russian name":  {storage.PeopleFilter{Region: "lviv"}, []string{"A-2"}},
			"a tier":               {storage.PeopleFilter{Tier: "vip"}, []string{"A-3"}},
			"a kind":               {storage.PeopleFilter{Kind: "staff"}, []string{"A-4"}},
			"the blank kind":       {storage.PeopleFilter{Kind: "client", Text: "т"}, []string{"A-1"}},
			"who asked for a stop": {storage.PeopleFilter{Stopped: &yes}, nil},
			"a bot":                {storage.PeopleFilter{Bot: "viber"}, nil},
		} {
			for _, most := range []int{1, 10} {
				got := finds(t, s, c.f, most)
				slices.Sort(got)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s, %d at once: %s", name, most, diff)
				}
			}
		}
		if got := finds(t, s, storage.PeopleFilter{}, 2); len(got) != 5 {
			t.Errorf("everybody: %v", got)
		}
		if _, err := s.FindPeople(ctx, storage.PeopleFilter{Region: "none", Limit: 1}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no such region: %v", err)
		}
		unknown := must[[]storage.UnknownRegion](t)(s.UnknownRegions(ctx, 10))
		if len(unknown) != 1 || unknown[0] != (storage.UnknownRegion{Text: "Дарниця", People: 1}) {
			t.Errorf("words that mean no region: %+v", unknown)
		}
		// Whoever is renamed is found by the new name alone, whoever is erased by none.
		again := all[1]
		again.Name = "Вовк Оксана"
		importPeople(t, s, again)
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: ids["A-1"]}) }))
		searchable(t, s)
		if got := finds(t, s, storage.PeopleFilter{Text: "шев"}, 10); len(got) != 0 {
			t.Errorf("by what they were: %v", got)
		}
		if got := finds(t, s, storage.PeopleFilter{Text: "вов"}, 10); !slices.Equal(got, []string{"A-2"}) {
			t.Errorf("by what they are: %v", got)
		}
		sound(t, s)
	})
}

// A turn makes somebody known, and they are found; whoever joins is found by what
// both had.
func TestPeopleOfTurnsAreFound(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		w, g := onWeb("w"), at("g")
		meets(t, s, w, bot.Contact{ID: "web", Name: "Олена Кіт"}, "")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		searchable(t, s)
		found := func(text string) (ids []string) {
			for _, p := range must[storage.PeopleFound](t)(s.FindPeople(t.Context(), storage.PeopleFilter{Text: text, Limit: 9})).People {
				ids = append(ids, p.ID)
			}
			return ids
		}
		if got := found("оле"); !slices.Equal(got, []string{"web"}) {
			t.Errorf("met: %v", got)
		}
		must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET created_at = created_at + 1000000 WHERE id = 'web'`))
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(t.Context(), w, time.Hour))))
		searchable(t, s)
		if got := found("кит"); !slices.Equal(got, []string{"tg"}) {
			t.Errorf("joined: %v", got)
		}
		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
		searchable(t, s)
		if got := found("кит"); !slices.Equal(got, []string{"web"}) {
			t.Errorf("split: %v", got)
		}
		sound(t, s)
	})
}

// Many who are imported wait behind whoever has just written.
func TestSearchTakesTurnsFirst(t *testing.T) {
	t.Parallel()
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	many := make([]storage.ContactRow, 450)
	for i := range many {
		many[i] = named(fmt.Sprint("x", i), "Багато")
	}
	importPeople(t, s, many...)
	meets(t, s, at("1"), bot.Contact{ID: "zz", Name: "Щойно"}, "")
	must[int](t)(s.FillSearch(t.Context()))
	if got := finds(t, s, storage.PeopleFilter{Text: "щойно"}, 5); len(got) != 1 {
		t.Errorf("the newcomer: %v", got)
	}
}

// While an import is read, those of a great one wait until it is over, and nobody else
// does.
func TestTheSearchLeavesAnImportAlone(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		put := func(query string, values ...any) {
			t.Helper()
			must[int](t)(s.DB().Writer().Exec(t.Context(), query, values...))
		}
		put(`INSERT INTO imports (id, file, name, size, made_by, state, made_at, begun_at) VALUES ('i', 'f', 'n', 1, 'm', 'running', 1, {now})`)
		many := make([]storage.ContactRow, 21)
		for i := range many {
			many[i] = named(fmt.Sprint("x", i), "Багато")
		}
		importPeople(t, s, many...)
		meets(t, s, at("1"), bot.Contact{ID: "zz", Name: "Щойно"}, "")
		if n := must[int](t)(s.FillSearch(t.Context())); n != 1 || must[bool](t)(s.SearchDue(t.Context())) {
			t.Errorf("%d were filled beside an import", n)
		}
		put(`UPDATE imports SET begun_at = begun_at - 600000000`) // so long none lasts
		if !must[bool](t)(s.SearchDue(t.Context())) {
			t.Error("an import that never ends holds up the search")
		}
		put(`UPDATE imports SET state = 'done', begun_at = begun_at + 600000000`)
		if n := must[int](t)(s.FillSearch(t.Context())); n != len(many) {
			t.Errorf("%d of %d were filled behind it", n, len(many))
		}
	})
}

// People who have two words that many have are found, each once and in order, whether
// they stand among those who are looked at first or behind them.
func TestBroadWordsAreFound(t *testing.T) {
	t.Parallel()
	const people, rare = 6200, 600 // the rare ones are the last
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for _, query := range []string{
			`INSERT INTO contacts (id, external_id, stopped, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6200)
				SELECT 'p' || (100000 + i), 'e' || (100000 + i), i = 77, 1 FROM n`,
			`INSERT INTO search_people (contact, words) SELECT id, CASE WHEN id > 'p105600' THEN '["шевченко","яків"]' ELSE '["шевченко","олена"]' END FROM contacts`,
			`INSERT INTO search_words (word, contact) SELECT 'шевченко', id FROM contacts`,
			`INSERT INTO search_words (word, contact) SELECT CASE WHEN id > 'p105600' THEN 'яків' ELSE 'олена' END, id FROM contacts`,
		} {
			put(t, s, query)
		}
		for text, first := range map[string]int{"шев ол": 100001, "ол шев": 100001, "шев як": 105601} {
			got := finds(t, s, storage.PeopleFilter{Text: text}, 1900)
			want := people - rare
			if first > 100001 {
				want = rare
			}
			if len(got) != want || got[0] != fmt.Sprintf("e%d", first) || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != want {
				t.Errorf("%q finds %d, want %d", text, len(got), want)
			}
		}
		yes := true
		if got := finds(t, s, storage.PeopleFilter{Text: "шев ол", Stopped: &yes}, 9); !slices.Equal(got, []string{"e100077"}) {
			t.Errorf("%q", got)
		}
		if got := finds(t, s, storage.PeopleFilter{Stopped: &yes}, 9); !slices.Equal(got, []string{"e100077"}) {
			t.Errorf("%q", got)
		}
	})
}
