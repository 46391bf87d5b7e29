package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"rsc.io/qr"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/locales"
	"visnyk/storage"
)

// TestErrorsAreSaid: each error has its status and its words in either language, as
// a page for people and as a problem for modules; what is ours to mend is told by a
// number alone.
func TestErrorsAreSaid(t *testing.T) {
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	var fails error
	var log strings.Builder
	c := New(Config{
		Texts: texts, Log: slog.New(slog.NewTextHandler(&log, nil)), Staff: func() *staff.Staff { return staff.New(nil) },
		Session: func(context.Context, string) (storage.Session, error) {
			return storage.Session{ID: "s", User: storage.User{ID: "u", Login: "iryna", Role: bot.Operator}}, nil
		},
	})
	c.Get("/fails", Anybody, func(*Visit) error { return fails })
	e := echo.New()
	c.Mount(e)
	for _, tt := range []struct {
		err    error
		status int
		code   string
		uk, ru string
	}{
		{&bot.MoveError{Noun: "ticket", From: "taken", Move: "close", Login: "petro"}, 409, "held", "petro", "petro"},
		{&bot.MoveError{Noun: "article", From: "draft", Move: "retire"}, 409, "move", "стані", "состоянии"},
		{&bot.ForbiddenError{Permission: bot.WriteSettings}, 403, "forbidden", "роль", "роль"},
		{&bot.ForbiddenError{Same: true}, 403, "same", "інша людина", "другой человек"},
		{bot.Refused("", bot.FaultCustomerAway, nil), 409, "refused", "заблокувала бота", "заблокировал бота"},
		{bot.Invalid("name", bot.FaultLong, bot.Data{"Max": 80}), 422, "content", "80", "80"},
		{fmt.Errorf("x: %w", storage.ErrNotFound), 404, "nothing", "немає", "нет"},
		{storage.ErrConflict, 409, "stale", "зміни", "изменения"},
		{staff.ErrBusy, 503, "away", "не може", "не может"},
		{web.ErrTooMany, 503, "away", "не може", "не может"},
		{context.DeadlineExceeded, 503, "away", "не може", "не может"},
		{&staff.ThrottledError{After: time.Minute}, 429, "often", "спроб", "попыток"},
		{errors.New("secret of ours"), 500, "internal", "зламалося", "сломалось"},
	} {
		fails = tt.err
		for l, want := range map[string]string{"uk": tt.uk, "ru": tt.ru} {
			for _, module := range []bool{false, true} {
				r := httptest.NewRequest(http.MethodGet, "/console/fails", nil)
				r.AddCookie(&http.Cookie{Name: "__Host-visnyk", Value: "x"})
				r.Header.Set("Accept-Language", l)
				if module {
					r.Header.Set("Sec-Fetch-Dest", "empty")
				}
				got := httptest.NewRecorder()
				e.ServeHTTP(got, r)
				body := got.Body.String()
				if got.Code != tt.status || !strings.Contains(body, want) || strings.Contains(body, "secret") {
					t.Errorf("%v in %s: %d %s", tt.err, l, got.Code, body)
				}
				if module != strings.Contains(body, `"code":"`+tt.code+`"`) || module != (got.Header().Get("Content-Type") == "application/problem+json") {
					t.Errorf("%v: module %t, %s", tt.err, module, body)
				}
				if (tt.status == 503 || tt.status == 429) != (got.Header().Get("Retry-After") != "") {
					t.Errorf("%v: Retry-After %q", tt.err, got.Header().Get("Retry-After"))
				}
				if id := got.Header().Get("X-Request-Id"); tt.status == 500 && (!strings.Contains(body, id) || !strings.Contains(log.String(), id)) {
					t.Errorf("%v: the number is not told: %s", tt.err, body)
				}
			}
		}
	}
	if strings.Count(log.String(), "\n") != 4 {
		t.Errorf("the log has %s", log.String())
	}
}

// TestPicture compares the squares of the drawing with those of the code.
func TestPicture(t *testing.T) {
	const text = "otpauth://totp/Visnyk:olena?secret=JBSWY3DPEHPK3PXP&issuer=Visnyk"
	drawn, err := draw(text)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	black := map[[2]int]bool{}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(drawn.Path, -1) {
		var x, y, n, back int
		if _, err := fmt.Sscan(strings.Join(run[1:], " "), &x, &y, &n, &back); err != nil || n != back {
			t.Fatal(run, err)
		}
		for i := range n {
			black[[2]int{x + i - quiet, y - quiet}] = true
		}
	}
	if drawn.Size != code.Size+2*quiet || len(black) == 0 {
		t.Fatalf("size %d, %d squares", drawn.Size, len(black))
	}
	for y := range code.Size {
		for x := range code.Size {
			if black[[2]int{x, y}] != code.Black(x, y) {
				t.Fatalf("square %d, %d", x, y)
			}
		}
	}
}

// TestBeforeTheDatabase: until the database is there the console says so, and is
// no crash.
func TestBeforeTheDatabase(t *testing.T) {
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Texts: texts, Log: slog.New(slog.DiscardHandler), Staff: func() *staff.Staff { return nil }})
	e := echo.New()
	c.Mount(e)
	for _, path := range []string{"/console", "/console/login", "/console/nowhere", "/setup/x"} {
		got := httptest.NewRecorder()
		e.ServeHTTP(got, httptest.NewRequest(http.MethodGet, path, nil))
		if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "2" || !strings.Contains(got.Body.String(), "<h1>") ||
			!strings.Contains(got.Body.String(), `<a class="button" href="">`) {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
