package desk_test

import (
	"database/sql"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestEveryOpenPageHears: what a customer asks stands in every open browser of every
// role that may, in the language of each, with the numbers; and once only.
func TestEveryOpenPageHears(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	var all []*browser
	for _, login := range []string{"olha", "ivan", "adam"} {
		all = append(all, r.browse(t, login, 0))
	}
	outsider := r.browse(t, "maria", 0)
	for _, b := range all {
		b.until("how things stand", func(e event) bool { return e.name == "desk" })
	}
	id := o.ticket("Марія")
	for _, b := range all {
		if e := b.shows(id, "Марія"); e.Counts.Waiting != 1 {
			t.Errorf("%d wait, want 1", e.Counts.Waiting)
		}
	}
	if status, _, body := r.do(t, "olha", http.MethodPost, "/console/desk/next", nil); status != http.StatusSeeOther {
		t.Fatalf("next: %d %s", status, body)
	}
	for _, b := range all {
		if e := b.shows(id, `data-state="taken"`); e.Counts.Waiting != 0 || e.Counts.Held["olha"].Ours != 1 {
			t.Errorf("counts %+v", e.Counts)
		}
	}
	r.live.Close()
	for e := range outsider.events {
		// Theirs: of imports, of who knows, and of sheets.
		if e.name == "import" || e.name == "ledger" || e.name == "presence" && len(e.Tickets) == 0 {
			continue
		}
		t.Errorf("a marketer's stream hears of %s", e.name)
	}
}

// TestWhoComesBackHearsWhatWasMissed: from the memory of the replica, and from the
// database where the replica has just begun.
func TestWhoComesBackHearsWhatWasMissed(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	first := r.browse(t, "olha", 0)
	at := first.until("how things stand", func(e event) bool { return e.name == "desk" }).At
	first.end()
	stays := r.browse(t, "ivan", 0)
	one := o.ticket("Перша")
	stays.shows(one, "Перша")
	two := o.ticket("Друга")
	stays.shows(two, "Друга")
	back := r.browse(t, "olha", at)
	back.shows(one, "Перша")
	r.stop()
	other := o.open(o.store)
	again := other.browse(t, "olha", at)
	e := again.shows(two, "Друга")
	if len(e.Rows) != 2 || e.Counts.Waiting != 2 {
		t.Errorf("%d rows, %d wait; want 2 of each", len(e.Rows), e.Counts.Waiting)
	}
}

// TestAStreamEndsWithItsSession, with words (S37).
func TestAStreamEndsWithItsSession(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	b, stays := r.browse(t, "olha", 0), r.browse(t, "ivan", 0)
	b.until("how things stand", func(e event) bool { return e.name == "desk" })
	o.ok(o.store.InTx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.EndSessions(t.Context(), "olha", "")
		return err
	}))
	if e := b.until("word of the end", func(e event) bool { return e.name == "ended" }); e.Words == "" {
		t.Error("the end has no words")
	}
	for e := range b.events {
		t.Errorf("after the end: %s", e.name)
	}
	stays.shows(o.ticket("Марія"), "Марія")
}

// TestPresence is told, not kept, and goes when somebody leaves.
func TestPresence(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	b := r.browse(t, "ivan", 0)
	b.until("how things stand", func(e event) bool { return e.name == "desk" })
	for _, step := range []struct {
		what, name string
		types      bool
	}{{"looks", "Olha", false}, {"types", "Olha", true}, {"leaves", "", false}} {
		status, _, body := r.do(t, "olha", http.MethodPost, "/console/live/presence", url.Values{"ticket": {"t-1"}, "what": {step.what}})
		if status != http.StatusNoContent {
			t.Fatalf("%s: %d %s", step.what, status, body)
		}
		b.until(step.what, func(e event) bool {
			there, told := e.Tickets["t-1"]
			if e.name != "presence" || !told {
				return false
			}
			if step.name == "" {
				return len(there) == 0
			}
			return len(there) == 1 && there[0].Name == step.name && there[0].Types == step.types
		})
	}
	for _, form := range []url.Values{
		{"ticket": {"a/b"}, "what": {"looks"}},
		{"ticket": {"a\x00b"}, "what": {"looks"}},
		{"ticket": {"a b"}, "what": {"looks"}},
		{"ticket": {"a"}, "what": {"dances"}},
		{"what": {"looks"}},
		{"ticket": {strings.Repeat("a", 65)}, "what": {"looks"}},
	} {
		if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/live/presence", form); status != http.StatusBadRequest {
			t.Errorf("%v: %d", form, status)
		}
	}
}

// Who brings people by files hears which of them have come further, and in the beginning,
// and when something may have been missed, that any may have. To operators they are nothing.
func TestImportsAreHeard(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	maria, olha := r.browse(t, "maria", 0), r.browse(t, "olha", 0)
	all := func(e event) bool { return e.name == "import" && e.All }
	maria.until("word of all imports", all)
	o.store.Notify(storage.ImportTopic + "one")
	one := maria.until("word of one import", func(e event) bool { return e.name == "import" && !e.All })
	if len(one.IDs) != 1 || one.IDs[0] != "one" {
		t.Errorf("told of %q", one.IDs)
	}
	r.live.Heard("")
	maria.until("word of all imports", all)
	ticket := o.ticket("Олена")
	olha.until("the ticket, and nothing of imports", func(e event) bool {
		if e.name == "import" {
			t.Errorf("an operator hears of imports: %+v", e)
		}
		return len(e.Rows) == 1 && e.Rows[0].ID == ticket
	})
}

// TestAnOpenPageIsNobodysLook: a stream, and what pages tell by themselves, are no use
// of the desk, so that colleagues hear that nobody sees who waits; that somebody
// touches the page is one.
func TestAnOpenPageIsNobodysLook(t *testing.T) {
	database := storagetest.SQLiteURL(t)
	o := newOffice(t, database)
	db, err := sql.Open("sqlite", strings.Replace(database, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(10000)")
	o.ok(err)
	defer db.Close()
	long := time.Now().Add(-time.Hour).UnixMicro()
	_, err = db.Exec(`UPDATE sessions SET used_at = $1`, long)
	o.ok(err)
	r := o.open(o.store)
	ticket := o.ticket("Олена")
	r.browse(t, "olha", 0).shows(o.ticket("Петро"), "Петро")
	used := func() time.Time {
		t.Helper()
		u, err := o.store.Unwatched(t.Context())
		o.ok(err)
		return u.Used
	}
	r.do(t, "olha", http.MethodPost, "/console/live/presence", url.Values{"ticket": {ticket}, "what": {"looks"}})
	if got := used().UnixMicro(); got != long {
		t.Errorf("a page that nobody touches counts as a look: %v", used())
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/live/here", nil); status != http.StatusNoContent {
		t.Fatal(status)
	}
	if time.Since(used()) > time.Minute {
		t.Errorf("whoever is at the page is not seen: %v", used())
	}
}

// TestAnotherReplicaGoesOn: with two replicas over PostgreSQL one is killed. Its
// browser goes on at the other and has missed nothing of what happened meanwhile.
func TestAnotherReplicaGoesOn(t *testing.T) {
	database := storagetest.PostgresURL(t)
	o := newOffice(t, database)
	here, there := o.open(o.store), o.open(storagetest.Open(t, database))
	b, other := here.browse(t, "olha", 0), there.browse(t, "ivan", 0)
	one := o.ticket("Перша")
	at := b.shows(one, "Перша").At
	other.shows(one, "Перша")
	here.stop()
	for range b.events { // cut off
	}
	two := o.ticket("Друга")
	other.shows(two, "Друга")
	back := there.browse(t, "olha", at)
	back.shows(two, "Друга")
	if status, _, body := there.do(t, "olha", http.MethodPost, "/console/live/presence", url.Values{"ticket": {two}, "what": {"types"}}); status != http.StatusNoContent {
		t.Fatalf("presence: %d %s", status, body)
	}
	other.until("olha at the second", func(e event) bool { return len(e.Tickets[two]) == 1 && e.Tickets[two][0].Types })
}

// TestNextHasOneWinner: of many who press at once one gets the ticket, the others are
// told that nobody waits.
func TestNextHasOneWinner(t *testing.T) {
	o := newOffice(t, storagetest.PostgresURL(t))
	r := o.open(o.store)
	id := o.ticket("Марія")
	const presses = 20
	won := make(chan string, presses)
	for i := range presses {
		go func() {
			_, to, _ := r.do(t, []string{"olha", "ivan"}[i%2], http.MethodPost, "/console/desk/next", nil)
			won <- to
		}()
	}
	winners := 0
	for range presses {
		switch to := <-won; to {
		case "/console/desk/" + id:
			winners++
		case "/console/desk?none=1":
		default:
			t.Errorf("a press leads to %q", to)
		}
	}
	if winners != 1 {
		t.Errorf("%d winners", winners)
	}
	got, err := o.store.Ticket(t.Context(), id)
	o.ok(err)
	if got.State != bot.TicketTaken {
		t.Errorf("it is %s", got.State)
	}
}

// Nobody signed in learns anything of the desk, the stream included, and a marketer
// finds nothing there.
func TestTheDeskIsForOperators(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	gets := []string{"/console/desk", "/console/desk?tab=mine", "/console/live/news?after=0"}
	for login, want := range map[string]int{"nobody": http.StatusSeeOther, "maria": http.StatusNotFound, "anna": http.StatusNotFound, "olha": http.StatusOK} {
		for _, path := range gets {
			if status, _, body := r.do(t, login, http.MethodGet, path, nil); status != want {
				t.Errorf("%s as %s: %d, want %d: %.200s", path, login, status, want, body)
			}
		}
	}
	if status, _, _ := r.do(t, "nobody", http.MethodGet, "/console/live", nil); status != http.StatusSeeOther {
		t.Errorf("the stream as nobody: %d", status)
	}
	for _, path := range []string{"/console/desk?tab=all", "/console/desk?after=%21", "/console/desk?after=YQ"} {
		if status, _, _ := r.do(t, "olha", http.MethodGet, path, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/console/live?after=-1", "/console/live?after=x", "/console/live/news?after=1e9", "/console/desk?role=admin"} {
		if status, _, _ := r.do(t, "olha", http.MethodGet, path, nil); status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// TestQueuePageIsLight: 50 rows of 500, each of a hostile customer, under 120 KB;
// the rest behind a link, each ticket once.
func TestQueuePageIsLight(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	const tickets = 120
	for range tickets {
		o.ticket(`<img src=x onerror=alert(1)> ` + strings.Repeat("Ї", 100))
	}
	r := o.open(o.store)
	seen := map[string]bool{}
	next := regexp.MustCompile(`<a href="([^"]+)" rel="next"`)
	row := regexp.MustCompile(`id="(ticket-ticket-of-[^"]+)"`)
	for path := "/console/desk"; path != ""; {
		status, _, body := r.do(t, "olha", http.MethodGet, path, nil)
		if status != http.StatusOK || len(body) > 120<<10 || strings.Contains(body, "<img") {
			t.Fatalf("%s: %d, %d bytes, marks of a customer: %v", path, status, len(body), strings.Contains(body, "<img"))
		}
		for _, found := range row.FindAllStringSubmatch(body, -1) {
			if seen[found[1]] {
				t.Errorf("%s stands twice", found[1])
			}
			seen[found[1]] = true
		}
		path = ""
		if found := next.FindStringSubmatch(body); found != nil {
			path = html.UnescapeString(found[1])
		}
	}
	if len(seen) != tickets {
		t.Errorf("%d of %d", len(seen), tickets)
	}
}
