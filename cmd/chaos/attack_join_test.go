package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/webchat/webchattest"
)

// attackLured has somebody of the company's records follow a stranger's link,
// and the stranger then say «стоп» and ask for everything to be erased, in the
// browser that came by the link, within a day.
func attackLured(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{}, chat()...)
	victim := s.person(7001)
	victim.write(ctx, words()[0])
	_, err := p.open(s.database).Exec(`UPDATE contacts SET external_id = 'crm-1' WHERE id = (SELECT contact FROM conversations WHERE chat = '7001')`)
	p.must(err)

	browser := s.visitor(ctx, fromStranger())
	p.must(browser.Start(ctx, ""))
	s.waitChat(ctx, browser, 0)
	victim.write(ctx, "/start "+s.lure(ctx, browser.Token()))
	victim.press(ctx, "Так, поєднати")
	p.until(ctx, "the join", 20*time.Millisecond, func() bool {
		return s.count(`SELECT count(*) FROM conversations WHERE contact = (SELECT id FROM contacts WHERE external_id = 'crm-1')`) == 2
	})

	s.says(ctx, browser, "стоп")
	stopped := s.count(`SELECT count(*) FROM contacts WHERE external_id = 'crm-1' AND stopped`)
	if s.presses(ctx, browser, "Меню") {
		for _, label := range eraseLabels()[1:] {
			if !s.presses(ctx, browser, label) {
				p.Logf("the browser is not offered %q", label)
				break
			}
		}
	}
	p.awaitEmpty(p.open(s.database), time.Minute)
	gone := 1 - s.count(`SELECT count(*) FROM contacts WHERE external_id = 'crm-1'`)
	p.Logf("a stranger's browser after a lured join")
	bound(p, "person stopped everywhere", stopped, 0)
	bound(p, "records of the company erased", gone, 0)
	if s.tg.Messages(7001)[len(s.tg.Messages(7001))-1].Text == "" {
		p.Errorf("the victim heard nothing")
	}
}

// lure returns the payload of the link by which the visitor goes on elsewhere.
func (s *served) lure(ctx context.Context, token string) string {
	s.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+"/chat/join", nil)
	s.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := fromStranger().Do(req)
	s.must(err)
	defer res.Body.Close()
	var to struct{ URL string }
	if res.StatusCode != http.StatusOK || json.NewDecoder(res.Body).Decode(&to) != nil {
		s.Fatalf("no link to go on elsewhere: %d", res.StatusCode)
	}
	u, err := url.Parse(to.URL)
	s.must(err)
	return u.Query().Get("start")
}

// waitChat waits until the last line of ours is another than the one given, and
// gives the thread and its last line of ours.
func (s *served) waitChat(ctx context.Context, v *webchattest.Visitor, than int64) (lines []webchattest.Line, last int64) {
	s.Helper()
	s.until(ctx, "a line in the web chat", 300*time.Millisecond, func() bool {
		all, err := v.FetchAll(ctx)
		if err != nil {
			return false // who looks too often is turned away
		}
		lines, last = all, 0
		for _, l := range all {
			if l.Out {
				last = l.Seq
			}
		}
		return last != than
	})
	return lines, last
}

// says writes, and waits for the answer.
func (s *served) says(ctx context.Context, v *webchattest.Visitor, text string) {
	s.Helper()
	_, last := s.waitChat(ctx, v, -1)
	s.must(v.Write(ctx, text))
	s.waitChat(ctx, v, last)
}

// presses presses a button of the thread, if it is there, and waits.
func (s *served) presses(ctx context.Context, v *webchattest.Visitor, label string) bool {
	s.Helper()
	lines, last := s.waitChat(ctx, v, -1)
	if v.PressOn(ctx, lines, label) != nil {
		return false
	}
	s.waitChat(ctx, v, last)
	return true
}
