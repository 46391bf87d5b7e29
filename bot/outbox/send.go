package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"visnyk/bot"
)

// ended is a send that is over, or that never started.
type ended struct {
	row        *row // nil: a probe
	started    bool
	start, end time.Time
	id         string         // the messenger's, when failed is nil
	failed     *bot.SendError // nil: sent
}

// waitMost bounds what a messenger may ask us to wait: more is an error of its.
const waitMost = 24 * time.Hour

var (
	errPanic    = errors.New("the channel panicked")
	errNoReason = errors.New("no reason given")
)

// fly has a row carried by one of as many goroutines as there are sends at once: one that
// has sent before has its stack already, which a goroutine for each message would have to
// grow anew.
func (t *tenure) fly(ctx context.Context, r *row) {
	t.departs <- r // there is room for all that may fly
	if t.carriers < t.flying {
		t.carriers++
		go t.carryAll(ctx)
	}
}

// carryAll carries one row after the other, until the tenure ends.
func (t *tenure) carryAll(ctx context.Context) {
	for r := range t.departs {
		t.carry(ctx, r)
	}
}

// carry sends one claimed row, if the gate still lets it.
func (t *tenure) carry(ctx context.Context, r *row) {
	e := ended{row: r}
	if now := time.Now(); t.gate.allows(now) {
		e.started, e.start = true, now
		id, err := t.send(ctx, r)
		e.end = time.Now()
		e.id, e.failed = clean(id), t.otherwise(r, asSendError(err))
		t.gate.judge(r.To.Chat, e.start, e.end, e.failed)
	}
	t.returned.put(e)
}

// otherwise shows that a message went in another form than it was written, which
// is sent for all that.
func (t *tenure) otherwise(r *row, failed *bot.SendError) *bot.SendError {
	if failed == nil || failed.Outcome != bot.Sent {
		return failed
	}
	t.log.Warn("the messenger refused a message as it was written and took it in another form",
		"outgoing", r.ID, "lane", r.Lane.String(), "err", reason(failed.Err))
	return nil
}

// probe asks whether sending works. It is the body of a goroutine of its own.
func (t *tenure) probe(ctx context.Context) {
	if start := time.Now(); t.gate.allows(start) {
		_, err := t.call(ctx, 0, func(ctx context.Context) (string, error) { return "", t.prober.Probe(ctx) })
		t.gate.probed(start, time.Now(), asSendError(err))
	}
	t.returned.put(ended{})
}

// send sends a row's part and gives the messenger's id of it.
func (t *tenure) send(ctx context.Context, r *row) (id string, err error) {
	return t.call(ctx, r.ID, func(ctx context.Context) (string, error) { return t.Channel.Send(ctx, r.To, r.Part) })
}

// call calls the channel. A panic there is one message's misfortune: what it had
// done before is not known.
func (t *tenure) call(ctx context.Context, outgoing int64, do func(context.Context) (string, error)) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, t.SendTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			what := fmt.Sprintf("%T", v) // its text may be a customer's
			if e, ok := v.(runtime.Error); ok {
				what = e.Error()
			}
			t.log.Error("panic while sending", "outgoing", outgoing, "err", what, "stack", string(debug.Stack()))
			id, err = "", &bot.SendError{Outcome: bot.Unknown, Err: errPanic}
		}
	}()
	return do(ctx)
}

// asSendError reads what a channel gave. Whatever it is not clear about may have
// arrived.
func asSendError(err error) *bot.SendError {
	if err == nil {
		return nil
	}
	var failed *bot.SendError
	if !errors.As(err, &failed) {
		return &bot.SendError{Outcome: bot.Unknown, Err: err}
	}
	if failed == nil {
		return &bot.SendError{Outcome: bot.Unknown, Err: errNoReason}
	}
	f := *failed
	f.After = min(max(f.After, 0), waitMost)
	switch f.Outcome {
	case bot.Sent, bot.Later, bot.Gone, bot.Malformed, bot.Unknown, bot.Halted:
	default:
		f.Outcome = bot.Unknown
	}
	if f.Err == nil {
		f.Err = errNoReason
	}
	return &f
}

// clean makes a text of the messenger fit for any database: an outcome must not
// be lost over a strange byte.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// reason is the error as the outbox keeps it.
func reason(err error) string {
	const most = 300
	s := clean(err.Error())
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}
