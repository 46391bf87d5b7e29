package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestStrictBodies: one JSON document of known fields and nothing else (S11, S48).
func TestStrictBodies(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		before := h.entries()
		edit := func(old, new string) string { return strings.Replace(articleJSON, old, new, 1) }
		for name, c := range map[string]struct{ body, say string }{
			"nothing":            {"", "empty"},
			"spaces":             {" \n", "empty"},
			"null":               {"null", "null"},
			"a list":             {"[]", "must be an object"},
			"a text":             {`"x"`, "must be an object"},
			"two documents":      {articleJSON + articleJSON, "exactly one"},
			"trailing bytes":     {articleJSON + "x", "exactly one"},
			"cut":                {articleJSON[:40], "exactly one"},
			"form":               {"question=a&answer=b", "exactly one"},
			"unknown field":      {edit(`{"id"`, `{"role":"admin","id"`), "/role is not a field"},
			"state":              {edit(`{"id"`, `{"state":"approved","id"`), "/state is not a field"},
			"unknown deep":       {edit(`"uk":"Ціна?"`, `"en":"Price?"`), "/question/en is not a field"},
			"another case":       {edit(`"answer"`, `"Answer"`), "/Answer is not a field"},
			"twice":              {edit(`{"id"`, `{"id":"x","id"`), "/id must stand once"},
			"null inside":        {edit(`"Ціна?"`, `null`), "/question/uk must not be null"},
			"number for text":    {edit(`"Ціна?"`, `5`), "/question/uk must be a text"},
			"text for an object": {edit(`{"uk":"Ціна?","ru":"Цена?"}`, `"Ціна?"`), "/question must be an object"},
			"NUL":                {edit(`Ціна?`, `а\u0000`), "/question/uk must be a text without NUL"},
			"no moment":          {edit(`{"id"`, `{"valid_from":"tomorrow","id"`), "/valid_from must be a time"},
			"deep":               {strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000), "exactly one"},
			"deep in a field":    {edit(`"Ціна?"`, strings.Repeat(`[`, 5000)+strings.Repeat(`]`, 5000)), "/question/uk must be a text"},
			"long field":         {`{"` + strings.Repeat("ї", 5000) + `":1}`, "… is not a field"},
		} {
			got := h.as(bot.Marketer, 400, "POST", "/articles", c.body)
			p := got.problem(t)
			words := p.Detail
			for _, f := range p.Errors {
				words += " " + f.Field + " " + f.Detail
			}
			if p.Code != "malformed_body" || !strings.Contains(words, c.say) || len(got.body) > 2000 {
				t.Errorf("%s: %s, want %q", name, got.body, c.say)
			}
		}
		for body, field := range map[string]string{
			`{"version":1e400}`: "/version", `{"version":1.5}`: "/version", `{"version":"1"}`: "/version", `{"audience":{"kinds":"x"}}`: "/audience/kinds",
			`{"version":99999999999999999999}`: "/version",
		} {
			if p := h.as(bot.Marketer, 400, "POST", "/changes", body).problem(t); len(p.Errors) != 1 || p.Errors[0].Field != field {
				t.Errorf("%s: %+v", body, p)
			}
		}
		for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json; charset=cp1251", ";"} {
			if p := h.as(bot.Marketer, 400, "POST", "/articles", articleJSON, "Content-Type", kind).problem(t); !strings.Contains(p.Detail, "application/json") {
				t.Errorf("%s: %+v", kind, p)
			}
		}
		if h.entries() != before {
			t.Error("something was written")
		}
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON, "Content-Type", "application/json; charset=UTF-8")
		// A file's mark says nothing, and stands before the body alone.
		got, err := h.try(h.tokens[bot.Marketer], "POST", "/articles", strings.NewReader("\ufeff"+edit("price", "marked")))
		if h.ok(err); got.status != 201 {
			t.Errorf("a marked body: %d %s", got.status, got.body)
		}
	})
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestLargeAndCompressedBodies(t *testing.T) { // S8, S9, S10
	onEach(t, func(t *testing.T, h *house) {
		token := h.tokens[bot.Marketer]
		large := strings.Repeat(" ", 1<<20) + articleJSON
		if got := h.do(token, "POST", "/articles", large); got.status != 413 {
			t.Errorf("announced: %d", got.status)
		}
		got, err := h.try(token, "POST", "/articles", io.LimitReader(endless{}, 1<<26)) // chunked
		if err == nil && (got.status != 413 || got.problem(t).Code != "too_large") {
			t.Errorf("chunked: %d %s", got.status, got.body)
		}
		if got := h.do(token, "POST", "/articles", articleJSON, "Content-Encoding", "gzip"); got.status != 415 {
			t.Errorf("compressed: %d", got.status)
		}
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON, "Content-Encoding", "identity")
		// A gigabyte is refused unread, with a token or without.
		conn, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(h.url, prefix), "http://"))
		h.ok(err)
		defer conn.Close()
		h.ok(conn.SetDeadline(time.Now().Add(5 * time.Second)))
		fmt.Fprintf(conn, "POST %s/articles HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n", prefix)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		h.ok(err)
		if answer.StatusCode != 413 {
			t.Errorf("announced a gigabyte: %d", answer.StatusCode)
		}
	})
}

func TestMethods(t *testing.T) { // S15, S40
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		for path, allow := range map[string]string{
			"/articles": "GET, HEAD, POST", "/articles/price": "GET, HEAD, PUT", "/articles/price/approve": "POST",
			"/contacts/x": "DELETE, GET, HEAD", "/openapi.json": "GET, HEAD",
		} {
			for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW"} {
				if slices.Contains(strings.Split(allow, ", "), m) {
					continue
				}
				got, err := h.try(h.tokens[bot.Admin], m, path, nil, "X-HTTP-Method-Override", "GET")
				h.ok(err)
				if got.status != 405 || got.header.Get("Allow") != allow || len(got.body) == 0 && m != "HEAD" {
					t.Errorf("%s %s: %d, Allow %q", m, path, got.status, got.header.Get("Allow"))
				}
			}
		}
		get, head := h.as(bot.Operator, 200, "GET", "/articles/price", ""), h.as(bot.Operator, 200, "HEAD", "/articles/price", "")
		if head.header.Get("Content-Length") != fmt.Sprint(len(get.body)) || len(head.body) != 0 {
			t.Errorf("HEAD: %v", head.header)
		}
		// What there is not is no secret: openapi.json lists what there is.
		for _, path := range []string{"", "/", "/nothing", "/articles/", "/articles/price/publish", "/articles/a/b/c", "/users"} {
			if got := h.do(h.tokens[bot.Admin], "GET", path, ""); got.status != 404 || got.problem(t).Code != "no_such_route" {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
	})
}

// What an answer never shows, whatever is sent (S68, S69).
func TestHostileInput(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Admin, 201, "POST", "/articles", articleJSON)
		for _, id := range []string{
			"'; DROP TABLE articles --", "%", "_", "../../etc/passwd", "..", "%2e%2e%2f", "a\x00b", "\xff\xfe", "{{.}}", "<script>",
			strings.Repeat("a", 3000), "price ", "PRICE", "ціна",
		} {
			for _, path := range []string{"/articles/", "/changes/", "/contacts/"} {
				for _, tail := range []string{"", "/approve", "/export"} {
					for _, m := range []string{"GET", "PUT", "POST", "DELETE"} {
						got, err := h.try(h.tokens[bot.Admin], m, path+url.PathEscape(id)+tail, strings.NewReader(`{}`))
						h.ok(err)
						if got.status < 400 || got.status >= 500 {
							t.Errorf("%s %s%q%s: %d %s", m, path, id, tail, got.status, got.body)
						}
						for _, leak := range []string{"SELECT", "pq:", "SQL", "goroutine", ".go:", "storage:", "echo"} {
							if strings.Contains(string(got.body), leak) {
								t.Errorf("%s %s%q: %q in %s", m, path, id, leak, got.body)
							}
						}
					}
				}
			}
		}
		h.as(bot.Admin, 200, "GET", "/articles/price", "")
		if strings.Contains(h.logs.String(), "request failed") {
			t.Errorf("log:\n%s", h.logs.String())
		}
	})
}

func TestHeadersOfAnswers(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for _, got := range []reply{h.as(bot.Admin, 200, "GET", "/articles", ""), h.do("", "GET", "/articles", "")} {
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
			} {
				if got.header.Get(name) != want {
					t.Errorf("%d: %s is %q", got.status, name, got.header.Get(name))
				}
			}
			if got.header.Get("X-Request-Id") == "" || got.header.Get("Server") != "" {
				t.Errorf("%v", got.header)
			}
		}
	})
}

// A defect of ours is told by the request's id alone, and logged with it.
func TestDefect(t *testing.T) {
	for name, broken := range map[string]string{"closed database": "close", "panic": "panic"} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, store *storage.Store) {
				h := newHouse(t, store, Limits{})
				if broken == "panic" {
					h.parts.Articles = nil
					if got, err := h.try(h.tokens[bot.Admin], "GET", "/articles", nil); err != nil || got.status != 500 || len(got.body) != 0 {
						t.Errorf("%+v, %v", got, err)
					}
					return
				}
				h.ok(store.Close())
				got := h.do(h.tokens[bot.Admin], "GET", "/articles", "")
				id := got.header.Get("X-Request-Id")
				if p := got.problem(t); got.status != 500 || p.Request != id || strings.Contains(string(got.body), "database") {
					t.Errorf("%d %s", got.status, got.body)
				}
				if !strings.Contains(h.logs.String(), id) {
					t.Error("not in the log")
				}
			})
		})
	}
}

func TestBeforeTheDatabase(t *testing.T) {
	e := echo.New()
	New(Config{Parts: func() *Parts { return nil }}).Mount(e)
	for path, want := range map[string]int{"/articles": 503, "/openapi.json": 200} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest("GET", prefix+path, nil))
		if w.Code != want || want == 503 && w.Header().Get("Retry-After") != "2" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestRateOfAUser(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		h := newHouse(t, store, Limits{Rate: 0.001, Burst: 3})
		second := h.token("admin1", "second")
		for i := range 5 {
			token := []string{h.tokens[bot.Admin], second}[i%2] // a user, not a token
			got := h.do(token, "GET", "/articles", "")
			if want := map[bool]int{true: 200, false: 429}[i < 3]; got.status != want || (want == 429) != (got.header.Get("Retry-After") != "") {
				t.Errorf("%d: %d", i, got.status)
			}
		}
		h.as(bot.Operator, 200, "GET", "/articles", "") // somebody else
	})
}
