package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage/storagetest"
)

// peopleAreKnown is an admin who finds somebody by the beginning of a surname, reads
// what is hidden for a reason, changes a field, writes down what the person said,
// declares an attribute and a region, and erases; in each language, on a phone and at
// a desk. All of it can be read without JavaScript.
func peopleAreKnown(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "larysa", bot.Admin, l)
			id := s.knows()
			base, say := "http://"+s.address, func(key string) string { return s.words(l, "people."+key) }
			arrives := func(title string) {
				t.Helper()
				p.awaits(title, fmt.Sprintf(`document.querySelector('h1')?.innerText.startsWith(%q) && document.readyState === 'complete'`, title))
			}
			done := func(deed string) {
				t.Helper()
				p.awaits(deed, fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, say("done."+deed)))
			}
			says := func(words string) {
				t.Helper()
				if !value[bool](p, fmt.Sprintf(`document.querySelector('main').innerText.includes(%q)`, words)) {
					t.Errorf("%q is not on %s", words, value[string](p, `location.pathname`))
				}
			}
			at := base + "/console/people/" + id
			for _, page := range []struct{ path, title string }{
				{base + "/console/people", say("title")}, {at, "Їжакевич"}, {at + "/edit", say("edit.title")}, {at + "/link", say("link.title")},
				{at + "/erase", say("erase.title")}, {base + "/console/people/attributes", say("attribute.title")}, {base + "/console/people/regions", say("region.title")},
				{base + "/console/people/misfits", say("misfit.title")},
			} {
				everyCheck(t, p, page.path, l, func() { arrives(page.title) }, width)
			}

			p.to(base + "/console/people")
			p.awaits("to be found", `fetch('/console/people?q=їжа', { cache: 'no-store' }).then((r) => r.text()).then((page) => page.includes('Їжакевич'))`)
			p.fill("searchbox", say("find"), "їжа")
			p.click("button", say("show"))
			p.awaits("one person", `document.querySelectorAll('.people > li').length === 1 && location.search.includes('q=') && document.readyState === 'complete'`)
			p.click("link", "Їжакевич Олена")
			arrives("Їжакевич")
			p.fill("textbox", say("reveal.reason"), "звірка")
			value[int](p, `(document.querySelector('.reveal button').click(), 0)`)
			p.awaits("what was hidden", `document.querySelector('.facts-list')?.innerText.includes('7351') && document.readyState === 'complete'`)

			p.to(at + "/edit")
			arrives(say("edit.title"))
			p.fill("textbox", say("import.as.name"), "Їжакевич Ганна")
			p.click("button", say("edit.save"))
			done("edited")
			value[int](p, `(document.querySelector('details.narrow').open = true, document.querySelector('[name=given][value=no]').click(), document.querySelector('details.narrow form button').click(), 0)`)
			done("consent")
			says(say("consent.from.staff"))

			tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			for path, title := range map[string]string{base + "/console/people?q=їжа": say("title"), at: "Їжакевич Ганна", at + "/erase": say("erase.title"), base + "/console/people/regions": say("region.title")} {
				p.to(path)
				arrives(title)
			}
			tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
			p.to(at + "/erase")
			value[int](p, `(document.querySelector('[name=sure]').click(), document.querySelector('button.danger').click(), 0)`)
			done("erased")
		})
	}
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
