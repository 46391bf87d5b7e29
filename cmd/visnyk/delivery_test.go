package main

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

func TestDeadWebhookIsSaidInWords(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	const url = "https://bot.example.com/webhooks/telegram"
	for name, c := range map[string]struct {
		hook  bot.WebhookInfo
		wrong bool
		says  string
	}{
		"fine":            {bot.WebhookInfo{URL: url, About: "0 updates wait there"}, false, "0 updates wait"},
		"none":            {bot.WebhookInfo{}, true, "delivers nowhere: run visnyk webhook set"},
		"elsewhere":       {bot.WebhookInfo{URL: "https://old.example.com"}, true, "but we are at " + url},
		"failing":         {bot.WebhookInfo{URL: url, Pending: 12, LastError: "Wrong response from the webhook: 502 Bad Gateway", LastErrorAt: now.Add(-time.Minute)}, true, "cannot deliver: 12 updates wait"},
		"failed, healed":  {bot.WebhookInfo{URL: url, LastError: "Connection refused", LastErrorAt: now.Add(-time.Minute)}, false, "the last failure was at 2026-12-01 11:59:00 UTC"},
		"failed long ago": {bot.WebhookInfo{URL: url, Pending: 1, LastError: "Connection refused", LastErrorAt: now.Add(-time.Hour)}, false, "the last failure"},
	} {
		t.Run(name, func(t *testing.T) {
			d := worded(c.hook, url, true, now)
			if d.wrong != c.wrong || !strings.Contains(d.words, c.says) {
				t.Errorf("wrong %v, says %q; want %v and %q", d.wrong, d.words, c.wrong, c.says)
			}
		})
	}
}
