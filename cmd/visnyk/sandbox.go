package main

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
)

// sandbox is a Telegram and a Viber of our own, on this machine: the same
// strict fakes the tests use, so nothing that works here is refused there.
type sandbox struct {
	telegram *telegramtest.Server
	viber    *vibertest.Server
}

func newSandbox() (*sandbox, error) {
	tg, err := telegramtest.New(telegramtest.Options{Strict: true, AllowHTTP: true})
	if err != nil {
		return nil, err
	}
	return &sandbox{telegram: tg, viber: vibertest.New(vibertest.Options{})}, nil
}

func (s *sandbox) close() {
	s.telegram.Close()
	s.viber.Close()
}

// bots are the accounts of the sandbox.
func (s *sandbox) bots() []botConfig {
	return []botConfig{
		{
			Name: "telegram", Channel: "telegram", Token: s.telegram.Token(), Secret: "sandbox",
			APIURL: s.telegram.URL(), Rate: 30,
		},
		{
			Name: "viber", Channel: "viber", Token: s.viber.Token(), SenderName: "Одуд",
			APIURL: s.viber.URL(), Rate: 20,
		},
	}
}

// connect has both messengers deliver to the service at the address.
func (s *sandbox) connect(ctx context.Context, sv *service, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, ch := range sv.channels {
		h, ok := ch.(bot.WebhookSetter)
		if !ok {
			continue
		}
		if err := h.SetWebhook(ctx, "http://"+address+"/webhooks/"+ch.Name()); err != nil {
			return fmt.Errorf("connect %s: %w", ch.Name(), err)
		}
	}
	return nil
}
