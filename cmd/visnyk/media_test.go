package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage"
)

// picture is a PNG of about n bytes.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	more := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(more) // it never fails
	return append(out.Bytes(), more...)           // viewers read past what follows
}

// sentFiles returns the files that the history of a chat names, once each has come
// or never will.
func (s *world) sentFiles(chat string, n int) (all []bot.KeptFile) {
	s.t.Helper()
	store, ctx := s.service.store.Load(), context.Background()
	s.await(fmt.Sprintf("%d files of %s", n, chat), func() bool {
		all = nil
		for _, name := range []string{"telegram", "viber"} {
			said, err := store.History(ctx, bot.Address{Bot: name, Chat: chat}, 100)
			if err != nil {
				s.t.Fatal(err)
			}
			for _, e := range said {
				var d struct{ Attachment bot.Attachment }
				if json.Unmarshal(e.Detail, &d) != nil || d.Attachment.File == "" {
					continue
				}
				known, err := store.KeptFiles(ctx, []string{d.Attachment.File})
				if err != nil {
					s.t.Fatal(err)
				}
				if f := known[d.Attachment.File]; f.State != bot.FileComing {
					all = append(all, f)
				}
			}
		}
		return len(all) >= n
	})
	return all
}

// bytesOf reads a kept file.
func (s *world) bytesOf(id string) []byte {
	s.t.Helper()
	_, body, err := s.service.store.Load().OpenFile(context.Background(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// TestFilesOfMessengers: what people send is fetched behind the turn and kept as it
// was, and what cannot be fetched says why.
func TestFilesOfMessengers(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		tg, vb := w.box.telegram, w.box.viber
		photo := picture(t, 200_000)
		olena := tg.Person(501, "Олена", "uk")
		olena.Start("")
		olena.SendPhoto(photo, "Ось рахунок")
		petro := vb.Person("petro501Edge+/==", "Петро", "uk")
		petro.Subscribe()
		petro.SendPhoto(photo, "Ось рахунок")
		for _, chat := range []string{"501", petro.ID()} {
			f := w.sentFiles(chat, 1)[0]
			if f.State != bot.FileKept || f.Kind != bot.Photo || f.Type != "image/png" || !bytes.Equal(w.bytesOf(f.ID), photo) {
				t.Errorf("of %s there is %+v", chat, f)
			}
		}

		olena.SendVoice(3, append([]byte("OggS\x00"), picture(t, 10)...)...)
		olena.SendDocument(telegramtest.File{Name: "../../договір.pdf", Type: "text/html", Data: []byte("%PDF-1.7 ...")}, "")
		olena.SendDocument(telegramtest.File{Name: "кіно.mkv", Size: 1 << 30}, "")
		all := w.sentFiles("501", 4)
		voice, paper, film := all[1], all[2], all[3]
		if voice.State != bot.FileKept || voice.Type != "audio/ogg" || voice.Kind != bot.Voice {
			t.Errorf("a voice is %+v", voice)
		}
		if paper.State != bot.FileKept || paper.Name != "договір.pdf" || paper.Type != "application/pdf" {
			t.Errorf("a paper is %+v", paper)
		}
		if film.State != bot.FileTooLarge {
			t.Errorf("a film of a GiB is %+v", film)
		}

		expired := vb.HostFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "expired", http.StatusForbidden) })
		petro.SendPicture(expired, "")
		petro.SendFile("https://127.0.0.1:1/x", "x.txt", 1)
		petro.Sticker(46105) // which nobody can fetch
		all = w.sentFiles(petro.ID(), 3)
		if all[1].State != bot.FileGone || all[2].State != bot.FileFailed {
			t.Errorf("expired it is %q, inside %q", all[1].State, all[2].State)
		}
		w.idle()
		if wrong := tg.Stats().Breaches; len(wrong) > 0 {
			t.Errorf("breaches: %q", wrong)
		}
	})
}

// TestFilesSurviveARestart: what was on its way when the service ended comes with
// the next one.
func TestFilesSurviveARestart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		tg := w.box.telegram
		photo := picture(t, 3*storage.PieceSize)
		half := make(chan struct{}, 10)
		tg.ServeFiles(func(rw http.ResponseWriter, r *http.Request) {
			_, _ = rw.Write(photo[:100_000])
			_ = http.NewResponseController(rw).Flush()
			half <- struct{}{}
			<-r.Context().Done()
		})
		olena := tg.Person(502, "Олена", "uk")
		olena.Start("")
		olena.SendPhoto(photo, "")
		<-half
		w.idle()
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		tg.ServeFiles(nil)
		w.start()
		if f := w.sentFiles("502", 1)[0]; f.State != bot.FileKept || !bytes.Equal(w.bytesOf(f.ID), photo) {
			t.Errorf("afterwards it is %+v", f)
		}
	})
}

// TestManyPhotosAtOnce: fifty people's photos come, each as it was.
func TestManyPhotosAtOnce(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/files.db", sandboxOptions{})
	photo := picture(t, 300_000)
	const people = 50
	for i := range people {
		p := w.box.telegram.Person(int64(600+i), "Олена", "uk")
		p.Join()
		p.SendPhoto(photo, "")
	}
	for i := range people {
		if f := w.sentFiles(fmt.Sprint(600+i), 1)[0]; f.State != bot.FileKept || f.Size != int64(len(photo)) {
			t.Errorf("%d: %+v", i, f)
		}
	}
}

// sendsFile sends a file to the chat as an operator does.
func (s *world) sendsFile(to bot.Address, name string, data []byte) bot.KeptFile {
	s.t.Helper()
	store, ctx := s.service.store.Load(), context.Background()
	f, err := store.KeepOutgoing(ctx, bot.KeptFile{Address: to, Name: name}, bytes.NewReader(data), 1<<20, func(first []byte) (bot.AttachmentKind, string) {
		kind := bot.FileType(first)
		return bot.KindOf(kind), kind
	})
	if err != nil {
		s.t.Fatal(err)
	}
	ch := s.service.parts.channels[to.Bot]
	err = store.InTx(ctx, func(tx *storage.Tx) error {
		if f, err = tx.UseFile(ctx, to, f.ID); err != nil {
			return err
		}
		m, err := ch.Capabilities().Fit(f)
		if err != nil {
			return err
		}
		rows, err := bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to, Cause: "desk/" + f.ID, Message: bot.Message{Text: "Ось файл", Plain: true, Media: &m}})
		if err == nil {
			_, err = tx.Enqueue(ctx, rows)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	store.Notify("outbox:" + to.Bot)
	return f
}

func (s *world) get(path string) (int, http.Header, []byte) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+s.address+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, res.Header, body
}

// TestFilesGoOut: a picture and a paper reach people at each messenger: uploaded
// where it takes that, else at an address of ours that nobody can guess.
func TestFilesGoOut(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		olena := w.box.telegram.Person(503, "Олена", "uk")
		olena.Start("")
		petro := w.box.viber.Person("petro503Edge+/==", "Петро", "uk")
		petro.Subscribe()
		petro.Write("Привіт")
		w.idle()
		photo, paper := picture(t, 300_000), []byte("%PDF-1.7 договір")
		for _, tt := range []struct {
			name string
			data []byte
		}{{"фото.png", photo}, {"договір.pdf", paper}} {
			w.sendsFile(bot.Address{Bot: "telegram", Chat: "503"}, tt.name, tt.data)
			var got telegramtest.Message
			w.await("a file on Telegram", func() bool {
				thread := w.box.telegram.Thread(503)
				got = thread[len(thread)-1]
				return got.Text == "Ось файл" && (got.Photo != "") == strings.HasPrefix(tt.name, "фото")
			})
			if f, ok := w.box.telegram.File(got.Photo + got.Document); !ok || !bytes.Equal(f.Data, tt.data) || f.Name != tt.name {
				t.Errorf("%s arrives as %q with %d bytes", tt.name, f.Name, len(f.Data))
			}

			sent := w.sendsFile(bot.Address{Bot: "viber", Chat: petro.ID()}, tt.name, tt.data)
			var shown vibertest.Message
			w.await("a file on Viber", func() bool {
				all := petro.Messages()
				shown = all[len(all)-1]
				return strings.Contains(shown.Media, sent.ID)
			})
			u, err := url.Parse(shown.Media)
			if err != nil {
				t.Fatal(err)
			}
			if code, h, body := w.get(u.Path); code != 200 || !bytes.Equal(body, tt.data) || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s at its address: %d, %d bytes", tt.name, code, len(body))
			}
			for _, path := range []string{u.Path[:len(u.Path)-8] + "AAAA.png", "/media/" + sent.ID, "/media/" + sent.ID + "..png"} {
				if code, _, body := w.get(path); code/100 != 4 || len(body) > 100 {
					t.Errorf("%s gives %d and %d bytes", path, code, len(body))
				}
			}
		}
	})
}

// TestNoTokenInDump: no row, no log and no file given out holds a token, or the
// address of a file that has one in it.
func TestNoTokenInDump(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		tg := w.box.telegram
		olena := tg.Person(504, "Олена", "uk")
		olena.Start("")
		tg.ServeFiles(func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "https://elsewhere.example/file/bot"+tg.Token()+"/x", http.StatusFound)
		})
		olena.SendPhoto(picture(t, 10), "")
		w.await("a refused try", func() bool { return strings.Contains(w.logs.String(), "a file does not come yet") })
		tg.ServeFiles(nil)
		w.sentFiles("504", 1)
		w.idle()
		places := map[string]string{"log": w.logs.String()}
		db := look(t, w.cfg.DatabaseURL)
		for _, table := range []string{"inbox", "outbox", "history", "files", "conversations", "contacts", "settings", "audit", "bots", "tickets", "receipts"} {
			rows, err := db.Queryx("SELECT * FROM " + table)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				row, err := rows.SliceScan()
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range row {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					places[table] += fmt.Sprint(v, "\n")
				}
			}
			if err := rows.Close(); err != nil {
				t.Fatal(err)
			}
		}
		_, key, _ := strings.Cut(tg.Token(), ":")
		for where, text := range places {
			for _, secret := range []string{key, w.box.viber.Token(), "file/bot"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds %q", where, secret)
				}
			}
		}
		if !strings.Contains(places["files"], "504") {
			t.Error("no file is in the dump")
		}
	})
}
