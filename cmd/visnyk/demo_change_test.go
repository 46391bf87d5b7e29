package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// unwritten are the fields of the form there as they are sent where nobody writes anything
// in it and ticks nothing: name, value.
func (p *playground) unwritten(path, action string) (fields []string) {
	p.t.Helper()
	_, form, found := strings.Cut(p.read(path), `action="`+action+`"`)
	if !found {
		p.t.Fatalf("%s has no form for %s", path, action)
	}
	form, _, _ = strings.Cut(form, "</form>")
	for _, f := range regexp.MustCompile(`<(?:input type="hidden"|textarea[^>]*?) name="([^"]+)"(?: value="([^"]*)")?`).FindAllStringSubmatch(form, -1) {
		fields = append(fields, f[1], f[2])
	}
	return fields
}

// presses presses the button below the last message that has it on somebody's Telegram.
func (p *playground) presses(as, page, key string) {
	p.t.Helper()
	screen := p.sees(page, "telegram-thread", key)
	at := strings.LastIndex(screen, `data-label="`+key+`"`)
	if at < 0 {
		p.t.Fatalf("there is no button %q", key)
	}
	id := regexp.MustCompile(`data-id="(\d+)" data-from="bot"`).FindAllStringSubmatch(screen[:at], -1)
	p.does("telegram/press", "as", as, "message", id[len(id)-1][1], "key", key)
}

// TestDemoChange walks the demo's second story, without scripts, as the README tells it: a
// change that waits for a decision is approved and announced, each by who may; a customer of
// each language asks what changes, reads it and presses «Зрозуміло», «Понятно»; and the page
// of who knows has both. Then a broadcast tells those who do not know yet, and needs nobody's
// approval.
func TestDemoChange(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	const (
		change      = "/console/changes/e-contract"
		title       = "Договір можна підписати в застосунку"
		titleRU     = "Договор можно подписать в приложении"
		olena, igor = "/?as=olena&lang=uk", "/?as=igor&lang=ru"
	)
	if !strings.Contains(p.read(olena), title) {
		t.Error("the page does not say where the story begins")
	}

	approver := p.enters("taras")
	if waits := approver.read("/console/approvals"); !strings.Contains(waits, `href="`+change+`/approval"`) {
		t.Fatal("nothing waits for who approves")
	}
	if !strings.Contains(approver.read(change), `href="`+change+`/approval"`) {
		t.Error("the sheet does not lead on to the decision")
	}
	approver.moves(change+"/decide", append(approver.unwritten(change+"/approval", change+"/decide"), "read", "uk", "read", "ru", "do", "approve")...)

	writer := p.enters("sofiia")
	if fill := words(writer.read("/console/broadcasts/cable-outage/fill")); !strings.Contains(fill, "Кому: регіон = \"Поділ\", \"Оболонь\"") || !strings.Contains(fill, "Погодження діє до") {
		t.Errorf("nothing stands ready for a cut of the cable: %s", fill)
	}
	if sheet := writer.read(change); !strings.Contains(sheet, "Перейти до оголошення") {
		t.Error("the sheet does not lead on to its announcement")
	}
	writer.moves(change+"/decide", append(writer.unwritten(change+"/approval", change+"/decide"), "do", "announce")...)
	if sheet := writer.read(change); !strings.Contains(sheet, `href="/console/broadcasts/new?change=e-contract"`) {
		t.Error("the sheet does not lead on to who does not know")
	}

	asked := 0
	await(t, "the bot to know of it", func() bool { // it has read what was announced a moment later
		screen := piece(p.read(olena), "telegram-thread")
		if strings.Count(words(screen), "Ось що для Вас змінюється") == asked && !strings.Contains(screen, `data-label="`+title) {
			p.does("telegram/write", "as", "olena", "text", "Що змінюється?")
			asked++
		}
		return strings.Contains(screen, `data-label="`+title)
	})
	p.presses("olena", olena, title)
	p.presses("olena", olena, "Зрозуміло")
	p.does("telegram/write", "as", "igor", "text", "Что меняется?")
	p.presses("igor", igor, titleRU)
	p.presses("igor", igor, "Понятно")
	await(t, "both to be known to have understood", func() bool {
		return strings.Contains(words(writer.read(change+"/ledger")), "Підтвердили 2 ")
	})

	resp := writer.ask(http.MethodPost, "/console/broadcasts/new", "do=change&change=e-contract", "Sec-Fetch-Site", "same-origin")
	made := resp.Header.Get("Location")
	if resp.StatusCode != http.StatusSeeOther || made == "" {
		t.Fatalf("a broadcast by the sheet: %d to %q", resp.StatusCode, made)
	}
	if !strings.Contains(writer.read(strings.TrimSuffix(made, "?done=made")), "Погодження не потрібне") {
		t.Error("what the broadcast says was not approved with its change")
	}
}
