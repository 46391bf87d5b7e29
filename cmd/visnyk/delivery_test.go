package main

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot/telegram"
)

func TestDeadWebhookIsSaidInWords(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	const url = "https://bot.example.com/webhooks/telegram"
	for name, c := range map[string]struct {
		hook  telegram.Webhook
		wrong bool
		says  string
	}{
		"fine":            {telegram.Webhook{URL: url}, false, "0 updates wait"},
		"none":            {telegram.Webhook{}, true, "delivers nowhere: run visnyk webhook set"},
		"elsewhere":       {telegram.Webhook{URL: "https://old.example.com"}, true, "but we are at " + url},
		"failing":         {telegram.Webhook{URL: url, Pending: 12, LastError: "Wrong response from the webhook: 502 Bad Gateway", LastErrorAt: now.Add(-time.Minute)}, true, "cannot deliver: 12 updates wait"},
		"failed, healed":  {telegram.Webhook{URL: url, LastError: "Connection refused", LastErrorAt: now.Add(-time.Minute)}, false, "the last failure was at 2026-12-01 11:59:00 UTC"},
		"failed long ago": {telegram.Webhook{URL: url, Pending: 1, LastError: "Connection refused", LastErrorAt: now.Add(-time.Hour)}, false, "the last failure"},
	} {
		t.Run(name, func(t *testing.T) {
			d := judgeTelegram(c.hook, url, now)
			if d.wrong != c.wrong || !strings.Contains(d.words, c.says) {
				t.Errorf("wrong %v, says %q; want %v and %q", d.wrong, d.words, c.wrong, c.says)
			}
		})
	}
}
