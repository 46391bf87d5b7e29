package storage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestInTxRollsBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, boom := t.Context(), errors.New("boom")
		err := s.InTx(ctx, func(tx *storage.Tx) error {
			if _, err := tx.Enqueue(ctx, []bot.Queued{say("1", "a")}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
		ended, end := context.WithCancel(ctx)
		err = s.InTx(ended, func(tx *storage.Tx) error {
			_, err := tx.Enqueue(ctx, []bot.Queued{say("1", "b")})
			end()
			return err
		})
		if err == nil || errors.Is(err, storage.ErrCommitUnknown) {
			t.Errorf("a COMMIT that was never sent: %v", err)
		}
		if rows := pending(t, s, bot.LaneReply); len(rows) != 0 {
			t.Errorf("left behind: %v", causes(rows))
		}
	})
}

// Two transactions that lock each other's rows both end in the end. SQLite has
// one writer, so there they cannot meet.
func TestInTxRunsAgainAfterADeadlock(t *testing.T) {
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	l := lease(t, s, telegram, "me")
	for _, chat := range []string{"1", "2"} {
		turn(t, s, l, chat, storage.TurnWrite{Open: &bot.Ticket{ID: chat, Address: at(chat)}})
	}
	ctx := t.Context()
	var runs atomic.Int32
	var holding, ended sync.WaitGroup
	holding.Add(2)
	for _, order := range [][2]string{{"1", "2"}, {"2", "1"}} {
		ended.Go(func() {
			err := s.InTx(ctx, func(tx *storage.Tx) error {
				first := runs.Add(1) <= 2
				if _, _, err := tx.MoveTicket(ctx, order[0], bot.TicketTake, bot.Actor{User: order[0]}); err != nil {
					return err
				}
				if first {
					holding.Done()
					holding.Wait()
				}
				_, _, err := tx.MoveTicket(ctx, order[1], bot.TicketTake, bot.Actor{User: order[0]})
				return err
			})
			var refused *bot.MoveError // the loser finds both taken when it runs again
			if err != nil && !errors.As(err, &refused) {
				t.Error(err)
			}
		})
	}
	ended.Wait()
	if n := runs.Load(); n < 3 {
		t.Errorf("%d runs", n)
	}
	for _, ticket := range must[[]bot.Ticket](t)(s.OpenTickets(ctx)) {
		if ticket.State != bot.TicketTaken {
			t.Errorf("ticket %s is %s", ticket.ID, ticket.State)
		}
	}
}

// F23: the server gets the COMMIT, and its answer never arrives.
func TestCommitWithoutAnswer(t *testing.T) {
	real := storagetest.PostgresURL(t)
	sure := storagetest.Open(t, real)
	l := lease(t, sure, telegram, "me")
	receive(t, sure, "1", "u")
	p := startCutter(t, real, "COMMIT\x00")
	s := storagetest.Open(t, p.url)
	w := []storage.TurnWrite{{
		Bot: telegram, InboxID: "u", Conversation: conversation("1", 1), Outbox: []bot.Queued{say("1", "turn/u/0")},
	}}

	p.armed.Store(true)
	if err := errOf(s.CommitTurns(t.Context(), l, w)); !errors.Is(err, storage.ErrCommitUnknown) {
		t.Fatalf("got %v", err)
	}
	<-p.cut
	// The repeat is recognised, whatever became of the first.
	for err := error(nil); ; {
		if err = errOf(s.CommitTurns(t.Context(), l, w)); errors.Is(err, storage.ErrConflict) {
			break
		}
		ok(t, err)
		t.Log("the first was lost, the second wrote it")
	}
	if rows := pending(t, sure, bot.LaneReply); len(rows) != 1 {
		t.Errorf("outbox: %v", causes(rows))
	}
	if v := load(t, sure, "1")[at("1")].Conversation.Version; v != 1 {
		t.Errorf("version %d", v)
	}

	p.armed.Store(true)
	runs := 0
	err := s.InTx(t.Context(), func(tx *storage.Tx) error {
		runs++
		_, err := tx.Enqueue(t.Context(), []bot.Queued{say("1", "x")})
		return err
	})
	if !errors.Is(err, storage.ErrCommitUnknown) || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
}

// cutter is a proxy that, once armed, hangs up after it has passed on the word.
type cutter struct {
	url   string
	word  string
	armed atomic.Bool
	cut   chan struct{}
}

func startCutter(t *testing.T, to, word string) *cutter {
	t.Helper()
	u, err := url.Parse(to)
	ok(t, err)
	server := u.Host
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	t.Cleanup(func() { ln.Close() })
	u.Host = ln.Addr().String()
	c := &cutter{url: u.String(), word: word, cut: make(chan struct{}, 8)}
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				client.Close()
				return
			}
			go func() { io.Copy(client, upstream); client.Close() }()
			go c.forward(client, upstream)
		}
	}()
	return c
}

func (c *cutter) forward(client, upstream net.Conn) {
	defer upstream.Close()
	defer client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		commit := bytes.Contains(buf[:n], []byte(c.word)) && c.armed.CompareAndSwap(true, false)
		if commit {
			client.Close() // before the answer can come
		}
		if _, err := upstream.Write(buf[:n]); err != nil {
			return
		}
		if commit {
			c.cut <- struct{}{}
			// The server may still be at it: let it end by itself.
			io.Copy(io.Discard, upstream)
			return
		}
	}
}

func TestListenAndNotify(t *testing.T) {
	u := storagetest.PostgresURL(t)
	a, b := storagetest.Open(t, u), storagetest.Open(t, u)
	ctx, stop := context.WithCancel(t.Context())
	topics, done := make(chan string, 64), make(chan error)
	go func() { done <- b.Listen(ctx, func(topic string) { topics <- topic }) }()
	if first := <-topics; first != "" {
		t.Errorf("first %q", first)
	}
	for range 50 {
		a.Notify("inbox:telegram")
		a.Notify("outbox:telegram")
	}
	ok(t, a.PutArticles(t.Context(), nil))
	seen := map[string]int{}
	for len(seen) < 3 {
		seen[<-topics]++
	}
	if seen["inbox:telegram"] > 10 {
		t.Errorf("not gathered: %v", seen)
	}
	stop()
	ok(t, <-done)
}

func TestSQLiteHearsItself(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx, stop := context.WithCancel(t.Context())
	topics, done := make(chan string, 4), make(chan error)
	s.Notify("content")
	go func() { done <- s.Listen(ctx, func(topic string) { topics <- topic }) }()
	if got := <-topics; got != "content" {
		t.Errorf("heard %q", got)
	}
	s.Notify("outbox:telegram")
	if got := <-topics; got != "outbox:telegram" {
		t.Errorf("heard %q", got)
	}
	stop()
	ok(t, <-done)
}

// TestImportsTell: each step of a pass tells of its import, and so does each move.
func TestImportsTell(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	i := must[bot.Import](t)(s.AddImport(t.Context(), bot.Import{}, strings.NewReader("id\n1\n"), 100))
	topics := make(chan string, 16)
	go func() { _ = s.Listen(t.Context(), func(topic string) { topics <- topic }) }()
	told := func(what string) {
		t.Helper()
		late := time.After(30 * time.Second)
		for {
			select {
			case topic := <-topics:
				if topic == storage.ImportTopic+i.ID {
					return
				}
			case <-late:
				t.Fatal("nobody is told of", what)
			}
		}
	}
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) (err error) {
		i, err = tx.MoveImport(t.Context(), i, bot.CheckImport)
		return err
	}))
	told("a pass that begins")
	l, _, err := s.AcquireImporter(t.Context(), "me", time.Minute)
	ok(t, err)
	ok(t, s.StepImport(t.Context(), l, func(tx *storage.Tx) error {
		return tx.PassImport(t.Context(), i, bot.ImportSum{Reached: 1, Created: 1}, nil)
	}))
	told("a step")
	i.Reached = 1
	ok(t, s.StepImport(t.Context(), l, func(tx *storage.Tx) error { return errOf(tx.MoveImport(t.Context(), i, bot.EndImport)) }))
	told("the end")
}

func TestListenerComesBack(t *testing.T) {
	c := must[*storagetest.Cluster](t)(storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true}))
	t.Cleanup(func() { ok(t, c.Close()) })
	s := storagetest.Open(t, c.URL("postgres"))
	must[[]string](t)(s.Migrate(t.Context()))
	receive(t, s, "1", "kept")
	ctx, stop := context.WithCancel(t.Context())
	topics, done := make(chan string, 64), make(chan error)
	go func() { done <- s.Listen(ctx, func(topic string) { topics <- topic }) }()
	<-topics
	ok(t, c.Kill())
	if _, err := s.Receive(t.Context(), []storage.Incoming{update("1", "lost")}); err == nil {
		t.Error("stored in a dead database")
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready with a dead database")
	}
	ok(t, c.Start())
	if topic := <-topics; topic != "" {
		t.Errorf("after the outage: %q", topic)
	}
	if ids := waitingIDs(t, s); strings.Join(ids, " ") != "kept" {
		t.Errorf("waiting: %v", ids)
	}
	ok(t, c.Stop())
	ok(t, c.Start())
	ok(t, s.Ready(t.Context()))
	stop()
	ok(t, <-done)
}

// A step of work that may be repeated does not wait for PostgreSQL's disk; what
// else that connection commits does, and so does a whole that a step is a part of.
func TestStepDoesNotWaitForTheDisk(t *testing.T) {
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	step := func(ctx context.Context) (waits bool) {
		t.Helper()
		err := s.InStep(ctx, func(tx *storage.Tx) (err error) { waits, err = tx.Waits(ctx); return err })
		if err != nil {
			t.Fatal(err)
		}
		return waits
	}
	if step(t.Context()) {
		t.Error("a step waits")
	}
	err := s.InTx(t.Context(), func(tx *storage.Tx) error {
		if !must[bool](t)(tx.Waits(t.Context())) {
			t.Error("what comes after a step does not wait")
		}
		return nil
	})
	err = errors.Join(err, s.Together(t.Context(), func(ctx context.Context) error {
		if !step(ctx) {
			t.Error("a part of a whole does not wait")
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// Work beside the line sees whether anybody is at the database.
func TestIdle(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		err := s.InTx(t.Context(), func(*storage.Tx) error {
			if s.Idle() {
				t.Error("idle during a transaction")
			}
			return nil
		})
		if err != nil || !s.Idle() {
			t.Errorf("after it: idle %v, %v", s.Idle(), err)
		}
	})
}
