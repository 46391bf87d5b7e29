package outbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const botName = "telegram"

var errDown = errors.New("the database is away")

// stored is a row of the fake store.
type stored struct {
	storage.OutboxRow
	state    string
	due      time.Time
	external string
	reason   string
	by       int64 // the epoch that claimed it
}

// memory is a Store and a Leaser that keeps its rows in memory by the rules of
// the real one.
type memory struct {
	mu         sync.Mutex
	rows       []*stored
	lease      storage.Lease
	until      time.Time
	released   bool
	paused     time.Time
	pauses     int
	lag        time.Duration // of every call
	skew       time.Duration // of its clock
	down       bool
	cut        string                         // the owner who cannot reach it
	refuse     func(storage.SendOutcome) bool // rows it cannot write
	claimed    func([]storage.OutboxRow) error
	claims     int
	recordings int
	pending    int
	most       int  // bytes that Pending gave at once
	blind      bool // Pending fails
}

func newMemory() *memory {
	return &memory{lease: storage.Lease{Bot: botName, Owner: "we", Epoch: 1}, released: true}
}

func (m *memory) now() time.Time { return time.Now().Add(m.skew) }

// add enqueues.
func (m *memory) add(rows ...bot.Queued) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, q := range rows {
		m.rows = append(m.rows, &stored{
			OutboxRow: storage.OutboxRow{ID: int64(len(m.rows) + 1), Queued: q, CreatedAt: m.now()},
			state:     "pending", due: q.NotBefore,
		})
	}
}

func (m *memory) set(f func(m *memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m)
}

// row returns a copy of the row with the cause.
func (m *memory) row(cause string) stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.Cause == cause {
			return *r
		}
	}
	return stored{}
}

func (m *memory) place(cause string) (int64, bot.Lane) {
	r := m.row(cause)
	return r.ID, r.Lane
}

func (m *memory) causes(state string) (all []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.state == state {
			all = append(all, r.Cause)
		}
	}
	return all
}

func (m *memory) count(state string) int { return len(m.causes(state)) }

func (m *memory) find(r storage.OutboxRow) *stored {
	if r.ID > 0 && int(r.ID) <= len(m.rows) {
		return m.rows[r.ID-1]
	}
	return nil
}

// begin locks and checks what every fenced call does.
func (m *memory) begin(ctx context.Context, l *storage.Lease) (func(), error) {
	if m.lag > 0 {
		elapse(m.lag)
	}
	m.mu.Lock()
	var err error
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case m.down:
		err = errDown
	case l != nil && m.cut != "" && l.Owner == m.cut:
		err = errDown
	case l != nil && *l != m.lease:
		err = storage.ErrLeaseLost
	}
	if err != nil {
		m.mu.Unlock()
		return nil, err
	}
	return m.mu.Unlock, nil
}

func (m *memory) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (storage.Lease, bool, bool, error) {
	done, err := m.begin(ctx, nil)
	if err != nil {
		return storage.Lease{}, false, false, err
	}
	defer done()
	if owner == m.cut {
		return storage.Lease{}, false, false, errDown
	}
	if m.until.After(m.now()) && m.lease.Owner != owner {
		return storage.Lease{}, false, false, nil
	}
	clean := m.released
	m.lease = storage.Lease{Bot: name, Owner: owner, Epoch: m.lease.Epoch + 1}
	m.until, m.released = m.now().Add(ttl), false
	return m.lease, clean, true, nil
}

func (m *memory) Renew(ctx context.Context, l storage.Lease, ttl time.Duration) error {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return err
	}
	defer done()
	m.until = m.now().Add(ttl)
	return nil
}

func (m *memory) Release(ctx context.Context, l storage.Lease) error {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return err
	}
	defer done()
	m.until, m.released, m.lease.Owner = time.Time{}, true, ""
	return nil
}

func (m *memory) Pause(ctx context.Context, l storage.Lease, until time.Time, _ string) error {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return err
	}
	defer done()
	m.paused = until
	m.pauses++
	return nil
}

func (m *memory) PausedUntil(ctx context.Context, _ string) (time.Time, error) {
	done, err := m.begin(ctx, nil)
	if err != nil {
		return time.Time{}, err
	}
	defer done()
	return m.paused, nil
}

func (m *memory) Backoffs(ctx context.Context, _ string) (map[string]time.Time, error) {
	done, err := m.begin(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer done()
	backoffs := map[string]time.Time{}
	for _, r := range m.rows {
		if r.state == "pending" && r.Attempts > 0 && r.due.After(m.now()) && r.due.After(backoffs[r.To.Chat]) {
			backoffs[r.To.Chat] = r.due
		}
	}
	return backoffs, nil
}

func (m *memory) DeskDue(ctx context.Context, _ string) (left time.Duration, err error) {
	done, err := m.begin(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer done()
	for _, r := range m.rows {
		if r.state == "pending" && r.Lane == bot.LaneDesk && r.Attempts == 0 && r.due.After(m.now()) {
			if wait := r.due.Sub(m.now()); left == 0 || wait < left {
				left = wait
			}
		}
	}
	return left, nil
}

// blinded makes Pending fail, or work again.
func (m *memory) blinded(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blind = on
}

// readings counts the calls of Pending.
func (m *memory) readings() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pending
}

func (m *memory) Pending(ctx context.Context, _ string, lane bot.Lane, limit int) ([]storage.OutboxRow, error) {
	done, err := m.begin(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer done()
	m.pending++
	if m.blind {
		return nil, errDown
	}
	var rows []storage.OutboxRow
	size := 0
	for _, r := range m.rows {
		if r.state != "pending" || r.Lane != lane || r.due.After(m.now()) {
			continue
		}
		if size += len(r.Part.Body); len(rows) == limit || len(rows) > 0 && size > storage.MaxRead {
			break
		}
		rows = append(rows, r.OutboxRow)
		m.most = max(m.most, size)
	}
	return rows, nil
}

func (m *memory) Claim(ctx context.Context, l storage.Lease, rows []storage.OutboxRow) (claimed []bool, err error) {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return nil, err
	}
	defer done()
	m.claims++
	for _, r := range rows {
		s := m.find(r)
		ours := s != nil && s.state == "pending"
		if ours {
			s.state, s.by = "sending", l.Epoch
			s.Attempts++
		}
		claimed = append(claimed, ours)
	}
	if m.claimed != nil {
		return claimed, m.claimed(rows)
	}
	return claimed, nil
}

func (m *memory) RecordOutcomes(ctx context.Context, l storage.Lease, all []storage.SendOutcome) error {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return err
	}
	defer done()
	m.recordings++
	for _, s := range all {
		if m.refuse != nil && m.refuse(s) {
			return errors.New("a row the database refuses")
		}
	}
	for _, s := range all {
		r := m.find(s.Row)
		if r == nil || r.state != "sending" {
			continue
		}
		r.reason, r.due = s.Reason, s.NotBefore
		switch s.Outcome {
		case bot.Sent:
			r.state, r.external = "sent", s.ExternalID
		case bot.Malformed:
			r.state = "malformed"
		case bot.Later, bot.Halted:
			r.state = "pending"
		case bot.Unknown:
			r.unknown()
		case bot.Gone:
			r.state = "gone"
			for _, o := range m.rows {
				if o.To == r.To && o.state == "pending" {
					o.state, o.reason = "skipped", "gone"
				}
			}
		}
	}
	return nil
}

func (r *stored) unknown() {
	if r.Unknowns > 0 || (r.Lane == bot.LaneBulk && !r.Part.Kind.Idempotent()) {
		r.state = "unknown"
		return
	}
	r.state = "pending"
	r.Unknowns++
}

func (m *memory) RecoverSending(ctx context.Context, l storage.Lease) (again, unknown int, err error) {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	for _, r := range m.rows {
		if r.state != "sending" {
			continue
		}
		if r.unknown(); r.state == "pending" {
			again++
		} else {
			unknown++
		}
	}
	return again, unknown, nil
}

func (m *memory) Expire(ctx context.Context, l storage.Lease, older time.Duration) (n int, err error) {
	done, err := m.begin(ctx, &l)
	if err != nil {
		return 0, err
	}
	defer done()
	for _, r := range m.rows {
		if r.state == "pending" && r.Lane != bot.LaneBulk && r.CreatedAt.Before(m.now().Add(-older)) {
			r.state = "expired"
			n++
		}
	}
	return n, nil
}

// arrival is one call of the fake messenger.
type arrival struct {
	chat, cause string
	kind        bot.PartKind
	start       time.Time
	at          time.Time // when it was on the wire's far end
	end         time.Time // zero: under way
	failed      error
}

// messenger is a Channel whose answers a test decides.
type messenger struct {
	bot.Channel
	// answer says how the nth call for the part ends; nil: sent at once.
	answer func(ctx context.Context, n int, chat, cause string) error
	// way is how long a request and its answer are on the way.
	way func() (there, back time.Duration)
	// tells is what it tells of what was sent.
	tells bot.Receipts

	mu     sync.Mutex
	calls  []*arrival
	tries  map[string]int
	signal chan struct{} // a token for every call that ended, if not nil
}

func newMessenger() *messenger { return &messenger{tries: map[string]int{}} }

func (m *messenger) Name() string            { return botName }
func (m *messenger) Admit(bot.Request) error { return nil }

func (m *messenger) Capabilities() bot.Capabilities { return bot.Capabilities{Receipts: m.tells} }

func (m *messenger) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	cause, _, _ := strings.Cut(string(p.Body), "\n")
	m.mu.Lock()
	m.tries[cause]++
	n := m.tries[cause]
	a := &arrival{chat: to.Chat, cause: cause, kind: p.Kind, start: time.Now(), at: time.Now()}
	m.calls = append(m.calls, a)
	var there, back time.Duration
	if m.way != nil {
		there, back = m.way()
	}
	m.mu.Unlock()
	if there > 0 {
		elapse(there)
		m.mu.Lock()
		a.at = time.Now()
		m.mu.Unlock()
	}
	var err error
	if m.answer != nil {
		err = m.answer(ctx, n, to.Chat, cause)
	}
	if back > 0 {
		elapse(back)
	}
	m.mu.Lock()
	a.end, a.failed = time.Now(), err
	m.mu.Unlock()
	if m.signal != nil {
		m.signal <- struct{}{}
	}
	if err != nil {
		return "", err
	}
	return "id-" + cause, nil
}

// log returns copies of the calls, by their start.
func (m *messenger) log() []arrival {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]arrival, len(m.calls))
	for i, a := range m.calls {
		out[i] = *a
	}
	slices.SortStableFunc(out, func(a, b arrival) int { return cmp.Compare(a.start.UnixNano(), b.start.UnixNano()) })
	return out
}

func (m *messenger) causes() (all []string) {
	for _, a := range m.log() {
		all = append(all, a.cause)
	}
	return all
}

// say makes a row whose body is its cause.
func say(lane bot.Lane, chat, cause string) bot.Queued {
	return bot.Queued{
		Lane: lane, To: bot.Address{Bot: botName, Chat: chat}, Cause: cause,
		Part: bot.Part{Kind: bot.Say, Body: []byte(cause)},
	}
}

func reply(chat, cause string) bot.Queued { return say(bot.LaneReply, chat, cause) }

func many(lane bot.Lane, n, chats int) (rows []bot.Queued) {
	for i := range n {
		rows = append(rows, say(lane, fmt.Sprintf("c%d", i%chats), fmt.Sprintf("%s-%d", lane, i)))
	}
	return rows
}

// long makes the rows' parts as large as parts can be.
func long(rows []bot.Queued) []bot.Queued {
	for i := range rows {
		rows[i].Part.Body = append(rows[i].Part.Body, bytes.Repeat([]byte{'\n'}, 48<<10)...)
	}
	return rows
}

// rig is a sender with its surroundings.
type rig struct {
	store  *memory
	ch     *messenger
	held   *HeldLease
	conf   Config
	tenure *tenure
	done   chan error // what Run gave
	cold   bool       // not known yet whether the messenger answers
}

func newRig() *rig {
	r := &rig{store: newMemory(), ch: newMessenger()}
	r.conf = Config{Channel: r.ch, Store: r.store}
	r.held = newHeldLease(r.store.lease, true, 1e6*time.Hour, time.Now())
	return r
}

// start runs the sender; stop ends it and gives what Run gave.
func (r *rig) start() (wake func(), stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := New(r.conf)
	r.tenure = newTenure(ctx, s, r.held)
	r.tenure.gate.proven = !r.cold
	r.done = make(chan error, 1)
	go func() { r.done <- r.tenure.run(ctx) }()
	return func() { s.Wake() }, func() error {
		cancel()
		return <-r.done
	}
}

// elapse lets the fake time of a bubble pass.
func elapse(d time.Duration) {
	if d > 0 { // the race detector falls over many timers that are due at once
		<-time.After(d)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
