package main

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/bot/contact"
)

// peopleAreKnown is an admin who finds somebody by the beginning of a surname, reads
// what is hidden for a reason, changes a field, writes down what the person said,
// declares an attribute and a region, and erases; in each language, on a phone and at
// a desk. All of it can be read without JavaScript.
func peopleAreKnown(t *testing.T, b *chromium) {
	atWork(t, b, "larysa", bot.Admin, func(w *worker) {
		say := func(key string) string { return w.says("people." + key) }
		at := "/console/people/" + w.s.knows()
		for path, title := range map[string]string{
			"/console/people": say("title"), at: "Їжакевич", at + "/edit": say("edit.title"), at + "/link": say("link.title"), at + "/erase": say("erase.title"),
			"/console/people/attributes": say("attribute.title"), "/console/people/regions": say("region.title"), "/console/people/misfits": say("misfit.title"),
		} {
			w.is(path, title)
		}

		w.to(w.base + "/console/people")
		w.awaits("to be found", `fetch('/console/people?q=їжа', { cache: 'no-store' }).then((r) => r.text()).then((page) => page.includes('Їжакевич'))`)
		w.fill("searchbox", say("find"), "їжа")
		w.click("button", say("show"))
		w.awaits("one person", `document.querySelectorAll('.people > li').length === 1 && location.search.includes('q=') && document.readyState === 'complete'`)
		w.click("link", "Їжакевич Олена")
		w.arrives("Їжакевич")
		w.fill("textbox", say("reveal.reason"), "звірка")
		w.hits(".reveal button")
		w.awaits("what was hidden", `document.querySelector('.facts-list')?.innerText.includes('7351') && document.readyState === 'complete'`)

		w.opens(at+"/edit", say("edit.title"))
		w.fill("textbox", say("import.as.name"), "Їжакевич Ганна")
		w.click("button", say("edit.save"))
		w.did("people.done.edited")
		value[int](w.tab, `(document.querySelector('details.narrow').open = true, document.querySelector('[name=given][value=no]').click(), document.querySelector('details.narrow form button').click(), 0)`)
		w.did("people.done.consent")
		if !value[bool](w.tab, fmt.Sprintf(`document.querySelector('main').innerText.includes(%q)`, say("consent.from.staff"))) {
			w.t.Error("the page does not say who wrote down the consent")
		}

		w.still(func() {
			for path, title := range map[string]string{"/console/people?q=їжа": say("title"), at: "Їжакевич Ганна", at + "/erase": say("erase.title"), "/console/people/regions": say("region.title")} {
				w.opens(path, title)
			}
		})
		w.opens(at+"/erase", say("erase.title"))
		value[int](w.tab, `(document.querySelector('[name=sure]').click(), document.querySelector('button.danger').click(), 0)`)
		w.did("people.done.erased")
	})
}

// knows declares what there is to know, and has the service know somebody, whose id
// it returns.
func (s *world) knows() string {
	s.t.Helper()
	ctx, c, by := s.t.Context(), s.service.contacts(), bot.System()
	kyiv, err := c.PutRegion(ctx, by, bot.Region{Name: bot.Bilingual{UK: "Київ", RU: "Киев"}, Aliases: []string{"Kyiv"}})
	if err == nil {
		_, err = c.PutRegion(ctx, by, bot.Region{Parent: kyiv.ID, Name: bot.Bilingual{UK: "Дарницький", RU: "Дарницкий"}})
	}
	for _, a := range []bot.Attribute{
		{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}, Sensitive: true},
		{Name: "since", Type: bot.AttributeDate, Label: bot.Bilingual{UK: "З нами від", RU: "С нами с"}},
		{Name: "plan", Type: bot.AttributeChoice, Label: bot.Bilingual{UK: "Тариф", RU: "Тариф"}, Choices: []string{"М", "Л"}},
	} {
		if err == nil {
			err = c.Declare(ctx, by, a)
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
	made, err := c.Upsert(ctx, by, []contact.Record{
		{
			ExternalID: "crm-1", Name: "Їжакевич Олена", Tier: "vip", Kind: "client", Region: "Київ / Дарницький", Phones: []string{"067 123 45 67"}, Tags: []string{"оптова", "київ"},
			Attributes: map[string]string{"debt": "7351", "since": "торік", "plan": "М", "вулиця": "Хрещатик"}, Language: bot.Ukrainian,
		},
		{ExternalID: "crm-2", Name: "Коваленко Петро", Region: "Атлантида"},
	})
	if err != nil || made[0].ID == "" {
		s.t.Fatal(made, err)
	}
	return made[0].ID
}
