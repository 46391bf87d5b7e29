package storage

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
)

// batch is what the turns of one bot write together, by noun. The commit is a
// loop over the nouns, so something new that a turn writes is one field of
// TurnWrite and one line in newBatch.
type batch struct {
	bot   string
	turns []TurnWrite
	nouns []noun // in the order in which they are written
	// Those of which plain turns write.
	conversations *rowsOf[bot.Conversation]
	history       *rowsOf[bot.Entry]
	questions     *rowsOf[bot.Question]
	outbox        *rowsOf[reply]
	skipped       *rowsOf[struct{}]
	// Those that the commit itself asks about.
	receipts *rowsOf[Receipt]
	erased   *rowsOf[Person]
	// Those of people who are new, or known for something else than before.
	met, consents, concerned noun

	chats  map[string]string // of the turns by the ids of their inbox rows, once those are finished
	fresh  []string          // contacts who are new
	moved  []string          // those of whom something is different that a segment may ask about
	said   map[message]int64 // the keys of the rows of the history
	queued []enqueued        // the outbox as it was written
	woken  []string          // the topics that tell others what was put before them
}

// noun is one thing that turns write.
type noun interface {
	take(w *TurnWrite)
	takes(w *TurnWrite) bool // anything
	empty() bool
	// write writes what was taken, in as few statements as there can be.
	write(ctx context.Context, t *Tx, b *batch) error
}

// rowsOf is a noun: its writer, and what adds to its rows what of a turn's write is of it.
type rowsOf[T any] struct {
	put func(*Tx, context.Context, *batch, []T) error
	add func(all []T, w *TurnWrite) []T
	all []T
}

// gather makes a noun of which a turn writes any number.
func gather[T any](put func(*Tx, context.Context, *batch, []T) error, of func(*TurnWrite) []T) *rowsOf[T] {
	return &rowsOf[T]{put: put, add: func(all []T, w *TurnWrite) []T { return append(all, of(w)...) }}
}

// gatherOne makes a noun of which a turn writes one, or nil.
func gatherOne[T any](put func(*Tx, context.Context, *batch, []T) error, of func(*TurnWrite) *T) *rowsOf[T] {
	return &rowsOf[T]{put: put, add: func(all []T, w *TurnWrite) []T {
		if one := of(w); one != nil {
			return append(all, *one)
		}
		return all
	}}
}

func (r *rowsOf[T]) take(w *TurnWrite)       { r.all = r.add(r.all, w) }
func (r *rowsOf[T]) takes(w *TurnWrite) bool { return len(r.add(nil, w)) > 0 }
func (r *rowsOf[T]) empty() bool             { return len(r.all) == 0 }

func (r *rowsOf[T]) write(ctx context.Context, t *Tx, b *batch) error {
	if len(r.all) == 0 {
		return nil
	}
	return r.put(t, ctx, b, r.all)
}

// newBatch takes the turns of the bot apart.
func newBatch(l Lease, turns []TurnWrite) *batch {
	b := &batch{
		bot: l.Bot, turns: turns,
		conversations: gatherOne(alone((*Tx).putConversations), func(w *TurnWrite) *bot.Conversation { return w.Conversation }),
		history:       gather((*Tx).putHistory, func(w *TurnWrite) []bot.Entry { return w.History }),
		questions:     gather(alone((*Tx).putQuestions), func(w *TurnWrite) []bot.Question { return w.Questions }),
		outbox:        &rowsOf[reply]{put: (*Tx).putReplies, add: l.addReplies},
		skipped:       gatherOne((*Tx).endSkipped, func(w *TurnWrite) *struct{} { return only(len(w.Outbox) > 0 && w.Erase == nil, &struct{}{}) }),
		receipts:      gather((*Tx).putReceipts, func(w *TurnWrite) []Receipt { return w.Receipts }),
		erased:        gatherOne(alone((*Tx).eraseAll), func(w *TurnWrite) *Person { return w.Erase }),
		met:           gatherOne((*Tx).meet, contactOf),
		consents:      gather(alone((*Tx).addConsents), func(w *TurnWrite) []bot.Consent { return w.Consents }),
		concerned:     gatherOne((*Tx).concernMet, contactOf),
	}
	b.nouns = []noun{
		b.met,
		b.consents,
		b.conversations,
		b.concerned, // a segment may ask where somebody is reached
		b.history,
		gather((*Tx).askFetches, func(w *TurnWrite) []Fetch { return w.Fetches }),
		gatherOne((*Tx).closeTickets, func(w *TurnWrite) *string { return only(w.CloseTicket != "", &w.CloseTicket) }),
		gatherOne(alone((*Tx).openTickets), func(w *TurnWrite) *bot.Ticket { return w.Open }),
		gather((*Tx).setTimers, timersOf),
		b.questions,
		gatherOne((*Tx).cancelBulk, func(w *TurnWrite) *string { return only(w.CancelBulk, &w.InboxID) }),
		gatherOne(alone((*Tx).silence), func(w *TurnWrite) *TurnWrite { return only(w.Silence, w) }),
		b.outbox,
		b.receipts,
		// The outbox is written before the ledger, as it is where an outcome is recorded.
		gather((*Tx).putTellings, func(w *TurnWrite) []bot.Telling { return w.Tellings }),
		b.skipped,
		// The outbox is written before a ticket that goes on, as it is where an outcome is recorded.
		gatherOne(alone((*Tx).showTickets), func(w *TurnWrite) *TicketShown { return w.Shown }),
		gatherOne(alone((*Tx).showElsewhere), func(w *TurnWrite) *string { return only(w.Elsewhere != "", &w.Elsewhere) }),
		gatherOne(alone((*Tx).putRatings), func(w *TurnWrite) *bot.Rating { return w.Rating }),
		gather(alone((*Tx).react), func(w *TurnWrite) []Reaction { return w.Reactions }),
		gather(alone((*Tx).mark), func(w *TurnWrite) []LedgerMark { return w.Marks }),
		gather(alone((*Tx).follow), func(w *TurnWrite) []LedgerFollow { return w.Follows }),
		gatherOne((*Tx).keepForgotten, func(w *TurnWrite) *string { return only(w.Conversation == nil && w.Erase == nil, &w.InboxID) }),
		gatherOne(each((*Tx).rejoin), func(w *TurnWrite) *TurnWrite {
			return only(w.Join != nil || w.Split != nil || w.Phone != nil || w.Offer != nil, w)
		}),
		gatherOne(each((*Tx).stillThere), func(w *TurnWrite) *TurnWrite { return only(w.Erase != nil && w.Seen != 0, w) }),
		b.erased,
		gather((*Tx).putLastWords, lastWordsOf), // after the erasure, which would take them along
		gatherOne(each((*Tx).relay), func(w *TurnWrite) *TurnWrite { return only(len(w.Relays) > 0, w) }),
		gatherOne(each((*Tx).followStaffLink), func(w *TurnWrite) *TurnWrite { return only(w.LinkStaff != "", w) }), // it ends with the audit
	}
	// Nearly all move a conversation on, note what came in and what was said, and say it.
	b.conversations.all, b.history.all, b.outbox.all = make([]bot.Conversation, 0, len(turns)), make([]bot.Entry, 0, 2*len(turns)), make([]reply, 0, len(turns))
	for _, n := range b.nouns {
		for i := range turns {
			n.take(&turns[i])
		}
	}
	return b
}

// write writes everything but the inbox.
func (b *batch) write(ctx context.Context, t *Tx) error {
	for _, n := range b.nouns {
		if err := n.write(ctx, t, b); err != nil {
			return err
		}
	}
	return nil
}

// plain reports whether the turns write nothing that plainTurns does not: conversations move
// on, and every noun without a part in that statement is empty. With people, they may also be
// of people who are new or known for something else, whose nouns write what that means.
func (b *batch) plain(people bool) bool {
	for i := range b.turns {
		if !b.turns[i].plain(people) {
			return false
		}
	}
	return !slices.ContainsFunc(b.nouns, func(n noun) bool { return !b.isPlain(n, people) && !n.empty() })
}

// plain reports whether the turn is so but for its nouns.
func (w *TurnWrite) plain(people bool) bool {
	if w.Conversation == nil || w.Conversation.Version == 1 && !people || w.Park != "" || w.Seen != 0 {
		return false
	}
	for _, q := range w.Outbox { // what is skipped ends at once
		if w.Conversation.Reach == bot.Blocked || q.To != w.Conversation.Address || q.Lane != bot.LaneReply || q.Tells {
			return false
		}
	}
	return !slices.ContainsFunc(w.History, func(e bot.Entry) bool { return e.Address != w.Conversation.Address })
}

func (b *batch) isPlain(n noun, people bool) bool {
	switch n {
	case b.conversations, b.history, b.questions, b.outbox, b.skipped:
		return true
	case b.met, b.consents, b.concerned:
		return people
	}
	return false
}

// parted parts the turns into those that are plain by themselves, also with people, and the others.
func (b *batch) parted() (plain, others []TurnWrite) {
	for i := range b.turns {
		w := &b.turns[i]
		if w.plain(true) && !slices.ContainsFunc(b.nouns, func(n noun) bool { return !b.isPlain(n, true) && n.takes(w) }) {
			plain = append(plain, *w)
		} else {
			others = append(others, *w)
		}
	}
	return plain, others
}

// leaving returns what may leave now. What was said before to people who are
// forgotten is gone with them.
func (b *batch) leaving() []OutboxRow {
	if !b.erased.empty() {
		return nil
	}
	return ready(b.outbox.all, b.queued)
}

// chat is that of the turn with the inbox row; "" when it has none.
func (b *batch) chat(inbox string) string { return b.chats[clean(inbox)] }

// alone makes a writer of what needs nothing else of the batch.
func alone[T any](put func(*Tx, context.Context, []T) error) func(*Tx, context.Context, *batch, []T) error {
	return func(t *Tx, ctx context.Context, _ *batch, all []T) error { return put(t, ctx, all) }
}

// each makes a writer of what is written one by one.
func each[T any](put func(*Tx, context.Context, *batch, T) error) func(*Tx, context.Context, *batch, []T) error {
	return func(t *Tx, ctx context.Context, b *batch, all []T) error {
		for _, one := range all {
			if err := put(t, ctx, b, one); err != nil {
				return err
			}
		}
		return nil
	}
}

// only returns the value where it is wanted.
func only[T any](wanted bool, v *T) *T {
	if !wanted {
		return nil
	}
	return v
}

func contactOf(w *TurnWrite) *bot.Contact { return w.Contact }

func (t *Tx) meet(ctx context.Context, b *batch, all []bot.Contact) (err error) {
	var renamed []string
	if b.fresh, b.moved, renamed, err = t.putContacts(ctx, all); err != nil {
		return err
	}
	return t.markSearch(ctx, false, append(renamed, b.fresh...)...)
}

func (t *Tx) concernMet(ctx context.Context, b *batch, _ []bot.Contact) error {
	if err := t.concernNew(ctx, b.fresh); err != nil {
		return err
	}
	return t.concern(ctx, b.moved)
}

func (t *Tx) eraseAll(ctx context.Context, people []Person) error {
	for _, p := range people {
		if err := t.Erase(ctx, p); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}
