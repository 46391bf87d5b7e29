package contact

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// faulty reports whether the error is what is wrong with the field.
func faulty(err error, field string, code bot.FaultCode) bool {
	var invalid *bot.InvalidError
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid.Faults, func(f bot.Fault) bool { return f.Field == field && f.Code == code })
}

// What is sensitive is shown for a reason alone, which the audit keeps; who was not
// shown it does not take it away.
func TestSensitiveIsMasked(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		ctx := t.Context()
		label := bot.Bilingual{UK: "Борг", RU: "Долг"}
		debt := bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: label, Sensitive: true}
		if err := c.Declare(ctx, marketer, debt); err != nil {
			t.Fatal(err)
		}
		o := upsert(t, c, Record{
			ExternalID: "1", Name: "Олена Кіт", Attributes: map[string]string{"debt": "1 200,5", "street": "Хрещатик"}, Phones: []string{"067 123-45-67"},
		})
		got, err := c.Read(ctx, operator, o[0].ID)
		if err != nil || len(got.Attributes) != 1 || !slices.Equal(got.Masked, []string{"debt"}) || !slices.Equal(got.Phones, []string{"+380671234567"}) {
			t.Errorf("read: %+v, %v", got, err)
		}
		if again := upsert(t, c, got); again[0].Result != Unchanged {
			t.Errorf("handed in as it was read: %+v", again)
		}
		if _, err := c.Reveal(ctx, operator, o[0].ID, " "); !faulty(err, "reason", bot.FaultWhy) {
			t.Errorf("without a reason: %v", err)
		}
		values, err := c.Reveal(ctx, operator, o[0].ID, "звірка")
		if err != nil || !maps.Equal(values, map[string]string{"debt": "1200.5"}) {
			t.Errorf("for a reason: %v, %v", values, err)
		}
		lines, err := s.AuditLines(ctx, storage.AuditQuery{}, 50)
		if err != nil || !slices.ContainsFunc(lines, func(l storage.AuditLine) bool {
			return l.Action == "contact.reveal" && strings.Contains(string(l.Detail), "звірка") && !strings.Contains(string(l.Detail), "1200")
		}) {
			t.Errorf("the audit: %+v, %v", lines, err)
		}
		got.Attributes = map[string]string{"debt": ""}
		upsert(t, c, got)
		if now := byExternal(t, s, "1"); len(now.Attributes) != 0 || len(now.Misfits) != 0 {
			t.Errorf("taken away: %+v", now)
		}
		if err := NewFinder(s, "me", nil).Work(ctx); err != nil {
			t.Fatal(err)
		}
		found, next, err := c.Find(ctx, operator, Filter{Text: "кит оле", Limit: 5})
		if err != nil || next != "" || len(found) != 1 || found[0].ID != o[0].ID {
			t.Errorf("found: %+v, %q, %v", found, next, err)
		}
	})
}

// An edit is of those too whom the company's records do not know; a language that
// they chose stays, and the audit says which fields, and nothing of what stood there.
func TestEdit(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		ctx := t.Context()
		id := upsert(t, c, Record{ExternalID: "1", Name: "Олена", Language: bot.Ukrainian})[0].ID
		chosen := s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.EditContact(ctx, id, func(p *storage.ContactRow) error { p.External, p.Chosen = "", true; return nil })
		})
		card, err := c.Card(ctx, operator, id)
		if err = errors.Join(chosen, err); err != nil {
			t.Fatal(err)
		}
		e := Edit{Record: card.Record, Was: card.Seal(), PreferredFor: map[string]string{bot.TopicNews: "viber", "none": ""}}
		e.Name, e.Language, e.Tags = "Олена Кіт", bot.Russian, []string{"опт"}
		if err := c.Edit(ctx, marketer, id, e); !faulty(err, "preferred", bot.FaultTopic) {
			t.Errorf("a topic that there is not: %v", err)
		}
		delete(e.PreferredFor, "none")
		if err := c.Edit(ctx, marketer, id, e); err != nil {
			t.Fatal(err)
		}
		if err := c.Edit(ctx, marketer, id, e); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("by what stood there before: %v", err)
		}
		card, err = c.Card(ctx, operator, id)
		if err != nil || card.Name != "Олена Кіт" || card.Language != bot.Ukrainian || !card.Chosen || card.PreferredFor[bot.TopicNews] != "viber" {
			t.Errorf("after the edit: %+v, %v", card, err)
		}
		e.Was = card.Seal()
		e.Zone = "Kyiv"
		if err := c.Edit(ctx, marketer, id, e); !faulty(err, "zone", bot.FaultZone) {
			t.Errorf("no zone: %v", err)
		}
		lines, err := s.AuditLines(ctx, storage.AuditQuery{Action: "contact.edit"}, 9)
		if err != nil || len(lines) != 1 || string(lines[0].Detail) != `{"fields":["name","tags","preferred"]}` {
			t.Errorf("the audit: %+v, %v", lines, err)
		}
	})
}

func TestDeclarationsAreJudged(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		ctx := t.Context()
		label := bot.Bilingual{UK: "А", RU: "А"}
		for field, c2 := range map[string]struct {
			a    bot.Attribute
			code bot.FaultCode
		}{
			"name":     {bot.Attribute{Type: bot.AttributeText, Label: label}, bot.FaultNameless},
			"label.ru": {bot.Attribute{Name: "a", Type: bot.AttributeText, Label: bot.Bilingual{UK: "А"}}, bot.FaultNameless},
			"type":     {bot.Attribute{Name: "a", Label: label}, bot.FaultChoice},
			"choices":  {bot.Attribute{Name: "a", Type: bot.AttributeChoice, Label: label, Choices: []string{"Так", "так"}}, bot.FaultTwice},
		} {
			if err := c.Declare(ctx, marketer, c2.a); !faulty(err, field, c2.code) {
				t.Errorf("%s: %v", field, err)
			}
		}
		o := upsert(t, c, Record{ExternalID: "1", Phones: []string{"12"}}, Record{ExternalID: "2"})
		if o[0].Result != Refused || o[0].Problems[0].Code != bot.FaultPhone {
			t.Errorf("a phone of two digits: %+v", o[0])
		}
		kyiv, err := c.PutRegion(ctx, marketer, bot.Region{Name: bot.Bilingual{UK: "Київ", RU: "Киев"}})
		if err != nil || kyiv.Path != "/"+kyiv.ID+"/" {
			t.Fatalf("%+v, %v", kyiv, err)
		}
		kyiv.Parent = kyiv.ID
		if _, err := c.PutRegion(ctx, marketer, kyiv); !faulty(err, "parent", bot.FaultRegion) {
			t.Errorf("in itself: %v", err)
		}
		id := o[1].ID
		says := func(topic string, given bool, source bot.ConsentSource) error {
			return c.Consent(ctx, marketer, id, topic, given, source, "Хочу новини")
		}
		if err := errors.Join(says(bot.TopicNews, true, bot.ConsentImport), says(bot.TopicNews, false, bot.ConsentStaff)); err != nil {
			t.Error(err)
		}
		if err := says(bot.TopicNews, true, bot.ConsentImport); !faulty(err, "topic", bot.FaultRefused) {
			t.Errorf("over a no: %v", err)
		}
		if err := says("none", true, bot.ConsentStaff); !faulty(err, "topic", bot.FaultTopic) {
			t.Errorf("no such topic: %v", err)
		}
		proof, err := c.Consents(ctx, operator, id)
		if err != nil || len(proof) != 2 || proof[0].TextHash != bot.HashText("Хочу новини") || proof[1].Given {
			t.Errorf("the proof: %+v, %v", proof, err)
		}
	})
}

// Each needs its permission.
func TestRightsOfWhatIsKnown(t *testing.T) {
	c := New(nil, nil)
	ctx := t.Context()
	var forbidden *bot.ForbiddenError
	for what, err := range map[string]error{
		"declare":   c.Declare(ctx, operator, bot.Attribute{}),
		"take back": c.TakeBack(ctx, operator, "a"),
		"region":    errOf(c.PutRegion(ctx, operator, bot.Region{})),
		"drop":      c.DropRegion(ctx, operator, "a"),
		"consent":   c.Consent(ctx, operator, "a", "", true, bot.ConsentStaff, ""),
		"reveal":    errOf(c.Reveal(ctx, approver, "a", "b")),
		"edit":      c.Edit(ctx, operator, "a", Edit{}),
		"joined":    errOf(c.Joined(ctx, operator, "a", "tg:1")),
		"holdings":  errOf(c.Holdings(ctx, marketer, "a")),
		"card":      errOf(c.Card(ctx, approver, "a")),
		"names":     errOf(c.Names(ctx, approver, nil)),
		"consents":  errOf(c.Consents(ctx, approver, "a")),
	} {
		if !errors.As(err, &forbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, err := c.Find(ctx, approver, Filter{}); !errors.As(err, &forbidden) {
		t.Errorf("find: %v", err)
	}
}

func errOf[T any](_ T, err error) error { return err }

// What does not fit its attribute is kept as it was written, not counted as a value, and
// goes when what fits is brought.
func TestImportLosesNoValue(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		debt := bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}}
		if err := c.Declare(t.Context(), marketer, debt); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			cell          string
			sum           Imported
			value, misfit string
		}{
			{"сто", Imported{Rows: 1, Created: 1}, "", "сто"},
			{"сто", Imported{Rows: 1, Unchanged: 1}, "", "сто"},
			{"100,5", Imported{Rows: 1, Updated: 1}, "100.5", ""},
			{"двісті", Imported{Rows: 1, Updated: 1}, "", "двісті"},
		} {
			sum, _ := imports(t, c, "external_id;attributes.debt\n1;"+step.cell+"\n")
			now := byExternal(t, s, "1")
			if sum != step.sum || now.Attributes["debt"] != step.value || now.Misfits["debt"] != step.misfit {
				t.Errorf("%q: %+v, %+v", step.cell, sum, now)
			}
		}
	})
}

// Our id of one person beside the company's id of another, or of nobody, changes neither.
func TestForeignIDIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		o := upsert(t, c, Record{ExternalID: "1", Name: "Олена"}, Record{ExternalID: "2", Name: "Юрій"})
		for _, external := range []string{"2", "3"} {
			got := upsert(t, c, Record{ID: o[0].ID, ExternalID: external, Name: "Марія"})[0]
			if got.Result != Refused || len(got.Problems) != 1 || got.Problems[0].Field != "id" || got.Problems[0].Code != bot.FaultForeignID {
				t.Errorf("%s: %+v", external, got)
			}
		}
		if byExternal(t, s, "1").Name != "Олена" || byExternal(t, s, "2").Name != "Юрій" || byExternal(t, s, "3").Name != "" {
			t.Error("somebody was changed")
		}
	})
}
