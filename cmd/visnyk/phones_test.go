package main

import (
	"fmt"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
)

// screen is what a phone shows of one message.
type screen struct {
	text   string
	labels []string
}

// phone is a person with one messenger.
type phone interface {
	name() string
	shown() []screen
	write(text string)
	press(label string) error
}

type telegramPhone struct {
	server *telegramtest.Server
	person *telegramtest.Person
}

func (t *telegramPhone) name() string      { return "telegram" }
func (t *telegramPhone) write(text string) { t.person.Write(text) }

func (t *telegramPhone) shown() (list []screen) {
	for _, m := range t.server.Messages(t.person.ID) {
		list = append(list, screen{m.Text, m.Labels()})
	}
	return list
}

// press presses the newest button with the label.
func (t *telegramPhone) press(label string) error {
	messages := t.server.Messages(t.person.ID)
	for i := len(messages) - 1; i >= 0; i-- {
		if _, ok := messages[i].Button(label); ok {
			_, err := t.person.Press(messages[i], label)
			return err
		}
	}
	return fmt.Errorf("no button %q", label)
}

type viberPhone struct{ person *vibertest.Person }

func (v *viberPhone) name() string { return "viber" }

// write opens the chat with the first line, as a person's first tap does.
func (v *viberPhone) write(text string) {
	if text == "/start" {
		v.person.Open("")
		return
	}
	v.person.Write(text)
}

func (v *viberPhone) shown() (list []screen) {
	for _, m := range vibertest.Read(v.person.Messages()) {
		list = append(list, screen{m.Text, m.Labels()})
	}
	return list
}

func (v *viberPhone) press(label string) error {
	_, err := v.person.Press(label)
	return err
}
