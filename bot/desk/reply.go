package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// ReplyMost is the longest reply, in characters.
const ReplyMost = 8000

// FilesMost is how many files go with one reply.
const FilesMost = 10

// SeenAll is ReplyTo.Seen of a writer who reads somewhere else than at the desk.
const SeenAll = math.MaxInt64

// ReplyTo is what an operator says to the customer of a ticket.
type ReplyTo struct {
	Ticket string
	// Key makes a repeated call harmless: that of the draft, or the caller's own.
	Key   string
	Words bot.Words
	Files []string // that Attach has kept
	// Again, unless "", is the cause of a reply that failed or may not have arrived:
	// its words are said once more, and Key, Words and Files do not count.
	Again string
	// Seen is the id of the newest of the customer's lines that the writer has read,
	// as Talk.Newest has it.
	Seen int64
	// What the writer has been asked, and confirms.
	LanguageOK, PriceOK bool
	// Undo is how long the words wait to be taken back.
	Undo time.Duration
}

// replied is the detail of a reply in the history.
type replied struct {
	Plain  bool          `json:"plain"`            // else its text is the Markdown subset
	Ticket string        `json:"ticket,omitempty"` // in which it was said,
	User   string        `json:"user,omitempty"`   // by whom,
	Name   bot.Bilingual `json:"name,omitzero"`    // and the name that customers know them by
	Files  []string      `json:"files,omitempty"`
	Again  string        `json:"again,omitempty"` // the cause of the reply whose words these are
}

// Reply sends the actor's words to the customer of a ticket that the actor holds, as
// they stand unless they are markup, and writes the audit. It returns the cause under
// which they stand. Beside the errors of Move a *bot.RefusedError says why they were
// not sent: they would not reach the customer (FaultCustomerAway, FaultSessionOver),
// the customer has written more than was read (FaultUnread), the language is not
// theirs (FaultOtherTongue) or it costs something (FaultPaid) and nobody has
// confirmed that, or the key was that of another reply (FaultReplyKey). Then nothing
// is written, and nothing stands as said.
func (d *Desk) Reply(ctx context.Context, a bot.Actor, r ReplyTo) (cause string, err error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return "", err
	}
	var to bot.Address
	err = d.store.InTx(ctx, func(tx *storage.Tx) error {
		held, err := tx.TicketFor(ctx, r.Ticket, bot.TicketReply, a)
		if err != nil {
			return err
		}
		to = held.Address
		cause, err = d.reply(ctx, tx, a, held, r)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reply to ticket: %w", err)
	}
	d.store.Notify("outbox:" + to.Bot)
	return cause, nil
}

func (d *Desk) reply(ctx context.Context, tx *storage.Tx, a bot.Actor, held bot.Ticket, r ReplyTo) (cause string, err error) {
	people, err := tx.TicketAddresses(ctx, held.ID)
	if err != nil {
		return "", err
	}
	detail := replied{Ticket: held.ID, User: a.User, Name: a.Name}
	cause = replyCause + r.Key
	if r.Again != "" {
		if r, err = attempt(ctx, tx, people, r); err != nil {
			return "", err
		}
		cause, detail.Again = nextAttempt(r.Again), r.Again
	}
	if err := r.valid(); err != nil {
		return "", err
	}
	detail.Plain, detail.Files = !r.Words.Markup, r.Files
	if said, _, err := saidAs(ctx, tx, people, cause); !errors.Is(err, storage.ErrNotFound) {
		return cause, same(said, r, err)
	}
	if err := d.mayLeave(ctx, tx, held, people, r); err != nil {
		return "", err
	}
	until, err := tx.HoldUntil(ctx, held.Address, r.Undo)
	if err != nil {
		return "", err
	}
	if err := d.send(ctx, tx, held.Address, people, cause, until, r); err != nil {
		return "", err
	}
	kept, err := json.Marshal(detail)
	if err != nil {
		return "", fmt.Errorf("encode history: %w", err)
	}
	if err := tx.AddHistory(ctx, []bot.Entry{{
		Address: held.Address, Out: true, Cause: cause, Kind: replyKind, Text: r.Words.Text, Detail: kept,
	}}); err != nil {
		return "", err
	}
	if err := tx.AnswerTicket(ctx, held.ID); err != nil {
		return "", err
	}
	if err := spend(ctx, tx, a, r); err != nil {
		return "", err
	}
	return cause, tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket." + string(bot.TicketReply), Object: "ticket/" + held.ID})
}

// The replies in the history, and their causes there and in the outbox.
const (
	replyKind  = "desk"
	replyCause = "desk/"
)

// valid returns an *bot.InvalidError unless there is something to say.
func (r ReplyTo) valid() error {
	switch {
	case strings.TrimSpace(r.Words.Text) == "" && len(r.Files) == 0:
		return bot.Invalid("text", bot.FaultUnsayable, nil)
	case utf8.RuneCountInString(r.Words.Text) > ReplyMost:
		return bot.Invalid("text", bot.FaultLong, bot.Data{"Max": ReplyMost})
	case len(r.Files) > FilesMost:
		return bot.Invalid("files", bot.FaultMany, bot.Data{"Max": FilesMost})
	case r.Again == "" && !goodKey(r.Key):
		return bot.Invalid("key", bot.FaultForm, nil)
	}
	return nil
}

// goodKey reports whether the key is 1 to 64 of a-z, A-Z, 0-9 and -.
func goodKey(key string) bool {
	return key != "" && len(key) <= 64 && strings.Trim(strings.ToLower(key), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// same returns nil where the reply is that which was said under its key before.
func same(said bot.Entry, r ReplyTo, err error) error {
	if err != nil {
		return err
	}
	var d replied
	if err := json.Unmarshal(said.Detail, &d); err != nil {
		return fmt.Errorf("what was said: %w", err)
	}
	if said.Text != r.Words.Text || d.Plain == r.Words.Markup || !slices.Equal(d.Files, r.Files) {
		return bot.Refused("text", bot.FaultReplyKey, nil)
	}
	return nil
}

// messages are the reply as channels know messages: words under the first file, the
// other files behind.
func (r ReplyTo) messages(files []bot.Media) []bot.Message {
	all := []bot.Message{{Text: r.Words.Text, Plain: !r.Words.Markup}}
	for i, m := range files {
		if i == 0 {
			all[0].Media = &m
			continue
		}
		all = append(all, bot.Message{Media: &m})
	}
	return all
}

// unsayable is why a channel renders nothing of a reply: in its words there is nothing
// to see, or nothing that can be divided into messages.
func unsayable(err error) error {
	return errors.Join(bot.Invalid("text", bot.FaultUnsayable, nil), err)
}

// send puts a reply on its way, whole or not at all.
func (d *Desk) send(ctx context.Context, tx *storage.Tx, to bot.Address, people []bot.Address, cause string, until time.Time, r ReplyTo) error {
	ch, ok := d.channels[to.Bot]
	if !ok {
		return fmt.Errorf("no bot %q is configured here", to.Bot)
	}
	var files []bot.Media
	for _, id := range r.Files {
		m, err := d.media(ctx, tx, to.Bot, people, id)
		if err != nil {
			return err
		}
		files = append(files, m)
	}
	var rows []bot.Queued
	for _, m := range r.messages(files) {
		parts, err := bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to, Cause: cause, Message: m, NotBefore: until})
		if err != nil {
			return unsayable(err)
		}
		for _, p := range parts {
			p.Cause = fmt.Sprintf("%s/%d", cause, len(rows))
			rows = append(rows, p)
		}
	}
	done, err := tx.Enqueue(ctx, rows)
	if err != nil {
		return err
	}
	switch {
	case len(done.Omitted) == 0:
		return nil
	case done.Omitted[0].Why == storage.OmittedDuplicate:
		return bot.Refused("text", bot.FaultReplyKey, nil)
	}
	return bot.Refused("text", bot.FaultCustomerAway, nil)
}
