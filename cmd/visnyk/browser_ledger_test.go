package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
	"visnyk/storage/storagetest"
)

// ledgerMoves is an admin who has the ledger of a change open while two customers read it
// and press «Зрозуміло»: the numbers move by themselves. Then one proof is looked at, taken
// as a file, checked as an auditor would, and forged in vain.
func ledgerMoves(t *testing.T, b *chromium) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
	const change = "office-move"
	l := bot.Ukrainian
	p := b.guest(t, view{width: 1440, height: 900, lang: string(l)}).blank()
	t.Cleanup(p.finish)
	s.signsIn(p, "auditor", bot.Admin, l)
	people := []*actor{s.onTelegram(739184027556, "Олена", l), s.onViber("QzXyWvUt890A+/b5CdEfGg==", "Елена", bot.Russian)}
	for _, a := range people {
		a.begins()
	}
	base := "http://" + s.address + "/console/changes/" + change
	p.to(base + "/ledger")
	counts := func(sum string, n int) {
		t.Helper()
		p.awaits(fmt.Sprint(sum, " ", n), fmt.Sprintf(`[...document.querySelectorAll('.sums > div')].some((d) => d.querySelector('dt').innerText === %q && d.querySelector('dd').innerText === '%d')`,
			s.words(l, "ledger.sum."+sum), n))
	}
	counts("due", len(people))
	counts("acknowledged", 0)
	value[int](p, `(window.same = true, 0)`)
	for i, a := range people {
		a.taps("@menu.changes")
		a.hears("@change.list")
		a.taps(s.titleOf(change).In(a.lang))
		a.hears(s.titleOf(change).In(a.lang))
		counts("told", i+1)
		a.taps("@change.understood")
		counts("acknowledged", i+1)
	}
	if !value[bool](p, `window.same === true`) {
		t.Error("the page was loaded anew")
	}
	key := value[string](p, `document.querySelector('.key').innerText.trim()`)
	everyCheck(t, p, base+"/ledger?of=acknowledged", l, func() {
		p.awaits("the two", `document.querySelectorAll('#people .rows li').length === 2 && document.readyState === 'complete'`)
	}, 1440)
	proof := value[string](p, `[...document.querySelectorAll('#people .rows li')].find((li) => li.innerText.includes('Олена')).querySelector('a.button').pathname`)
	everyCheck(t, p, "http://"+s.address+proof, l, func() {
		p.awaits("the sheet", fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete' && document.querySelector('.proved blockquote')`, s.words(l, "proof.title")))
	}, 390)
	if got := value[string](p, `document.querySelector('.proof-sheet').innerText`); !strings.Contains(got, "Олена") || !strings.Contains(got, s.titleOf(change).UK) {
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
	checks(file, cli.Done, "signed: nothing was changed", "Олена", hash, "acknowledged: version 1", "cannot be known: whether it was seen")
	checks(bytes.Replace(file, []byte("Олена"), []byte("Олеся"), 1), cli.Failed, "refused", "changed after it was signed")
	checks(file[:len(file)-9], cli.Failed, "refused", "cut off")
}

// titleOf is what the change is called.
func (s *world) titleOf(id string) bot.Bilingual {
	s.t.Helper()
	sheet, err := s.service.store.Load().Sheet(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet.Title
}
