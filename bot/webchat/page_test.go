package webchat_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/webchat"
)

// get fetches a path as a browser does.
func get(t *testing.T, s *site, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.srv.URL+path, nil)
	ok(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	ok(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ok(t, err)
	return res, string(body)
}

func TestPage(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) { c.Origins = []string{"https://shop.example", "http://localhost:8000/"} })
	for accept, want := range map[string]string{
		"": "uk", "uk-UA,uk;q=0.9,en;q=0.8": "uk", "ru": "ru", "en-GB,en;q=0.9": "uk", "en,ru;q=0.5": "ru",
		"uk;q=0.3, ru;q=0.7": "ru", "ru;q=0, uk;q=0.1": "uk", "ru;q=0.1": "ru", "*": "uk", ";;,": "uk",
	} {
		res, body := get(t, s, "/chat", "Accept-Language", accept)
		if !strings.Contains(body, `<html lang="`+want+`"`) || !strings.Contains(body, want+" title") {
			t.Errorf("%q gets another language than %s", accept, want)
		}
		if res.Header.Get("Vary") != "Accept-Language" || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("headers %v", res.Header)
		}
	}
	if _, body := get(t, s, "/chat?lang=ru", "Accept-Language", "uk"); !strings.Contains(body, `<html lang="ru"`) {
		t.Error("the language asked for is not given")
	}

	res, body := get(t, s, "/chat")
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'self' https://shop.example http://localhost:8000", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	for _, wrong := range []string{`<script>`, `<style`, ` style="`, ` onclick`, `javascript:`} {
		if strings.Contains(body, wrong) {
			t.Errorf("the page has %s", wrong)
		}
	}
	if !strings.Contains(body, "uk noscript") || !strings.Contains(body, "ru noscript") {
		t.Error("without scripts it does not say in both languages what to do")
	}
	if strings.Contains(body, `data-join="yes"`) {
		t.Error("there is nothing to join, and the page offers it")
	}
}

// The whole page is small, and every script that one names is there.
func TestAssets(t *testing.T) {
	s := newSite(t, nil)
	_, page := get(t, s, "/chat")
	total := len(page)
	base := regexp.MustCompile(`/chat/assets/[0-9a-f]+/`).FindString(page)
	found := map[string]bool{}
	todo := regexp.MustCompile(`/chat/assets/[0-9a-f]+/([a-z.]+)`).FindAllStringSubmatch(page, -1)
	imports := regexp.MustCompile(`from '\./([a-z.]+)'`)
	for len(todo) > 0 {
		name := todo[0][1]
		todo = todo[1:]
		if found[name] {
			continue
		}
		found[name] = true
		res, body := get(t, s, base+name)
		if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, res.StatusCode, res.Header)
		}
		want := map[string]string{"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
		if kind := res.Header.Get("Content-Type"); kind != want[name[strings.LastIndex(name, ".")+1:]] {
			t.Errorf("%s is %q", name, kind)
		}
		again, _ := get(t, s, base+name, "If-None-Match", res.Header.Get("Etag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s a second time is %d", name, again.StatusCode)
		}
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(body, word) {
				t.Errorf("%s uses %s", name, word)
			}
		}
		total += len(body)
		todo = append(todo, imports.FindAllStringSubmatch(body, -1)...)
	}
	if len(found) < 10 || total >= 100_000 {
		t.Errorf("%d files of %d bytes: %v", len(found), total, found)
	}
	t.Logf("%d files, %d bytes", len(found), total)
	if res, _ := get(t, s, "/chat/assets/0000000000000000/chat.js"); res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("of another version: %d %v", res.StatusCode, res.Header)
	}
	for _, path := range []string{base + "chat.html", base + "..%2fpage.go", base + "x", "/chat/assets/"} {
		if res, _ := get(t, s, path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s is %d", path, res.StatusCode)
		}
	}
}

func TestWidget(t *testing.T) {
	s := newSite(t, nil)
	res, body := get(t, s, "/chat/widget.js")
	if res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || res.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("headers %v", res.Header)
	}
	if strings.Contains(body, "WORDS") || !strings.Contains(body, `"uk open"`) || strings.Contains(body, "innerHTML") {
		t.Error("the widget has no words, or writes HTML")
	}
}

func TestConfig(t *testing.T) {
	_, err := webchat.New(webchat.Config{Key: []byte("short"), Origins: []string{"*", "https://ok.example"}, PublicURL: "x"})
	for _, want := range []string{"key", "threads", "words", `"*"`, "public URL"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to name %s", err, want)
		}
	}
	for origin, want := range map[string]string{
		"https://shop.example": "https://shop.example", " https://Shop.example/ ": "https://shop.example", "http://localhost:3000": "http://localhost:3000",
		"http://127.0.0.1": "http://127.0.0.1", "https://shop.example:8443": "https://shop.example:8443",
		"http://shop.example": "", "https://shop.example/x": "", "shop.example": "", "*": "", "null": "", "": "", "https://a b": "",
		"https://u@shop.example": "", "https://shop.example?x": "", "data:x": "", "https://*.example": "", "https://a;script-src *": "",
	} {
		got, err := webchat.ParseOrigin(origin)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", origin, got, err)
		}
	}
}

// TestCompany: the page bears the name of the company in its language, as text,
// and its own word where there is none.
func TestCompany(t *testing.T) {
	for name, tt := range map[string]struct {
		company func(context.Context) bot.Bilingual
		uk, ru  string
	}{
		"nobody said":  {nil, "uk title", "ru title"},
		"no name":      {func(context.Context) bot.Bilingual { return bot.Bilingual{} }, "uk title", "ru title"},
		"both":         {func(context.Context) bot.Bilingual { return bot.Bilingual{UK: "Одуд", RU: "Удод"} }, "Одуд", "Удод"},
		"no plain one": {func(context.Context) bot.Bilingual { return bot.Bilingual{UK: `"><b>Ї`, RU: `"><b>Ї`} }, "&#34;&gt;&lt;b&gt;Ї", "&#34;&gt;&lt;b&gt;Ї"},
	} {
		s := newSite(t, func(c *webchat.Config) { c.Company = tt.company })
		for lang, want := range map[string]string{"uk": tt.uk, "ru": tt.ru} {
			_, body := get(t, s, "/chat?lang="+lang)
			if !strings.Contains(body, "<title>"+want+"</title>") || !strings.Contains(body, `title="`+want+`">`+want+"</h1>") {
				t.Errorf("%s: in %s the page is not called %q", name, lang, want)
			}
			if named := strings.Contains(body, "data-company-"); named != !strings.HasSuffix(want, " title") {
				t.Errorf("%s: the script is told of names: %v", name, named)
			}
		}
	}
}
