package dialog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	turnsTimeout = 15 * time.Second // of one batch, so that a hanging database is seen
	stopTimeout  = 5 * time.Second  // of a batch after the service was told to stop
)

// turns makes the turns of a batch together; if that fails, one by one, so that
// only the row at fault pays. What preloaded holds of their chats need not be read.
// With weigh, rows whose questions are to be reranked first are given back.
func (w *Worker) turns(stop context.Context, lease storage.Lease, rows []*arrival, preloaded map[bot.Address]storage.Loaded, rerank bool) (*undecided, error) {
	ctx, cancel := bounded(stop)
	defer cancel()
	o, err := w.batch(ctx, lease, rows, preloaded, rerank)
	if err != nil {
		return nil, w.singly(ctx, lease, rows, err)
	}
	return o, nil
}

// bounded returns a context for work that is finished once begun: a stop does not
// cut it, it only gives it less time.
func bounded(stop context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(stop), turnsTimeout)
	off := context.AfterFunc(stop, func() { time.AfterFunc(stopTimeout, cancel) })
	return ctx, func() { off(); cancel() }
}

// singly makes the turns of a batch that failed one by one.
func (w *Worker) singly(ctx context.Context, lease storage.Lease, rows []*arrival, failed error) error {
	if errors.Is(failed, storage.ErrLeaseLost) {
		return failed
	}
	w.Log.Warn("batch failed, its turns go one by one", "bot", lease.Bot, "turns", len(rows), "err", failed)
	var first error
	for _, row := range rows { // of different chats, so one that fails holds up no other
		err := w.tryOne(ctx, lease, row)
		if errors.Is(err, storage.ErrLeaseLost) || ctx.Err() != nil {
			return cmp.Or(err, ctx.Err())
		}
		first = cmp.Or(first, err)
	}
	return first
}

// batch reads, decides and commits the turns of the rows, all or none; but for
// those that it gives back.
func (w *Worker) batch(ctx context.Context, lease storage.Lease, rows []*arrival, preloaded map[bot.Address]storage.Loaded, rerank bool) (*undecided, error) {
	begun := w.Now()
	inputs, err := w.inputs(ctx, rows, preloaded)
	if err != nil {
		return nil, err
	}
	var o *undecided
	if rerank {
		rows, inputs, o = w.setAside(rows, inputs)
	}
	return o, w.commit(ctx, lease, begun, rows, inputs)
}

// commit decides the turns of the rows and writes them.
func (w *Worker) commit(ctx context.Context, lease storage.Lease, begun time.Time, rows []*arrival, inputs []*TurnInput) (err error) {
	if len(rows) == 0 {
		return nil
	}
	writes, err := w.decide(ctx, rows, inputs)
	if err != nil {
		return err
	}
	said := slices.ContainsFunc(writes, func(t storage.TurnWrite) bool { return len(t.Outbox) > 0 })
	w.claim(writes)
	leaving, err := w.Store.CommitTurns(ctx, lease, writes)
	if err != nil {
		return fmt.Errorf("commit turns: %w", err)
	}
	w.alarm.setFor(writes)
	w.Metrics.turned(lease.Bot, len(rows), w.Now().Sub(begun))
	w.note(lease.Bot, inputs, writes)
	if w.Turned != nil {
		w.Turned(inputs, writes)
	}
	if said {
		w.Sent(leaving)
	}
	return nil
}

// claim has as many replies written claimed as the sender takes.
func (w *Worker) claim(writes []storage.TurnWrite) {
	if w.Takes == nil {
		return
	}
	n := w.Takes()
	for i := range writes {
		if n > 0 && len(writes[i].Outbox) > 0 {
			writes[i].Claim = true
			n--
		}
	}
}

// unclaim has what a commit without an answer may have written claimed wait, and read:
// nobody was handed it. Until then no other turn of its chats may be written, or its
// words would overtake these.
func (w *Worker) unclaim(ctx context.Context, lease storage.Lease, of ...*arrival) error {
	if len(of) == 0 {
		return nil
	}
	rows := make([]storage.InboxRow, len(of))
	for i, a := range of {
		rows[i] = a.InboxRow
	}
	if err := w.Store.Unclaim(ctx, lease, rows); err != nil {
		return fmt.Errorf("unclaim what may have been said: %w", err)
	}
	w.Sent(nil)
	return nil
}

// decide decides the turns of the rows. Those that tell a place in the queue are
// decided again once it is counted, which the others do not wait for: turns are
// pure.
func (w *Worker) decide(ctx context.Context, rows []*arrival, inputs []*TurnInput) ([]storage.TurnWrite, error) {
	writes := make([]storage.TurnWrite, len(rows))
	var uncounted []int
	var at []bot.Address
	for i, s := range inputs {
		write, place, err := w.turn(rows[i], s)
		if err != nil {
			return nil, fmt.Errorf("update %s: %w", rows[i].ID, ownError{err})
		}
		writes[i] = write
		if place && !s.Counted {
			uncounted = append(uncounted, i)
			at = append(at, bot.Address{Bot: rows[i].Bot, Chat: rows[i].Chat})
		}
	}
	if len(uncounted) == 0 {
		return writes, nil
	}
	ahead, err := w.Store.Ahead(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("count those who wait: %w", err)
	}
	for n, i := range uncounted {
		s := inputs[i]
		s.Desk.Ahead, s.Counted = ahead[at[n]], true
		if s.Desk.Ahead == bot.NotInLine {
			if s.Desk.Usual, err = w.Desk.Usual(ctx); err != nil {
				return nil, fmt.Errorf("how long people wait: %w", err)
			}
		}
		if writes[i], _, err = w.turn(rows[i], s); err != nil {
			return nil, fmt.Errorf("update %s: %w", rows[i].ID, ownError{err})
		}
	}
	return writes, nil
}

// note shows what no conversation answers, once its turn is committed, and what
// could not be read. A message that a device refused after the messenger took it
// is not sent again; when it is for its buttons, those are our own doing and want
// mending.
func (w *Worker) note(name string, inputs []*TurnInput, writes []storage.TurnWrite) {
	for i, s := range inputs {
		if s.Defect != nil {
			w.aside(writes[i])
		}
		for _, e := range s.Events {
			w.Metrics.happened(name, e)
			switch {
			case e.Kind != bot.Failed:
			case strings.Contains(strings.ToLower(e.Detail), "keyboard"):
				w.Log.Error("a device refused the buttons of a message", "bot", name, "update", s.Inbox)
			default:
				w.Log.Warn("a device refused a message", "bot", name, "update", s.Inbox)
			}
		}
	}
}

// inputs decodes the rows and reads, in one go, what their turns may know.
func (w *Worker) inputs(ctx context.Context, rows []*arrival, preloaded map[bot.Address]storage.Loaded) ([]*TurnInput, error) {
	inputs := make([]*TurnInput, len(rows))
	var addresses []bot.Address
	for i, row := range rows {
		events, err := row.decoded(w.Channel)
		var defect defectError
		if err != nil && !errors.As(err, &defect) {
			return nil, fmt.Errorf("update %s: %w", row.ID, ownError{err})
		}
		inputs[i] = &TurnInput{
			Inbox: row.ID, Received: row.ReceivedAt, Waited: row.Waited, Events: events, Greeted: row.Greeted, Defect: defect.error,
		}
		a := bot.Address{Bot: row.Bot, Chat: row.Chat}
		if l, ok := preloaded[a]; ok {
			inputs[i].Loaded = l
		} else if row.Chat != "" {
			addresses = append(addresses, a)
		}
	}
	loaded, err := w.Store.LoadTurns(ctx, addresses)
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	hours, err := w.Desk.Hours(ctx)
	if err != nil {
		return nil, err
	}
	snapshot, now := w.Library.Now(), w.Now()
	desk := hours.Desk(now)
	for i, row := range rows {
		s := inputs[i]
		if l, ok := loaded[bot.Address{Bot: row.Bot, Chat: row.Chat}]; ok {
			s.Loaded = l
		}
		s.Content, s.Desk, s.Now = snapshot, desk, now
	}
	if err := w.people(ctx, snapshot, inputs); err != nil {
		return nil, err
	}
	return inputs, errors.Join(w.chatsOf(ctx, inputs), w.told(ctx, inputs), w.renderingsOf(ctx, inputs), w.colleagues(ctx, inputs))
}

// turn decides one turn and renders what it says; place tells that a place in the
// queue is part of it. What the channel cannot read is put aside at once.
func (w *Worker) turn(row *arrival, s *TurnInput) (write storage.TurnWrite, place bool, err error) {
	defer recovered(&err)
	if s.Defect != nil {
		write := w.Engine.aside(s)
		write.Bot = row.Bot
		return write, false, nil
	}
	r, err := w.Engine.Turn(s)
	if err != nil {
		return storage.TurnWrite{}, false, err
	}
	write = r.Write
	write.Bot = row.Bot
	cause := "turn/" + s.Inbox
	if write.Erase != nil { // the update's id would tell whose words these were
		cause = storage.LastWords + w.Engine.NewID()
	}
	for n, said := range r.Said {
		to, ch := r.To, w.Channel
		if said.To != (bot.Address{}) {
			if to, ch = said.To, w.Channels[said.To.Bot]; ch == nil {
				continue // of a bot that is not configured any more
			}
		}
		o := bot.Outgoing{Lane: bot.LaneReply, To: to, Message: said.Message, Cause: cause + "/" + strconv.Itoa(n)}
		o.Tells = slices.ContainsFunc(write.Tellings, func(t bot.Telling) bool { return t.Cause == o.Cause })
		rows, err := bot.Queue(ch, o)
		if err != nil {
			return storage.TurnWrite{}, false, err
		}
		if to == r.To {
			for i := range rows {
				rows[i].Part.Thread = r.Thread
			}
		}
		write.Outbox = append(write.Outbox, rows...)
	}
	return write, r.Place, nil
}

// park puts the row aside and calls a human to its chat.
func (w *Worker) park(ctx context.Context, lease storage.Lease, row *arrival) error {
	address := bot.Address{Bot: row.Bot, Chat: row.Chat}
	loaded, err := w.Store.LoadTurns(ctx, []bot.Address{address})
	if err != nil { // a chat that cannot be read must not keep its update from being put aside
		w.Log.Error("the chat of a parked update is not readable", "bot", row.Bot, "update", row.ID, "err", err)
	}
	s := &TurnInput{Inbox: row.ID, Now: w.Now(), Defect: errFailed}
	if l := loaded[address]; l.Contact.ID != "" { // whom to meet may be what failed
		s.Loaded = l
	}
	write := w.Engine.aside(s)
	write.Bot = row.Bot
	if _, err := w.Store.CommitTurns(ctx, lease, []storage.TurnWrite{write}); err != nil {
		return fmt.Errorf("park update: %w", err)
	}
	w.aside(write)
	return nil
}

// aside shows that an update was put aside.
func (w *Worker) aside(write storage.TurnWrite) {
	w.Metrics.parked.WithLabelValues(write.Bot).Inc()
	w.Log.Error("update parked", "bot", write.Bot, "update", write.InboxID, "operator_called", write.Open != nil, "err", write.Park)
}

// recovered makes an error of a panic. The value may hold what a person wrote,
// so only where it happened is told.
func recovered(err *error) {
	if p := recover(); p != nil {
		kind := fmt.Sprintf("%T", p)
		*err = fmt.Errorf("panic (%s) at %s", kind, debug.Stack())
	}
}
