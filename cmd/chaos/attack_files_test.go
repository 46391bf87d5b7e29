package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/webchat/webchattest"
)

// chat turns the web chat on.
func chat() []string { return []string{"VISNYK_CHAT_ORIGINS", "https://example.com"} }

// visitor opens the web chat, from the stranger's address or not.
func (s *served) visitor(ctx context.Context, client *http.Client) *webchattest.Visitor {
	s.Helper()
	v := webchattest.New("http://"+s.address, webchattest.Options{Locale: "uk", Client: client})
	s.must(v.Open(ctx))
	return v
}

// attackTrickle begins four uploads that bring a little now and then. Others go
// on sending files.
func attackTrickle(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{}, chat()...)
	for i := range 4 {
		v := s.visitor(ctx, fromStranger())
		c, err := halfway(ctx, s.address, headOf(http.MethodPost, fmt.Sprintf("/chat/files?id=slow%d&name=a.txt", i), 1_000_000,
			"Authorization: Bearer "+v.Token(), "Sec-Fetch-Site: same-origin"), "a")
		p.must(err)
		defer c.Close()
		go func() {
			for tick := time.NewTicker(200 * time.Millisecond); ; {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if _, err := c.Write([]byte("a")); err != nil {
					return
				}
			}
		}()
	}
	honest := s.visitor(ctx, nil)
	began := time.Now()
	data := bytes.Repeat([]byte("a"), 1<<20)
	refused := 0
	for try := 0; time.Since(began) < 10*time.Second; try++ {
		if _, err := honest.Upload(ctx, fmt.Sprintf("f%d", try), "a.txt", data); err == nil {
			break
		}
		refused++
		wait := time.NewTimer(250 * time.Millisecond)
		<-wait.C
	}
	p.Logf("four uploads of five bytes a second: %d honest uploads refused", refused)
	bound(p, "until an upload is taken", time.Since(began).Round(time.Millisecond), 5*time.Second)
}

// attackUnread asks for files of 10 MiB on many connections and reads nothing.
func attackUnread(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	s := p.serve(telegramtest.Options{}, chat()...)
	const visitors, connections = 8, 500
	client := fromStranger()
	var heads []string
	for range visitors {
		v := s.visitor(ctx, client)
		_, err := v.Upload(ctx, "large", "a.bin", bytes.Repeat([]byte{1, 2, 3, 4}, 10<<20/4))
		p.must(err)
		heads = append(heads, headOf(http.MethodGet, "/chat/files/large", 0, "Authorization: Bearer "+v.Token(), "Sec-Fetch-Site: same-origin"))
	}
	before, _ := s.pr.memory()
	conns := make([]net.Conn, connections)
	var all sync.WaitGroup
	for i := range conns {
		all.Go(func() {
			if c, err := halfway(ctx, s.address, heads[i%visitors], ""); err == nil {
				_ = c.(*net.TCPConn).SetReadBuffer(4096)
				conns[i] = c
			}
		})
	}
	all.Wait()
	var most float64
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for range 60 {
		<-look.C
		now, _ := s.pr.memory()
		most = max(most, now-before)
	}
	for _, c := range conns {
		if c != nil {
			c.Close()
		}
	}
	p.Logf("%d downloads of 10 MiB by %d visitors who read nothing", connections, visitors)
	bound(p, "more MiB of memory", float64(int(most)), 64)
}
