package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// TestSetUp: the link of an empty database makes one admin, who proves a second
// factor before anything else, and then it is worth nothing, as is any other (S33).
func TestSetUp(t *testing.T) {
	h := newHouse(t, "")
	link, err := h.staff.SetUpLink(t.Context())
	h.ok(err)
	other, err := h.staff.SetUpLink(t.Context())
	h.ok(err)
	b := h.browser()
	for range 2 { // a preview uses nothing up
		b.want(http.StatusOK, b.get(link.Path))
	}
	for what, form := range map[string][]string{
		"short":   {"login", "olena", "password", "abc", "again", "abc"},
		"differs": {"login", "olena", "password", password, "again", password + "!"},
		"login":   {"login", "О!", "password", password, "again", password},
	} {
		if got := b.post(link.Path, form...); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `class="fault"`) {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	got := b.post(link.Path, "login", "olena", "name", "Олена", "password", password, "again", password)
	if got := b.get("/console/profile"); got.status != http.StatusSeeOther {
		t.Errorf("without the second factor: %d", got.status)
	}
	if to := b.prove("olena", got); to != "/console" {
		t.Errorf("leads to %q", to)
	}
	if got := b.want(http.StatusOK, b.get("/console/profile")); !strings.Contains(got.body, "Олена") {
		t.Error("the profile has no name")
	}
	for _, path := range []string{link.Path, other.Path, "/setup/" + strings.Repeat("A", 43), "/setup/x"} {
		stranger := h.browser()
		stranger.want(http.StatusNotFound, stranger.get(path))
		stranger.want(http.StatusNotFound, stranger.post(path, "login", "eve", "password", password, "again", password))
	}
}

// TestLinksForPasswords: an invitation and a link for another password are used
// once, on their own page.
func TestLinksForPasswords(t *testing.T) {
	h := newHouse(t, "")
	invited, err := h.staff.Invite(t.Context(), bot.System(), staff.Invitation{Login: "iryna", Role: bot.Operator})
	h.ok(err)
	b := h.browser()
	if got := b.want(http.StatusOK, b.get(invited.Path)); !strings.Contains(got.body, `value="iryna"`) {
		t.Error("the page does not say whose it is")
	}
	b.want(http.StatusNotFound, b.get(strings.Replace(invited.Path, "invite", "reset", 1)))
	got := b.want(http.StatusSeeOther, b.post(invited.Path, "password", password, "again", password))
	if got.location() != "/console" || b.get("/console/profile").status != http.StatusOK {
		t.Errorf("leads to %q", got.location())
	}
	b.want(http.StatusNotFound, b.get(invited.Path))

	reset, err := h.staff.PasswordLink(t.Context(), bot.System(), "iryna")
	h.ok(err)
	c := h.browser()
	c.want(http.StatusOK, c.get(reset.Path))
	c.want(http.StatusSeeOther, c.post(reset.Path, "password", password+"2", "again", password+"2"))
	if got := b.get("/console/profile"); got.status != http.StatusSeeOther {
		t.Errorf("the session before the new password: %d", got.status)
	}
	c.want(http.StatusNotFound, c.post(reset.Path, "password", password, "again", password))
}

// TestSecondFactor: whoever must have one proves it each time; a recovery code
// stands in once; the step is no session and does not outlive it.
func TestSecondFactor(t *testing.T) {
	h := newHouse(t, "")
	h.user("admin", bot.Admin)
	b := h.browser()
	b.want(http.StatusSeeOther, b.post("/console/login", "login", "admin", "password", password))
	if got := b.get("/console/login/factor"); !strings.Contains(got.body, "<svg") || strings.Contains(got.body, "<img") {
		t.Error("no picture drawn by us")
	}
	if got := b.post("/console/login/factor", "code", "000000"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `class="secret"`) || !strings.Contains(got.body, `href="otpauth://totp/Visnyk:`) {
		t.Errorf("a wrong code: %d", got.status)
	}
	b.signIn("admin", "/console/sessions")

	again := h.browser()
	got := again.want(http.StatusSeeOther, again.post("/console/login", "login", "admin", "password", password, "next", "/console/sessions"))
	if got.location() != "/console/login/code?next=%2Fconsole%2Fsessions" {
		t.Errorf("leads to %q", got.location())
	}
	step := again.cookies()["visnyk_step"]
	if got := again.do(http.MethodGet, "/console/profile", "", "", "Cookie", "visnyk="+step); got.status != http.StatusSeeOther {
		t.Errorf("the step as a session: %d", got.status)
	}
	again.want(http.StatusUnprocessableEntity, again.post("/console/login/code", "code", "123"))
	if to := again.prove("admin", got); to != "/console/sessions" {
		t.Errorf("leads to %q", to)
	}
	late := again.do(http.MethodPost, "/console/login/code", formType, "code=1", "Cookie", "visnyk_step="+step)
	if late.status != http.StatusSeeOther || !strings.HasPrefix(late.location(), "/console/login?again=1") {
		t.Errorf("a step that is past: %d %q", late.status, late.location())
	}
	h.forget("admin")
	if got := again.post("/console/profile/recovery", "code", h.code("admin")); got.status != http.StatusOK || strings.Count(got.body, "<li><code>") != 10 {
		t.Errorf("new recovery codes: %d", got.status)
	}
}

// TestSignInTellsNothing: whatever is wrong, the answer is one (S31); too many
// tries are told when to come again (S29).
func TestSignInTellsNothing(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	h.user("gone", bot.Operator)
	h.ok(h.staff.DisableUser(t.Context(), bot.System(), "gone"))
	b := h.browser()
	first := b.post("/console/login", "login", "nobody", "password", password)
	for _, form := range [][]string{
		{"login", "iryna", "password", "wrong"},
		{"login", "gone", "password", password},
		{"login", "", "password", ""},
		{"login", "<b>", "password", "\x00"},
	} {
		got := b.post("/console/login", form...)
		if got.status != http.StatusUnprocessableEntity || got.body != first.body {
			t.Errorf("%q: %d, another answer", form, got.status)
		}
	}
	for range 10 {
		first = b.post("/console/login", "login", "iryna", "password", "wrong")
	}
	if first.status != http.StatusTooManyRequests || first.header.Get("Retry-After") == "" {
		t.Errorf("after many tries: %d %v", first.status, first.header)
	}
}

// TestFloodOfLogins: of many wrong passwords at once few are looked at, of somebody and
// of nobody alike (S29, S31); their owner still comes in by a browser they have used
// (S30), and so does everybody else.
func TestFloodOfLogins(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	h.user("petro", bot.Operator)
	own := h.browser()
	own.signIn("iryna", "")
	own.post("/console/logout")
	var mu sync.Mutex
	looked := map[string]int{}
	var flood sync.WaitGroup
	for i := range 40 {
		login := []string{"iryna", "ghost"}[i%2]
		flood.Go(func() {
			got := h.browser().post("/console/login", "login", login, "password", fmt.Sprint("wrong", i))
			mu.Lock()
			defer mu.Unlock()
			switch got.status {
			case http.StatusUnprocessableEntity:
				looked[login]++
			case http.StatusTooManyRequests, http.StatusServiceUnavailable: // which a busy house may say
			default:
				t.Errorf("%s: %d", login, got.status)
			}
		})
	}
	flood.Wait()
	if looked["iryna"] > 10 || looked["ghost"] > 10 {
		t.Errorf("passwords looked at: %v", looked)
	}
	said := map[string]string{}
	for login := range looked {
		var got reply
		for range 11 { // until the account's tries are used up
			if got = h.browser().post("/console/login", "login", login, "password", "wrong"); got.status == http.StatusTooManyRequests {
				break
			}
		}
		said[login] = regexp.MustCompile(`[0-9]+`).ReplaceAllString(got.body, "#")
		if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", login, got.status, got.header)
		}
	}
	if said["iryna"] != said["ghost"] {
		t.Error("somebody is told something else than nobody")
	}
	own.signIn("iryna", "")
	h.browser().signIn("petro", "")
}

// TestSessionFixation: a login makes a new token, and what the browser had before
// is no session, or no more (S34).
func TestSessionFixation(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	b := h.browser()
	planted := strings.Repeat("A", 43)
	u, err := url.Parse(h.url)
	h.ok(err)
	b.http.Jar.SetCookies(u, []*http.Cookie{{Name: "visnyk", Value: planted, Path: "/"}, {Name: "visnyk_device", Value: planted, Path: "/"}})
	b.signIn("iryna", "")
	first := b.cookies()
	if first["visnyk"] == planted || first["visnyk_device"] == planted || len(first["visnyk"]) < 43 {
		t.Errorf("cookies %v", first)
	}
	b.signIn("iryna", "")
	if b.cookies()["visnyk"] == first["visnyk"] {
		t.Error("the second login has the token of the first")
	}
	for _, token := range []string{planted, first["visnyk"]} {
		if got := h.browser().get("/console/profile", "Cookie", "visnyk="+token); got.status != http.StatusSeeOther {
			t.Errorf("an older token: %d", got.status)
		}
	}
}

// TestSessionCookies holds the attributes of every cookie (S35).
func TestSessionCookies(t *testing.T) {
	for public, secure := range map[string]bool{"": false, "http://127.0.0.1:8080": false, "https://bot.example.com": true} {
		h := newHouse(t, public)
		h.user("iryna", bot.Operator)
		b := h.browser()
		set := b.post("/console/login", "login", "iryna", "password", password).header["Set-Cookie"]
		set = append(set, b.post("/console/language", "language", "ru").header["Set-Cookie"]...)
		if len(set) < 3 {
			t.Fatalf("%q: %q", public, set)
		}
		for _, line := range set {
			for want, there := range map[string]bool{
				"__Host-visnyk": secure, "; Secure": secure, "; HttpOnly": true, "; SameSite=Lax": true, "; Path=/;": true, "Domain": false,
			} {
				if strings.Contains(line, want) != there {
					t.Errorf("%q: %q, %q %t", public, line, want, there)
				}
			}
		}
	}
}

// TestLogout: the old cookie opens nothing (S36).
func TestLogout(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	b := h.browser()
	b.signIn("iryna", "")
	old := b.cookies()["visnyk"]
	if got := b.want(http.StatusSeeOther, b.post("/console/logout")); got.location() != "/console/login" || b.cookies()["visnyk"] != "" {
		t.Errorf("leads to %q with %v", got.location(), b.cookies())
	}
	if got := b.get("/console/profile", "Cookie", "visnyk="+old); got.status != http.StatusSeeOther {
		t.Errorf("the old cookie: %d", got.status)
	}
}

// TestSessionsPage ends one session and all others, and nobody else's.
func TestSessionsPage(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	h.user("petro", bot.Operator)
	mine, phone, tablet, theirs := h.browser(), h.browser(), h.browser(), h.browser()
	for _, b := range []*browser{mine, phone, tablet} {
		b.headers.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
		b.signIn("iryna", "")
	}
	theirs.signIn("petro", "")
	user, err := h.store.User(t.Context(), "petro")
	h.ok(err)
	foreign, err := h.store.Sessions(t.Context(), user.ID)
	h.ok(err)
	mine.want(http.StatusNotFound, mine.post("/console/sessions/"+foreign[0].ID+"/end"))
	if theirs.get("/console/profile").status != http.StatusOK {
		t.Error("somebody else's session was ended")
	}
	page := mine.want(http.StatusOK, mine.get("/console/sessions")).body
	if strings.Count(page, "Firefox, Linux") != 3 || strings.Count(page, "/end\"") != 3 { // two, and all others
		t.Errorf("the page lists %d sessions", strings.Count(page, "Firefox, Linux"))
	}
	one, err := h.staff.Session(t.Context(), phone.cookies()["visnyk"])
	h.ok(err)
	mine.want(http.StatusSeeOther, mine.post("/console/sessions/"+one.ID+"/end"))
	if phone.get("/console/profile").status != http.StatusSeeOther || tablet.get("/console/profile").status != http.StatusOK {
		t.Error("one session was to end")
	}
	mine.want(http.StatusSeeOther, mine.post("/console/sessions/end"))
	if tablet.get("/console/profile").status != http.StatusSeeOther || mine.get("/console/profile").status != http.StatusOK {
		t.Error("all others were to end")
	}
}

// TestProfile: what somebody chooses is how their pages are.
func TestProfile(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	b := h.browser()
	b.headers.Set("Accept-Language", "uk")
	b.signIn("iryna", "")
	b.want(http.StatusSeeOther, b.post("/console/profile", "name", "Ірина", "name_uk", "Ірина", "name_ru", "Ирина",
		"language", "ru", "theme", "dark", "sound", "off", "undo", "10", "keys_off", "on"))
	page := b.want(http.StatusOK, b.get("/console/profile?saved=1")).body
	for _, want := range []string{`<html lang="ru" data-theme="dark"`, "Сохранено", `data-sound="off"`, `<bdi title="Ірина">Ірина</bdi>`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, "data-keys") {
		t.Error("the letters are still keys")
	}
	u, err := h.store.User(t.Context(), "iryna")
	h.ok(err)
	if want := (storage.Preferences{Theme: "dark", Sound: "off", Undo: 10, KeysOff: true}); u.Preferences != want {
		t.Errorf("kept %+v", u.Preferences)
	}
	for what, form := range map[string][]string{
		"undo": {"undo", "7"}, "theme": {"undo", "5", "theme", "pink"}, "name": {"undo", "5", "name", strings.Repeat("я", 81)},
	} {
		if got := b.post("/console/profile", form...); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	old := b.cookies()["visnyk"]
	b.want(http.StatusUnprocessableEntity, b.post("/console/profile/password", "old", "nope", "password", password+"2", "again", password+"2"))
	b.want(http.StatusSeeOther, b.post("/console/profile/password", "old", password, "password", password+"2", "again", password+"2"))
	if b.cookies()["visnyk"] == old || b.get("/console/profile").status != http.StatusOK {
		t.Error("a new password goes with a new token")
	}
}

// TestPreferencesFollowTheirOwner to another browser, and nobody else's.
func TestPreferencesFollowTheirOwner(t *testing.T) {
	h := newHouse(t, "")
	h.user("iryna", bot.Operator)
	h.user("petro", bot.Operator)
	here, there, others := h.browser(), h.browser(), h.browser()
	here.signIn("iryna", "")
	there.signIn("iryna", "")
	others.signIn("petro", "")
	here.want(http.StatusSeeOther, here.post("/console/profile", "language", "ru", "theme", "dark", "undo", "10", "keys_off", "on"))
	here.want(http.StatusNoContent, here.post("/console/profile/sound", "sound", "on")) // as the page asks on the first press
	has := func(b *browser) bool {
		page := b.want(http.StatusOK, b.get("/console/profile")).body
		return strings.Contains(page, `<html lang="ru" data-theme="dark"`) && strings.Contains(page, `data-sound="on"`) && !strings.Contains(page, "data-keys")
	}
	if !has(here) || !has(there) || has(others) {
		t.Errorf("here %v, in another browser %v, somebody else's %v", has(here), has(there), has(others))
	}
	for _, wrong := range [][]string{{"sound", "loud"}, {"sound", ""}, {}} {
		there.want(http.StatusUnprocessableEntity, there.post("/console/profile/sound", wrong...))
	}
	there.want(http.StatusBadRequest, there.post("/console/profile/sound", "sound", "on", "theme", "light"))
}

// TestLanguageOfStrangers: the switch, else the browser, else Ukrainian.
func TestLanguageOfStrangers(t *testing.T) {
	h := newHouse(t, "")
	b := h.browser()
	for accept, want := range map[string]string{"": "uk", "de": "uk", "ru-RU,ru;q=0.9": "ru", "uk,ru": "uk"} {
		if got := b.get("/console/login", "Accept-Language", accept); !strings.Contains(got.body, `<html lang="`+want+`"`) {
			t.Errorf("%q is not answered in %s", accept, want)
		}
	}
	got := b.want(http.StatusSeeOther, b.post("/console/language", "language", "ru", "next", "/console/login?next=%2Fconsole%2Fsessions"))
	if got.location() != "/console/login?next=%2Fconsole%2Fsessions" {
		t.Errorf("leads to %q", got.location())
	}
	if got := b.get("/console/login", "Accept-Language", "uk"); !strings.Contains(got.body, `<html lang="ru"`) {
		t.Error("the choice is not kept")
	}
	b.want(http.StatusBadRequest, b.post("/console/language", "language", "de"))
}
