package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/storage"
)

const (
	deskTickets  = 500
	deskBrowsers = 50
	deskMessages = 100 // a tenth of a second apart
	idleSpan     = 10 * time.Second
)

// desks measures the operators' place of work: how soon what a customer writes
// stands in every open browser, what idle browsers cost, and many who take one
// ticket at once.
func (b *bench) desks(ctx context.Context, _ options) error {
	url, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	if err := migrated(ctx, url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	if err := fillDesk(ctx, store); err != nil {
		return err
	}
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	s, err := b.startService(ctx, url, tg.URL(), 0)
	if err != nil {
		return err
	}
	defer s.stop()
	fmt.Printf("\n(f) the desk: %d open tickets, %d browsers\n\n", deskTickets, deskBrowsers)
	db, err := sqlx.ConnectContext(ctx, "postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	quiet, err := asked(ctx, db)
	if err != nil {
		return err
	}
	streams, err := openStreams(ctx, s.address)
	if err != nil {
		return err
	}
	idle, err := asked(ctx, db)
	if err != nil {
		return err
	}
	fmt.Printf("questions of the desk a second, nobody writing: %.1f without browsers, %.1f with %d\n", quiet, idle, deskBrowsers)
	if err := streams.measure(ctx, s.address); err != nil {
		return err
	}
	if err := deskPages(ctx, s.address); err != nil {
		return err
	}
	if err := takesAtTheMethod(ctx, store); err != nil {
		return err
	}
	return takesAtThePage(ctx, s.address)
}

// operator is the i-th operator's id; their cookie is cookieOf it.
func operator(i int) string { return fmt.Sprintf("operator-%03d", i) }

func cookieOf(user string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%-32s", user))
}

func deskTicket(i int) string { return fmt.Sprintf("ticket-%d", chatID(i)) }

func fillDesk(ctx context.Context, store *storage.Store) error {
	err := store.InTx(ctx, func(tx *storage.Tx) error {
		for i := range deskBrowsers {
			id := operator(i)
			sum := sha256.Sum256([]byte(cookieOf(id)))
			if err := tx.AddUser(ctx, storage.User{ID: id, Login: id, Role: bot.Operator}); err != nil {
				return err
			}
			if err := tx.AddSession(ctx, hex.EncodeToString(sum[:]), id, "", "", ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l, _, _, err := store.Acquire(ctx, "telegram", "bench", time.Minute)
	if err != nil {
		return err
	}
	for i := range deskTickets {
		at := bot.Address{Bot: "telegram", Chat: fmt.Sprint(chatID(i))}
		update := fmt.Sprintf("seed-%d", i)
		if _, err := store.Receive(ctx, []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: at.Bot, Chat: at.Chat, ID: update, Payload: []byte("{}")},
		}}); err != nil {
			return err
		}
		contact := "contact-" + at.Chat
		if _, err := store.CommitTurns(ctx, l, []storage.TurnWrite{{
			Bot: at.Bot, InboxID: update, Conversation: &bot.Conversation{Address: at, Contact: contact, Version: 1, Reach: bot.Reachable},
			Contact: &bot.Contact{ID: contact, Name: "Bench", Language: bot.Ukrainian},
			History: []bot.Entry{{Address: at, Cause: update, Kind: string(bot.Typed), Text: "Покличте людину"}},
			Open:    &bot.Ticket{ID: deskTicket(i), Address: at, Contact: contact, Reason: bot.ReasonAsked},
		}}); err != nil {
			return err
		}
	}
	if err := fillTalk(ctx, store, l); err != nil {
		return err
	}
	return store.Release(ctx, l)
}

// asked is how often in a second the service looks for who is signed out, which is
// one with its look for what became different.
func asked(ctx context.Context, db *sqlx.DB) (perSecond float64, err error) {
	count := func() (n int64, err error) {
		err = db.GetContext(ctx, &n, "SELECT seq_scan + COALESCE(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'sessions'")
		return n, err
	}
	rest := time.NewTimer(12 * time.Second) // a connection that rests tells PostgreSQL's counters what it did after ten seconds
	defer rest.Stop()
	<-rest.C
	before, err := count()
	if err != nil {
		return 0, err
	}
	rest.Reset(idleSpan)
	select {
	case <-rest.C:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	after, err := count()
	return float64(after-before) / idleSpan.Seconds(), err
}

// heard are the streams of all browsers, and when each had each ticket's line last.
type heard struct {
	mu    sync.Mutex
	waits map[string]chan time.Time // by ticket
}

func openStreams(ctx context.Context, address string) (*heard, error) {
	h := &heard{waits: map[string]chan time.Time{}}
	client := &http.Client{Transport: &http.Transport{}}
	for i := range deskBrowsers {
		resp, err := asOperator(ctx, client, i, http.MethodGet, "http://"+address+"/console/live")
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the stream answers %s", resp.Status)
		}
		go h.read(resp.Body)
	}
	return h, nil
}

func asOperator(ctx context.Context, client *http.Client, i int, method, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.AddCookie(&http.Cookie{Name: "visnyk", Value: cookieOf(operator(i % deskBrowsers))})
	return client.Do(req)
}

func (h *heard) read(body io.ReadCloser) {
	defer body.Close()
	in := bufio.NewReader(body)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		if !bytes.HasPrefix(line, []byte(`data: {"at"`)) {
			continue
		}
		now := time.Now()
		h.mu.Lock()
		for ticket, wait := range h.waits {
			if bytes.Contains(line, []byte(`"id":"`+ticket+`"`)) && bytes.Contains(line, []byte("скажіть")) {
				select {
				case wait <- now:
				default: // told again
				}
			}
		}
		h.mu.Unlock()
	}
}

// measure has customers write, and prints how soon each line stands in each browser.
func (h *heard) measure(ctx context.Context, address string) error {
	var all []time.Duration
	var mu sync.Mutex
	var wg sync.WaitGroup
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	missing := 0
	for i := range deskMessages {
		<-tick.C
		wait := make(chan time.Time, deskBrowsers)
		h.mu.Lock()
		h.waits[deskTicket(i)] = wait
		h.mu.Unlock()
		began := time.Now()
		if err := write(ctx, address, i); err != nil {
			return err
		}
		wg.Go(func() {
			patience := time.After(10 * time.Second)
			for n := range deskBrowsers {
				select {
				case at := <-wait:
					mu.Lock()
					all = append(all, at.Sub(began))
					mu.Unlock()
				case <-patience:
					mu.Lock()
					missing += deskBrowsers - n
					mu.Unlock()
					return
				}
			}
		})
	}
	wg.Wait()
	fmt.Printf("a customer's line is in a browser after %s; %d of %d were not there in 10 s\n",
		figures(all), missing, deskMessages*deskBrowsers)
	return nil
}

// write posts a customer's line as Telegram does.
func write(ctx context.Context, address string, i int) error {
	body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%[4]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"text":"Ще раз: скажіть, коли зміниться тариф?"}}`,
		900_000+i, 7000+i, time.Now().Unix(), chatID(i))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/webhooks/telegram", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the webhook answers %s", resp.Status)
	}
	return nil
}

func figures(all []time.Duration) string {
	if len(all) == 0 {
		return "never"
	}
	slices.Sort(all)
	return fmt.Sprintf("p50 %.0f ms, p99 %.0f ms, max %.0f ms",
		milliseconds(all[len(all)/2]), milliseconds(all[len(all)*99/100]), milliseconds(all[len(all)-1]))
}

// takesAtTheMethod has 1,000 take one ticket at once.
func takesAtTheMethod(ctx context.Context, store *storage.Store) error {
	d := desk.New(store, nil, time.UTC, slog.New(slog.DiscardHandler))
	return together("at the method", 1000, func(i int) (bool, error) {
		_, err := d.Move(ctx, deskTicket(deskTickets-1), bot.TicketTake, bot.Actor{User: fmt.Sprint("taker-", i), Login: "taker", Role: bot.Operator})
		return err == nil, nil
	})
}

// takesAtThePage has 100 presses on one ticket at once.
func takesAtThePage(ctx context.Context, address string) error {
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return together("at the page", 100, func(i int) (bool, error) {
		resp, err := asOperator(ctx, client, i, http.MethodPost, "http://"+address+"/console/desk/"+deskTicket(deskTickets-2)+"/take")
		if err != nil {
			return false, err
		}
		defer resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusSeeOther:
			return true, nil
		case http.StatusConflict:
			return false, nil
		}
		return false, fmt.Errorf("a take answers %s", resp.Status)
	})
}

// together runs n takes at once and prints how long each took, and how many won.
func together(where string, n int, take func(i int) (bool, error)) error {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	won := 0
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			began := time.Now()
			ours, err := take(i)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, time.Since(began))
			if failed == nil {
				failed = err
			}
			if ours {
				won++
			}
		})
	}
	close(start)
	wg.Wait()
	fmt.Printf("%d takes at once %s: %d won; %s\n", n, where, won, figures(all))
	return failed
}
