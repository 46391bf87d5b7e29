package main

import (
	"bufio"
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/bot/webchat"
	"visnyk/cmd/visnyk/demo"
	"visnyk/storage/storagetest"
)

// playground is a demo that runs, asked as a browser without scripts would ask.
type playground struct {
	t      *testing.T
	at     string // the page's address
	box    *sandbox
	log    *buffer
	client *http.Client
	stop   func() error
}

// demoConfig are the settings of a demo with its data in the directory.
func demoConfig(t *testing.T, dir string, box *sandbox) config {
	t.Helper()
	cfg, err := readConfig([]string{
		"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0",
		"VISNYK_DATABASE_URL=sqlite:" + filepath.Join(dir, "visnyk.db"),
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Bots = append(box.bots(), botConfig{Name: webchat.DefaultName, Channel: "webchat"})
	return cfg
}

// newPlayground runs the demo with its data in the directory.
func newPlayground(t *testing.T, dir string) *playground {
	t.Helper()
	tg, err := telegramtest.New(telegramtest.Options{AllowHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	box := &sandbox{telegram: tg, viber: vibertest.New(vibertest.Options{HourlyLimit: -1})}
	cfg := demoConfig(t, dir, box)
	ctx, cancel := context.WithCancel(context.Background())
	out, said := io.Pipe()
	ended := make(chan error, 1)
	log := &buffer{}
	go func() {
		err := demonstrate(ctx, said, cfg, box, slog.New(slog.NewTextHandler(log, nil)))
		_ = said.Close()
		box.close()
		ended <- err
	}()
	p := &playground{t: t, box: box, log: log, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	p.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		if wrong := tg.Stats().Breaches; len(wrong) > 0 {
			t.Errorf("calls that Telegram refuses: %q", wrong)
		}
		if t.Failed() {
			t.Logf("log:\n%s", log)
		}
	})
	lines := bufio.NewScanner(out)
	for p.at == "" && lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http://") {
			p.at = strings.TrimSuffix(line, "/")
		}
	}
	if p.at == "" {
		t.Fatalf("the demo did not say where it is: %v", p.stop())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p
}

// ask sends a request with headers as name, value, name, value.
func (p *playground) ask(method, path, body string, headers ...string) *http.Response {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.at+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func (p *playground) read(path string, headers ...string) string {
	p.t.Helper()
	resp := p.ask(http.MethodGet, path, "", headers...)
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("GET %s: %d, %v", path, resp.StatusCode, err)
	}
	return string(raw)
}

// does posts a form, fields as name, value, and wants the page again.
func (p *playground) does(path string, fields ...string) {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp := p.ask(http.MethodPost, "/demo/"+path, form.Encode())
	if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(resp.Header.Get("Location"), "/?as=") {
		p.t.Fatalf("POST %s: %d to %q", path, resp.StatusCode, resp.Header.Get("Location"))
	}
}

// enters signs in at the desk by the page's own form, and returns the demo as the
// browser of that colleague sees it.
func (p *playground) enters(login string) *playground {
	p.t.Helper()
	key := regexp.MustCompile(`action="[^"]*/demo/as/` + login + `"[^>]*><input type="hidden" name="key" value="([^"]+)"`).FindStringSubmatch(p.read("/"))
	if key == nil {
		p.t.Fatalf("the page has no way to the desk for %s", login)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	of := *p
	of.client = &http.Client{Jar: jar, CheckRedirect: p.client.CheckRedirect}
	of.moves("/demo/as/"+login, "key", key[1])
	return &of
}

// moves posts a form of the console, fields as name, value, and wants to be sent on.
func (p *playground) moves(path string, fields ...string) {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	resp := p.ask(http.MethodPost, path, form.Encode(), "Sec-Fetch-Site", "same-origin")
	if resp.StatusCode != http.StatusSeeOther {
		said, _ := io.ReadAll(resp.Body)
		p.t.Fatalf("POST %s: %d %s", path, resp.StatusCode, words(string(said)))
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// words is what stands on a piece of the page.
func words(markup string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(markup, " "))), " ")
}

// piece cuts the element with the id out of the page, up to the next section.
func piece(page, id string) string {
	_, after, found := strings.Cut(page, `id="`+id+`"`)
	if !found {
		return ""
	}
	before, _, _ := strings.Cut(after, "</section>")
	return before
}

// sees waits until all the words stand on that part of the page.
func (p *playground) sees(path, id string, all ...string) string {
	p.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(2 * patience)
	for {
		markup := piece(p.read(path), id)
		text := words(markup)
		missing := ""
		for _, w := range all {
			if !strings.Contains(text, w) {
				missing = w
			}
		}
		if missing == "" {
			return markup
		}
		select {
		case <-tick.C:
		case <-end:
			p.t.Fatalf("waited in vain for %q on %s of %s:\n%s", missing, id, path, text)
		}
	}
}

// TestDemoDoor looks at who may come in and what the page is made of.
func TestDemoDoor(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	for name, tt := range map[string]struct {
		method, path, body string
		headers            []string
		want               int
	}{
		"the page":          {"GET", "/", "", nil, 200},
		"somebody else":     {"GET", "/?as=petro", "", nil, 404},
		"no such page":      {"GET", "/demo/secret", "", nil, 404},
		"a stranger's name": {"GET", "/", "", []string{"Host", "evil.example"}, 421},
		"by name":           {"GET", "/", "", []string{"Host", "localhost:1"}, 200},
		"a foreign form":    {"POST", "/demo/telegram/open", "as=olena", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a foreign origin":  {"POST", "/demo/telegram/open", "as=olena", []string{"Origin", "https://evil.example"}, 403},
		"our own form":      {"POST", "/demo/telegram/open", "as=olena", []string{"Sec-Fetch-Site", "same-origin"}, 303},
		"from a script":     {"POST", "/demo/viber/open", "as=olena", []string{"Accept", "application/json"}, 204},
		"no words":          {"POST", "/demo/telegram/write", "text=+", []string{"Accept", "application/json"}, 400},
		"no such button":    {"POST", "/demo/viber/press", "as=igor&key=x", []string{"Accept", "application/json"}, 409},
		"in without a key":  {"POST", "/demo/as/maryna", "", nil, 403},
		"a guessed key":     {"POST", "/demo/as/larysa", "key=x", []string{"Sec-Fetch-Site", "same-origin"}, 403},
		"in by a link":      {"GET", "/demo/as/maryna", "", nil, 405},
		"the old desk":      {"POST", "/demo/desk/take", "ticket=x", nil, 404},
		"no such phone":     {"POST", "/demo/pager/write", "text=x", nil, 404},
		"too much":          {"POST", "/demo/telegram/write", "text=" + strings.Repeat("x", 300<<10), nil, 400},
	} {
		if resp := p.ask(tt.method, tt.path, tt.body, tt.headers...); resp.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, tt.want)
		}
	}

	csp := p.ask(http.MethodGet, "/", "").Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %q", csp, want)
		}
	}
	page := p.read("/", "Accept-Language", "ru,uk;q=0.5")
	if !strings.Contains(page, `<html lang="ru"`) || !strings.Contains(p.read("/", "Accept-Language", "en"), `<html lang="uk"`) {
		t.Error("the browser's language was not heard")
	}
	if regexp.MustCompile(`(?i)<style|style=|<script(?: [^>]*)?>[^<]|\son[a-z]+=|javascript:|ZgotmplZ`).MatchString(page) {
		t.Error("something stands inline")
	}
	if n := len(page) + len(p.read("/demo/page.css")) + len(p.read("/demo/page.js")); n > 100<<10 {
		t.Errorf("the page weighs %d bytes", n)
	}
}

// TestDemoScene plays both phones and the desk, as three people, without
// scripts.
func TestDemoScene(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	const olena, igor = "/?as=olena&lang=uk", "/?as=igor&lang=ru"

	// A conversation is there before anybody comes.
	screen := p.sees(olena, "telegram-thread", "/start", "Вітаємо, Олено.", "Оберіть, що Вас цікавить", "Як оплатити інтернет?", "карткою")
	p.sees("/?lang=ru", "telegram-thread", "Здравствуйте", "Как оплатить интернет?", "картой")

	// Nobody is told of what is meant for others.
	p.does("telegram/write", "as", "olena", "text", "меню")
	await(t, "the menu", func() bool {
		screen = piece(p.read(olena), "telegram-thread")
		return strings.Count(words(screen), "Мої налаштування") == 2
	})
	ids := regexp.MustCompile(`data-id="(\d+)" data-from="bot"`).FindAllStringSubmatch(screen, -1)
	p.does("telegram/press", "as", "olena", "message", ids[len(ids)-1][1], "key", "Що змінюється")
	told := words(p.sees(olena, "telegram-thread", "Ось що для Вас змінюється", "Ваш особистий менеджер"))
	if strings.Contains(told, "Нічні роботи") || strings.Contains(told, "Перший рік роутер") {
		t.Errorf("Олена is told of others' changes: %s", told)
	}
	p.does("viber/open", "as", "igor")
	p.sees(igor, "viber-thread", "Вітаємо.", "Здравствуйте.")
	p.does("viber/press", "as", "igor", "key", "Русский")
	p.sees(igor, "viber-keyboard", "Оператор")
	p.does("viber/press", "as", "igor", "key", "Что меняется")
	p.sees(igor, "viber-keyboard", "Ночные работы")
	if others := words(piece(p.read(olena), "viber-thread")); strings.Contains(others, "Здравствуйте") {
		t.Errorf("Олена sees the phone of Игорь: %s", others)
	}

	// A person, and what they type, stays text.
	p.does("telegram/write", "as", "olena", "text", "покличте людину <script>alert(1)</script>")
	screen = p.sees(olena, "telegram-thread", "<script>alert(1)</script>")
	if strings.Contains(screen, "<script>") {
		t.Error("what somebody typed became markup")
	}
	p.does("telegram/write", "as", "olena", "text", "покличте людину")
	p.sees(olena, "desk", "Чекають на оператора: 1")
	p.sees(olena, "telegram-screen", "Запит в оператора")
	if strings.Contains(piece(p.read(igor), "telegram-screen"), `class="pointer"`) {
		t.Error("Игорь is shown to the desk for Олена")
	}
	d := p.enters("maryna")
	ticket := regexp.MustCompile(`data-ticket="([^"]+)"[^>]* data-state="waiting"`).FindStringSubmatch(d.read("/console/desk"))
	if ticket == nil {
		t.Fatal("nobody waits at the desk")
	}
	at := "/console/desk/" + ticket[1]
	d.moves(at + "/take")
	p.sees(olena, "telegram-thread", "Вам відповідає Марина")
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(d.read(at))
	seen := regexp.MustCompile(`name="seen"[^>]* value="([^"]+)"`).FindStringSubmatch(d.read(at))
	if key == nil || seen == nil {
		t.Fatal("there is nowhere to write")
	}
	d.moves(at+"/reply", "key", key[1], "seen", seen[1], "text", "Доброго дня, я *поруч*")
	p.sees(olena, "telegram-thread", "Доброго дня, я *поруч*")
	d.moves(at+"/close", "outcome", "solved")
	p.sees(olena, "telegram-thread", "Розмову завершено", "Оцініть, будь ласка, розмову")
	p.does("telegram/write", "as", "olena", "text", "5")
	p.sees(olena, "telegram-thread", "Дякуємо за оцінку")
	p.sees(olena, "desk", "Ніхто не чекає")

	// The line tells all of it, the flow shows where it stands now.
	p.sees(olena, "line", "натиснуто Що змінюється", "menu/main → change/list", "відповів оператор", "привітання — у відповіді на вебхук")
	p.sees(olena, "flow", "menu/main")
	markup := piece(p.read(olena), "flow")
	if !strings.Contains(markup, `data-step="menu/main"`) || !regexp.MustCompile(`aria-current="step">main<`).MatchString(markup) {
		t.Errorf("the flow does not show the step: %s", markup)
	}
}

// TestDemoSharesNumber: somebody whom the company has in its records and does not know
// shares their number. By Telegram they are joined to the record, and are told what
// concerns them; what Viber gives is kept for the desk to see.
func TestDemoSharesNumber(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	const hanna = "/?as=hanna&lang=uk"
	p.sees(hanna, "telegram-thread", "Як оплатити інтернет?", "карткою")
	p.does("telegram/write", "as", "hanna", "text", "мої дані")
	p.presses("hanna", hanna, "Поділитися номером")
	p.sees(hanna, "telegram-keyboard", "Поділитися номером")
	p.does("telegram/press", "as", "hanna", "key", "Поділитися номером")
	p.sees(hanna, "telegram-thread", "+380500000104")
	p.presses("hanna", hanna, "Так, поєднати")
	p.sees(hanna, "telegram-thread", "Продовжуємо тут")
	p.does("telegram/write", "as", "hanna", "text", "що змінюється?")
	p.sees(hanna, "telegram-thread", "Ваш особистий менеджер")

	p.does("viber/open", "as", "hanna")
	p.does("viber/write", "as", "hanna", "text", "мої дані")
	p.sees(hanna, "viber-keyboard", "Поділитися номером")
	p.does("viber/press", "as", "hanna", "key", "Поділитися номером")
	p.sees(hanna, "viber-thread", "напишіть номер цифрами")
	p.does("viber/press", "as", "hanna", "key", "Поділитися номером")
	p.sees(hanna, "viber-thread", "+380500000104")
	p.does("viber/write", "as", "hanna", "text", "покличте людину")
	p.sees(hanna, "desk", "Чекають на оператора: 1")
	d := p.enters("maryna")
	ticket := regexp.MustCompile(`data-ticket="([^"]+)"[^>]* data-state="waiting"`).FindStringSubmatch(d.read("/console/desk"))
	if ticket == nil {
		t.Fatal("nobody waits at the desk")
	}
	if card := words(d.read("/console/desk/" + ticket[1])); !strings.Contains(card, "+380500000104 не перевірено") {
		t.Errorf("the desk does not see the number: %s", card)
	}
}

// TestDemoRoles: the demo lets one be everybody of the company, again and again,
// also who needs a second factor; the printed password opens the desk; and a
// service that is no demo has no such door.
func TestDemoRoles(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	for login, page := range map[string]string{"maryna": "/console/desk", "oleh": "/console/desk", "sofiia": "/console/profile", "taras": "/console/profile", "larysa": "/console/settings/users"} {
		for range 2 {
			of := p.enters(login)
			if resp := of.ask(http.MethodGet, page, ""); resp.StatusCode != http.StatusOK {
				t.Errorf("%s at %s: %d to %q", login, page, resp.StatusCode, resp.Header.Get("Location"))
			}
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	typed := *p
	typed.client = &http.Client{Jar: jar, CheckRedirect: p.client.CheckRedirect}
	key := regexp.MustCompile(`/demo/as/sofiia"[^>]*><input type="hidden" name="key" value="([^"]+)"><input type="hidden" name="lang" value="ru">`).FindStringSubmatch(p.read("/?lang=ru"))
	if key == nil {
		t.Fatal("the way to the console does not say in which language")
	}
	typed.moves("/demo/as/sofiia", "key", key[1], "lang", "ru")
	if !strings.Contains(typed.read("/console/changes"), `<html lang="ru"`) {
		t.Error("who reads the page in Russian has the console in Ukrainian")
	}
	typed.moves("/console/login", "login", "oleh", "password", demo.Password, "next", "")
	if !strings.Contains(typed.read("/console/desk"), "Олег") {
		t.Error("the printed password opens another's desk")
	}

	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
	for _, path := range []string{"/demo/as/maryna", "/demo/as/larysa", "/demo/telegram/open"} {
		resp, err := http.PostForm("http://"+s.address+path, url.Values{"key": {""}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound || len(resp.Cookies()) > 0 {
			t.Errorf("serve answers POST %s with %d and cookies %v", path, resp.StatusCode, resp.Cookies())
		}
	}
}

// TestDemoFaults switches every fault on and reads what the service does.
func TestDemoFaults(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	cases := []struct{ as, phone, fault, text, line string }{
		{"olena", "telegram", "429", "де ваш офіс", "месенджер просить зачекати; повторимо через 3 с"},
		{"igor", "viber", "timeout", "где ваш офис", "відповіді немає: невідомо, чи дійшло; надішлемо ще раз"},
		{"dmytro", "telegram", "twice", "де ваш офіс", "те саме ще раз, пропущено"},
		{"dmytro", "viber", "blocked", "де ваш офіс", "людина недоступна: більше не пишемо, доки не озветься"},
	}
	for _, c := range cases {
		if c.phone == "viber" { // on Telegram a conversation is there
			p.does("viber/open", "as", c.as)
		}
		p.sees("/?as="+c.as, c.phone+"-thread", "Вітаємо")
		p.does("fault/"+c.phone+"?on=1", "as", c.as, "fault", c.fault)
		if on := piece(p.read("/?as="+c.as), c.phone+"-faults"); !strings.Contains(on, `data-fault="`+c.fault+`" aria-pressed="true"`) {
			t.Errorf("%s at %s is not on: %s", c.fault, c.phone, on)
		}
		p.does(c.phone+"/write", "as", c.as, "text", c.text)
	}
	for _, c := range cases {
		p.sees("/?lang=uk", "line", c.line)
		if off := piece(p.read("/?as="+c.as), c.phone+"-faults"); strings.Contains(off, `aria-pressed="true"`) {
			t.Errorf("%s at %s is still on: %s", c.fault, c.phone, off)
		}
	}
	p.sees("/?lang=uk", "line", "надіслано з 2-ї спроби")
	p.sees("/?as=igor", "viber-thread", "Садовом, 3")
	p.does("viber/write", "as", "dmytro", "text", "дякую") // who writes again may be written to
	p.sees("/?lang=uk", "line", "людині знову можна писати")

	p.does("fault/telegram?on=1", "as", "igor", "fault", "429")
	p.does("fault/telegram?on=0", "as", "igor", "fault", "429")
	if off := piece(p.read("/?as=igor"), "telegram-faults"); strings.Contains(off, `aria-pressed="true"`) {
		t.Errorf("it cannot be switched off: %s", off)
	}
}

// TestDemoLink opens a phone by a link with a payload, as the web chat gives it.
func TestDemoLink(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	p.does("viber/open", "as", "igor")
	p.sees("/?as=igor", "viber-thread", "Здравствуйте.")
	page := p.read("/?as=igor&lang=uk&phone=viber&start=join_a-1")
	if !strings.Contains(page, `<input type="hidden" name="start" value="join_a-1">`) || !strings.Contains(page, `value="viber" checked`) {
		t.Error("a link does not open the chat it names")
	}
	if !strings.Contains(page, `href="/?as=olena&amp;lang=uk&amp;phone=viber&amp;start=join_a-1"`) {
		t.Error("a link is lost when one becomes somebody else")
	}
	if strings.Contains(p.read("/?start=%22%3E%3Cb%3E"), `name="start"`) {
		t.Error("a payload that no messenger carries was taken")
	}
	p.does("viber/open", "as", "igor", "start", "join_a-1")
	p.sees("/?as=igor&lang=ru", "line", "открыт чат по ссылке")
	p.does("telegram/open", "as", "igor", "start", "change-office-move")
	if screen := p.sees("/?as=igor", "telegram-thread", "/start", "Офис переезжает на Садовый, 3"); strings.Contains(screen, "change-office") {
		t.Errorf("the payload is shown: %s", screen)
	}
}

// TestDemoStream wants every piece at first and then only what differs.
func TestDemoStream(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	p.client.Timeout = 2 * patience
	resp := p.ask(http.MethodGet, "/demo/stream?as=dmytro&lang=uk", "")
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream; charset=utf-8" {
		t.Fatalf("a stream of %q", kind)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	next := func() (id, markup string) {
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var sent struct{ ID, HTML string }
			if err := json.Unmarshal([]byte(data), &sent); err != nil {
				t.Fatal(err)
			}
			return sent.ID, sent.HTML
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return "", ""
	}
	first := map[string]bool{}
	for range 8 {
		id, _ := next()
		first[id] = true
	}
	if len(first) != 8 {
		t.Errorf("at first came %v", first)
	}
	p.does("telegram/write", "as", "dmytro", "text", "меню")
	for id, markup := next(); !strings.Contains(words(markup), ": меню"); id, markup = next() {
		if strings.HasPrefix(id, "viber") {
			t.Errorf("%s came, and nothing happened there", id)
		}
	}
}

// TestDemoDelivers wants the messengers to deliver to what the service takes for its
// address: the log of a demo frightens nobody.
func TestDemoDelivers(t *testing.T) {
	t.Parallel()
	p := newPlayground(t, t.TempDir())
	await(t, "the messengers to be asked how they deliver", func() bool {
		return slices.ContainsFunc(p.box.telegram.Calls(), func(c telegramtest.Call) bool { return c.Method == "getWebhookInfo" }) &&
			slices.ContainsFunc(p.box.viber.Requests(), func(r vibertest.Request) bool { return r.Method == "get_account_info" })
	})
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if log := p.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the log tells of errors:\n%s", log)
	}
}

// TestDemoUnconnected has Telegram not take our address: the bots are held, and the
// messengers asked how they deliver, only once all of them have taken it.
func TestDemoUnconnected(t *testing.T) {
	t.Parallel()
	box := &sandbox{telegram: telegramtest.Start(t, telegramtest.Options{AllowHTTP: true}), viber: vibertest.Start(t, vibertest.Options{})}
	box.telegram.Next(telegramtest.Internal())
	log := &buffer{}
	err := demonstrate(t.Context(), io.Discard, demoConfig(t, t.TempDir(), box), box, slog.New(slog.NewTextHandler(log, nil)))
	if err == nil || !strings.Contains(err.Error(), "connect telegram") || strings.Contains(log.String(), "lease acquired") {
		t.Errorf("%v\n%s", err, log)
	}
}

// TestDemoAgain starts a demo once more over kept data: the phones are empty,
// the people are known, and nothing is taken for something that came before.
func TestDemoAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := newPlayground(t, dir)
	for _, phone := range []string{"telegram", "viber"} {
		p.does(phone+"/open", "as", "olena")
		p.does(phone+"/write", "as", "olena", "text", "де ваш офіс")
		p.sees("/?as=olena", phone+"-thread", "Яблунева, 12")
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	p = newPlayground(t, dir)
	for _, phone := range []string{"telegram", "viber"} {
		p.sees("/?as=olena&lang=uk", phone+"-thread", "Тут поки порожньо")
		p.does(phone+"/write", "as", "olena", "text", "скільки коштує інтернет")
		p.sees("/?as=olena", phone+"-thread", "220 грн")
	}
	p.sees("/?as=olena&lang=uk", "line", "faq/answer")
}

// TestDemoRefuses wants words for what cannot run.
func TestDemoRefuses(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an address in use": {[]string{"-listen", strings.TrimPrefix(taken.URL, "http://"), "-data", t.TempDir()}, exitFailed, "-listen: "},
		"no address":        {[]string{"-listen", "nonsense"}, exitUsage, "-listen "},
		"no port":           {[]string{"-listen", "127.0.0.1:99999"}, exitUsage, "-listen "},
		"one address of it": {[]string{"-listen", "192.0.2.1:8080"}, exitUsage, "listen at 127.0.0.1, or at 0.0.0.0"},
		"no folder":         {[]string{"-data", file}, exitFailed, "-data: "},
		"an odd argument":   {[]string{"now"}, exitUsage, "want 0 arguments, got 1"},
	} {
		var out, wrong strings.Builder
		code := run(t.Context(), append([]string{"demo"}, c.args...), nil, streams{In: strings.NewReader(""), Out: &out, Err: &wrong})
		if code != c.code || !strings.Contains(wrong.String(), c.says) || strings.Contains(wrong.String(), "VISNYK_") {
			t.Errorf("%s: code %d, %q", name, code, wrong.String())
		}
	}
}
