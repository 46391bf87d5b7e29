package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// settingsReach: what an admin settles is there for customers and colleagues: the
// company's name, colour, logo and greeting, when somebody answers, who works here. On
// the way two forms are not right, and keep what was written.
func settingsReach(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	admin := s.operator(t, b, "larysa", bot.Ukrainian, w)
	companyReaches(s, b, admin)
	workIsSettled(s, admin)
	p := s.comesByInvitation(b, admin)
	s.linksMessenger(p, w)
	s.isDisabled(admin, p)
	auditTells(s, admin)
}

// companyReaches: the name, the colour, the logo and the greeting, from the preview to
// everything that carries them.
func companyReaches(s *show, b *chromium, admin *operator) {
	const name, hello, colour = "Ромашка", "Ми поруч щодня.", "#7a1fa2"
	c, _ := bot.ParseColour(colour)
	light, _ := c.Schemes()
	painted := fmt.Sprintf("rgb(%d, %d, %d)", light.Accent.R, light.Accent.G, light.Accent.B)
	to := s.url + "/console/settings/company"
	admin.to(to)
	admin.fill("textbox", admin.says("settings.company.name_uk"), name)
	admin.fill("textbox", admin.says("settings.company.greeting_uk"), hello)
	admin.fill("textbox", admin.says("settings.company.colour"), "фіолетовий")
	admin.expects("422") // here and at the hours
	admin.click("button", admin.says("settings.form.save"))
	admin.awaits("what is wrong", `document.querySelector('.fault') && document.readyState === 'complete'`)
	if got := value[string](admin.tab, `document.getElementById('name_uk').value`); got != name {
		admin.t.Errorf("a form that was not right keeps %q", got)
	}
	admin.fill("textbox", admin.says("settings.company.colour"), colour)
	admin.click("button", admin.says("settings.form.preview"))
	shows := fmt.Sprintf(`document.readyState === 'complete' && document.querySelector('.chat')?.innerText.includes(%q) && document.querySelector('.chat').innerText.includes(%q) && getComputedStyle(document.querySelector('.chat-press')).color === %q`, name, hello, painted)
	admin.awaits("the preview", shows)
	admin.click("button", admin.says("settings.form.save"))
	admin.awaits("what is saved", `document.querySelector('.notice.done[role=status]') && document.readyState === 'complete'`)
	admin.serves("/chat?lang=uk", name)
	admin.reload()
	admin.awaits("the console to be the company's", fmt.Sprintf(
		`document.readyState === 'complete' && document.querySelector('.mark').innerText === %q && document.title.endsWith(%q) && getComputedStyle(document.querySelector('button.main')).backgroundColor === %q`, name, name, painted))

	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 56, 28))); err != nil {
		admin.t.Fatal(err)
	}
	admin.attachesTo("logo", "логотип.png", logo.Bytes())
	admin.click("button", admin.says("settings.company.logo_do"))
	admin.awaits("the logo in the preview", `document.readyState === 'complete' && document.querySelector('.chat-head img')?.naturalWidth === 56`)
	admin.serves("/chat?lang=uk", `class="logo"`)
	admin.awaits("the logo in the head and on the tab", `document.querySelector('.mark .logo')?.naturalWidth === 56 && document.querySelector('link[rel=icon]').href.includes('/console/look/')`)
	if widget := value[string](admin.tab, `fetch('/chat/widget.js', { cache: 'no-store' }).then((r) => r.text())`); !strings.Contains(widget, "--accent: light-dark("+light.Accent.String()) {
		admin.t.Error("the widget's button is not in the company's colour")
	}

	p := b.guest(admin.t, view{width: 390, height: 844, lang: "uk"}).open(s.url + "/chat?lang=uk")
	p.awaits("the chat to be the company's", fmt.Sprintf(
		`document.title === %q && document.querySelector('.logo')?.naturalWidth === 56 && document.querySelector('link[rel=icon]').href.includes('/chat/look/') && document.getElementById('thread').innerText.includes(%q)`, name, hello))
	p.to(s.url + "/join/" + strings.Repeat("a", 22))
	p.awaits("the page of a join link to be the company's", fmt.Sprintf(
		`document.querySelector('.whose')?.innerText.trim() === %q && document.querySelector('.whose img').naturalWidth === 56 && getComputedStyle(document.querySelector('li a')).backgroundColor === %q`, name, painted))
}

// workIsSettled: spans, a date that differs, the minutes and the price come back as they
// were understood.
func workIsSettled(s *show, admin *operator) {
	admin.to(s.url + "/console/settings/work")
	admin.fill("textbox", admin.says("settings.work.day1"), "9-13, 14-18")
	admin.fill("textbox", admin.says("settings.work.return"), "скоро")
	admin.click("button", admin.says("settings.form.save"))
	admin.awaits("what is wrong", `document.querySelector('.fault') && document.readyState === 'complete'`)
	admin.fill("textbox", admin.says("settings.work.return"), "7")
	admin.fill("textbox", admin.says("settings.work.price"), "0,02 €")
	value[int](admin.tab, `(document.querySelector('[name=date]').value = '2031-12-31', document.querySelector('[name=date_hours]').value = '10:00–12:00', 0)`)
	admin.click("button", admin.says("settings.form.save"))
	admin.awaits("what is settled", `document.querySelector('.notice.done[role=status]') && document.readyState === 'complete'`)
	admin.to(s.url + "/console/settings/work")
	got := value[string](admin.tab, `['#day1', '[name=date]', '[name=date_hours]', '#return', '#price'].map((one) => document.querySelector(one).value).join(' | ')`)
	if got != "9:00–13:00, 14:00–18:00 | 2031-12-31 | 10:00–12:00 | 7 | 0,02 €" {
		admin.t.Errorf("settled: %s", got)
	}
}

// comesByInvitation: somebody new chooses a password by the link, and is at the desk.
func (s *show) comesByInvitation(b *chromium, admin *operator) *operator {
	admin.to(s.url + "/console/settings/invite")
	admin.fill("textbox", admin.says("settings.invite.login"), "kateryna")
	value[int](admin.tab, `(document.querySelector('[name=role][value=operator]').click(), 0)`)
	admin.click("button", admin.says("settings.invite.do"))
	admin.awaits("the invitation", `document.querySelector('code.secret') && document.readyState === 'complete'`)
	link, err := url.Parse(value[string](admin.tab, `document.querySelector('code.secret').innerText`))
	if err != nil {
		admin.t.Fatal(err)
	}
	p := &operator{tab: b.guest(admin.t, view{width: 820, height: 1180, lang: "uk"}).open(s.url + link.Path), login: "kateryna", lang: bot.Ukrainian, phrases: admin.phrases}
	admin.t.Cleanup(p.finish)
	p.awaits("whose door it is", `document.querySelector('.door-mark .logo')?.naturalWidth === 56`)
	for _, field := range []string{"console.login.password", "console.password.first_again"} {
		p.fill("textbox", p.says(field), "довгий пароль для всіх")
	}
	p.press('\r')
	p.queue()
	return p
}

// linksMessenger: a chat with the bot becomes the colleague's own.
func (s *show) linksMessenger(p *operator, w phrases) {
	p.to(s.url + "/console/messenger")
	p.click("button", p.says("settings.messenger.link"))
	p.awaits("the ways into a chat", `document.querySelector('.actions a.button') && document.readyState === 'complete'`)
	p.to(value[string](p.tab, `document.querySelector('.actions a.button').href`))
	p.live()
	p.click("button", w.say(p.t, p.lang, "#telegram.start"))
	linked := p.says("settings.messenger.linked")
	p.serves("/console/messenger", linked)
	p.to(s.url + "/console/desk")
	p.queue()
}

// isDisabled: who is disabled is told so at once, and is out.
func (s *show) isDisabled(admin, p *operator) {
	admin.to(s.url + "/console/settings/users/kateryna")
	admin.click("button", admin.says("settings.user.disable_do"))
	began := time.Now()
	p.awaits("the end of the session", `document.getElementById('live').dataset.kind === 'ended' && !document.getElementById('live').hidden`)
	p.t.Logf("told %v after the press", time.Since(began).Round(time.Millisecond))
	p.to(s.url + "/console/desk")
	p.awaits("the door", `document.querySelector('.door') && document.readyState === 'complete'`)
}

// auditTells: what was done is there, and can be asked for by who and what.
func auditTells(s *show, admin *operator) {
	admin.to(s.url + "/console/settings/audit")
	for _, f := range []struct{ field, value, all, none string }{
		{"noun", "setting", "settings.audit.did.setting_set", "settings.audit.did.user_invite"},
		{"noun", "user", "settings.audit.did.user_disable", "settings.audit.did.setting_set"},
	} {
		value[int](admin.tab, fmt.Sprintf(`(document.getElementById(%q).value = %q, 0)`, f.field, f.value))
		admin.click("button", admin.says("settings.audit.show"))
		admin.awaits("what was asked for", fmt.Sprintf(
			`document.readyState === 'complete' && location.search.includes(%q) && document.querySelector('.rows')?.innerText.includes(%q) && !document.querySelector('.rows').innerText.includes(%q)`,
			f.field+"="+f.value, admin.says(f.all), admin.says(f.none)))
	}
}

// serves waits until the page at a path, asked for anew, has the words.
func (p *tab) serves(path, words string) {
	p.t.Helper()
	p.await(fmt.Sprintf("%s to have %q", path, words), func() bool {
		has, err := tryValue[bool](p, fmt.Sprintf(`fetch(%q, { cache: 'no-store' }).then((r) => r.text()).then((page) => page.includes(%q))`, path, words))
		return err == nil && has // another page may be on its way
	})
}
