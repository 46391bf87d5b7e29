package desk_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// phone is a messenger that takes what it is given, and shows it as it stands.
type phone struct{ bot.Channel }

func (phone) Name() string                   { return telegram }
func (phone) Capabilities() bot.Capabilities { return bot.Capabilities{} }

func (phone) Render(m bot.Message) ([]bot.Part, error) {
	body, err := json.Marshal(m.Text)
	return []bot.Part{{Kind: bot.Say, Body: body}}, err
}

// room is a replica over one database, and a ticket that olha holds.
func (o *office) room(name string) (r *replica, ticket string) {
	o.Helper()
	o.channels = map[string]bot.Channel{telegram: phone{}}
	r = o.open(o.store)
	ticket = o.ticket(name)
	if status, where, _ := r.do(o.T, "olha", http.MethodPost, "/console/desk/"+ticket+"/take", nil); status != http.StatusSeeOther || where != "/console/desk/"+ticket {
		o.Fatal(status, where)
	}
	return r, ticket
}

func (o *office) writes(chat string, entries ...bot.Entry) {
	o.Helper()
	for i := range entries {
		entries[i].Address = bot.Address{Bot: telegram, Chat: chat}
	}
	o.ok(o.store.InTx(o.Context(), func(tx *storage.Tx) error { return tx.AddHistory(o.Context(), entries) }))
}

// filled returns the value of a field of the page's form.
func filled(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no field %q", name)
	}
	return found[1]
}

// A customer who calls themselves an element, and their files, are words on the page.
func TestHostileTalk(t *testing.T) { // S54, S70
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("<img onerror=alert(1)>\u202eлорак")
	detail, err := json.Marshal(map[string]any{"attachment": bot.Attachment{Kind: bot.File, Name: "../../x.html"}, "answers": bot.Answered{Name: "<b x>", Text: "<script>"}})
	o.ok(err)
	o.writes("chat-1",
		bot.Entry{Kind: "attached", Text: "<script>alert(1)</script> javascript:alert(1) \u2066кінець", Detail: detail, Cause: "1"},
		bot.Entry{Out: true, Kind: "say", Text: "[тут](javascript:alert(1)) **<i x>**", Cause: "2"},
	)
	for path, wants := range map[string][]string{
		"/console/desk/" + ticket: {"‹U&#43;202E›", "‹U&#43;2066›", "<bdi>../../x.html</bdi>", "&lt;script&gt;alert"},
		"/console/desk?tab=mine":  {"‹U&#43;202E›", "‹U&#43;2066›", "&lt;script&gt;alert"},
	} {
		_, _, page := r.do(t, "olha", http.MethodGet, path, nil)
		for _, never := range []string{"<img onerror", "<script>alert", "<b x>", "<i x>", `href="javascript`, `href="../`, "\u202e", "\u2066"} {
			if strings.Contains(page, never) {
				t.Errorf("%s has %q", path, never)
			}
		}
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
}

// The card shows the numbers of the person, and which of them nobody vouches for; and
// attributes as they were declared, in the reader's words.
func TestCardTellsWhatIsKnown(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	var ids map[string]string
	o.ok(o.store.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		for i, a := range []bot.Attribute{
			{Name: "since", Type: bot.AttributeDate, Label: bot.Bilingual{UK: "З нами від", RU: "С нами с"}},
			{Name: "news", Type: bot.AttributeYesNo, Label: bot.Bilingual{UK: "Новини поштою", RU: "Новости почтой"}},
		} {
			if a.Position = i; err == nil {
				err = tx.PutAttribute(t.Context(), a)
			}
		}
		if err == nil {
			who := storage.ContactRow{Contact: bot.Contact{ID: "known", External: "1"}, Phones: []string{"+380671234567"}}
			who.Attributes = map[string]string{"since": "2026-04-03", "news": "true", "вулиця": "Хрещатик"}
			ids, err = tx.ImportContacts(t.Context(), []storage.ContactRow{who})
		}
		return err
	}))
	at := bot.Address{Bot: telegram, Chat: "chat"}
	o.turn(at.Chat, storage.TurnWrite{
		Conversation: &bot.Conversation{Address: at, Contact: ids["1"], Version: 1, Reach: bot.Reachable},
		Phone:        &storage.SharedPhone{Number: "+380509998877"},
		Open:         &bot.Ticket{ID: "ticket", Address: at, Contact: ids["1"], Reason: bot.ReasonAsked},
	})
	_, _, page := r.do(t, "olha", http.MethodGet, "/console/desk/ticket", nil)
	for _, want := range []string{
		"<bdi>З нами від</bdi></dt><dd><bdi>3 квітня 2026</bdi>", "<bdi>Новини поштою</bdi></dt><dd>так", "<bdi>вулиця</bdi></dt><dd><bdi>Хрещатик</bdi>",
		`<p class="number">+380671234567</p>`, `<p class="number">+380509998877 <small>не перевірено</small></p>`,
	} {
		if !strings.Contains(html.UnescapeString(page), want) {
			t.Errorf("the card lacks %q", want)
		}
	}
}

func TestWhoSeesATalk(t *testing.T) { // S47
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	for login, want := range map[string]int{"olha": 200, "ivan": 200, "adam": 200, "maria": 404, "anna": 404} {
		if status, _, _ := r.do(t, login, http.MethodGet, "/console/desk/"+ticket, nil); status != want {
			t.Errorf("%s gets %d, want %d", login, status, want)
		}
	}
	for _, path := range []string{"nothing", "..%2f..%2fx", "'"} {
		if status, _, _ := r.do(t, "olha", http.MethodGet, "/console/desk/"+path, nil); status != http.StatusNotFound {
			t.Errorf("%s gives %d", path, status)
		}
	}
}

// Only who holds it replies; the others are told who does, and keep what they wrote.
func TestOthersAreToldWhoHolds(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	at := "/console/desk/" + ticket
	for _, do := range []string{"reply", "close", "release", "take"} {
		form := map[string]url.Values{"reply": {"text": {"слова"}, "key": {"k"}, "seen": {"9"}}, "close": {"outcome": {"solved"}}}[do]
		status, _, page := r.do(t, "ivan", http.MethodPost, at+"/"+do, form)
		if status != http.StatusConflict || !strings.Contains(page, "olha") {
			t.Errorf("%s by another: %d, %.80s", do, status, page)
		}
	}
	if status, where, _ := r.do(t, "ivan", http.MethodPost, at+"/takeover", nil); status != http.StatusSeeOther || where != at {
		t.Errorf("a takeover: %d %s", status, where)
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, at+"/reply", url.Values{"text": {"слова"}, "key": {"k"}, "seen": {"9"}}); status != http.StatusConflict {
		t.Errorf("the former holder replies: %d", status)
	}
}

// What the customer wrote meanwhile is shown first, and the reply stays written; then
// it is sent, and its writer may take it back.
func TestReplyFromThePage(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	at := "/console/desk/" + ticket
	page := func(login string) string {
		t.Helper()
		_, _, body := r.do(t, login, http.MethodGet, at, nil)
		return body
	}
	before := page("olha")
	o.writes("chat-1", bot.Entry{Kind: "typed", Text: "А скільки для пенсіонерів?", Cause: "x"})
	form := url.Values{"key": {filled(t, before, "key")}, "seen": {filled(t, before, "seen")}, "text": {"120 грн"}}
	status, _, answer := r.do(t, "olha", http.MethodPost, at+"/reply", form)
	if status != http.StatusConflict || !strings.Contains(answer, "А скільки для пенсіонерів?") || !strings.Contains(answer, "120 грн</textarea>") {
		t.Fatalf("unread: %d, %s", status, answer)
	}
	form.Set("seen", filled(t, answer, "seen"))
	for range 2 { // two tabs
		if status, where, _ := r.do(t, "olha", http.MethodPost, at+"/reply", form); status != http.StatusSeeOther || where != at {
			t.Fatal(status, where)
		}
	}
	sent := page("olha")
	if strings.Count(sent, `dir="auto">120 грн<`) != 1 || strings.Contains(sent, "120 грн</textarea>") {
		t.Errorf("two tabs: %s", sent)
	}
	if strings.Contains(page("ivan"), "/undo") {
		t.Error("a colleague may take it back")
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, at+"/undo", url.Values{"cause": {filled(t, sent, "cause")}}); status != http.StatusSeeOther {
		t.Errorf("undo: %d", status)
	}
	if back := page("olha"); !strings.Contains(back, "120 грн</textarea>") || !strings.Contains(back, "undone") {
		t.Errorf("taken back: %s", back)
	}
}

// What is written is kept for its writer and ticket alone; a page that lags behind
// keeps nothing.
func TestDraftsOfThePage(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	other := o.ticket("Іван")
	get := func(login, ticket string) string {
		t.Helper()
		_, _, body := r.do(t, login, http.MethodGet, "/console/desk/"+ticket, nil)
		return body
	}
	key := filled(t, get("olha", ticket), "key")
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/desk/"+ticket+"/draft", url.Values{"key": {key}, "text": {"чернетка Ольги"}, "seen": {"0"}}); status != http.StatusNoContent {
		t.Fatal(status)
	}
	if mine := get("olha", ticket); !strings.Contains(mine, "чернетка Ольги</textarea>") {
		t.Error("the draft is not there")
	}
	if strings.Contains(get("olha", other), "чернетка Ольги") {
		t.Error("a draft stands at another ticket")
	}
	if theirs := get("ivan", ticket); !strings.Contains(theirs, "чернетка Ольги") || !strings.Contains(theirs, "<bdi>olha</bdi>") {
		t.Error("a colleague does not see what was begun, or by whom")
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/desk/"+ticket+"/draft", url.Values{"key": {"other"}, "text": {"старе"}}); status != http.StatusConflict {
		t.Errorf("an old page wrote: %d", status)
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/desk/"+ticket+"/draft", url.Values{"key": {key}, "user": {"ivan"}}); status != http.StatusBadRequest { // S48
		t.Errorf("a field that is none: %d", status)
	}
}

// TestADraftSurvivesAJoin: while an operator writes, the customer joins another chat of
// theirs, where they had asked too. The page shows what was written in both, and it is
// sent once.
func TestADraftSurvivesAJoin(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, first := o.room("Олена")
	second := o.ticket("Олена з іншого чату")
	r.do(t, "adam", http.MethodPost, "/console/desk/"+second+"/take", nil)
	page := func(login, ticket string) string {
		t.Helper()
		_, _, body := r.do(t, login, http.MethodGet, "/console/desk/"+ticket, nil)
		return body
	}
	writes := func(login, ticket, text string) {
		t.Helper()
		form := url.Values{"key": {filled(t, page("adam", second), "key")}, "text": {text}}
		if login == "olha" {
			form.Set("key", filled(t, page("olha", first), "key"))
		}
		if status, _, _ := r.do(t, login, http.MethodPost, "/console/desk/"+ticket+"/draft", form); status != http.StatusNoContent {
			t.Fatalf("%s at %s: %d", login, ticket, status)
		}
	}
	writes("olha", first, "Зараз перевірю")
	writes("adam", second, "А це інше")
	chats := map[string]string{}
	for _, id := range []string{first, second} {
		is, err := o.store.Ticket(t.Context(), id)
		o.ok(err)
		chats[id] = is.Address.Chat
	}
	code, err := o.store.CreateInvite(t.Context(), bot.Address{Bot: telegram, Chat: chats[first]}, time.Hour)
	o.ok(err)
	at := bot.Address{Bot: telegram, Chat: chats[second]}
	o.turn(at.Chat, storage.TurnWrite{Join: &storage.Joining{Code: code, To: at}})
	goesOn, over, holder, text, colleagues := first, second, "olha", "Зараз перевірю", "А це інше"
	if is, err := o.store.Ticket(t.Context(), first); err != nil || is.State == bot.TicketClosed {
		o.ok(err)
		goesOn, over, holder, text, colleagues = second, first, "adam", "А це інше", "Зараз перевірю"
	}
	now := page(holder, goesOn)
	if !strings.Contains(now, text+"</textarea>") || !strings.Contains(now, colleagues) {
		t.Fatalf("after the join the page of %s has not both drafts", holder)
	}
	if closed := page(holder, over); !strings.Contains(closed, `data-state="closed"`) {
		t.Error("both go on")
	}
	form := url.Values{"key": {filled(t, now, "key")}, "text": {text}, "seen": {filled(t, now, "seen")}}
	for range 2 {
		if status, _, body := r.do(t, holder, http.MethodPost, "/console/desk/"+goesOn+"/reply", form); status != http.StatusSeeOther {
			t.Fatalf("the reply: %d %s", status, body)
		}
	}
	if after := page(holder, goesOn); strings.Contains(after, text+"</textarea>") || strings.Count(after, `dir="auto">`+text+"<") != 1 {
		t.Errorf("said %d times, and the draft stays: %v", strings.Count(after, `dir="auto">`+text+"<"), strings.Contains(after, text+"</textarea>"))
	}
}

// carrier is a phone that takes files.
type carrier struct{ phone }

func (carrier) Capabilities() bot.Capabilities {
	return bot.Capabilities{Files: true, Limits: bot.Limits{Files: bot.FileLimits{File: 1 << 20}}}
}

// What is typed while a file comes stays, and what was open before it came loses it
// not.
func TestTypingWhileAFileComes(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	o.channels[telegram] = carrier{}
	here := "/console/desk/" + ticket
	page := func() string {
		t.Helper()
		_, _, body := r.do(t, "olha", http.MethodGet, here, nil)
		return body
	}
	key := filled(t, page(), "key")
	types := func(text string) {
		t.Helper()
		if status, _, _ := r.do(t, "olha", http.MethodPost, here+"/draft", url.Values{"key": {key}, "text": {text}}); status != http.StatusNoContent {
			t.Errorf("typing: %d", status)
		}
	}
	types("початок")
	begin := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
	body := io.MultiReader(strings.NewReader(begin+"рахунок"), readFunc(func() { types("початок і кінець") }), strings.NewReader("\r\n--x--\r\n"))
	req := httptest.NewRequest(http.MethodPost, here+"/attach", body)
	req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	req.AddCookie(cookie("olha"))
	out := httptest.NewRecorder()
	r.echo.ServeHTTP(out, req)
	if out.Code != http.StatusSeeOther {
		t.Fatal(out.Code, out.Body)
	}
	if now := page(); !strings.Contains(now, "початок і кінець</textarea>") || !strings.Contains(now, "a.txt") {
		t.Errorf("after the file came: %s", now)
	}
	types("ще слово") // by a page that does not know of the file
	if now := page(); !strings.Contains(now, "ще слово</textarea>") || !strings.Contains(now, "a.txt") {
		t.Errorf("after more was typed: %s", now)
	}
}

// readFunc is a reader of nothing that does something.
type readFunc func()

func (f readFunc) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// TestWhoAsksForFiles: the door of files knows who asks, by the same session.
func TestWhoAsksForFiles(t *testing.T) { // S22
	o := newOffice(t, storagetest.SQLiteURL(t))
	r := o.open(o.store)
	for _, login := range []string{"olha", "adam", "maria", "", "nobody"} {
		req := httptest.NewRequest(http.MethodGet, "/media/x", nil)
		if login != "" {
			req.AddCookie(cookie(login))
		}
		known := login != "" && login != "nobody"
		if who, signed := r.console.Actor(req); signed != known || known && who.Login != login {
			t.Errorf("%q is %+v, %v", login, who, signed)
		}
	}
}

// TestOldTalksAreClosed: of people who have needed nobody in 90 days operators read
// nothing, also not in a list; whoever has another ticket open is read whole.
func TestOldTalksAreClosed(t *testing.T) { // S47
	database := storagetest.SQLiteURL(t)
	o := newOffice(t, database)
	r, ticket := o.room("Олена")
	o.writes("chat-1", bot.Entry{Cause: "old", Kind: string(bot.Typed), Text: "давня таємниця"})
	r.do(t, "olha", http.MethodPost, "/console/desk/"+ticket+"/close", url.Values{"outcome": {"solved"}})
	db, err := sql.Open("sqlite", strings.Replace(database, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(10000)")
	o.ok(err)
	defer db.Close()
	sees := func(login, path string) bool {
		t.Helper()
		_, _, body := r.do(t, login, http.MethodGet, path, nil)
		return strings.Contains(body, "давня таємниця")
	}
	pages := []string{"/console/desk/" + ticket, "/console/desk?tab=closed"}
	for _, path := range pages {
		if !sees("ivan", path) {
			t.Errorf("%s: not even of today", path)
		}
	}
	_, err = db.Exec(`UPDATE tickets SET closed_at = $1`, time.Now().Add(-91*24*time.Hour).UnixMicro())
	o.ok(err)
	for _, path := range pages {
		if sees("ivan", path) || !sees("adam", path) {
			t.Errorf("%s after 90 days: an operator sees it %v, an admin %v", path, sees("ivan", path), sees("adam", path))
		}
	}
	if a := (bot.Actor{User: "ivan", Role: bot.Operator}); !errors.Is(r.desk.MayRead(t.Context(), a, bot.Address{Bot: telegram, Chat: "chat-1"}), storage.ErrNotFound) {
		t.Error("their files are open")
	}
}

// TestWritesFirst: who has said nothing more is written to from their last ticket, in a
// new one that the writer holds.
func TestWritesFirst(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.room("Олена")
	at := "/console/desk/" + ticket
	if _, _, page := r.do(t, "olha", http.MethodGet, at, nil); strings.Contains(page, at+"/open") {
		t.Error("an open ticket offers another")
	}
	r.do(t, "olha", http.MethodPost, at+"/close", url.Values{"outcome": {"solved"}})
	if _, _, page := r.do(t, "olha", http.MethodGet, at, nil); !strings.Contains(page, at+"/open") {
		t.Error("a closed ticket does not let anybody write first")
	}
	status, where, _ := r.do(t, "olha", http.MethodPost, at+"/open", nil)
	if status != http.StatusSeeOther || where == at || !strings.HasPrefix(where, "/console/desk/") {
		t.Fatalf("%d to %q", status, where)
	}
	if _, _, page := r.do(t, "olha", http.MethodGet, where, nil); !strings.Contains(page, where+"/reply") {
		t.Error("the writer has nowhere to write")
	}
	if status, _, page := r.do(t, "ivan", http.MethodPost, at+"/open", nil); status != http.StatusConflict || !strings.Contains(page, "olha") {
		t.Errorf("while a colleague writes: %d", status)
	}
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/desk/absent/open", nil); status != http.StatusNotFound {
		t.Errorf("after no ticket: %d", status)
	}
}
