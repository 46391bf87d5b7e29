package main

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/bot/webchat/webchattest"
)

// A picture that was uploaded reaches people at each messenger: with its words and
// buttons, which act. Telegram is handed
// it once for everybody, Viber fetches it from us, and so does the page.
func TestBroadcastOfAPicture(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		drawn := picture(t, 300_000)
		phones := []*actor{s.onTelegram(1101, "Олена", bot.Ukrainian), s.onTelegram(1102, "Ірина", bot.Ukrainian), s.onViber("dGVzdGVyMg==", "Ольга", bot.Russian)}
		page, visitor := s.onWebchat(bot.Ukrainian)
		for _, a := range append(phones, page) {
			a.write("/start")
			a.hears()
		}
		s.idle()
		phones[2].write("привет") // who has only opened the chat is not written to
		phones[2].hears()
		s.idle()
		s.sql(`UPDATE contacts SET quiet = 'never'`)
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		all := s.service.parts.api.Broadcasts
		up, err := all.AttachPicture(t.Context(), bot.Actor{User: "writer", Role: bot.Marketer}, "знижки.png", bytes.NewReader(drawn))
		ok(err)
		if code, _, _ := s.get("/media/" + up.File); code/100 != 4 {
			t.Errorf("a stranger sees an upload: %d", code)
		}
		up.Alt = bot.Bilingual{UK: "Графік цін", RU: "График цен"}
		b := bot.Broadcast{
			ID: "sale", Topic: "tariff", Text: bot.Bilingual{UK: "**Знижки** до 1 лютого", RU: "**Скидки** до 1 февраля"}, Media: up,
			Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Зрозуміло", RU: "Понятно"}, Do: "ack"}},
		}
		mails(t, all, b, bot.BroadcastStart)
		labels := []string{"Зрозуміло", "Не надсилати таких"}
		for _, chat := range []int64{1101, 1102} {
			var last telegramtest.Message
			s.await("a picture on Telegram", func() bool {
				thread := s.box.telegram.Thread(chat)
				last = thread[len(thread)-1]
				return last.Photo != ""
			})
			f, _ := s.box.telegram.File(last.Photo)
			if got := labelsOf(last.Keyboard); !bytes.Equal(f.Data, drawn) || last.HTML != "<b>Знижки</b> до 1 лютого" || !slices.Equal(got, labels) {
				t.Errorf("on Telegram: %d bytes under %q, buttons %q", len(f.Data), last.HTML, got)
			}
		}
		var last vibertest.Message
		s.await("a picture on Viber", func() bool {
			thread := vibertest.Read(s.box.viber.Person("dGVzdGVyMg==", "Ольга", "ru").Messages())
			last = thread[len(thread)-1]
			return last.Type == "picture" && last.Rich != nil // its buttons come in a call of their own
		})
		at, err := url.Parse(last.Media)
		ok(err)
		if code, h, body := s.get(at.Path); code != 200 || !bytes.Equal(body, drawn) || h.Get("Content-Type") != "image/png" || !strings.HasSuffix(at.Path, ".png") {
			t.Errorf("on Viber: %s gives %d, %s, %d bytes", at.Path, code, h.Get("Content-Type"), len(body))
		}
		if got := last.Labels(); len(got) < 3 || !slices.Equal(got[:2], []string{"Понятно", "Не присылать такие"}) || last.Failed != "" || last.Text != "*Скидки* до 1 февраля" {
			t.Errorf("on Viber: %q, buttons %q, %s", last.Text, got, last.Failed)
		}
		page.write("привіт") // visitors are told when they come
		var line webchattest.Line
		s.await("a picture on the page", func() bool {
			shown := visitor.Shown()
			i := slices.IndexFunc(shown, func(l webchattest.Line) bool { return l.Spoken.Media != nil })
			if i >= 0 {
				line = shown[i]
			}
			return i >= 0
		})
		body, _, err := visitor.Download(t.Context(), line.Spoken.Media.File)
		if ok(err); !bytes.Equal(body, drawn) || line.Text() != "Знижки до 1 лютого" || !slices.Equal(line.Labels(), labels) || line.Spoken.Media.Type != "image/png" || line.Spoken.Media.Alt != "Графік цін" {
			t.Errorf("on the page: %d bytes under %q, buttons %q, %+v", len(body), line.Text(), line.Labels(), line.Spoken.Media)
		}
		if got := s.box.telegram.Stats(); got.Uploads != 1 || got.Uploaded != len(drawn) {
			t.Errorf("Telegram is handed %d files of %d bytes", got.Uploads, got.Uploaded)
		}
		phones[0].read = len(phones[0].shown())
		phones[0].taps("Зрозуміло")
		s.await("the acknowledgement", func() bool {
			return slices.Contains(s.strings(`SELECT broadcast FROM recipients WHERE acknowledged_at <> 0`), "sale")
		})
	})
}

func labelsOf(rows [][]telegramtest.Button) (all []string) {
	for _, row := range rows {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return all
}
