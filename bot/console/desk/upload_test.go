package desk_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// roomy is a phone that takes large files.
type roomy struct{ phone }

func (roomy) Capabilities() bot.Capabilities {
	return bot.Capabilities{Files: true, Limits: bot.Limits{Files: bot.FileLimits{File: 64 << 20}}}
}

// sending is a form with one file that somebody sends bit by bit.
type sending struct {
	*testing.T
	to   *io.PipeWriter
	done chan *http.Response
}

// sends begins to send a file of that name to the ticket.
func (r *replica) sends(t *testing.T, ticket, name string) *sending {
	t.Helper()
	from, to := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/console/desk/"+ticket+"/attach", from)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	req.AddCookie(&http.Cookie{Name: "visnyk", Value: token("olha")}) // of a plain connection
	s := &sending{t, to, make(chan *http.Response, 1)}
	go func() {
		resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		s.done <- resp
	}()
	s.write(fmt.Appendf(nil, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\n\r\n", name))
	return s
}

func (s *sending) write(data []byte) {
	s.Helper()
	if _, err := s.to.Write(data); err != nil {
		s.Fatal(err)
	}
}

// ends sends the end, and returns the status of the answer.
func (s *sending) ends() int {
	s.Helper()
	s.write([]byte("\r\n--x--\r\n"))
	_ = s.to.Close()
	resp := <-s.done
	if resp == nil {
		s.Fatal("no answer")
	}
	return resp.StatusCode
}

// TestFilesAreKeptAsTheyCome: what an operator sends stands in the database in pieces
// while the rest is still on its way, however large it is, and little of it is in the
// memory. Many who send slowly keep nobody from working, and of what is cut off
// nothing stays.
func TestFilesAreKeptAsTheyCome(t *testing.T) {
	url := storagetest.SQLiteURL(t)
	o := newOffice(t, url)
	r, ticket := o.room("Олена")
	o.channels[telegram] = roomy{}
	o.ok(o.store.PutSetting(t.Context(), "files.largest", "48"))
	db, err := sql.Open("sqlite", strings.Replace(url, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(10000)")
	o.ok(err)
	defer db.Close()
	pieces := func() (n int) {
		t.Helper()
		o.ok(db.QueryRow(`SELECT count(*) FROM file_pieces`).Scan(&n))
		return n
	}
	awaits := func(what string, holds func() bool) {
		t.Helper()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for end := time.After(30 * time.Second); !holds(); {
			select {
			case <-tick.C:
			case <-end:
				t.Fatalf("waited in vain for %s: %d pieces, %d bytes held", what, pieces(), r.doors.Reserved())
			}
		}
	}

	const block, blocks = 1 << 20, 16
	large, most := r.sends(t, ticket, "../../x.html"), int64(0)
	for i := range blocks {
		large.write(bytes.Repeat([]byte{byte(i + 1)}, block))
		most = max(most, r.doors.Reserved())
	}
	awaits("what has come to be kept before the rest", func() bool { return pieces() >= blocks*block/storage.PieceSize-8 })
	if most > 1<<20 {
		t.Errorf("%d bytes of it were held", most)
	}
	var slow []*sending
	for i := range 12 { // more than there are turns
		slow = append(slow, r.sends(t, ticket, fmt.Sprint(i)))
		slow[i].write(make([]byte, 2*8*storage.PieceSize)) // so that some of it is kept
	}
	awaits("theirs to be kept", func() bool { return pieces() >= blocks*block/storage.PieceSize-8+12*8 })
	_, _, page := r.do(t, "olha", http.MethodGet, "/console/desk/"+ticket, nil)
	if status, _, _ := r.do(t, "olha", http.MethodPost, "/console/desk/"+ticket+"/draft", map[string][]string{"key": {filled(t, page, "key")}, "text": {"Зараз"}}); status != http.StatusNoContent {
		t.Errorf("who writes while files come: %d", status)
	}
	if status, _, _ := r.do(t, "ivan", http.MethodPost, "/console/desk/"+o.ticket("Петро")+"/take", nil); status != http.StatusSeeOther {
		t.Errorf("a colleague meanwhile: %d", status)
	}
	for _, s := range slow {
		_ = s.to.CloseWithError(io.ErrUnexpectedEOF)
	}
	if status := large.ends(); status != http.StatusSeeOther {
		t.Fatalf("the large one: %d", status)
	}
	awaits("nothing to stay of what was cut off", func() bool { return pieces() == blocks*block/storage.PieceSize })
	_, _, page = r.do(t, "olha", http.MethodGet, "/console/desk/"+ticket, nil)
	if !strings.Contains(page, ">x.html<") || !strings.Contains(page, "Зараз</textarea>") {
		t.Errorf("the page: %s", page)
	}

	o.ok(o.store.PutSetting(t.Context(), "files.largest", "1")) // too large: who sends hears why, at the end
	refused := r.sends(t, ticket, "велика.bin")
	for range 4 {
		refused.write(make([]byte, block))
	}
	if status := refused.ends(); status != http.StatusConflict {
		t.Errorf("too large: %d", status)
	}
}
