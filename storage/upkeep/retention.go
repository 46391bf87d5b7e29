package upkeep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
)

const (
	// removeShare spaces the batches: for each moment of work, so many of rest.
	removeShare = 4
	leastRest   = 20 * time.Millisecond
	// removeEvery is the time between runs, over all replicas; removeAtMost is
	// how long one lasts, so that no two of them meet.
	removeEvery  = time.Minute
	removeAtMost = 50 * time.Second
	// pageOfChats is how many chats are looked through at once for old history,
	// and walkEvery how often all of them are: a day more or less is nothing to it.
	pageOfChats = 500
	walkEvery   = time.Hour

	// remover is the lease of whoever removes. No bot has such a name.
	remover = "~retention"
)

// retained is a kind of rows that are removed some time after they are over.
type retained struct {
	what    string        // in settings ("keep.<what>") and figures
	keep    time.Duration // where fixed; otherwise the setting says it
	fixed   bool          // no setting changes it
	removes string        // removes at most db.RemoveAtOnce rows older than $1, by the database's clock
	more    []any         // the values of $2 and so on
}

const day = 24 * time.Hour

// The conditions on the state are those of the indexes, word for word, as SQLite
// needs it, and they stand twice, for the row may have changed when its turn
// comes: a replayed update must not be removed with the parked ones. The limit
// stands in the text for PostgreSQL to plan with.
var (
	removeDone   = removal("inbox", "bot, id", "settled_at", "octet_length(payload)", `state = 'done' AND settled_at < {now} - $1`)
	removeParked = removal("inbox", "bot, id", "settled_at", "octet_length(payload)", `state = 'parked' AND settled_at < {now} - $1`)
	removeStray  = removal("inbox", "bot, id", "settled_at", "octet_length(payload)", `state = 'parked' AND chat = '' AND settled_at < {now} - $1`)
	removeSent   = removal("outbox", "bot, chat, cause", "sent_at", "octet_length(body)", `state = 'sent' AND lane = $2 AND sent_at < {now} - $1`)
	removeUnsent = removal("outbox", "bot, chat, cause", "id", "octet_length(body)",
		`state IN ('gone', 'malformed', 'expired', 'unknown', 'skipped') AND lane = $2 AND id < {now} - $1 AND not_before < {now} - $1`)
	removeTickets   = removal("tickets", "bot, id", "closed_at", "0", `state = 'closed' AND closed_at < {now} - $1`)
	removeRatings   = removal("ratings", "bot, ticket", "asked_at", "0", `asked_at < {now} - $1`)
	removeReceipts  = removal("receipts", "bot, chat, message, kind", "received_at", "0", `received_at < {now} - $1`)
	removeQuestions = removal("questions", "bot, chat, cause", "at", "octet_length(text)", `at < {now} - $1`)
	removeLines     = removal("webchat_lines", "bot, chat, seq", "seq", "octet_length(body)", `seq < {now} - $1`)
	removeSessions  = removal("sessions", "id", "ended_at", "0", `ended_at > 0 AND ended_at < {now} - $1`)
	removeCodes     = removal("staff_codes", "hash", "open_until", "0", `open_until < {now} - $1`)
	removeAttempts  = removal("attempts", "subject", "last_at", "0", `last_at < {now} - $1`)
	removeDevices   = removal("devices", "id, user_id", "used_at", "0", `used_at < {now} - $1`)
	// A draft counts what its user has sent of it, so it outlives an open ticket.
	removeDrafts = removal("drafts", "ticket, user_id", "updated_at", "octet_length(text) + octet_length(files)",
		`updated_at < {now} - $1 AND ticket NOT IN (SELECT id FROM tickets WHERE state <> 'closed')`)
	// Rejected rows leave with what their import holds.
	removeRejected = fmt.Sprintf(`
DELETE FROM import_rows WHERE (import, line) IN (SELECT r.import, r.line FROM imports i JOIN import_rows r ON r.import = i.id
WHERE i.state NOT IN ('checking', 'running') AND i.made_at < {now} - $1 LIMIT %d)`, db.RemoveAtOnce)
	emptyImports = `
UPDATE imports SET file = '' WHERE file <> '' AND made_at < {now} - $1
	AND NOT EXISTS (SELECT 1 FROM files f WHERE f.bot = '~import' AND f.chat = imports.id AND f.key = imports.file)`
	removeImports = removal("imports", "id", "made_at", "0", `made_at < {now} - $1`)
	removeAnswers = removal("idempotency", "id", "created_at", "octet_length(body)", `created_at < {now} - $1`)
)

// ofBroadcasts leaves alone what no recipient stands for.
func ofBroadcasts(removes string) string {
	return strings.Replace(removes, "lane = $2 AND", "lane = $2 AND broadcast <> '' AND", 1)
}

// removal finds the oldest rows by the index on their age and removes those by
// their keys. The zeros keep both databases from looking by age a second time,
// through all that is old and not only this batch.
func removal(table, key, by, size, old string) string {
	still := strings.NewReplacer(by+" <", by+" + 0 <", "lane =", "lane + 0 =").Replace(old)
	columns := key
	if !slices.Contains(strings.Split(key, ", "), by) {
		columns += ", " + by
	}
	return fmt.Sprintf("DELETE FROM %s WHERE (%s) IN (%s) AND %s", table, key, db.AtMost(key, by, fmt.Sprintf(`
	SELECT %s, %s AS size FROM %s WHERE %s ORDER BY %s LIMIT %d`, columns, size, table, old, by, db.RemoveAtOnce)), still)
}

// kinds is everything that is ever removed by its age, except history, files and
// visitors. What is not here stays: the people we may write to, the ledger and
// the tellings it sums up, which are the proof of notice, the renderings, content, staff, and the audit, which nothing can take
// from.
//
// What became of each recipient of a broadcast stands with the recipients, so its
// messages leave as early as replies. Other announcements stay as long as history:
// their rows are the only record of what became of them.
func kinds() []retained {
	return []retained{
		{what: "inbox", keep: storage.RawKept, fixed: true, removes: removeDone},
		{what: "parked", removes: removeParked},
		// Nobody knows whose these are, so no erasure and no export finds them.
		{what: "parked", keep: 30 * day, fixed: true, removes: removeStray},
		{what: "replies", keep: storage.RawKept, fixed: true, removes: removeSent, more: []any{bot.LaneReply}},
		{what: "replies", keep: storage.RawKept, fixed: true, removes: removeUnsent, more: []any{bot.LaneReply}},
		{what: "replies", keep: storage.RawKept, fixed: true, removes: removeSent, more: []any{bot.LaneDesk}},
		{what: "replies", keep: storage.RawKept, fixed: true, removes: removeUnsent, more: []any{bot.LaneDesk}},
		{what: "broadcasts", keep: storage.RawKept, fixed: true, removes: ofBroadcasts(removeSent), more: []any{bot.LaneBulk}},
		{what: "broadcasts", keep: storage.RawKept, fixed: true, removes: ofBroadcasts(removeUnsent), more: []any{bot.LaneBulk}},
		{what: "announcements", removes: removeSent, more: []any{bot.LaneBulk}},
		{what: "announcements", removes: removeUnsent, more: []any{bot.LaneBulk}},
		{what: "tickets", removes: removeTickets},
		{what: "tickets", removes: removeRatings},
		{what: "questions", removes: removeQuestions},
		{what: "receipts", keep: storage.EarlyReceiptsKept, fixed: true, removes: removeReceipts},
		{what: "webchat", removes: removeLines},
		{what: "sessions", keep: storage.SessionsKept, fixed: true, removes: removeSessions},
		{what: "codes", keep: day, fixed: true, removes: removeCodes},
		{what: "attempts", keep: storage.AttemptsKept, fixed: true, removes: removeAttempts},
		{what: "browsers", keep: storage.DevicesKept, fixed: true, removes: removeDevices},
		{what: "drafts", keep: storage.DraftsKept, fixed: true, removes: removeDrafts},
		{what: "imports", keep: storage.ImportFilesKept, fixed: true, removes: removeRejected},
		{what: "imports", keep: storage.ImportFilesKept, fixed: true, removes: emptyImports},
		{what: "imports", keep: storage.ImportsKept, fixed: true, removes: removeImports},
		{what: "idempotency", keep: storage.AnswersKept, fixed: true, removes: removeAnswers},
	}
}

const history = "history"

// Retention removes rows whose time is over, in small batches with rests
// between them. Of all replicas one does it at a time. The file of a SQLite
// database does not shrink by it: the next rows take the free pages.
type Retention struct {
	// Visited are the bots whose people cannot be written to once they are gone:
	// web chats.
	Visited []string

	store   *storage.Store
	owner   string
	removed func(what string, rows int)
	walked  time.Time   // when all chats had been looked through
	at      bot.Address // the last chat looked through

	visitorsSeen time.Time   // when all chats had been looked through for visitors
	visitor      bot.Address // the last chat looked through for them
}

// NewRetention makes the remover of one process. removed is told of every batch.
func NewRetention(s *storage.Store, owner string, removed func(what string, rows int)) *Retention {
	return &Retention{store: s, owner: owner, removed: removed}
}

// Run removes what is due, for less than a minute; call it every minute. It
// does nothing while another replica does it. A setting that cannot be read
// keeps its rows, and is part of the error.
func (r *Retention) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, removeAtMost)
	defer cancel()
	// Kept until it runs out, so that the others wait their minute too.
	_, _, ours, err := r.store.Acquire(ctx, remover, r.owner, removeEvery)
	if err != nil || !ours {
		return doing("remove old rows", err)
	}
	var errs []error
	failed := func(what string, err error) {
		if ctx.Err() == nil { // else the next run goes on
			errs = append(errs, doing("remove old "+what, err))
		}
	}
	failed("sessions", r.store.EndRunOut(ctx)) // before they are counted from their end
	for _, k := range kinds() {
		keep, ever, err := r.keep(ctx, k)
		if err == nil && ever {
			err = r.batches(ctx, k.what, func() (int, error) {
				return r.remove(ctx, k.removes, append([]any{keep}, k.more...)...)
			})
		}
		failed(k.what, err)
	}
	for _, k := range fileKinds() {
		failed(k.what, r.files(ctx, k))
	}
	failed(history, r.walk(ctx))
	failed(visitors, r.forgetVisitors(ctx))
	return errors.Join(errs...)
}

// keep tells how long the kind is kept; ever is false for one that is never removed.
func (r *Retention) keep(ctx context.Context, k retained) (keep time.Duration, ever bool, err error) {
	if k.fixed {
		return k.keep, true, nil
	}
	known, ok := storage.NumberSettingOf("keep." + k.what)
	if !ok {
		return 0, false, fmt.Errorf("no setting says how long %s are kept", k.what)
	}
	days := known.Usual
	value, set, err := r.store.Setting(ctx, known.Name)
	if err != nil {
		return 0, false, err
	}
	if set {
		if days, ever, err = known.Read(value); err != nil || !ever {
			return 0, false, err
		}
	}
	return time.Duration(days) * day, true, nil
}

// batches calls remove until it finds no more, and rests after each call.
func (r *Retention) batches(ctx context.Context, what string, remove func() (int, error)) error {
	for {
		began := time.Now()
		n, err := remove()
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		r.removed(what, n)
		if err := rest(ctx, time.Since(began)); err != nil {
			return err
		}
	}
}

// rest waits as long as work that took so long asks for.
func rest(ctx context.Context, took time.Duration) error {
	t := time.NewTimer(max(leastRest, removeShare*took))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (r *Retention) remove(ctx context.Context, query string, values ...any) (n int, err error) {
	err = r.store.DB().InTx(ctx, func(c db.Conn) error {
		n, err = c.Exec(ctx, query, values...)
		return err
	})
	return n, err
}

// History is large and stays for long, and an index on its age would cost each
// turn something. It is keyed by chat and then by age, so it is looked through
// chat by chat.
const (
	chatsAfter = `
SELECT bot, chat FROM conversations WHERE (bot, chat) > ($1, $2) AND joined_at < {now} - $3
ORDER BY bot, chat LIMIT $4`

	removeHistory = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
DELETE FROM history WHERE (bot, chat, id, cause) IN (
	SELECT h.bot, h.chat, h.id, h.cause FROM v JOIN history h
	ON h.bot = v.bot AND h.chat = v.chat AND h.id < {now} - $1 LIMIT $2)`
)

// walk looks through the chats for old history, from where the last run ended.
func (r *Retention) walk(ctx context.Context) error {
	if !r.walked.IsZero() && time.Since(r.walked) < walkEvery {
		return nil
	}
	keep, ever, err := r.keep(ctx, retained{what: history})
	if err != nil || !ever {
		return err
	}
	for {
		began := time.Now()
		var chats []struct {
			Bot  string `db:"bot"`
			Chat string `db:"chat"`
		}
		if err := r.store.DB().Reader().Select(ctx, &chats, chatsAfter, r.at.Bot, r.at.Chat, keep, pageOfChats); err != nil {
			return err
		}
		if len(chats) == 0 {
			r.at, r.walked = bot.Address{}, time.Now()
			return nil
		}
		took := time.Since(began)
		rows := make([][]any, len(chats))
		for i, c := range chats {
			rows[i] = []any{c.Bot, c.Chat}
		}
		err := r.batches(ctx, history, func() (n int, err error) {
			err = r.store.DB().InTx(ctx, func(c db.Conn) error {
				n, err = c.ExecRows(ctx, removeHistory, []any{keep, db.RemoveAtOnce}, rows)
				return err
			})
			return n, err
		})
		if err != nil {
			return err
		}
		last := chats[len(chats)-1]
		r.at = bot.Address{Bot: last.Bot, Chat: last.Chat}
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}
