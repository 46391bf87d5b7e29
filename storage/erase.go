package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

// Person names somebody to forget, or to tell everything of.
type Person struct {
	Contact   string
	Addresses []bot.Address // besides those of the contact's conversations
}

// LastWords begins the cause of what is still said to somebody just erased: such
// an outbox row vanishes as soon as its send has ended.
const LastWords = "erased/"

// ErrNoSecret: without VISNYK_SECRET nothing that staff do can be marked in the
// audit, and nobody can be erased for good, because nothing would keep an import
// from bringing them back.
var ErrNoSecret = errors.New("VISNYK_SECRET is not set: nothing can be audited or erased without it")

const (
	lockExternal = `SELECT external_id FROM contacts WHERE id = $1 {update}`

	lockAddresses = `SELECT bot, chat FROM conversations WHERE contact = $1 ORDER BY bot, chat {update}`

	bury = `
WITH v (mark) AS (VALUES {rows ($)})
INSERT INTO tombstones (mark, erased_at) SELECT mark, {now} FROM v ORDER BY mark
ON CONFLICT (mark) DO NOTHING`
)

// Erase forgets the person: everything the manifest names is deleted, or
// stripped of what is theirs where figures need the row. A keyed hash of the
// External id and of each address stays, so that an import does not bring them
// back (see Erased). ErrNotFound when nothing of them is here.
//
// What is long leaves behind the commit, with Scrub; nobody reads it any more.
// What is said at the address from now on is somebody else's.
func (t *Tx) Erase(ctx context.Context, p Person) error {
	err := t.erase(ctx, p)
	return doing("erase", err)
}

func (t *Tx) erase(ctx context.Context, p Person) error {
	if len(t.secret) == 0 {
		return ErrNoSecret
	}
	var external string
	err := t.get(ctx, &external, lockExternal, p.Contact)
	for _, a := range p.Addresses { // the contact may have become one with another meanwhile
		if !errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err = t.get(ctx, &p.Contact, lockConversation, a.Bot, a.Chat); err == nil {
			err = t.get(ctx, &external, lockExternal, p.Contact)
		}
	}
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if p.Addresses, err = t.addresses(ctx, p); err != nil {
		return err
	}
	if !known && len(p.Addresses) == 0 {
		return ErrNotFound
	}
	marks := make([][]any, 0, 1+len(p.Addresses))
	if external != "" {
		marks = append(marks, []any{t.externalMark(external)})
	}
	for _, a := range p.Addresses {
		marks = append(marks, []any{t.addressMark(a)})
	}
	if _, err := t.execRows(ctx, bury, nil, marks); err != nil {
		return fmt.Errorf("erase marks: %w", err)
	}
	if external != "" { // whoever was brought by a file stands there
		if err := t.dropImports(ctx); err != nil {
			return fmt.Errorf("imports: %w", err)
		}
	}
	return t.wipe(ctx, []Person{p}, true)
}

// wipe carries out the manifest. raw tells that updates as they came in may be
// here of the people; else one that comes meanwhile is somebody new.
func (t *Tx) wipe(ctx context.Context, people []Person, raw bool) error {
	var at []bot.Address
	for _, p := range people {
		at = append(at, p.Addresses...)
	}
	if err := t.stillTickets(ctx, at); err != nil {
		return err
	}
	if err := t.eraseRecipients(ctx, people); err != nil {
		return err
	}
	if err := t.eraseLedger(ctx, people); err != nil {
		return err
	}
	for _, h := range manifest() {
		if h.table == "inbox" && !raw {
			continue
		}
		for _, e := range h.erase {
			if _, err := t.execRows(ctx, e.query, e.head, h.rows(people...)); err != nil {
				return fmt.Errorf("%s: %w", h.table, err)
			}
		}
	}
	if err := t.leaveBehind(ctx, at, raw); err != nil {
		return err
	}
	return t.ScrubDue(ctx)
}

const ticketsAt = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
SELECT id FROM tickets WHERE (bot, chat) IN (SELECT bot, chat FROM v) ORDER BY id {update}`

// stillTickets waits for operators who write to the addresses just now, and has them
// wait: what they wrote is there to be erased, what they write then is to nobody.
func (t *Tx) stillTickets(ctx context.Context, at []bot.Address) error {
	rows := make([][]any, len(at))
	for i, a := range at {
		rows[i] = []any{a.Bot, a.Chat}
	}
	var ids []string
	if err := selRows(ctx, t.conn, &ids, ticketsAt, nil, rows); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return nil
}

// addresses returns every address of the person, locked.
func (t *Tx) addresses(ctx context.Context, p Person) ([]bot.Address, error) {
	var found []struct {
		Bot  string `db:"bot"`
		Chat string `db:"chat"`
	}
	if err := t.sel(ctx, &found, lockAddresses, p.Contact); err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	var all []bot.Address
	seen := map[bot.Address]bool{}
	add := func(a bot.Address) {
		if !seen[a] && a.Chat != "" {
			seen[a] = true
			all = append(all, a)
		}
	}
	for _, f := range found {
		add(bot.Address{Bot: f.Bot, Chat: f.Chat})
	}
	for _, a := range p.Addresses {
		add(bot.Address{Bot: clean(a.Bot), Chat: clean(a.Chat)})
	}
	return all, nil
}

const buried = `
WITH v (mark) AS (VALUES {rows ($)})
SELECT v.mark FROM v WHERE (SELECT TRUE FROM tombstones t WHERE t.mark = v.mark)`

// Erased tells which of the External ids are of people who were erased.
func (t *Tx) Erased(ctx context.Context, external []string) (map[string]bool, error) {
	if len(t.secret) == 0 {
		return nil, doing("look for erase marks", ErrNoSecret)
	}
	of := make(map[string]string, len(external))
	rows := make([][]any, len(external))
	for i, id := range external {
		mark := t.externalMark(clean(id))
		of[mark], rows[i] = id, []any{mark}
	}
	var found []struct {
		Mark string `db:"mark"`
	}
	if err := selRows(ctx, t.apart(), &found, buried, nil, rows); err != nil {
		return nil, doing("look for erase marks", err)
	}
	erased := make(map[string]bool, len(found))
	for _, f := range found {
		erased[of[f.Mark]] = true
	}
	return erased, nil
}

// keepForgotten takes away what messengers still tell of erased people who have
// not written since: receipts, and that they left.
// turns are those that left no conversation, by their inbox rows.
func (t *Tx) keepForgotten(ctx context.Context, b *batch, turns []string) error {
	if len(t.secret) == 0 {
		return nil
	}
	of := make(map[string]bot.Address, len(turns))
	var rows [][]any
	for _, inbox := range turns {
		a := bot.Address{Bot: b.bot, Chat: b.chat(inbox)}
		if a.Chat == "" {
			continue
		}
		mark := t.addressMark(a)
		of[mark], rows = a, append(rows, []any{mark})
	}
	var found []struct {
		Mark string `db:"mark"`
	}
	if err := selRows(ctx, t.apart(), &found, buried, nil, rows); err != nil {
		return fmt.Errorf("look for erase marks: %w", err)
	}
	gone := map[bot.Address]bool{}
	for _, f := range found {
		a := of[f.Mark]
		var conversations int
		if err := t.get(ctx, &conversations, countConversations, a.Bot, a.Chat); err != nil {
			return fmt.Errorf("look for a conversation: %w", err)
		}
		gone[a] = conversations == 0
	}
	var updates, addresses [][]any
	for _, inbox := range turns {
		if a := (bot.Address{Bot: b.bot, Chat: b.chat(inbox)}); gone[a] {
			updates = append(updates, []any{a.Bot, inbox})
			addresses = append(addresses, []any{a.Bot, a.Chat})
		}
	}
	if len(updates) == 0 {
		return nil
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{forgetOwnUpdates, updates}, {forgetUpdates, updates}, {forgetReceipts, addresses}} {
		if _, err := t.execRows(ctx, step.query, nil, step.rows); err != nil {
			return fmt.Errorf("forget again: %w", err)
		}
	}
	return t.logDue(ctx)
}

const (
	namedUpdates     = `WITH v (bot, id) AS (VALUES {rows ($, $)})`
	forgetOwnUpdates = namedUpdates + ` DELETE FROM inbox WHERE (bot, id) IN (SELECT bot, id FROM v)` + ownInbox
	forgetUpdates    = namedUpdates + stripInbox + ` WHERE (bot, id) IN (SELECT bot, id FROM v)`
	forgetReceipts   = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
DELETE FROM receipts WHERE (bot, chat) IN (SELECT bot, chat FROM v)`
)

const countConversations = `SELECT count(*) FROM conversations WHERE bot = $1 AND chat = $2`

func (t *Tx) externalMark(id string) string { return t.mac("external\x00" + id) }

// addressMark is what joins an imported contact and an address will look for.
func (t *Tx) addressMark(a bot.Address) string { return t.mac("address\x00" + a.String()) }

func (t *Tx) mac(s string) string { return key{bytes: t.secret}.mac(s) }
