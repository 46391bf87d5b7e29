package telegram_test

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// crowd is a picture of ours for many people.
type crowd struct {
	t    *testing.T
	s    *telegramtest.Server
	ch   *telegram.Channel
	data []byte
}

func newCrowd(t *testing.T, people int) *crowd {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	for i := range people {
		s.Person(int64(1000+i), "Олена", "uk").Join()
	}
	c := &crowd{t: t, s: s, data: bytes.Repeat([]byte("файл"), 100_000)}
	c.ch = c.connect()
	return c
}

func (c *crowd) connect() *telegram.Channel {
	ch, err := telegram.New(telegram.Config{Token: c.s.Token(), APIURL: c.s.URL(), Files: shelf{data: c.data}})
	if err != nil {
		c.t.Fatal(err)
	}
	return ch
}

// tells sends the picture to one of them, and returns what they got last.
func (c *crowd) tells(one int, kind bot.AttachmentKind) (telegramtest.Message, error) {
	chat := int64(1000 + one)
	parts, err := c.ch.Render(bot.Message{
		Text: "**Знижки**", Buttons: [][]bot.Button{{{Label: "Зрозуміло", Action: "ack"}}}, Media: &bot.Media{Kind: kind, File: "kept", Name: "a.png", Type: "image/png"},
	})
	if err != nil {
		return telegramtest.Message{}, err
	}
	_, err = c.ch.Send(c.t.Context(), bot.Address{Bot: "telegram", Chat: fmt.Sprint(chat)}, parts[0])
	all := c.s.Messages(chat)
	if len(all) == 0 {
		return telegramtest.Message{}, err
	}
	return all[len(all)-1], err
}

// uploads wants so many files to have been handed over so far.
func (c *crowd) uploads(when string, want int) {
	c.t.Helper()
	if got := c.s.Stats(); got.Uploads != want || got.Uploaded != want*len(c.data) {
		c.t.Errorf("%s: %d uploads of %d bytes, want %d", when, got.Uploads, got.Uploaded, want)
	}
}

// A picture for a hundred people is handed over once, however many are told at the same
// time, and each gets it with its words and buttons.
func TestHandedOverOnce(t *testing.T) {
	const people = 100
	c := newCrowd(t, people)
	var all sync.WaitGroup
	turns := make(chan int)
	for range 8 {
		all.Go(func() {
			for one := range turns {
				m, err := c.tells(one, bot.Photo)
				f, _ := c.s.File(m.Photo)
				if err != nil || m.Text != "Знижки" || m.HTML != "<b>Знижки</b>" || len(m.Keyboard) != 1 || !bytes.Equal(f.Data, c.data) {
					t.Errorf("%d gets %+v with %d bytes: %v", one, m, len(f.Data), err)
				}
			}
		})
	}
	for one := range people {
		turns <- one
	}
	close(turns)
	all.Wait()
	c.uploads("100 people", 1)
	if _, err := c.tells(0, bot.File); err != nil { // what names a picture names no document
		t.Error(err)
	}
	c.uploads("as a document", 2)
	c.ch = c.connect() // after a restart
	if _, err := c.tells(0, bot.Photo); err != nil {
		t.Error(err)
	}
	c.uploads("by another process", 3)
}

// What Telegram does not have any more is handed over anew, once; what was not taken the
// first time is handed over with the next message.
func TestHandedOverAnew(t *testing.T) {
	c := newCrowd(t, 3)
	c.s.Next(telegramtest.Blocked())
	if _, err := c.tells(0, bot.Photo); err == nil {
		t.Error("nobody is blocked")
	}
	for one := range 2 {
		if _, err := c.tells(one, bot.Photo); err != nil {
			t.Error(err)
		}
	}
	c.uploads("after one who blocked us", 2)
	c.s.LoseFiles()
	for one := range 3 {
		m, err := c.tells(one, bot.Photo)
		if f, _ := c.s.File(m.Photo); err != nil || !bytes.Equal(f.Data, c.data) {
			t.Errorf("%d gets %+v: %v", one, m, err)
		}
	}
	c.uploads("after Telegram lost it", 3)
	c.s.Next(telegramtest.Blocked())
	if _, err := c.tells(0, bot.Photo); err == nil {
		t.Error("nobody is blocked")
	}
	if _, err := c.tells(1, bot.Photo); err != nil {
		t.Error(err)
	}
	c.uploads("who blocked us says nothing of the file", 3)
}

// A picture that Telegram does not show is not handed over as one to each of many: it goes
// as a document, once.
func TestRefusedOnce(t *testing.T) {
	c := newCrowd(t, 5)
	c.s.Next(telegramtest.Refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
	for one := range 5 {
		m, err := c.tells(one, bot.Photo)
		failed, told := errors.AsType[*bot.SendError](err)
		if !told || failed.Outcome != bot.Sent || m.Document == "" || m.Text != "Знижки" {
			t.Errorf("%d gets %+v: %v", one, m, err)
		}
	}
	c.uploads("as a picture and as a document", 2)
}
