package webchat_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/webchat"
)

const lookPath = "/chat/look/"

// The page is in the company's colour, with its logo, each under the name of the very
// one; nothing of it stands in the page itself, which has no styles of its own.
func TestPageInTheCompanysLook(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	logo, err := bot.NewLogo(picture.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	look := bot.Look{}
	ch, err := webchat.New(webchat.Config{
		Key: []byte("a key of sixteen bytes"), Threads: newThreads(), Words: words(), Log: slog.New(slog.DiscardHandler),
		Look: func(context.Context) bot.Look { return look },
	})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	ch.Mount(e, nil)
	get := func(path string) *httptest.ResponseRecorder {
		out := httptest.NewRecorder()
		e.ServeHTTP(out, httptest.NewRequest(http.MethodGet, path, nil))
		return out
	}
	if page := get("/chat").Body.String(); strings.Contains(page, lookPath) || !strings.Contains(page, "/icon.svg\" alt=") {
		t.Errorf("a look of nobody's: %s", page)
	}
	plain := get("/chat/widget.js")
	look = bot.Look{Colour: "#3366ff", Logo: logo}
	page := get("/chat").Body.String()
	_, rest, _ := strings.Cut(page, `stylesheet" href="`+lookPath)
	name, _, _ := strings.Cut(rest, `"`)
	style := lookPath + name
	icon := strings.TrimSuffix(style, ".css") + ".svg"
	if got := get(icon); !strings.Contains(page, `rel="icon" href="`+icon) || got.Header().Get("Content-Type") != "image/svg+xml" || strings.Contains(got.Body.String(), bot.OwnColour) {
		t.Errorf("the tab's icon: %s", got.Body)
	}
	accent, _, _ := strings.Cut(strings.TrimPrefix(get(style).Body.String(), ":root"), ";") // a sheet is served without its spaces
	if widget := get("/chat/widget.js"); !strings.Contains(strings.ReplaceAll(widget.Body.String(), " ", ""), ":host"+accent) || widget.Header().Get("ETag") == plain.Header().Get("ETag") {
		t.Errorf("the widget's button is not in %s", accent)
	}
	if !strings.HasSuffix(style, ".css") || !strings.Contains(page, `src="`+lookPath+logo.Name) || strings.Contains(page, "style=") {
		t.Errorf("the page: %s", page)
	}
	if got := get(style); got.Code != http.StatusOK || !strings.HasPrefix(got.Body.String(), ":root{--accent:light-dark(#") || got.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the colour: %d %s", got.Code, got.Body)
	}
	got := get(lookPath + logo.Name)
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "image/png" || got.Header().Get("X-Content-Type-Options") != "nosniff" || !bytes.Equal(got.Body.Bytes(), picture.Bytes()) {
		t.Errorf("the logo: %d %v", got.Code, got.Header())
	}
	look = bot.Look{}
	for _, gone := range []string{style, icon, lookPath + logo.Name, lookPath + "x", lookPath + "..%2f..%2fx"} {
		if got := get(gone); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", gone, got.Code)
		}
	}
	if got := get("/chat/widget.js"); !bytes.Equal(got.Body.Bytes(), plain.Body.Bytes()) {
		t.Error("the widget keeps a colour that is no more")
	}
}
