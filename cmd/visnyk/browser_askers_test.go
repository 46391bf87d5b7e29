package main

import (
	"fmt"

	"visnyk/bot"
)

// askersHear is how an answer comes back: two people ask, one in each language, what nobody
// has written an answer to; the marketer finds it among the wanted ones, writes it, to be
// told to who asked; somebody else approves; and both hear it, once, below their question.
func askersHear(s *world, writer, approver *tab) {
	s.t.Helper()
	first, second := s.onTelegram(7_900_004, "Галина", bot.Ukrainian), s.onViber("QXNrcyBhYm91dCBkb2dzIQ==", "Раиса", bot.Russian)
	asked := bot.Bilingual{UK: "чи можна прийти з собакою", RU: "можно ли прийти с собакой"}
	for _, a := range []*actor{first, second} {
		a.begins()
		a.write(asked.In(a.lang))
		a.hears("@faq.unknown")
	}
	s.idle()
	s.sql(`UPDATE contacts SET quiet = 'never'`)
	base := "http://" + s.address + "/console/"
	writer.to(base + "wanted")
	writer.awaits("what they asked", fmt.Sprintf(`[...document.querySelectorAll('.asked li')].some((li) => li.innerText.includes(%q)) && document.readyState === 'complete'`, asked.UK))
	value[int](writer, fmt.Sprintf(`([...document.querySelectorAll('.asked li')].find((li) => li.innerText.includes(%q)).querySelector('button').click(), 0)`, asked.UK))
	writer.awaits("a draft of it", `document.querySelector('[name=tell_askers]')?.checked && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`)
	at := value[string](writer, `location.pathname`)
	answer := bot.Bilingual{UK: "Так, із собакою на повідку.", RU: "Да, с собакой на поводке."}
	for name, text := range map[string]string{
		"question_uk": "Чи можна прийти з собакою?", "question_ru": "Можно ли прийти с собакой?", "answer_uk": answer.UK, "answer_ru": answer.RU,
	} {
		value[int](writer, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); return 0; })(document.querySelector('[name=%s]'))`, text, name))
	}
	writer.awaits("it may be submitted", fmt.Sprintf(`document.getElementById('kept')?.innerText === %q && !document.querySelector('#bar button.main').disabled`, s.words(bot.Ukrainian, "console.draft.kept")))
	value[int](writer, `(document.querySelector('#bar button.main').click(), 0)`)
	writer.awaits("submitted", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q`, s.words(bot.Ukrainian, "articles.done.submitted")))
	approver.to("http://" + s.address + at)
	approver.awaits("who waits, and what they will read", `[...document.querySelectorAll('.said-to [lang=ru]')].some((shown) => shown.textContent.includes('на поводке')) && [...document.querySelectorAll('section p')].some((p) => p.innerText.includes('2'))`)
	value[int](approver, `(document.querySelector('button[value=approve]').click(), 0)`)
	approver.awaits("approved", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q`, s.words(bot.Russian, "articles.done.approved")))
	for _, a := range []*actor{first, second} {
		a.hears(asked.In(a.lang), answer.In(a.lang))
	}
	s.idle()
	for _, a := range []*actor{first, second} {
		if n := a.times(answer.In(a.lang)); n != 1 {
			s.t.Errorf("who asked in %s hears it %d times", a.lang, n)
		}
	}
	writer.to("http://" + s.address + at)
	writer.awaits("the way to its report", fmt.Sprintf(`[...document.querySelectorAll('a')].some((a) => a.innerText === %q)`, s.words(bot.Ukrainian, "articles.askers_report")))
	writer.click("link", s.words(bot.Ukrainian, "articles.askers_report"))
	writer.awaits("two told", `[...document.querySelectorAll('#report-numbers dl')[0]?.querySelectorAll('dd.number') ?? []].slice(0, 2).map((n) => n.innerText).join() === '2,2'`)
}
