package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// steady is how many people write each second, each for the first time; one in
// openEach presses «Що змінюється» then.
const (
	steady   = 50
	openEach = 25
)

// talk is people who write while something else goes on.
type talk struct {
	address string
	tg      *telegramtest.Server
	next    int // the first person who has not written

	mu                    sync.Mutex
	acks, replies, opened []time.Duration
}

func newTalk(address string, tg *telegramtest.Server, first int) *talk {
	return &talk{address: address, tg: tg, next: first}
}

// until has people write until over says that it is enough, which is asked five
// times a second, and waits for their replies.
func (t *talk) until(ctx context.Context, over func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	errs := make(chan error, 1)
	note := func(err error) {
		select {
		case errs <- err:
		default:
		}
	}
	var people sync.WaitGroup
	tick := time.NewTicker(time.Second / steady)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case err := <-errs:
			return err
		case <-tick.C:
		}
		i := t.next
		t.next++
		people.Go(func() {
			if err := t.write(ctx, i); err != nil {
				note(err)
			}
		})
		if n%(steady/5) > 0 {
			continue
		}
		if end, err := over(); err != nil {
			return err
		} else if end {
			break
		}
	}
	people.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// write has one person write, and notes when that was accepted and answered.
func (t *talk) write(ctx context.Context, i int) error {
	body := fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%[3]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"text":"/start"}}`,
		2_000_000+2*i, time.Now().Unix(), chatID(i))
	accepted, answered, m, err := t.say(ctx, i, body)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.acks = append(t.acks, accepted)
	t.replies = append(t.replies, answered)
	t.mu.Unlock()
	button, ok := m.Button("Що змінюється")
	if i%openEach > 0 || !ok {
		return nil
	}
	body = fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%d","from":{"id":%d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"message":{"message_id":%d,"date":%d,"chat":{"id":%[3]d,"type":"private"},"text":"x"},"chat_instance":"1","data":%[6]q}}`,
		2_000_001+2*i, i, chatID(i), m.ID, time.Now().Unix(), button.Data)
	accepted, answered, _, err = t.say(ctx, i, body)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.acks = append(t.acks, accepted)
	t.opened = append(t.opened, answered)
	t.mu.Unlock()
	return nil
}

// say delivers one update and waits for the message that answers it.
func (t *talk) say(ctx context.Context, i int, body []byte) (accepted, answered time.Duration, m telegramtest.Message, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+t.address+"/webhooks/telegram", bytes.NewReader(body))
	if err != nil {
		return 0, 0, m, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	began := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, 0, m, err
	}
	accepted = time.Since(began)
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, 0, m, fmt.Errorf("update answered %s", resp.Status)
	}
	err = t.tg.Wait(ctx, func() bool {
		all := t.tg.Messages(chatID(i))
		if len(all) == 0 || !all[len(all)-1].At.After(began) {
			return false
		}
		m = all[len(all)-1]
		return true
	})
	return accepted, m.At.Sub(began), m, err
}

// figures returns how long updates waited to be accepted and to be answered,
// sorted.
func (t *talk) figures() (acks, replies []time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.acks)
	slices.Sort(t.replies)
	return t.acks, t.replies
}
