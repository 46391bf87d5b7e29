package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/console"
)

// staffed is a house with an operator, who is signed in.
func staffed(t *testing.T, public string) (*house, *browser) {
	t.Helper()
	h := newHouse(t, public)
	h.user("iryna", bot.Operator)
	b := h.browser()
	if public == "" {
		b.signIn("iryna", "")
	} else {
		got := b.want(http.StatusSeeOther, b.post("/console/login", "login", "iryna", "password", password))
		for _, line := range got.header["Set-Cookie"] { // over http the jar keeps them back
			name, _, _ := strings.Cut(line, ";")
			b.headers.Set("Cookie", b.headers.Get("Cookie")+name+"; ")
		}
	}
	return h, b
}

// TestCrossSiteWrites: a page of another site writes nothing, not even a login
// (S39), and fetches nothing (S41).
func TestCrossSiteWrites(t *testing.T) {
	h, b := staffed(t, "https://bot.example.com")
	login := url.Values{"login": {"iryna"}, "password": {password}}.Encode()
	for what, headers := range map[string][]string{
		"cross-site":     {"Sec-Fetch-Site", "cross-site"},
		"same-site":      {"Sec-Fetch-Site", "same-site"},
		"origin":         {"Origin", "https://evil.example"},
		"null":           {"Origin", "null"},
		"origin by http": {"Origin", "http://bot.example.com"},
		"longer origin":  {"Origin", "https://bot.example.com.evil.example"},
	} {
		for _, path := range []string{"/console/login", "/console/profile", "/console/logout", "/console/language", "/console/nowhere"} {
			for _, kind := range []string{formType, "text/plain", "application/json"} {
				if got := b.do(http.MethodPost, path, kind, login, headers...); got.status != http.StatusForbidden || len(got.header["Set-Cookie"]) > 0 {
					t.Errorf("%s, %s to %s: %d", what, kind, path, got.status)
				}
			}
		}
	}
	if b.get("/console/profile").status != http.StatusOK {
		t.Error("somebody was signed out")
	}
	for what, headers := range map[string][]string{
		"fetch":  {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"},
		"image":  {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"},
		"stream": {"Origin", "https://evil.example", "Accept", "text/event-stream"},
	} {
		if got := b.get("/console/profile", headers...); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	// A link from elsewhere leads here, and our own pages write, whatever Host a proxy sets.
	b.want(http.StatusOK, b.get("/console/profile", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"))
	for _, own := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://bot.example.com"}, {"Origin", h.url}} {
		b.want(http.StatusSeeOther, b.do(http.MethodPost, "/console/profile", formType, "undo=5", own...))
	}
}

// TestMethods: a write is a POST, by nothing but its method (S40).
func TestMethods(t *testing.T) {
	_, b := staffed(t, "")
	for _, tt := range []struct {
		method, path string
		allow        string
	}{
		{"GET", "/console/logout", "POST"},
		{"HEAD", "/console/logout", "POST"},
		{"GET", "/console/logout?_method=POST", "POST"},
		{"GET", "/console/profile/password?old=a", "POST"},
		{"PUT", "/console/profile", "GET, HEAD, POST"},
		{"DELETE", "/console/sessions/x/end", "POST"},
		{"PATCH", "/console/login", "GET, HEAD, POST"},
		{"OPTIONS", "/console/profile", "GET, HEAD, POST"},
	} {
		if got := b.do(tt.method, tt.path, "", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q", tt.method, tt.path, got.status, got.header.Get("Allow"))
		}
	}
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		for _, method := range []string{"GET", "POST"} {
			if got := b.do(method, "/console/logout", "", "", name, "POST"); got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s with %s: %d", method, name, got.status)
			}
		}
	}
	if got := b.post("/console/logout", "_method", "DELETE"); got.status != http.StatusBadRequest {
		t.Errorf("_method in a form: %d", got.status)
	}
	if b.get("/console/profile").status != http.StatusOK {
		t.Error("somebody was signed out")
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script(?:[^>]*\ssrc=)?[^>]*>[^<]`)

// TestHeaders: every answer under the console, of any status, has the policy, is
// kept by nobody, and says nothing of us (S42, S43, S44, S68).
func TestHeaders(t *testing.T) {
	h, b := staffed(t, "https://bot.example.com")
	stranger := h.browser()
	for _, got := range []reply{
		b.get("/console"), b.get("/console/profile"), b.get("/console/sessions"), b.get("/console/nowhere"), b.get("/console/logout"),
		b.get("/console/profile?x=1"), b.post("/console/profile", "role", "admin"), stranger.get("/console/login"),
		stranger.get("/console/nowhere"), stranger.get("/setup/nothing"), stranger.get("/console/invite/nothing"),
		stranger.post("/console/login", "login", "a", "password", "b"),
	} {
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; " +
				"media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=31536000",
			"Server": "", "X-Powered-By": "", "Access-Control-Allow-Origin": "",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%d: %s is %q", got.status, name, got.header.Get(name))
			}
		}
		if found := inline.FindString(got.body); found != "" {
			t.Errorf("%d: %q stands in the page", got.status, found)
		}
	}
	plain := newHouse(t, "").browser()
	if got := plain.get("/console/login"); got.header.Get("Strict-Transport-Security") != "" {
		t.Error("without https browsers are told to insist on it")
	}
}

// TestStrangersSeeOneDoor: whoever is not signed in is led to the login from every
// path, that there is or is not (S46, S47).
func TestStrangersSeeOneDoor(t *testing.T) {
	h, b := staffed(t, "")
	stranger := h.browser()
	for path, next := range map[string]string{
		"/console": "", "/console/": "", "/console/profile": "/console/profile", "/console/nowhere/at/all": "/console/nowhere/at/all",
		"/console/desk?tab=mine&a=%D1%97": "/console/desk?a=%D1%97&tab=mine", "/console/logout": "", "/console/assets": "/console/assets",
		"/console/profile/": "/console/profile/", "/console/../console/profile": "", "/console/%2e%2e/console/profile": "",
		"/console/login/..%2fprofile": "", "/console/login/../profile": "", "/console//profile": "", "/console/profile%00": "",
		"/console/profile;a=b": "/console/profile;a=b", "/console/.git/config": "/console/.git/config", "/console/profile%5c": "",
	} {
		got := stranger.get(path)
		want := "/console/login"
		if next != "" {
			want += "?next=" + url.QueryEscape(next)
		}
		if got.status != http.StatusSeeOther || got.location() != want {
			t.Errorf("%s: %d to %q, want %q", path, got.status, got.location(), want)
		}
		if got := stranger.do(http.MethodPost, path, formType, "a=b"); got.status != http.StatusSeeOther || got.location() != "/console/login" {
			t.Errorf("POST %s: %d to %q", path, got.status, got.location())
		}
	}
	for _, path := range []string{"/Console/profile", "//console/profile", "/console%2fprofile", "/x/../console/profile", "/setup", "/setup/a/b"} {
		if got := stranger.get(path); got.status/100 == 2 || got.status >= 500 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	b.want(http.StatusNotFound, b.get("/console/nowhere/at/all"))
	b.want(http.StatusNotFound, b.get("/console/profile/"))
}

// TestStrictConsoleJSON: a field that a form does not have is refused, in whatever
// it is wrapped (S48), and so is what cannot be read.
func TestStrictConsoleJSON(t *testing.T) {
	h, b := staffed(t, "")
	for _, tt := range []struct{ kind, body string }{
		{formType, "undo=5&role=admin"},
		{formType, "undo=5&tenant=1"},
		{formType, "undo=5&undo=10"},
		{formType, "undo=five"},
		{formType, "undo=5&name=%ff"},
		{formType, "undo=5&name=%zz"},
		{formType, "undo=5&keys_off=maybe"},
		{formType, "undo=5;role=admin"},
		{"application/json", `{"undo":5,"role":"admin"}`},
		{"application/json", `{"undo":5,"name":{"role":"admin"}}`},
		{"application/json", `{"undo":5}{"undo":5}`},
		{"application/json", `{"undo":5,"undo":10}`},
		{"application/json", `{"undo":5`},
		{"application/json", "{\"undo\":5,\"name\":\"\xff\"}"},
		{"application/json", `{"undo":5,"name":["a"]}x`},
		{"application/json", `null`},
		{"application/json", `[]`},
		{"application/json", `{"undo":5.5}`},
		{"application/json", `{"undo":5,"name":null}`},
		{"text/plain", `{"undo":5}`},
		{"text/plain", "undo=5"},
		{"", "undo=5"},
		{"multipart/form-data; boundary=a", "--a--"},
		{"application/x-www-form-urlencoded; charset=", "undo=5"},
	} {
		if got := b.do(http.MethodPost, "/console/profile", tt.kind, tt.body); got.status != http.StatusBadRequest {
			t.Errorf("%s %s: %d", tt.kind, tt.body, got.status)
		}
	}
	u, err := h.store.User(t.Context(), "iryna")
	h.ok(err)
	if u.Role != bot.Operator {
		t.Errorf("role %s", u.Role)
	}
	b.want(http.StatusSeeOther, b.do(http.MethodPost, "/console/profile", "application/json", `{"undo":5,"name":"Ірина","keys_off":true}`))
	b.want(http.StatusRequestEntityTooLarge, b.post("/console/profile", "name", strings.Repeat("a", 300<<10)))
	b.want(http.StatusUnsupportedMediaType, b.do(http.MethodPost, "/console/profile", formType, "undo=5", "Content-Encoding", "gzip"))
}

// hostileNext are addresses that lead elsewhere, or would be read so by somebody.
func hostileNext() []string {
	return []string{
		"https://evil.example/console/", "//evil.example/console/", "///evil.example", `/\evil.example`, `\\evil.example`, "/console/\\evil.example",
		"/console//evil.example", "/console/..//evil.example", "/console/../x", "/console/%2e%2e/x", "/consolex", "/console@evil.example",
		"javascript:alert(1)", "data:text/html,x", "/console/\r\nLocation: https://evil.example", "/console/%0d%0aSet-Cookie:a=b",
		"/\t/evil.example", " /console/profile", "/console/profile ", "console/profile", "http:/console/profile", "http:console", "/",
		"/console/login", "/console/login/code", "/console/logout", "?", "#", "/console/\x00", "/console/profile#//evil.example\\",
		"https:///console/profile", "//user@evil.example/console/", "/console/" + strings.Repeat("a", 2000), "/chat", "/api/v1/contacts",
	}
}

// TestNextStaysHere: after the login nobody is led elsewhere (S65).
func TestNextStaysHere(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	for _, next := range hostileNext() {
		if got := console.CheckedNext(next); got != "" && !strings.HasPrefix(got, "/console/profile") {
			t.Errorf("%q leads to %q", next, got)
		}
		page := h.browser().get("/console/login?" + url.Values{"next": {next}}.Encode())
		if page.status != http.StatusOK || strings.Contains(page.body, "evil") {
			t.Errorf("%q: %d, and it stands in the page", next, page.status)
		}
	}
	b := h.browser()
	for next, want := range map[string]string{
		"https://evil.example/console/": "/console", "/console/sessions?ended=1": "/console/sessions?ended=1", "": "/console",
	} {
		if to := b.signIn("iryna", next); to != want {
			t.Errorf("%q leads to %q", next, to)
		}
	}
	if got := b.get("/console/login?next=%2Fconsole%2Fsessions"); got.location() != "/console/sessions" {
		t.Errorf("who is signed in is led to %q", got.location())
	}
	for _, next := range append(hostileNext(), "/setup/../x") {
		got := b.post("/console/language", "language", "uk", "next", next)
		if to := got.location(); to != "/console/login" && !strings.HasPrefix(to, "/console/lo") && !strings.HasPrefix(to, "/console/profile") {
			t.Errorf("the switch of languages with %q leads to %q", next, to)
		}
	}
}

// TestNothingComesBack: neither Host nor what was asked stands in an answer, and
// nothing hostile is answered with 500 (S67, S68, S69).
func TestNothingComesBack(t *testing.T) {
	h, b := staffed(t, "")
	const mark = "zq7canary"
	stranger := h.browser()
	hostile := []string{
		mark, "<script>" + mark + "</script>", "%00" + mark, "' OR 1=1 --" + mark, "{{.}}" + mark, "${jndi:" + mark + "}", "\u202e" + mark,
		strings.Repeat("я", 500) + mark, "%0d%0aX-Evil:" + mark, "../../" + mark, "\xff" + mark,
	}
	for _, who := range []*browser{b, stranger} {
		for i, words := range hostile {
			if who == stranger && i < 4 { // which takes its time
				if got := who.post("/console/login", "login", words, "password", words, "next", words); strings.Contains(got.body, mark) || got.status >= 500 {
					t.Errorf("%q comes back from the login with %d", words, got.status)
				}
			}
			q := url.QueryEscape(words)
			for _, got := range []reply{
				who.get("/console/" + url.PathEscape(words)), who.get("/console/profile?" + q + "=" + q), who.get("/console/login?next=" + q),
				who.get("/console/login?again=" + q), who.get("/setup/" + url.PathEscape(words)), who.get("/console/invite/" + url.PathEscape(words)),
				who.post("/console/sessions/" + url.PathEscape(words) + "/end"), who.post("/console/login/code", "code", words),
				who.post("/console/profile", "undo", words), who.post("/console/profile", words, words),
				who.get("/console/profile", "Cookie", "visnyk="+q), who.get("/console/profile", "Accept-Language", q),
			} {
				if got.status >= 500 {
					t.Errorf("%q: %d", words, got.status)
				}
				told := got.location()
				if at, _, login := strings.Cut(told, "?next="); login && at == "/console/login" {
					told = "" // the way back, which is checked
				}
				if strings.Contains(got.body+told, mark) || got.header.Get("X-Evil") != "" {
					t.Errorf("%q comes back with %d: %s%s", words, got.status, told, got.body)
				}
			}
		}
		for _, headers := range [][]string{{"Host", mark + ".example"}, {"X-Forwarded-Host", mark + ".example"}, {"X-Forwarded-Proto", "https"}} {
			for _, path := range []string{"/console", "/console/profile", "/console/login", "/console/nowhere"} {
				got := who.get(path, headers...)
				if strings.Contains(got.body+got.location(), mark) || strings.Contains(got.location(), "://") {
					t.Errorf("%q comes back", headers)
				}
			}
		}
	}
	if strings.Contains(h.logs.String(), mark) || strings.Contains(h.logs.String(), password) {
		t.Errorf("the log has what was sent: %s", h.logs)
	}
}
