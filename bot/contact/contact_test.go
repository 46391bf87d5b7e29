package contact

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

var (
	admin    = bot.Actor{User: "u1", Login: "адмін", Role: bot.Admin}
	marketer = bot.Actor{User: "u2", Role: bot.Marketer}
	operator = bot.Actor{User: "u3", Role: bot.Operator}
	approver = bot.Actor{User: "u4", Role: bot.Approver}
)

func each(t *testing.T, f func(t *testing.T, s *storage.Store, c *Contacts)) {
	t.Helper()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) { f(t, s, New(s, time.Now)) })
}

func upsert(t *testing.T, c *Contacts, all ...Record) []Outcome {
	t.Helper()
	outcomes, err := c.Upsert(t.Context(), marketer, all)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func TestUpsert(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		want := Record{
			ExternalID: "7", Name: "Олена", Language: bot.Ukrainian, Kind: "partner", Tier: "vip", Region: "Київ",
			Zone: "Europe/Kyiv", Attributes: map[string]string{"договір": "12"}, Tags: []string{"оптова"},
		}
		first := upsert(t, c, want)[0]
		if first.Result != Created || first.ID == "" {
			t.Fatalf("%+v", first)
		}
		want.ID = first.ID
		got, err := c.Read(t.Context(), operator, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		// What was read can be handed in again as it is.
		if again := upsert(t, c, got)[0]; again.Result != Unchanged || again.ID != first.ID {
			t.Errorf("%+v", again)
		}
	})
}

func TestOneBadRecordStopsNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		known := upsert(t, c, Record{ExternalID: "known"})[0].ID
		bad := map[string]Record{
			"external_id must not be empty":       {Name: "Ніхто"},
			"external_id stands twice":            {ExternalID: "good"},
			"language must be one of uk, ru":      {ExternalID: "a", Language: "de"},
			"kind must be one of":                 {ExternalID: "b", Kind: "friend"},
			"tier must be one of":                 {ExternalID: "c", Tier: "gold"},
			"zone must be a time zone":            {ExternalID: "d", Zone: "Kyiv"},
			"name must be at most 200":            {ExternalID: "e", Name: strings.Repeat("я", 201)},
			"characters that are not text":        {ExternalID: "f", Region: "Ки\x00їв"},
			"id is not that of the person":        {ExternalID: "g", ID: known},
			"tags must hold nothing longer":       {ExternalID: "h", Tags: []string{strings.Repeat("я", 201)}},
			"attributes must hold nothing longer": {ExternalID: "i", Attributes: map[string]string{"x": strings.Repeat("я", 1001)}},
		}
		all := []Record{{ExternalID: "good", Name: "Перша"}}
		var words []string
		for w, r := range bad {
			words = append(words, w)
			all = append(all, r)
		}
		all = append(all, Record{ExternalID: "good too"})
		outcomes := upsert(t, c, all...)
		for i, o := range outcomes {
			if i == 0 || i == len(outcomes)-1 {
				if o.Result != Created || len(o.Problems) > 0 {
					t.Errorf("a good record: %+v", o)
				}
				continue
			}
			if said := (&bot.InvalidError{Faults: o.Problems}).Error(); o.Result != Refused || o.ID != "" || !strings.Contains(said, words[i-1]) {
				t.Errorf("%+v: want %q", o, words[i-1])
			}
		}
		people, next, err := c.List(t.Context(), operator, "", 2)
		if err != nil || len(people) != 2 || next == "" {
			t.Fatalf("%v, %q, %v", people, next, err)
		}
		rest, next, err := c.List(t.Context(), operator, next, 2)
		if err != nil || len(rest) != 1 || next != "" {
			t.Errorf("%v, %q, %v", rest, next, err)
		}
	})
}

func TestErasedPeopleStayErased(t *testing.T) { // S76
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		ctx := t.Context()
		person := Record{ExternalID: "7", Name: "Олена"}
		id := upsert(t, c, person)[0].ID
		if err := c.Erase(ctx, admin, id); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(ctx, admin, id); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		if err := c.Erase(ctx, admin, id); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("twice: %v", err)
		}
		outcomes := upsert(t, c, person, Record{ExternalID: "8"})
		if o := outcomes[0]; o.Result != Refused || len(o.Problems) != 1 || o.Problems[0].Code != bot.FaultErased {
			t.Errorf("an import brought them back: %+v", o)
		}
		if outcomes[1].Result != Created {
			t.Errorf("%+v", outcomes[1])
		}
	})
}

func TestExport(t *testing.T) { // S77
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		id := upsert(t, c, Record{ExternalID: "7", Name: "Олена", Attributes: map[string]string{"договір": "12"}})[0].ID
		upsert(t, c, Record{ExternalID: "8", Name: "Інша"})
		document, err := c.Export(t.Context(), admin, id)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Contact string
			Tables  map[string][]map[string]any
		}
		if err := json.Unmarshal(document, &read); err != nil {
			t.Fatal(err)
		}
		row := read.Tables["contacts"]
		if read.Contact != id || len(row) != 1 || row[0]["name"] != "Олена" || strings.Contains(string(document), "Інша") {
			t.Errorf("%s", document)
		}
		if attributes, ok := row[0]["attributes"].(map[string]any); !ok || attributes["договір"] != "12" {
			t.Errorf("attributes are %v", row[0]["attributes"])
		}
		if _, err := c.Export(t.Context(), admin, "nobody"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestRights(t *testing.T) {
	c := New(storagetest.Open(t, storagetest.SQLiteURL(t)), time.Now)
	ctx := t.Context()
	for name, call := range map[string]struct {
		do    func(by bot.Actor) error
		right []bot.Actor
		wrong []bot.Actor
	}{
		"read":   {func(by bot.Actor) error { _, err := c.Read(ctx, by, "x"); return err }, []bot.Actor{admin, marketer, operator}, []bot.Actor{approver, {}}},
		"list":   {func(by bot.Actor) error { _, _, err := c.List(ctx, by, "", 1); return err }, []bot.Actor{admin, marketer, operator}, []bot.Actor{approver, {}}},
		"upsert": {func(by bot.Actor) error { _, err := c.Upsert(ctx, by, nil); return err }, []bot.Actor{admin, marketer}, []bot.Actor{operator, approver, {}}},
		"export": {func(by bot.Actor) error { _, err := c.Export(ctx, by, "x"); return err }, []bot.Actor{admin}, []bot.Actor{marketer, operator, approver, {}}},
		"all":    {func(by bot.Actor) error { _, err := c.ExportAll(ctx, by, io.Discard); return err }, []bot.Actor{admin}, []bot.Actor{marketer, operator, approver, {}}},
		"erase":  {func(by bot.Actor) error { return c.Erase(ctx, by, "x") }, []bot.Actor{admin}, []bot.Actor{marketer, operator, approver, {}}},
	} {
		var forbidden *bot.ForbiddenError
		for _, by := range call.right {
			if err := call.do(by); errors.As(err, &forbidden) {
				t.Errorf("%s by %s: %v", name, by.Role, err)
			}
		}
		for _, by := range call.wrong {
			if err := call.do(by); !errors.As(err, &forbidden) {
				t.Errorf("%s by %q: %v, want it refused", name, by.Role, err)
			}
		}
	}
}
