package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/contact"
)

// segmentsTell is a marketer who builds «clients of Kyiv who were not told», sees how
// many they are, whom of them we cannot reach and why, and what they have in common with
// another segment; opens a person and reads why they are in, there and from the person's
// own page; and saves it. What is wrong with the text is said where it is. An admin downloads
// the links for those whom we cannot reach. In each language, and without JavaScript too.
func segmentsTell(t *testing.T, b *chromium) {
	atWork(t, b, "olha", bot.Marketer, func(w *worker) {
		kyiv, vip, all := w.s.segments()
		say := func(key string) string { return w.says("people.segment." + key) }
		counted := func(people int) {
			w.t.Helper()
			w.awaits(fmt.Sprint(people, " people"), fmt.Sprintf(
				`document.querySelector('#looked:not([aria-busy]) .segment-count[data-final] strong')?.innerText.startsWith('%d ')`, people))
		}
		adds := func(row int, about string) {
			w.t.Helper()
			w.sets("row0-about", about)
			w.hits("#row0-add")
			w.awaits(about, fmt.Sprintf(`!!document.getElementById('row%d-op')`, row))
		}
		w.is("/console/segments", say("title"))
		w.holds("/console/segments/new", func() { w.arrives(say("new")); counted(4) })
		narrow := map[int64]int64{390: 320, 1440: 1440}[w.width]
		w.holds("/console/segments/"+all, func() { w.arrives("Усе, що буває"); counted(0) }, narrow)

		w.opens("/console/segments/new", say("new"))
		adds(1, "kind")
		w.hits("#row1-pick0")
		counted(3)
		adds(2, "area")
		w.sets("row2-more", "2 "+kyiv)
		counted(2)
		adds(3, "change")
		w.sets("row3-more", "3 tariff")
		counted(2)
		w.sets("other", vip)
		w.awaits("the overlap", fmt.Sprintf(`document.querySelector('.segment-overlap')?.innerText.startsWith('1 ') && document.getElementById('looked').innerText.includes(%q)`, say("unreached.no_address")))
		w.hits(`#looked .sample button`)
		w.awaits("why", fmt.Sprintf(`document.querySelector('#answers .why-says')?.innerText === %q && document.querySelectorAll('#answers .why > li').length === 4`, say("in")))

		w.fill("textbox", say("text"), "хто = клієнт та")
		w.awaits("the place of what is wrong", `!!document.querySelector('#text-note mark') && document.getElementById('text').value === 'хто = клієнт та'`)
		w.fill("textbox", say("text"), "хто = клиент и уровень = VIP")
		counted(1)
		w.awaits("the conditions", `document.getElementById('row2-pick2')?.checked && !document.getElementById('row3-op')`)
		w.fill("textbox", say("name"), "VIP")
		w.hits(`#segment [formaction]`)
		w.did("people.done.segment")
		counted(1)
		saved := w.here()
		w.hits(`#looked .sample button`)
		w.awaits("why", `!!document.querySelector('#answers .why-says')`)
		w.hits(`#answers h2 a`)
		w.arrives("Олена Кіт VIP")
		w.hits(`.why-ways summary`)
		w.click("link", "VIP")
		w.arrives("VIP")
		w.awaits("why, from their page", fmt.Sprintf(`location.pathname === %q && document.querySelector('#answers .why-says')?.innerText === %q && document.querySelectorAll('#answers .why > li').length === 3`, saved, say("in")))
		counted(1)
		if !value[bool](w.tab, `!!document.querySelector('.reach-links button:disabled')`) {
			w.t.Error("a marketer may have the links")
		}
		w.s.signsIn(w.tab, "iryna", bot.Admin, w.lang)
		dir := w.t.TempDir()
		w.guest.keeps(dir)
		w.opens(saved, "VIP")
		counted(1)
		w.hits(`.reach-links button`)
		w.await("the links", func() bool {
			file, err := os.ReadFile(filepath.Join(dir, "links.csv"))
			return err == nil && strings.Contains(string(file), "1,Олена Кіт,") && strings.Contains(string(file), "/join/")
		})

		w.still(func() {
			w.opens("/console/segments/"+vip, "Особливі")
			value[int](w.tab, `(document.querySelector('button[value=count]').click(), 0)`)
			w.await("one person, without a module", func() bool {
				return value[bool](w.tab, `!!document.querySelector('.segment-count[data-final] strong')?.innerText.startsWith('1 ')`)
			})
		})
	})
}

// segments has the service know people, a change and a segment, and returns the ids of
// a region, of the segment and of one that asks in every way there is.
func (s *world) segments() (region, segment, everything string) {
	s.t.Helper()
	ctx, by := s.t.Context(), bot.System()
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	kyiv, err := s.service.contacts().PutRegion(ctx, by, bot.Region{Name: bot.Bilingual{UK: "Київ", RU: "Киев"}})
	ok(err)
	_, err = s.service.contacts().Upsert(ctx, by, []contact.Record{
		{ExternalID: "1", Name: "Олена Кіт", Kind: "client", Region: "Київ", Tier: "vip"},
		{ExternalID: "2", Name: "Петро Пес", Kind: "client", Region: "Київ"},
		{ExternalID: "3", Name: "Іван", Kind: "client", Region: "Львів"},
		{ExternalID: "4", Name: "Ніна", Kind: "partner", Region: "Київ"},
	})
	ok(err)
	_, err = s.service.parts.api.Changes.Create(ctx, by, bot.Change{ID: "tariff", Kind: bot.ChangeKinds()[0], Title: bot.Bilingual{UK: "Новий тариф", RU: "Новый тариф"}})
	ok(err)
	vip, err := s.service.audiences().Create(ctx, by, "Особливі", bot.In("tier", "vip"))
	ok(err)
	tree, err := bot.SegmentOf(`не (хто = партнер, клієнт або мітка починається з "дуже-довга-мітка-яка-не-вміщується-в-рядок-на-телефоні") та (перший контакт цього місяця
		або останній контакт за останні 30 днів або перший контакт < 2026-01-05 або (атрибут "debt" > 100 та не атрибут "інше" вказано та звернення = чекає))`, bot.Ukrainian, bot.SegmentNames{})
	ok(err)
	all, err := s.service.audiences().Create(ctx, by, "Усе, що буває", tree)
	ok(err)
	return kyiv.ID, vip.ID, all.ID
}
