package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
)

// changeIsKnown is an admin who has the ledger of the change that was just announced open,
// while a customer on Telegram and one on Viber read it and press «Зрозуміло»: the numbers
// move by themselves. Its date is corrected, and those two hear what was wrong. Then a proof
// is looked at, taken as a file, checked as an auditor would, and forged in vain.
func changeIsKnown(s *world, b *chromium, sheet, title string, l bot.Language, corrected func()) {
	t := s.t
	p := b.guest(t, view{width: 1440, height: 900, lang: string(l)}).blank()
	t.Cleanup(p.finish)
	s.signsIn(p, "auditor", bot.Admin, l)
	people := []*actor{s.onTelegram(772, "Олена", l), s.onViber("QzXyWvUt890A+/b5CdEfGg==", "Олена", l)}
	for _, a := range people {
		a.begins()
	}
	base := "http://" + s.address + sheet
	p.to(base + "/ledger")
	counts := func(sum string, n int) {
		t.Helper()
		p.awaits(fmt.Sprint(sum, " ", n), fmt.Sprintf(`[...document.querySelectorAll('.sums > div')].some((d) => d.querySelector('dt').innerText === %q && d.querySelector('dd').innerText === '%d')`,
			s.words(l, "ledger.sum."+sum), n))
	}
	counts("acknowledged", 0)
	value[int](p, `(window.same = true, 0)`)
	for i, a := range people {
		a.write(title)
		a.hears(title)
		counts("told", i+1)
		a.taps("@change.understood")
		a.hears("@change.thanks")
		counts("acknowledged", i+1)
	}
	if !value[bool](p, `window.same === true`) {
		t.Error("the page was loaded anew")
	}
	s.idle()
	s.sql(`UPDATE contacts SET quiet = 'never'`) // at whatever hour this is played
	corrected()
	wrong := map[bot.Language]string{bot.Ukrainian: "не той день", bot.Russian: "не тот день"}[l]
	counts("acknowledged", 0) // of the version that is in force by now
	for i, a := range people {
		a.hears(title, wrong)
		a.taps("@change.understood")
		counts("acknowledged", i+1)
		if n := a.times(title, wrong); n != 1 {
			t.Errorf("%s hears what was wrong %d times", a.name(), n)
		}
	}
	key := value[string](p, `document.querySelector('.key').innerText.trim()`)
	everyCheck(t, p, base+"/ledger?of=acknowledged", l, func() {
		p.awaits("the two", `document.querySelectorAll('#people .rows li').length === 2 && document.readyState === 'complete'`)
	}, 1440)
	proof := value[string](p, `[...document.querySelectorAll('#people .rows li')].find((li) => li.innerText.includes('Олена')).querySelector('a.button').pathname`)
	everyCheck(t, p, "http://"+s.address+proof, l, func() {
		p.awaits("the sheet", fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete' && document.querySelector('.proved blockquote')`, s.words(l, "proof.title")))
	}, 390)
	if got := value[string](p, `document.querySelector('.proof-sheet').innerText`); !strings.Contains(got, "Олена") || !strings.Contains(got, title) {
		t.Errorf("the sheet: %s", got)
	}
	hash := value[string](p, fmt.Sprintf(`[...document.querySelectorAll('.facts-list > div')].find((d) => d.querySelector('dt').innerText === %q).querySelector('dd').innerText`, s.words(l, "proof.digest")))
	value[int](p, `(fetch(location.pathname, { method: 'POST', body: new URLSearchParams() }).then((a) => a.text()).then((text) => { window.file = text; }), 0)`)
	p.awaits("the file", `typeof window.file === 'string'`)
	file := []byte(value[string](p, `window.file`))
	name := filepath.Join(t.TempDir(), "proof.txt")
	checks := func(content []byte, code int, words ...string) {
		t.Helper()
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var out, wrong bytes.Buffer
		got := run(t.Context(), []string{"verify", "-proof", name, "-key", key}, nil, cli.Streams{Out: &out, Err: &wrong})
		for _, w := range words {
			if got != code || !strings.Contains(out.String()+wrong.String(), w) {
				t.Errorf("%d, want %d and %q: %s%s", got, code, w, &out, &wrong)
			}
		}
	}
	checks(file, cli.Done, "signed: nothing was changed", "Олена", hash, "acknowledged: version ", "cannot be known: whether it was seen")
	checks(bytes.Replace(file, []byte("Олена"), []byte("Олеся"), 1), cli.Failed, "refused", "changed after it was signed")
	checks(file[:len(file)-9], cli.Failed, "refused", "cut off")
}
