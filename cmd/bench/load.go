package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

const connections = 32

// written is how many updates all loads wrote: a database that is met again hears none
// that has the id of another.
var written atomic.Int64

// load writes to a side as Telegram does.
type load struct {
	door   func(i int) string // where the i-th person's bot is told
	client *http.Client
	from   int                    // the first of its people
	posted []atomic.Int64         // when each of them wrote last, µs
	says   func(id, i int) []byte // what the i-th person does, as an update of that id
}

// newLoad is n people who begin, at the bot of a side.
func newLoad(address string, n int) *load {
	door := hook(address, "telegram")
	return &load{
		door: func(int) string { return door }, posted: make([]atomic.Int64, n),
		says:   func(id, i int) []byte { return update(id, i, stepStart, "") },
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: crowded}},
	}
}

// hook is where a side takes the updates of a bot.
func hook(address, bot string) string { return "http://" + address + "/webhooks/" + bot }

// chatID is the chat of the i-th person.
func chatID(i int) int64 { return 100_000 + int64(i) }

// run has each of n people write once over 32 connections: flat out with rate
// 0, else so many a second.
func (l *load) run(ctx context.Context, n, rate int) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, connections)
	began := time.Now()
	for range connections {
		wg.Go(func() {
			for {
				i := int(next.Add(1) - 1)
				if i >= n || ctx.Err() != nil {
					return
				}
				if rate > 0 {
					due := time.NewTimer(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
					select {
					case <-due.C:
					case <-ctx.Done():
						due.Stop()
						return
					}
				}
				if err := l.post(ctx, i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// post has the i-th of the people write once.
func (l *load) post(ctx context.Context, i int) error {
	status, err := l.send(ctx, i, l.next(i))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("update answered %d", status)
	}
	return err
}

// next is what the i-th of the people does next.
func (l *load) next(i int) []byte { return l.says(1_000_000+int(written.Add(1)), l.from+i) }

// send delivers what the i-th of the people did, and returns the status it was answered.
func (l *load) send(ctx context.Context, i int, body []byte) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.door(l.from+i), bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	l.posted[i].Store(time.Now().UnixMicro())
	resp, err := l.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, nil
}

// replied waits until the fake has taken n messages.
func replied(ctx context.Context, tg *telegramtest.Server, n int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for tg.Stats().Sends < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d replies came: %w", tg.Stats().Sends, n, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// latencies gives, for each person, the time from writing to the reply at the
// messenger, sorted.
func (l *load) latencies(tg *telegramtest.Server, n int) []time.Duration {
	list := make([]time.Duration, 0, n)
	for i := range n {
		if m := tg.Messages(chatID(i)); len(m) > 0 {
			list = append(list, time.Duration(m[len(m)-1].At.UnixMicro()-l.posted[i].Load())*time.Microsecond)
		}
	}
	slices.Sort(list)
	return list
}

func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*p))]
}
