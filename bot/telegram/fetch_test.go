package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// TestFetch: a file comes as it is; what Telegram does not give has a reason, and no
// error shows the token, which stands in the address of every file.
func TestFetch(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	ch, err := telegram.New(telegram.Config{Token: s.Token(), APIURL: s.URL(), Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	hits := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	t.Cleanup(elsewhere.Close)
	olena := s.Person(1111111, "Олена", "uk").Join()
	ref := func(m telegramtest.Message) string { return m.File }
	data := bytes.Repeat([]byte("файл"), 50_000)
	whole := ref(olena.SendDocument(telegramtest.File{Name: "x", Data: data}, ""))
	huge := ref(olena.SendDocument(telegramtest.File{Name: "x", Size: 1 << 30}, ""))
	body, size, err := ch.Fetch(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil || !bytes.Equal(got, data) || size != int64(len(data)) {
		t.Errorf("%d bytes of %d: %v", len(got), len(data), err)
	}
	page := "<html>/file/bot" + s.Token() + "/x</html>"
	for _, tt := range []struct {
		name  string
		ref   string
		fault []telegramtest.Fault
		serve http.HandlerFunc
		state bot.FileState
		final bool
		after time.Duration
	}{
		{name: "too large", ref: huge, state: bot.FileTooLarge, final: true},
		{name: "no such file", ref: "none", state: bot.FileGone},
		{name: "too fast", ref: whole, fault: one(telegramtest.TooMany(7)), state: bot.FileFailed, after: 7 * time.Second},
		{name: "a page", ref: whole, fault: one(telegramtest.Say(502, "text/html", page)), state: bot.FileFailed},
		{name: "cut", ref: whole, fault: one(telegramtest.Cut()), state: bot.FileFailed},
		{name: "a wrong token", ref: whole, fault: one(telegramtest.Refuse(401, "Unauthorized: "+s.Token())), state: bot.FileFailed},
		{name: "a path that leads out", ref: whole, fault: path("../../../etc/passwd"), state: bot.FileFailed},
		{name: "a path that is an address", ref: whole, fault: path("x?y=1#" + elsewhere.URL), state: bot.FileFailed},
		{name: "no path", ref: whole, fault: path(""), state: bot.FileFailed},
		{name: "an expired link", ref: whole, serve: func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, state: bot.FileGone},
		{name: "elsewhere", ref: whole, serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
		}, state: bot.FileFailed},
		{name: "broken", ref: whole, serve: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, page, 500) }, state: bot.FileFailed},
		{name: "short", ref: whole, serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(page))
		}, state: bot.FileFailed},
		{name: "hangs up", ref: whole, serve: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, state: bot.FileFailed},
	} {
		s.Next(tt.fault...)
		s.ServeFiles(tt.serve)
		body, _, err := ch.Fetch(t.Context(), tt.ref)
		if err == nil {
			_, err = io.ReadAll(body)
			body.Close()
		}
		var failed *bot.FetchError
		if !errors.As(err, &failed) || failed.State != tt.state || failed.Final != tt.final || failed.After != tt.after {
			t.Errorf("%s: %+v", tt.name, err)
			continue
		}
		_, key, _ := strings.Cut(s.Token(), ":")
		for _, word := range []string{key, "file/bot", "passwd"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error shows %q: %v", tt.name, word, err)
			}
		}
	}
	if hits != 0 {
		t.Errorf("a redirect was followed %d times", hits)
	}
}

func path(s string) []telegramtest.Fault {
	return one(telegramtest.Say(200, "application/json", `{"ok":true,"result":{"file_id":"x","file_unique_id":"y","file_path":"`+s+`"}}`))
}

func one(f telegramtest.Fault) []telegramtest.Fault { return []telegramtest.Fault{f} }

// shelf has one file.
type shelf struct {
	data []byte
	err  error
}

func (s shelf) OpenFile(_ context.Context, id string) (bot.KeptFile, io.ReadSeeker, error) {
	if id != "kept" {
		return bot.KeptFile{}, nil, bot.ErrNoFile
	}
	return bot.KeptFile{ID: id, Size: int64(len(s.data))}, bytes.NewReader(s.data), s.err
}

// TestUpload: a kept file arrives with its words and buttons, or the outcome says
// what is known of it.
func TestUpload(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	s.Person(1111111, "Олена", "uk").Join()
	connect := func(files bot.FileOpener) *telegram.Channel {
		ch, err := telegram.New(telegram.Config{Token: s.Token(), APIURL: s.URL(), Files: files})
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	data := bytes.Repeat([]byte("файл"), 100_000)
	send := func(ch *telegram.Channel, kind bot.AttachmentKind, id string) (telegramtest.Message, error) {
		t.Helper()
		parts, err := ch.Render(bot.Message{
			Text: "**Ось** рахунок", Buttons: [][]bot.Button{{{Label: "Дякую", Action: "thanks"}}}, Screen: 1,
			Media: &bot.Media{Kind: kind, File: id, Name: "раху\"нок.pdf", Type: "application/pdf", Size: int64(len(data))},
		})
		if err != nil || len(parts) != 1 {
			t.Fatal(len(parts), err)
		}
		_, err = ch.Send(t.Context(), bot.Address{Bot: "telegram", Chat: "1111111"}, parts[0])
		all := s.Messages(1111111)
		if len(all) == 0 {
			return telegramtest.Message{}, err
		}
		return all[len(all)-1], err
	}
	outcome := func(err error) bot.Outcome {
		failed, ok := errors.AsType[*bot.SendError](err)
		if !ok {
			t.Fatalf("%v", err)
		}
		return failed.Outcome
	}
	ch := connect(shelf{data: data})
	for kind, field := range map[bot.AttachmentKind]func(telegramtest.Message) string{
		bot.Photo: func(m telegramtest.Message) string { return m.Photo }, bot.File: func(m telegramtest.Message) string { return m.Document },
	} {
		m, err := send(ch, kind, "kept")
		if err != nil {
			t.Fatal(err)
		}
		f, _ := s.File(field(m))
		if m.Text != "Ось рахунок" || m.HTML != "<b>Ось</b> рахунок" || len(m.Keyboard) != 1 || !bytes.Equal(f.Data, data) {
			t.Errorf("%s arrives as %+v, %d bytes", kind, m, len(f.Data))
		}
	}
	s.Next(telegramtest.Refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
	if m, err := send(connect(shelf{data: data}), bot.Photo, "kept"); outcome(err) != bot.Sent || m.Document == "" {
		t.Errorf("a picture that Telegram does not show: %+v, %v", m, err)
	}
	s.Next(telegramtest.Blocked())
	if _, err := send(ch, bot.File, "kept"); outcome(err) != bot.Gone {
		t.Errorf("blocked: %v", err)
	}
	s.Next(telegramtest.Cut())
	if _, err := send(ch, bot.File, "kept"); outcome(err) != bot.Unknown {
		t.Errorf("cut after it was taken: %v", err)
	}
	if _, err := send(ch, bot.File, "none"); outcome(err) != bot.Malformed {
		t.Errorf("no such file: %v", err)
	}
	if _, err := send(connect(nil), bot.File, "kept"); outcome(err) != bot.Malformed {
		t.Errorf("no files at all: %v", err)
	}
	if _, err := send(connect(shelf{err: errors.New("away")}), bot.File, "kept"); outcome(err) != bot.Later {
		t.Errorf("the database is away: %v", err)
	}
	_, err := send(connect(liar{data}), bot.File, "kept") // the file ends before its size
	if failed, _ := errors.AsType[*bot.SendError](err); failed == nil || failed.Outcome != bot.Later || failed.Tries == 0 {
		t.Errorf("half a file: %+v", err)
	}
}

// liar has a file that is shorter than it says.
type liar struct{ data []byte }

func (l liar) OpenFile(_ context.Context, id string) (bot.KeptFile, io.ReadSeeker, error) {
	return bot.KeptFile{ID: id, Size: int64(len(l.data)) + 100}, bytes.NewReader(l.data), nil
}
