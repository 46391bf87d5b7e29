package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestAssets(t *testing.T) {
	script := strings.Repeat("export const a = 1;\n", 100)
	a := NewAssets("/x", map[string][]byte{"a.js": []byte(script), "b.css": []byte("p{}")})
	other := NewAssets("/x", map[string][]byte{"a.js": []byte(script + " "), "b.css": []byte("p{}")})
	if a.Base() == other.Base() {
		t.Error("another file, and the same address")
	}
	e := echo.New()
	a.Mount(e)
	get := func(path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		return rec
	}
	here := a.Base() + "/a.js"
	for accepted, packed := range map[string]bool{
		"": false, "gzip": true, "gzip, deflate, br": true, "br;q=1.0, gzip;q=0.8": true, "gzip;q=0": false, "gzip; q=0.000": false, "br": false,
	} {
		got := get(here, "Accept-Encoding", accepted)
		h, body := got.Header(), got.Body.Bytes()
		if (h.Get("Content-Encoding") == "gzip") != packed || h.Get("Vary") != "Accept-Encoding" || !strings.HasSuffix(h.Get("Cache-Control"), "immutable") {
			t.Errorf("%q: %v", accepted, h)
		}
		if packed {
			in, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(in); err != nil {
				t.Fatal(err)
			}
		}
		if string(body) != script {
			t.Errorf("%q: %d bytes that are not the file", accepted, len(body))
		}
		again := get(here, "Accept-Encoding", accepted, "If-None-Match", h.Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%q: a second time it is %d", accepted, again.Code)
		}
	}
	if get(here, "Accept-Encoding", "gzip").Header().Get("ETag") == get(here).Header().Get("ETag") {
		t.Error("two representations have one tag")
	}
	if got := get(a.Base()+"/b.css", "Accept-Encoding", "gzip"); got.Header().Get("Content-Encoding") != "" || got.Body.String() != "p{}" {
		t.Errorf("what gains nothing is compressed: %v", got.Header())
	}
	if got := get(other.Base() + "/a.js"); got.Code != 200 || got.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("of another version: %d %v", got.Code, got.Header())
	}
	if got := get(a.Base() + "/c.js"); got.Code != 404 {
		t.Errorf("what there is not: %d", got.Code)
	}
}

func TestPolicy(t *testing.T) {
	if got := (Policy{}).String(); got != "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'" {
		t.Error(got)
	}
	own := OwnPage()
	own.Images += " data:"
	const want = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
		"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	if got := own.String(); got != want {
		t.Error(got)
	}
}

// The shared modules need nothing but each other and what the page's html
// element says, so that any page may have them.
func TestModules(t *testing.T) {
	modules := Modules()
	if len(modules) < 4 {
		t.Fatalf("%d modules", len(modules))
	}
	for name, data := range modules {
		for _, found := range regexp.MustCompile(`from '(.*)'`).FindAllStringSubmatch(string(data), -1) {
			if _, known := modules[strings.TrimPrefix(found[1], "./")]; !known {
				t.Errorf("%s imports %s", name, found[1])
			}
		}
		for _, found := range regexp.MustCompile(`getElementById|'/[a-z]+|[а-яіїєґ]`).FindAllString(string(data), -1) {
			t.Errorf("%s knows a page: %s", name, found)
		}
	}
}
