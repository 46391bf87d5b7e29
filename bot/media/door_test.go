package media_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/media"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data) // it never fails
	return data
}

// gate is a door over a real database.
type gate struct {
	*testing.T
	store     *storage.Store
	addresses *media.Addresses
	srv       *httptest.Server
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{T: t, store: storagetest.Open(t, storagetest.SQLiteURL(t))}
	e := echo.New()
	g.srv = httptest.NewServer(e)
	t.Cleanup(g.srv.Close)
	g.addresses = media.NewAddresses([]byte("a secret for tests"), g.srv.URL)
	media.NewDoor(media.DoorConfig{
		Store: func() *storage.Store { return g.store }, Addresses: g.addresses,
		Reader: func(r *http.Request) media.Reader {
			switch r.Header.Get("Cookie") {
			case "session=hers":
				return func(context.Context, bot.Address) error { return nil }
			case "session=another's":
				return func(context.Context, bot.Address) error { return storage.ErrNotFound }
			}
			return nil
		},
	}).Mount(e)
	return g
}

// keep keeps a file as an operator's, and sends it where sent.
func (g *gate) keep(name string, data []byte, sent bool) bot.KeptFile {
	g.Helper()
	to := bot.Address{Bot: "telegram", Chat: "1"}
	f, err := g.store.KeepOutgoing(g.Context(), bot.KeptFile{Address: to, Name: name}, bytes.NewReader(data), 10<<20, func(first []byte) (bot.AttachmentKind, string) {
		return bot.File, bot.FileType(first)
	})
	if err == nil && sent {
		err = g.store.InTx(g.Context(), func(tx *storage.Tx) error {
			_, err := tx.UseFile(g.Context(), to, f.ID)
			return err
		})
	}
	if err != nil {
		g.Fatal(err)
	}
	return f
}

func (g *gate) ask(method, path string, header ...string) (*http.Response, []byte) {
	g.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, strings.TrimPrefix(path, g.srv.URL), nil)
	if err != nil {
		g.Fatal(err)
	}
	at, err := http.NewRequest(method, g.srv.URL, nil)
	if err != nil {
		g.Fatal(err)
	}
	r.URL.Scheme, r.URL.Host = at.URL.Scheme, at.URL.Host
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		g.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		g.Fatal(err)
	}
	return res, body
}

// TestMediaHeaders: pictures, sounds and films without a program in them are shown;
// everything else is only ever saved, under a harmless name, whatever it is called.
func TestMediaHeaders(t *testing.T) {
	g := newGate(t)
	for _, tt := range []struct {
		name, data, kind, disposition string
	}{
		{"a.png", "\x89PNG\r\n\x1a\n...", "image/png", `inline; filename=a.png`},
		{"a.jpg", "\xff\xd8\xff....", "image/jpeg", `inline; filename=a.jpg`},
		{"a.gif", "GIF89a<script>alert(1)</script>", "image/gif", `inline; filename=a.gif`},
		{"голос", "OggS\x00...", "audio/ogg", `inline; filename*=utf-8''%D0%B3%D0%BE%D0%BB%D0%BE%D1%81.ogg`},
		{"a.webm", "\x1aE\xdf\xa3....", "video/webm", `inline; filename=a.webm`},
		{"a.png", "<html><script>alert(1)</script>", "application/octet-stream", `attachment; filename=a.png`},
		{"a.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "application/octet-stream", `attachment; filename=a.svg`},
		{"a.xml", `<?xml version="1.0"?><svg/>`, "application/octet-stream", `attachment; filename=a.xml`},
		{"a.pdf", "%PDF-1.7", "application/octet-stream", `attachment; filename=a.pdf`},
		{"a.html", "just words", "application/octet-stream", `attachment; filename=a.html`},
		{"../../x\r\nSet-Cookie: a=b;\".html", "<!doctype html>", "application/octet-stream", `attachment; filename="xSet-Cookie a=b.html"`},
		{"<img onerror=alert(1)>.png", "\x89PNG\r\n\x1a\n", "image/png", `inline; filename="img onerror=alert(1).png"`},
		{"\u202egnp.exe", "MZ", "application/octet-stream", `attachment; filename=gnp.exe`},
		{"", "\x89PNG\r\n\x1a\n", "image/png", `inline; filename=file.png`},
	} {
		f := g.keep(bot.FileName(tt.name), []byte(tt.data), true)
		for _, path := range []string{"/media/" + f.ID, g.addresses.Of(bot.Media{File: f.ID, Name: f.Name})} {
			res, body := g.ask(http.MethodGet, path, "Cookie", "session=hers")
			h := res.Header
			if res.StatusCode != 200 || string(body) != tt.data || h.Get("Content-Type") != tt.kind || h.Get("Content-Disposition") != tt.disposition {
				t.Errorf("%q: %d %q %q", tt.name, res.StatusCode, h.Get("Content-Type"), h.Get("Content-Disposition"))
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") ||
				h.Get("Set-Cookie") != "" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Cache-Control"), "no-cache") {
				t.Errorf("%q: %v", tt.name, h)
			}
		}
	}
}

// TestMediaIsForFew: staff with a session see every file, messengers by an address
// of ours only what was sent, and nobody anything else.
func TestMediaIsForFew(t *testing.T) {
	g := newGate(t)
	sent, unsent := g.keep("a.png", noise(10), true), g.keep("b.png", noise(10), false)
	address := func(f bot.KeptFile) string { return g.addresses.Of(bot.Media{File: f.ID, Name: f.Name}) }
	mac := strings.Split(strings.TrimPrefix(address(sent), g.srv.URL), ".")[1]
	others := media.NewAddresses([]byte("another secret"), g.srv.URL)
	for path, want := range map[string]int{
		address(sent): 200,
		strings.TrimSuffix(address(sent), ".png") + ".exe": 200, // what it ends in means nothing
		"/media/" + sent.ID:   401,
		"/media/" + unsent.ID: 401,
		"/media/none":         401,
		address(unsent):       404,
		"/media/" + unsent.ID + "." + mac + ".png":         404,
		"/media/" + sent.ID + ".":                          404,
		"/media/" + sent.ID + "..png":                      404,
		others.Of(bot.Media{File: sent.ID, Name: "a.png"}): 404,
		"/media/":                               404,
		"/media/..":                             404,
		"/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd": 404,
		"/media/../../etc/passwd":               404,
		"/media/..%5c..%5cx":                    404,
		"/media/%00":                            404,
		"/media/" + strings.Repeat("a", 5000):   404,
		"/media/'%20OR%201=1":                   404,
	} {
		if res, body := g.ask(http.MethodGet, path); res.StatusCode != want || want != 200 && len(body) > 200 {
			t.Errorf("%s: %d with %d bytes, want %d", path, res.StatusCode, len(body), want)
		}
	}
	for path, want := range map[string]int{"/media/" + sent.ID: 200, "/media/" + unsent.ID: 200, "/media/none": 404, "/media/" + sent.ID + "/x": 404} {
		if res, _ := g.ask(http.MethodGet, path, "Cookie", "session=hers"); res.StatusCode != want {
			t.Errorf("staff at %s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if res, _ := g.ask(http.MethodGet, "/media/"+sent.ID, "Cookie", "session=another's"); res.StatusCode != 404 {
		t.Errorf("who may see other people's only gets %d", res.StatusCode)
	}
	if res, _ := g.ask(http.MethodPost, "/media/"+sent.ID, "Cookie", "session=hers"); res.StatusCode != 405 {
		t.Errorf("a write gives %d", res.StatusCode)
	}
	if got := media.NewAddresses([]byte("x"), "").Of(bot.Media{File: sent.ID}); got != "" {
		t.Errorf("nobody can reach us at %q", got)
	}
	for name, end := range map[string]string{"a.PNG": ".png", "a": ".bin", "a.tar.gz": ".gz", "a.ж": ".bin", "a.": ".bin", "a.?x=1": ".bin", "a.longextension": ".bin"} {
		if got := g.addresses.Of(bot.Media{File: "id", Name: name}); !strings.HasSuffix(got, end) || strings.Count(got, ".") != 2+strings.Count(g.srv.URL, ".") {
			t.Errorf("%s has the address %s", name, got)
		}
	}
}

// TestMediaInParts: players ask for parts, and a file of many pieces comes as it is.
func TestMediaInParts(t *testing.T) {
	g := newGate(t)
	data := noise(3*storage.PieceSize + 77)
	f := g.keep("a.bin", data, false)
	for header, want := range map[string]struct {
		code     int
		from, to int
	}{
		"":                   {200, 0, len(data)},
		"bytes=0-0":          {206, 0, 1},
		"bytes=65535-65536":  {206, 65535, 65537},
		"bytes=-7":           {206, len(data) - 7, len(data)},
		"bytes=131072-":      {206, 131072, len(data)},
		"bytes=99999999-":    {416, 0, 0},
		"bytes=5-4,nonsense": {416, 0, 0},
		"bytes=0-0,0-0" + strings.Repeat(",0-", 500): {200, 0, len(data)}, // more than all of it
	} {
		res, body := g.ask(http.MethodGet, "/media/"+f.ID, "Cookie", "session=hers", "Range", header)
		if res.StatusCode != want.code || want.code != 416 && !bytes.Equal(body, data[want.from:want.to]) {
			t.Errorf("%.40q: %d with %d bytes", header, res.StatusCode, len(body))
		}
	}
	res, body := g.ask(http.MethodHead, "/media/"+f.ID, "Cookie", "session=hers")
	if res.StatusCode != 200 || len(body) != 0 || res.Header.Get("Content-Length") != fmt.Sprint(len(data)) {
		t.Errorf("HEAD: %d, %v", res.StatusCode, res.Header)
	}
	if res, _ := g.ask(http.MethodGet, "/media/"+f.ID, "Cookie", "session=hers", "If-None-Match", res.Header.Get("Etag")); res.StatusCode != 304 {
		t.Errorf("asked again for what one has: %d", res.StatusCode)
	}
	if res, _ := g.ask(http.MethodGet, "/media/"+f.ID, "If-None-Match", res.Header.Get("Etag")); res.StatusCode != 401 {
		t.Errorf("signed out: %d", res.StatusCode)
	}
}
