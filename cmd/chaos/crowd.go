package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// atOnce is how many chats of a crowd speak at the same time.
const atOnce = 32

// crowd writes to the service as Telegram delivers: the updates of one chat in
// order, the next only after the last was acknowledged, each repeated until it
// is; chats side by side. Some updates come twice.
type crowd struct {
	addresses []string // of the replicas, as behind a balancer
	first     int      // the id of the first chat
	chats     int
	each      int // updates of one chat
	doubles   float64
	seed      uint64
	client    *http.Client
	off       func() time.Duration // of the world's clock against ours

	acked    atomic.Int64
	refused  atomic.Int64 // 503 answers
	wrong    atomic.Int64 // answers that are neither 200 nor 503 with Retry-After
	firstAck atomic.Int64 // time of the first 200 since it was set to 0, µs

	mu   sync.Mutex
	took []time.Duration // of the requests that were acknowledged
}

// newCrowd returns a crowd; each is at most the number of words there are.
func (p *play) newCrowd(chats, each int, addresses ...string) *crowd {
	return &crowd{
		addresses: addresses, first: 5000, chats: chats, each: each, doubles: 0.05, seed: p.seed, off: func() time.Duration { return 0 },
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
}

// write delivers everything and returns when every update is acknowledged.
func (c *crowd) write(ctx context.Context) error {
	var wg sync.WaitGroup
	chats := make(chan int)
	for range atOnce {
		wg.Go(func() {
			for chat := range chats {
				rng := rand.New(rand.NewPCG(c.seed, uint64(chat)))
				for n := range c.each {
					c.deliver(ctx, chat, n)
					if rng.Float64() < c.doubles {
						c.deliver(ctx, chat, n)
					}
				}
			}
		})
	}
	for chat := range c.chats {
		select {
		case chats <- chat:
		case <-ctx.Done():
		}
	}
	close(chats)
	wg.Wait()
	return ctx.Err()
}

// stream writes like write, one update at a time every so often, so that there
// is load however quick the service is.
func (c *crowd) stream(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var all sync.WaitGroup
	for group := range atOnce {
		all.Go(func() {
			for n := range c.each {
				for chat := group; chat < c.chats; chat += atOnce {
					select {
					case <-tick.C:
						c.deliver(ctx, chat, n)
					case <-ctx.Done():
					}
				}
			}
		})
	}
	all.Wait()
	return ctx.Err()
}

// chat is the messenger's id of a chat.
func (c *crowd) chat(i int) int { return c.first + i }

// updateID is unique, and not in the order of time.
func (c *crowd) updateID(chat, n int) int { return c.first*1000 + n*c.chats + chat }

// update is what the chat says as its n-th word.
func (c *crowd) update(chat, n int) string {
	return typed(c.updateID(chat, n), c.chat(chat), n+1, time.Now().Add(c.off()), words()[n])
}

// typed is an update by which a person writes.
func typed(id, chat, message int, at time.Time, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"text":%q}}`,
		id, message, at.Unix(), chat, chat, text)
}

// deliver repeats one update until it is acknowledged.
func (c *crowd) deliver(ctx context.Context, chat, n int) { c.bring(ctx, chat, c.update(chat, n)) }

// bring repeats the update of a chat until it is acknowledged.
func (c *crowd) bring(ctx context.Context, chat int, body string) {
	for try, wait := 0, 10*time.Millisecond; ctx.Err() == nil; try, wait = try+1, min(2*wait, time.Second) {
		if c.post(ctx, c.addresses[(chat+try)%len(c.addresses)], body) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (c *crowd) post(ctx context.Context, address, body string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/webhooks/telegram", strings.NewReader(body))
	if err != nil {
		c.wrong.Add(1)
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	began := time.Now()
	resp, err := c.client.Do(req)
	if err != nil {
		return false // killed, or not up yet: Telegram comes again
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		c.acked.Add(1)
		c.firstAck.CompareAndSwap(0, time.Now().UnixMicro())
		c.mu.Lock()
		c.took = append(c.took, time.Since(began))
		c.mu.Unlock()
		return true
	case resp.StatusCode == http.StatusServiceUnavailable:
		c.refused.Add(1)
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || s < 1 {
			c.wrong.Add(1)
		}
	default:
		c.wrong.Add(1)
	}
	return false
}

// total is how many different updates the crowd writes.
func (c *crowd) total() int { return c.chats * c.each }

// finish waits for write and fails on any answer that a messenger would not
// understand.
func (c *crowd) finish(t T, done <-chan error) {
	t.Helper()
	if err := <-done; err != nil {
		t.Fatalf("not every update was acknowledged in time: %v", err)
	}
	if n := c.wrong.Load(); n > 0 {
		t.Errorf("%d answers were neither 200 nor 503 with Retry-After", n)
	}
}

// percentile returns the p-th of a hundred parts of the durations; 0 of none.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}
