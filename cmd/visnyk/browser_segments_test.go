package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage/storagetest"
)

// segmentsTell is a marketer who builds «clients of Kyiv who were not told», sees how
// many they are, whom of them we cannot reach and why, and what they have in common with
// another segment; opens a person and reads why they are in, there and from the person's
// own page; and saves it. What is wrong with the text is said where it is. An admin downloads
// the links for those whom we cannot reach. In each language, and without JavaScript too.
func segmentsTell(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			g := b.guest(t, view{width: width, height: 900, lang: string(l)})
			p := g.blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "olha", bot.Marketer, l)
			kyiv, vip, all := s.segments()
			base, say := "http://"+s.address, func(key string) string { return s.words(l, "people.segment."+key) }
			arrives := func(title string) {
				t.Helper()
				p.awaits(title, fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, title))
			}
			choose := func(id, chosen string) {
				t.Helper()
				p.awaits(id, fmt.Sprintf(`[...document.getElementById(%q)?.options ?? []].some((o) => o.value === %q)`, id, chosen))
				choosing := fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('change', { bubbles: true })); return 0; })(document.getElementById(%q))`, chosen, id)
				value[int](p, choosing)
			}
			press := func(selector string) {
				t.Helper()
				p.awaits(selector, fmt.Sprintf(`!!document.querySelector(%q)`, selector))
				value[int](p, fmt.Sprintf(`(document.querySelector(%q).click(), 0)`, selector))
			}
			counted := func(people int) {
				t.Helper()
				p.awaits(fmt.Sprint(people, " people"), fmt.Sprintf(
					`document.querySelector('#looked:not([aria-busy]) .segment-count[data-final] strong')?.innerText.startsWith('%d ')`, people))
			}
			adds := func(row int, about string) {
				t.Helper()
				choose("row0-about", about)
				press("#row0-add")
				p.awaits(about, fmt.Sprintf(`!!document.getElementById('row%d-op')`, row))
			}
			everyCheck(t, p, base+"/console/segments", l, func() { arrives(say("title")) }, width)
			everyCheck(t, p, base+"/console/segments/new", l, func() { arrives(say("new")); counted(4) }, width)

			everyCheck(t, p, base+"/console/segments/"+all, l, func() { arrives("Усе, що буває"); counted(0) }, []int64{320, 1440}[turn%2])

			p.to(base + "/console/segments/new")
			arrives(say("new"))
			adds(1, "kind")
			press("#row1-pick0")
			counted(3)
			adds(2, "area")
			choose("row2-more", "2 "+kyiv)
			counted(2)
			adds(3, "change")
			choose("row3-more", "3 tariff")
			counted(2)
			choose("other", vip)
			p.awaits("the overlap", fmt.Sprintf(`document.querySelector('.segment-overlap')?.innerText.startsWith('1 ') && document.getElementById('looked').innerText.includes(%q)`, say("unreached.no_address")))
			press(`#looked .sample button`)
			p.awaits("why", fmt.Sprintf(`document.querySelector('#answers .why-says')?.innerText === %q && document.querySelectorAll('#answers .why > li').length === 4`, say("in")))

			p.fill("textbox", say("text"), "хто = клієнт та")
			p.awaits("the place of what is wrong", `!!document.querySelector('#text-note mark') && document.getElementById('text').value === 'хто = клієнт та'`)
			p.fill("textbox", say("text"), "хто = клиент и уровень = VIP")
			counted(1)
			p.awaits("the conditions", `document.getElementById('row2-pick2')?.checked && !document.getElementById('row3-op')`)
			p.fill("textbox", say("name"), "VIP")
			press(`#segment [formaction]`)
			p.awaits("saved", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, s.words(l, "people.done.segment")))
			counted(1)
			saved := value[string](p, `location.pathname`)
			press(`#looked .sample button`)
			p.awaits("why", `!!document.querySelector('#answers .why-says')`)
			press(`#answers h2 a`)
			arrives("Олена Кіт VIP")
			press(`.why-ways summary`)
			p.click("link", "VIP")
			arrives("VIP")
			p.awaits("why, from their page", fmt.Sprintf(`location.pathname === %q && document.querySelector('#answers .why-says')?.innerText === %q && document.querySelectorAll('#answers .why > li').length === 3`, saved, say("in")))
			counted(1)
			if !value[bool](p, `!!document.querySelector('.reach-links button:disabled')`) {
				t.Error("a marketer may have the links")
			}
			s.signsIn(p, "iryna", bot.Admin, l)
			dir := t.TempDir()
			g.keeps(dir)
			p.to(base + saved)
			arrives("VIP")
			counted(1)
			press(`.reach-links button`)
			p.await("the links", func() bool {
				file, err := os.ReadFile(filepath.Join(dir, "links.csv"))
				return err == nil && strings.Contains(string(file), "1,Олена Кіт,") && strings.Contains(string(file), "/join/")
			})

			tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			p.to(base + "/console/segments/" + vip)
			arrives("Особливі")
			value[int](p, `(document.querySelector('button[value=count]').click(), 0)`)
			p.await("one person, without a module", func() bool {
				return value[bool](p, `!!document.querySelector('.segment-count[data-final] strong')?.innerText.startsWith('1 ')`)
			})
			tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
		})
	}
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
		{ExternalID: "1", Name: "Олена Кіт", Kind: "client", Region: "Київ", Tier: "vip"}, {ExternalID: "2", Name: "Петро Пес", Kind: "client", Region: "Київ"},
		{ExternalID: "3", Name: "Іван", Kind: "client", Region: "Львів"}, {ExternalID: "4", Name: "Ніна", Kind: "partner", Region: "Київ"},
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
