package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// attackJoinPages opens pages of join links while Telegram does not tell the
// bot's name.
func attackJoinPages(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	tg := p.fakeTelegram(telegramtest.Options{})
	faults := make([]telegramtest.Fault, 1000)
	for i := range faults {
		faults[i] = telegramtest.BadGateway()
	}
	tg.Next(faults...)
	address := p.free()
	p.start(p.settings(p.fresh()).onTelegram(tg.URL()), address)
	var all sync.WaitGroup
	client := fromStranger()
	const pages = 200
	for range 20 {
		all.Go(func() {
			for range pages / 20 {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/join/AAAAAAAAAAAAAAAAAAAAAA", nil)
				if err != nil {
					return
				}
				if res, err := client.Do(req); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	all.Wait()
	asked := 0
	for _, c := range tg.Calls() {
		if strings.EqualFold(c.Method, "getMe") {
			asked++
		}
	}
	p.Logf("%d pages of join links while the bot's name is not known", pages)
	bound(p, "times that Telegram was asked for it", asked, 10)
}

// attackBadTokens floods the API with tokens that are none. Honest calls go on.
func attackBadTokens(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	token := p.staff(s.settings, "olena", "admin")
	flood, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	var tried atomic.Int64
	client := fromStranger()
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = 200
	for i := range 150 {
		all.Go(func() {
			for n := 0; flood.Err() == nil; n++ {
				ask(flood, client, s.address, fmt.Sprintf("visnyk_%043d", i*1_000_000+n), http.MethodGet, "/articles", "")
				tried.Add(1)
			}
		})
	}
	refused := 0
	var took []time.Duration
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for range 40 {
		<-tick.C
		began := time.Now()
		if status, _ := ask(ctx, http.DefaultClient, s.address, token, http.MethodGet, "/articles", ""); status != http.StatusOK {
			refused++
		}
		took = append(took, time.Since(began))
	}
	stop()
	all.Wait()
	p.Logf("150 clients with bad tokens, %d calls: honest p99=%v", tried.Load(), percentile(took, 99).Round(time.Millisecond))
	bound(p, "honest calls of 40 turned away", refused, 0)
}

// attackDate writes a change with a moment that is beyond the years there are.
func attackDate(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{})
	token := p.staff(s.settings, "olena", "admin")
	const change = `{"id":"poison","kind":"tariff","title":{"uk":"а","ru":"б"},"summary":{"uk":"а","ru":"б"},"reason":{"uk":"а","ru":"б"},` +
		`"consequence":{"uk":"а","ru":"б"},"benefit":{"uk":"а","ru":"б"},"to_do":{"uk":"а","ru":"б"},"from":%q,"audience":{}}`
	wrong := 0
	for _, from := range []string{"9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"} {
		status, answer := ask(ctx, http.DefaultClient, s.address, token, http.MethodPost, "/changes", fmt.Sprintf(change, from))
		if status < 400 || status > 499 {
			p.Logf("%s is answered %d: %.120s", from, status, answer)
			wrong++
		}
	}
	list, answer := ask(ctx, http.DefaultClient, s.address, token, http.MethodGet, "/changes", "")
	if list != http.StatusOK {
		p.Errorf("the list of changes is answered %d: %.120s", list, answer)
	}
	p.Logf("two moments outside of the years 1 to 9999 in UTC")
	bound(p, "not refused as the caller's fault", wrong, 0)
}
