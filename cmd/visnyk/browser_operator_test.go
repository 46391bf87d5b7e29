package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"visnyk/bot"
)

// operator is one of the company's people at the desk, in a browser of their own.
type operator struct {
	*tab
	login   string
	name    string // as customers and colleagues know them
	lang    bot.Language
	phrases phrases
}

// operator opens the desk by the button of the demo's page, in the same tab, and
// waits for the queue.
func (s *show) operator(t *testing.T, b *chromium, login string, l bot.Language, w phrases) *operator {
	t.Helper()
	o := &operator{
		tab: b.guest(t, view{width: 1440, height: 900, lang: string(l)}).blank(), login: login, lang: l, phrases: w,
		name: map[string]string{"maryna": "Марина", "oleh": "Олег"}[login],
	}
	t.Cleanup(o.finish)
	o.comes(s, login)
	return o
}

// comes signs in.
func (o *operator) comes(s *show, login string) {
	o.t.Helper()
	o.to(s.url + "/?lang=" + string(o.lang))
	value[int](o.tab, fmt.Sprintf(`(document.getElementById('desk-%s').form.removeAttribute('target'), 0)`, login))
	o.awaits("the way to the desk", fmt.Sprintf(`(e => e && (e.click(), true))(document.getElementById('desk-%s'))`, login))
	o.queue()
}

// queue waits until the list of tickets is there, and hears.
func (o *operator) queue() {
	o.t.Helper()
	o.awaits("the queue", `document.querySelector('.queue-page') && document.readyState === 'complete'`)
}

// home comes to those who wait, if they are not there.
func (o *operator) home() {
	o.t.Helper()
	if !value[bool](o.tab, `document.querySelector('.queue-page #queue')?.dataset.list === 'waiting'`) {
		o.to(value[string](o.tab, `location.origin`) + "/console/desk")
	}
	o.queue()
}

// says returns a text of the desk.
func (o *operator) says(key string) string {
	o.t.Helper()
	return o.phrases.say(o.t, o.lang, "@"+key)
}

// waiting waits until so many wait in the list before them.
func (o *operator) waiting(n int) {
	o.t.Helper()
	o.awaits(fmt.Sprintf("%d who wait", n), fmt.Sprintf(`document.querySelectorAll('.queue-row[data-state=waiting]').length === %d`, n))
}

// takesNext takes the ticket that waits longest, as soon as there is one.
func (o *operator) takesNext() {
	o.t.Helper()
	o.home()
	o.awaits("somebody who waits", `document.querySelector('.queue-row[data-state=waiting]')`)
	o.click("button", o.says("queue.next"))
	o.writable()
}

// opens comes to the first ticket of the list.
func (o *operator) opens() {
	o.t.Helper()
	o.waiting(1)
	value[int](o.tab, `(document.querySelector('.queue-row a').click(), 0)`)
	o.awaits("the ticket", `document.getElementById('ticket') && document.readyState === 'complete'`)
}

// writable waits until the ticket is theirs.
func (o *operator) writable() {
	o.t.Helper()
	o.awaits("the ticket to be theirs", `document.getElementById('text') && document.readyState === 'complete'`)
}

// reads waits until a line of the talk says so.
func (o *operator) reads(words string) {
	o.t.Helper()
	o.awaits(fmt.Sprintf("the talk to show %q", words), fmt.Sprintf(`[...document.querySelectorAll('#lines .words')].some(e => e.textContent === %q)`, words))
}

// replies types an answer, sends it, and waits until the messenger has it.
func (o *operator) replies(words string) {
	o.t.Helper()
	o.fill("textbox", o.says("ticket.reply"), words)
	o.click("button", o.says("ticket.send"))
	unread := fmt.Sprintf(`document.body.innerText.includes(%q)`, o.says("fault.reply_unread"))
	o.awaits(fmt.Sprintf("%q to be sent, or what is new to be shown first", words), haveSent(words)+" || "+unread)
	if value[bool](o.tab, unread) { // the talk was scrolled, so its newest line was below
		o.allows("409")
		o.click("button", o.says("ticket.send"))
	}
	o.sent(words)
}

// haveSent tells on the page whether the messenger has an operator's words, which stand
// in the field no more.
func haveSent(words string) string {
	return fmt.Sprintf(
		`([...document.querySelectorAll('#lines .ours:not(.machine)')].some(e => e.querySelector('.words')?.textContent === %q && e.querySelector('.state')) && document.getElementById('text').value === '')`, words)
}

// sent waits until the messenger has their words.
func (o *operator) sent(words string) {
	o.t.Helper()
	o.awaits(fmt.Sprintf("%q to be sent", words), haveSent(words))
}

// attaches has the page's own field for files choose one.
func (p *tab) attaches(name string, content []byte) {
	p.t.Helper()
	p.attachesTo("file", name, content)
}

// attachesTo has a field choose a file.
func (p *tab) attachesTo(field, name string, content []byte) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := p.patiently()
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject](fmt.Sprintf(`document.getElementById(%q)`, field), p.here))
	if err != nil {
		p.failf("the field for files: %v", err)
	}
	tell(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, ObjectID: found.ObjectID})
}

// closes ends the ticket with the outcome.
func (o *operator) closes(outcome string) {
	o.t.Helper()
	value[int](o.tab, `(document.querySelector('#close > summary').click(), 0)`)
	o.click("button", o.says("ticket.close."+outcome))
	o.awaits("the ticket to be closed", `document.getElementById('ticket-head').dataset.state === 'closed'`)
}

// letter presses a key of a Ukrainian layout: its place is a Latin letter's, what it
// writes is not.
func (p *tab) letter(code, writes string) {
	p.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: writes, Code: code, Text: writes, UnmodifiedText: writes}
	tell(p, input.DispatchKeyEvent, down)
	down.Type, down.Text, down.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
	tell(p, input.DispatchKeyEvent, down)
}
