package dialog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
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
// only the row at fault pays. What fresh holds of their chats need not be read.
// With weigh, rows whose questions are to be weighed first are given back.
func (w *Worker) turns(stop context.Context, lease storage.Lease, rows []storage.InboxRow, fresh map[bot.Address]storage.Loaded, weigh bool) (*open, error) {
	ctx, cancel := bounded(stop)
	defer cancel()
	o, err := w.batch(ctx, lease, rows, fresh, weigh)
	if err != nil {
		return nil, w.singly(ctx, lease, rows, err)
	}
	return o, nil
}

// bounded gives a context for work that is finished once begun: a stop does not
// cut it, it only gives it less time.
func bounded(stop context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(stop), turnsTimeout)
	off := context.AfterFunc(stop, func() { time.AfterFunc(stopTimeout, cancel) })
	return ctx, func() { off(); cancel() }
}

// singly makes the turns of a batch that failed one by one.
func (w *Worker) singly(ctx context.Context, lease storage.Lease, rows []storage.InboxRow, failed error) error {
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
func (w *Worker) batch(ctx context.Context, lease storage.Lease, rows []storage.InboxRow, fresh map[bot.Address]storage.Loaded, weigh bool) (*open, error) {
	begun := w.Now()
	situations, err := w.situations(ctx, rows, fresh)
	if err != nil {
		return nil, err
	}
	var o *open
	if weigh {
		rows, situations, o = w.setAside(rows, situations)
	}
	return o, w.commit(ctx, lease, begun, rows, situations)
}

// commit decides the turns of the rows and writes them.
func (w *Worker) commit(ctx context.Context, lease storage.Lease, begun time.Time, rows []storage.InboxRow, situations []Situation) (err error) {
	if len(rows) == 0 {
		return nil
	}
	writes := make([]storage.TurnWrite, len(rows))
	said := false
	for i, s := range situations {
		if writes[i], err = w.turn(lease.Bot, s); err != nil {
			return fmt.Errorf("update %s: %w", rows[i].ID, ownError{err})
		}
		said = said || len(writes[i].Outbox) > 0
	}
	leaving, err := w.Store.CommitTurns(ctx, lease, writes)
	if err != nil {
		return fmt.Errorf("commit turns: %w", err)
	}
	w.Metrics.turned(lease.Bot, len(rows), w.Now().Sub(begun))
	w.note(lease.Bot, situations)
	if w.Turned != nil {
		w.Turned(situations, writes)
	}
	if said {
		w.Sent(leaving)
	}
	return nil
}

// note shows what no conversation answers, once its turn is committed. A
// message that a device refused after the messenger took it is not sent again;
// when it is for its buttons, those are our own doing and want mending.
func (w *Worker) note(name string, situations []Situation) {
	for _, s := range situations {
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

// situations decodes the rows and reads, in one go, what their turns may know.
func (w *Worker) situations(ctx context.Context, rows []storage.InboxRow, fresh map[bot.Address]storage.Loaded) ([]Situation, error) {
	situations := make([]Situation, len(rows))
	var addresses []bot.Address
	for i, row := range rows {
		events, err := w.decode(row)
		if err != nil {
			return nil, fmt.Errorf("update %s: %w", row.ID, ownError{err})
		}
		situations[i] = Situation{Inbox: row.ID, Received: row.ReceivedAt, Waited: row.Waited, Events: events, Greeted: row.Greeted}
		a := bot.Address{Bot: row.Bot, Chat: row.Chat}
		if l, ok := fresh[a]; ok {
			situations[i].Loaded = l
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
	for i, row := range rows {
		s := &situations[i]
		if l, ok := loaded[bot.Address{Bot: row.Bot, Chat: row.Chat}]; ok {
			s.Loaded = l
		}
		s.Content, s.Hours, s.Now = snapshot, hours, now
	}
	return situations, w.chatsOf(ctx, situations)
}

// decode tells what happened in a row. A panic of a decoder is that row's
// failure and nobody else's.
func (w *Worker) decode(row storage.InboxRow) (events []bot.Event, err error) {
	defer recovered(&err)
	if row.Source == storage.SourceChannel {
		return w.Channel.Decode(bot.Update{Bot: row.Bot, ID: row.ID, Chat: row.Chat, Payload: row.Payload})
	}
	var e bot.Event
	if err := json.Unmarshal(row.Payload, &e); err != nil {
		return nil, fmt.Errorf("decode own event: %w", err)
	}
	return []bot.Event{e}, nil
}

// turn decides one turn and renders what it says.
func (w *Worker) turn(name string, s Situation) (write storage.TurnWrite, err error) {
	defer recovered(&err)
	r, err := w.Director.Turn(s)
	if err != nil {
		return storage.TurnWrite{}, err
	}
	write = r.Write
	write.Bot = name
	cause := "turn/" + s.Inbox
	if write.Erase != nil { // the update's id would tell whose words these were
		cause = storage.LastWords + w.Director.NewID()
	}
	for n, said := range r.Said {
		rows, err := bot.Queue(w.Channel, bot.Outgoing{
			Lane: bot.LaneReply, To: r.To, Message: said.Message, Cause: fmt.Sprintf("%s/%d", cause, n),
		})
		if err != nil {
			return storage.TurnWrite{}, err
		}
		write.Outbox = append(write.Outbox, rows...)
	}
	return write, nil
}

// park puts the row aside and calls a human to its chat.
func (w *Worker) park(ctx context.Context, lease storage.Lease, row storage.InboxRow) error {
	write := storage.TurnWrite{Bot: row.Bot, InboxID: row.ID, Park: "failed " + fmt.Sprint(maxTries) + " times"}
	address := bot.Address{Bot: row.Bot, Chat: row.Chat}
	loaded, err := w.Store.LoadTurns(ctx, []bot.Address{address})
	if err != nil { // a chat that cannot be read must not keep its update from being put aside
		w.Log.Error("the chat of a parked update is not readable", "bot", row.Bot, "update", row.ID, "err", err)
	}
	if l := loaded[address]; l.Contact.ID != "" && l.Ticket == nil {
		write.Open = &bot.Ticket{
			ID: w.Director.NewID(), Address: address, Contact: l.Contact.ID,
			State: bot.TicketWaiting, Reason: bot.ReasonPoisoned, OpenedAt: w.Now(),
		}
	}
	if _, err := w.Store.CommitTurns(ctx, lease, []storage.TurnWrite{write}); err != nil {
		return fmt.Errorf("park update: %w", err)
	}
	w.Metrics.parked.WithLabelValues(row.Bot).Inc()
	w.Log.Error("update parked", "bot", row.Bot, "update", row.ID, "operator_called", write.Open != nil)
	return nil
}

// recovered makes an error of a panic. The value may hold what a person wrote,
// so only where it happened is told.
func recovered(err *error) {
	if p := recover(); p != nil {
		kind := fmt.Sprintf("%T", p)
		*err = fmt.Errorf("panic (%s) at %s", kind, debug.Stack())
	}
}
