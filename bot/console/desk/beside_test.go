package desk_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"visnyk/storage/storagetest"
)

// TestListBesideTheTalk: a talk has the list beside it where its ticket stands, or the
// one asked for, with the open ticket marked; what a module asks for has none.
func TestListBesideTheTalk(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	first, second := o.ticket("Олена"), o.ticket("Ігор")
	list := regexp.MustCompile(`data-list="([a-z]+)"`)
	here := regexp.MustCompile(`href="/console/desk/([^"?]+)\?tab=[a-z]+" aria-current="page"`)
	is := func(path, tab, open string, rows int) {
		t.Helper()
		_, _, body := r.do(t, "olha", http.MethodGet, path, nil)
		var tabs, marked []string
		for _, found := range list.FindAllStringSubmatch(body, -1) {
			tabs = append(tabs, found[1])
		}
		for _, found := range here.FindAllStringSubmatch(body, -1) {
			marked = append(marked, found[1])
		}
		if got := strings.Count(body, `class="queue-row"`); strings.Join(tabs, " ") != tab || strings.Join(marked, " ") != open || got != rows {
			t.Errorf("%s: lists %q with %d rows, open %q", path, tabs, got, marked)
		}
	}
	at := "/console/desk/" + first
	is(at, "waiting", first, 2)
	is(at+"?tab=mine", "mine", "", 0)
	is("/console/desk/"+second+"?tab=open", "open", second, 2)
	if status, _, _ := r.do(t, "olha", http.MethodPost, at+"/take", nil); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	is(at, "mine", first, 1)
	is(at+"?tab=waiting", "waiting", "", 1)
	is("/console/desk", "waiting", "", 1)
	if status, _, _ := r.do(t, "olha", http.MethodGet, at+"?tab=all", nil); status != http.StatusNotFound {
		t.Errorf("a list that is none: %d", status)
	}
	_, _, body := r.do(t, "ivan", http.MethodGet, at, nil)
	if !strings.Contains(body, `data-list="open"`) {
		t.Error("a ticket that a colleague holds stands beside another list than the open ones")
	}

	req := httptest.NewRequest(http.MethodGet, at, nil)
	req.Header.Set("Sec-Fetch-Dest", "empty")
	req.AddCookie(cookie("olha"))
	out := httptest.NewRecorder()
	r.echo.ServeHTTP(out, req)
	if body := out.Body.String(); !strings.Contains(body, `id="lines"`) || strings.Contains(body, `id="queue"`) {
		t.Error("what a module asks for has a list")
	}
}
