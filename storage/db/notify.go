package db

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	// notifyChannel is PostgreSQL's name of our channel; a topic is the payload.
	notifyChannel = "visnyk"
	// notifyEvery bounds how often one replica notifies: PostgreSQL takes a
	// lock of the whole database when a NOTIFY commits.
	notifyEvery = 50 * time.Millisecond
)

// Notify tells every replica, this one too, of a topic. Call it after the commit.
// It returns at once; repeats within a moment become one. A notice may be lost,
// so a slow sweep stays the truth.
func (d *DB) Notify(topic string) { d.notifier.add(topic) }

// Listen calls f with every topic that any replica notified of (this one too),
// and with "" whenever notices may have been missed: look everywhere then. It
// blocks until ctx is done and gives nil. On SQLite, which has one process, one
// listener hears it directly.
func (d *DB) Listen(ctx context.Context, f func(topic string)) error {
	if d.notifier.done == nil {
		return d.notifier.tell(ctx, f)
	}
	var wire atomic.Pointer[wire]
	l := pq.NewDialListener(listening{dialer{&d.wires}, &wire}, d.session.url, 100*time.Millisecond, 5*time.Second,
		func(e pq.ListenerEventType, err error) {
			if err != nil {
				d.log.Warn("listening to the database", "err", err)
			}
		})
	stop := context.AfterFunc(ctx, func() { l.Close() }) // also ends a Listen that waits for the database
	defer func() {
		if stop() {
			l.Close()
		}
	}()
	if err := l.Listen(notifyChannel); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return doing("listen", err)
	}
	f("")
	ping := time.NewTicker(d.wires.pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n, ok := <-l.NotificationChannel():
			switch {
			case !ok:
				return nil
			case n == nil: // the connection was lost and is back
				f("")
			default:
				f(n.Extra)
			}
		case <-ping.C:
			if w := wire.Load(); w.silent() > d.wires.pingEvery*3/2 {
				d.log.Warn("the database stands still; its connections are given up")
				d.wires.cut()
			}
			go l.Ping() // whatever becomes of it is seen the next time
		}
	}
}

// notifier gathers topics; where there are replicas it sends them on a
// connection of its own.
type notifier struct {
	log    *slog.Logger
	wake   chan struct{}
	cancel context.CancelFunc
	done   chan struct{} // nil: there is nobody but this process

	mu     sync.Mutex
	topics map[string]bool
}

func newNotifier(s session, log *slog.Logger) *notifier {
	ctx, cancel := context.WithCancel(context.Background())
	n := &notifier{
		log: log, wake: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{}),
		topics: map[string]bool{},
	}
	go n.run(ctx, s)
	return n
}

// newTeller returns a notifier for this process alone.
func newTeller() *notifier {
	return &notifier{wake: make(chan struct{}, 1), topics: map[string]bool{}}
}

// tell gives f the topics as they come, until ctx ends.
func (n *notifier) tell(ctx context.Context, f func(topic string)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-n.wake:
			for _, topic := range n.take() {
				f(topic)
			}
		}
	}
}

func (n *notifier) add(topic string) {
	n.mu.Lock()
	n.topics[topic] = true
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (n *notifier) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	topics := slices.Sorted(maps.Keys(n.topics))
	clear(n.topics)
	return topics
}

func (n *notifier) run(ctx context.Context, s session) {
	defer close(n.done)
	db, err := s.connect()
	if err != nil {
		n.log.Error("notifying other replicas", "err", err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		}
		n.send(ctx, db, n.take())
		pause := time.NewTimer(notifyEvery)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

const notify = `SELECT pg_notify($1, v.topic) FROM (VALUES {rows ($)}) v (topic)`

func (n *notifier) send(ctx context.Context, db *sqlx.DB, topics []string) {
	rows := make([][]any, len(topics))
	for i, topic := range topics {
		rows[i] = []any{topic}
	}
	_, err := Conn{d: postgresDialect(""), pool: &pool{db: db}, plain: true}.ExecRows(ctx, notify, []any{notifyChannel}, rows)
	if err != nil && ctx.Err() == nil {
		n.log.Warn("notifying other replicas", "err", err)
	}
}

// Close stops the notifier; topics not yet sent are left to the sweep.
func (n *notifier) Close() error {
	n.cancel()
	<-n.done
	return nil
}
