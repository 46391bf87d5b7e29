package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
)

// attackHalfSent holds 512 requests at Viber's door that never end, with a
// signature made up, and opens each anew when it is cut. Viber's own callbacks
// go on being taken.
func attackHalfSent(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	v := vibertest.Start(p, vibertest.Options{})
	address := p.free()
	p.start(p.settings(p.fresh()).onViber(v.URL(), v.Token()), address)
	head := headOf(http.MethodPost, "/webhooks/viber", 1000, "Content-Type: application/json", "X-Viber-Content-Signature: "+strings.Repeat("ab", 32))
	attack, stop := context.WithCancel(ctx)
	var held sync.WaitGroup
	for range 512 {
		held.Go(func() {
			for attack.Err() == nil {
				c, err := halfway(attack, address, head, `{"event":`)
				if err != nil {
					return
				}
				free := context.AfterFunc(attack, func() { c.Close() })
				firstLine(c)
				free()
				c.Close()
				select { // the attacker must not be what takes the machine
				case <-attack.Done():
				case <-time.After(200 * time.Millisecond):
				}
			}
		})
	}
	defer held.Wait()
	defer stop()
	last, longest, refused := time.Now(), time.Duration(0), 0
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for n := range 100 {
		<-tick.C
		body := fmt.Sprintf(`{"event":"message","timestamp":%d,"chat_hostname":"x","message_token":%d,"sender":{"id":"01234567890A+/b5CdEfGg==","name":"Хаос","language":"uk","country":"UA","api_version":10},"message":{"text":"меню","type":"text"},"silent":false}`,
			time.Now().UnixMilli(), 5_000_000_000_000_000_000+n)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/webhooks/viber", strings.NewReader(body))
		p.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Viber-Content-Signature", v.Sign([]byte(body)))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			refused++
			continue
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			refused++
			continue
		}
		longest = max(longest, time.Since(last))
		last = time.Now()
	}
	longest = max(longest, time.Since(last))
	p.Logf("512 bodies half sent for 5 s: %d of 100 callbacks refused", refused)
	bound(p, "longest time without an acknowledgement", longest.Round(time.Millisecond), 3500*time.Millisecond)
}

// attackLargeRich sends genuine updates as large as Telegram makes them.
func attackLargeRich(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	unanswered := 0
	for i, kib := range []int{70, 170, 334} {
		chat := 3000 + i
		if status := s.hook(ctx, richUpdate(chat, kib)); status != http.StatusOK {
			p.Errorf("an update of %d KiB is answered %d", kib, status)
		}
		wait, end := context.WithTimeout(ctx, 5*time.Second)
		if _, err := s.tg.WaitMessages(wait, int64(chat), 1); err != nil {
			unanswered++
		}
		end()
	}
	parked := s.count(`SELECT count(*) FROM inbox WHERE state = 'parked'`)
	words := s.count(`SELECT count(*) FROM history WHERE NOT outgoing AND text LIKE '%кавун%'`)
	p.Logf("rich messages of 70, 170 and 334 KiB: words of %d in the history", words)
	bound(p, "unanswered", unanswered, 0)
	bound(p, "parked", parked, 0)
	if words != 3 {
		p.Errorf("the history has the words of %d messages, want 3", words)
	}
}

// richUpdate is an update with a rich message of so many KiB.
func richUpdate(chat, kib int) string {
	text, _ := json.Marshal(richMessage(kib)) // strings and maps of strings
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"rich_message":%s}}`,
		chat, time.Now().Unix(), chat, chat, text)
}

func richMessage(kib int) map[string]any {
	blocks := []map[string]any{{"type": "paragraph", "text": "кавун"}}
	for range kib {
		link := map[string]any{"type": "url", "url": "https://example.com/" + strings.Repeat("a", 900), "text": "новини"}
		blocks = append(blocks, map[string]any{"type": "paragraph", "text": []any{link}})
	}
	return map[string]any{"blocks": blocks}
}

// attackReady writes in the very moment in which the service says that it is
// ready, of which it must be sure.
func attackReady(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	refused := 0
	var mu sync.Mutex
	const starts, each = 5, 8
	for start := range starts {
		s.pr.kill()
		// Telegram does not wait for the service to be ready.
		early, stop := context.WithCancel(ctx)
		go func() {
			for early.Err() == nil {
				s.hook(early, typed(1, 4000, 1, time.Now(), "кавун"))
			}
		}()
		s.pr = p.start(s.settings, s.address)
		stop()
		http.DefaultClient.CloseIdleConnections() // of who was early, and of processes that are gone
		var all sync.WaitGroup
		for i := range each {
			all.Go(func() {
				chat := 4001 + start*each + i
				if status := s.hook(ctx, typed(chat, chat, 1, time.Now(), "кавун")); status != http.StatusOK {
					mu.Lock()
					refused++
					mu.Unlock()
					p.Logf("start %d answers %d", start, status)
				}
			})
		}
		all.Wait()
	}
	p.Logf("%d updates at once in the moment of /readyz, %d starts", each, starts)
	bound(p, "not acknowledged", refused, 0)
}

// attackEarlyTerm stops the service while it is starting: while it reads its
// settings, and the moment its door is open, with its database and without.
func attackEarlyTerm(p *play) {
	bad := 0
	ended := func(pr *process) {
		if code := pr.exit(p, 12*time.Second); code != 0 {
			bad++
		}
	}
	fifo := filepath.Join(p.TempDir(), "token")
	p.must(syscall.Mkfifo(fifo, 0o600))
	s := p.settings(p.fresh()).onTelegram("http://"+p.free()).with("VISNYK_TELEGRAM_TOKEN_FILE", fifo)
	delete(s, "VISNYK_TELEGRAM_TOKEN")
	pr := p.launch(s, p.free())
	w, err := os.OpenFile(fifo, os.O_WRONLY, 0) // returns when the service reads
	p.must(err)
	pr.signal(p, syscall.SIGTERM)
	_, _ = w.WriteString(token) // nobody reads it any more where the signal ended the process
	p.must(w.Close())
	ended(pr)
	for i := range 3 {
		database := p.fresh()
		if i == 1 {
			database = "postgres://nobody@" + p.free() + "/none?sslmode=disable"
		}
		address := p.free()
		pr := p.launch(p.settings(database).onTelegram("http://"+p.free()), address)
		p.until(p.Context(), "an open door", time.Millisecond, func() bool {
			c, err := net.Dial("tcp", address)
			if err == nil {
				c.Close()
			}
			return err == nil
		})
		pr.signal(p, syscall.SIGTERM)
		ended(pr)
	}
	p.Logf("SIGTERM while it reads its settings, and the moment its door is open: 4 starts")
	bound(p, "ended other than with 0", bad, 0)
}

// attackParked sends an update that cannot be decoded and then asks to be
// forgotten.
func attackParked(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	const canary = "канарка-4711"
	s := p.serve(telegramtest.Options{})
	me := s.person(78)
	me.write(ctx, words()[0])
	if status := s.hook(ctx, fmt.Sprintf(`{"update_id":900,"message":{"message_id":900,"date":1790000000,"chat":{"id":78,"type":"private"},"from":{"id":78,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"text":{"words":%q}}}`, canary)); status != http.StatusOK {
		p.Errorf("it is answered %d, and would come again", status)
	}
	parked := func() int {
		return s.count(`SELECT count(*) FROM inbox WHERE CAST(payload AS TEXT) LIKE '%' || $1 || '%'`, canary)
	}
	p.until(ctx, "it to be put aside", 20*time.Millisecond, func() bool {
		return s.count(`SELECT count(*) FROM inbox WHERE state = 'parked'`) == 1
	})
	kept := parked()
	chat := s.count(`SELECT count(*) FROM inbox WHERE state = 'parked' AND chat = '78'`)
	tickets := s.count(`SELECT count(*) FROM tickets WHERE chat = '78'`)
	me.erase(ctx)
	p.awaitEmpty(p.open(s.database), time.Minute)
	p.Logf("an update that does not decode: kept=%d with its chat=%d ticket=%d", kept, chat, tickets)
	bound(p, "traces after the erase", parked(), 0)
	if tickets == 0 {
		p.Errorf("nobody is called to look at it")
	}
}
