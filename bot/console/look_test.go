package console_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/locales"
)

// TestDoorIsTheCompanys: whoever comes to the door sees whose it is, by name, logo and
// colour, on the tab too; without any of them it is ours.
func TestDoorIsTheCompanys(t *testing.T) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 56, 28))); err != nil {
		t.Fatal(err)
	}
	logo, err := bot.NewLogo(drawn.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	door := func(name string, look bot.Look) func(path string) *httptest.ResponseRecorder {
		e := echo.New()
		console.New(console.Config{
			Staff: func() *staff.Staff { return nil }, Texts: texts, Log: slog.New(slog.DiscardHandler),
			Company: func(context.Context) bot.Bilingual { return bot.Bilingual{UK: name, RU: name} },
			Look:    func(context.Context) bot.Look { return look },
		}).Mount(e)
		return func(path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			return w
		}
	}

	get := door("Одуд & Ко", bot.Look{Colour: "#7a1fa2", Logo: logo})
	page := get("/console/login").Body.String()
	for _, want := range []string{`<img class="logo" src="/console/look/` + logo.Name + `" alt=""><bdi>Одуд &amp; Ко</bdi>`, ` · Одуд &amp; Ко</title>`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	icon := regexp.MustCompile(`<link rel="icon" href="([^"]+)"`).FindStringSubmatch(page)
	if len(icon) < 2 {
		t.Fatalf("no icon in %s", page)
	}
	drawing := get(icon[1])
	if drawing.Code != http.StatusOK || strings.Contains(drawing.Body.String(), bot.OwnColour) || !strings.Contains(drawing.Body.String(), `fill="#7a1fa2"`) {
		t.Errorf("the icon %s: %d %s", icon[1], drawing.Code, drawing.Body)
	}
	picture := get("/console/look/" + logo.Name)
	if picture.Code != http.StatusOK || !bytes.Equal(picture.Body.Bytes(), logo.Data) || picture.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the logo: %d %v", picture.Code, picture.Header())
	}
	for _, name := range []string{"", "x.png", "mark.svg", "-mark.svg"} {
		if got := get("/console/look/" + name).Code; got == http.StatusOK {
			t.Errorf("%q: %d", name, got)
		}
	}

	ours := door("", bot.Look{})("/console/login").Body.String()
	if !strings.Contains(ours, "<bdi>Visnyk</bdi>") || strings.Contains(ours, `class="logo"`) || !strings.Contains(ours, "/mark.svg\"") {
		t.Errorf("a door that is nobody's: %s", ours)
	}
	if got := door("", bot.Look{})("/console/look/-mark.svg").Code; got == http.StatusOK {
		t.Errorf("an icon in no colour: %d", got)
	}
}
