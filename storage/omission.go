package storage

import "visnyk/bot"

// Omission says why Enqueue did not put a part on its way.
type Omission string

// Why a part is left out. The first three stand in the row's reason, too.
const (
	OmittedBlocked     Omission = "blocked"     // the person blocked the bot, unsubscribed, or is gone
	OmittedUnreachable Omission = "unreachable" // the person only opened the chat: an announcement may not be the first word
	OmittedStopped     Omission = "stopped"     // the person asked to be sent nothing but answers
	OmittedDuplicate   Omission = "duplicate"   // the same cause to the same address was there before
)

// Omitted is a part that Enqueue left out.
type Omitted struct {
	To    bot.Address
	Cause string
	Why   Omission
}

// Enqueued reports what Enqueue did with the parts it was given.
type Enqueued struct {
	Added   int       // parts that were put on their way
	Omitted []Omitted // the others, in the order given
}

// report compares what was to be enqueued with what was written. Of equal parts
// the first is the one written.
func report(rows []bot.Queued, written []enqueued) (r Enqueued) {
	type key struct{ bot, chat, cause string }
	reasons := make(map[key]Omission, len(written))
	for _, w := range written {
		reasons[key{w.Bot, w.Chat, w.Cause}] = w.Reason
	}
	for _, q := range rows {
		k := key{clean(q.To.Bot), clean(q.To.Chat), clean(q.Cause)}
		why, fresh := reasons[k]
		if delete(reasons, k); !fresh {
			why = OmittedDuplicate
		}
		if why == "" {
			r.Added++
			continue
		}
		r.Omitted = append(r.Omitted, Omitted{To: q.To, Cause: q.Cause, Why: why})
	}
	return r
}
