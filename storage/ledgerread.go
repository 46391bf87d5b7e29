package storage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// LedgerCount is how many people of a change stand to it in one way.
type LedgerCount struct {
	bot.Standing
	N int
}

const ledgerCounts = `SELECT standing, n FROM ledger_counts WHERE change_id = $1 AND n <> 0 ORDER BY standing`

// LedgerCounts returns how many people of a change stand to it in which way, in the order
// of LedgerRows.
func (s *Store) LedgerCounts(ctx context.Context, change string) ([]LedgerCount, error) {
	var records []struct {
		Standing string `db:"standing"`
		N        int    `db:"n"`
	}
	if err := s.reading.sel(ctx, &records, ledgerCounts, change); err != nil {
		return nil, doing("count the ledger", err)
	}
	all := make([]LedgerCount, 0, len(records))
	for _, r := range records {
		c := LedgerCount{N: r.N}
		known := false
		if c.Standing, known = bot.ParseStanding(r.Standing); !known {
			c.Standing = bot.Standing{Stance: bot.Stance(r.Standing)}
		}
		all = append(all, c)
	}
	return all, nil
}

const countSince = `SELECT count(*) FROM ledger WHERE change_id = $1 AND standing = $2 AND stands_at > $3`

// CountStanding returns how many of a standing have stood so since later than the moment.
func (s *Store) CountStanding(ctx context.Context, change string, is bot.Standing, later time.Time) (n int, err error) {
	err = s.reading.get(ctx, &n, countSince, change, is.String(), later)
	return n, doing("count the ledger", err)
}

// LedgerPart is a part of a change's ledger: the people of one standing; with Later,
// those who have stood so since later than that, with Until those who have for longer.
type LedgerPart struct {
	bot.Standing
	Later, Until time.Time
}

// LedgerRow is a person in the ledger of a change.
type LedgerRow struct {
	Contact, Name, External string
	bot.Standing
	AcknowledgedVersion int // 0: none, or nobody noted which
	// Moments are zero where there is none. Told is the first time, By where.
	Listed, Mentioned, Told, Unsure, Delivered, Seen, Acknowledged, Asked, Complained, Passed, Follows time.Time
	Tellings                                                                                           []ToldBy
	place                                                                                              string
}

// ToldBy is a message that told somebody a change, or may have, or is about to.
type ToldBy struct {
	bot.Address
	Cause, MessageID string
	Version          int
	Part             bot.RenderingPart // PartDigest of each line of a digest
	Shown            bot.RenderingPart // that of the rendering
	Language         bot.Language
	Channel          string // the kind of messenger
	Outcome          string
	Fate             bot.Fate
	Rendering        string // the hash
	Template         string // of the rendering
	TextHash         string
	Broadcast        string // "" of what was no message to many
	TellsSeen        bool
	history          int64
}

type ledgerRowRecord struct {
	Contact      string `db:"contact"`
	Name         string `db:"name"`
	External     string `db:"external_id"`
	Standing     string `db:"standing"`
	StandsAt     int64  `db:"stands_at"`
	Version      int    `db:"acknowledged_version"`
	Listed       micros `db:"created_at"`
	Mentioned    micros `db:"mentioned_at"`
	Told         micros `db:"told_at"`
	Unsure       micros `db:"unsure_at"`
	Delivered    micros `db:"delivered_at"`
	Seen         micros `db:"seen_at"`
	Acknowledged micros `db:"acknowledged_at"`
	Asked        micros `db:"asked_at"`
	Complained   micros `db:"complained_at"`
	Passed       micros `db:"unreached_at"`
	Follows      micros `db:"followed_at"`
}

func (r ledgerRowRecord) row() LedgerRow {
	row := LedgerRow{
		Contact: r.Contact, Name: r.Name, External: r.External, AcknowledgedVersion: r.Version, Listed: r.Listed.time(), Mentioned: r.Mentioned.time(),
		Told: r.Told.time(), Unsure: r.Unsure.time(), Delivered: r.Delivered.time(), Seen: r.Seen.time(), Acknowledged: r.Acknowledged.time(),
		Asked: r.Asked.time(), Complained: r.Complained.time(), Passed: r.Passed.time(), Follows: r.Follows.time(),
		place: r.Standing + "\x00" + strconv.FormatInt(r.StandsAt, 10) + "\x00" + r.Contact,
	}
	row.Standing, _ = bot.ParseStanding(r.Standing)
	return row
}

const (
	ledgerRowColumns = `
SELECT l.contact, k.name, k.external_id, l.standing, l.stands_at, l.acknowledged_version, l.created_at, l.mentioned_at, l.told_at, l.unsure_at,
	l.delivered_at, l.seen_at, l.acknowledged_at, l.asked_at, l.complained_at, l.unreached_at, l.followed_at
FROM `
	// The rows of the page are chosen by the index alone, and only they are joined. With
	// row values SQLite takes the index for one without the change, and sorts.
	ledgerRows = ledgerRowColumns + `(
	SELECT * FROM ledger WHERE change_id = $1 AND standing = $2 AND stands_at >= $3 AND stands_at <= $4 AND (stands_at > $5 OR contact > $6)
	ORDER BY stands_at, contact LIMIT $7
) l JOIN contacts k ON k.id = l.contact ORDER BY l.stands_at, l.contact`
	ledgerRowOf = ledgerRowColumns + `ledger l JOIN contacts k ON k.id = l.contact WHERE l.change_id = $1 AND l.contact = $2`
)

// ErrNoPlace: a cursor is none of ours.
var ErrNoPlace = errors.New("this cursor names no place in the ledger")

// LedgerRows returns at most limit people of these parts of a change's ledger, behind the
// cursor: those of one standing together, the ones who have stood so longest first. next
// is the cursor of the rest, "" where there is none.
func (s *Store) LedgerRows(ctx context.Context, change string, parts []LedgerPart, cursor string, limit int) (all []LedgerRow, next string, err error) {
	from, at, contact, err := placeInLedger(cursor)
	if err != nil {
		return nil, "", err
	}
	parts = slices.SortedFunc(slices.Values(parts), func(a, b LedgerPart) int { return strings.Compare(a.String(), b.String()) })
	for _, p := range parts {
		name := p.String()
		if name < from {
			continue
		}
		if name > from {
			at, contact = -1, ""
		}
		var records []ledgerRowRecord
		first, until := max(at, 0), int64(math.MaxInt64)
		if !p.Later.IsZero() {
			first = max(first, p.Later.UnixMicro()+1)
		}
		if !p.Until.IsZero() {
			until = p.Until.UnixMicro()
		}
		if err := s.reading.sel(ctx, &records, ledgerRows, change, name, first, until, at, contact, limit+1-len(all)); err != nil {
			return nil, "", doing("ledger", err)
		}
		for _, r := range records {
			all = append(all, r.row())
		}
		if len(all) > limit {
			all = all[:limit]
			next = all[limit-1].place
			break
		}
	}
	of := make([]*LedgerRow, len(all))
	for i := range all {
		of[i] = &all[i]
	}
	return all, next, doing("ledger", s.reading.tellingsOf(ctx, change, of))
}

func placeInLedger(cursor string) (standing string, at int64, contact string, err error) {
	if cursor == "" {
		return "", -1, "", nil
	}
	parts := strings.Split(cursor, "\x00")
	if len(parts) != 3 {
		return "", 0, "", ErrNoPlace
	}
	if at, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return "", 0, "", ErrNoPlace
	}
	return parts[0], at, parts[2], nil
}

// LedgerRow returns one person of the ledger of a change; ErrNotFound where it has none
// of that id.
func (s *Store) LedgerRow(ctx context.Context, change, contact string) (LedgerRow, error) {
	var r ledgerRowRecord
	if err := s.reading.only(ctx, &r, ledgerRowOf, change, contact); err != nil {
		return LedgerRow{}, doing("ledger", err)
	}
	row := r.row()
	return row, doing("ledger", s.reading.tellingsOf(ctx, change, []*LedgerRow{&row}))
}

const tellingsOfChange = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
SELECT t.contact, t.bot, t.chat, t.cause, t.external_id, t.version, t.part, t.rendering, t.text_hash, t.outcome, t.sent_at, t.delivered_at, t.seen_at,
	t.tells_seen, t.history_id, t.created_at, d.language, d.channel, d.template, d.part AS shown
FROM v JOIN tellings t ON t.change_id = v.change_id AND t.contact = v.contact JOIN renderings d ON d.hash = t.rendering
ORDER BY t.contact, t.created_at, t.bot, t.chat, t.cause`

// tellingsOf puts to the rows what told them the change, in the order in which it did.
func (c conn) tellingsOf(ctx context.Context, change string, rows []*LedgerRow) error {
	var whom [][]any
	of := map[string]*LedgerRow{}
	for _, r := range rows {
		whom, of[r.Contact] = append(whom, []any{r.Contact, change}), r
	}
	var found []struct {
		Contact   string            `db:"contact"`
		Bot       string            `db:"bot"`
		Chat      string            `db:"chat"`
		Cause     string            `db:"cause"`
		External  string            `db:"external_id"`
		Version   int               `db:"version"`
		Part      bot.RenderingPart `db:"part"`
		Shown     bot.RenderingPart `db:"shown"`
		Rendering string            `db:"rendering"`
		TextHash  string            `db:"text_hash"`
		Outcome   string            `db:"outcome"`
		Sent      micros            `db:"sent_at"`
		Delivered micros            `db:"delivered_at"`
		Seen      micros            `db:"seen_at"`
		TellsSeen bool              `db:"tells_seen"`
		History   int64             `db:"history_id"`
		Created   micros            `db:"created_at"`
		Language  bot.Language      `db:"language"`
		Channel   string            `db:"channel"`
		Template  string            `db:"template"`
	}
	if err := selRows(ctx, c, &found, tellingsOfChange, nil, whom); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	for _, f := range found {
		told := ToldBy{
			Address: bot.Address{Bot: f.Bot, Chat: f.Chat}, Cause: f.Cause, MessageID: f.External, Version: f.Version, Part: f.Part, Shown: f.Shown, Language: f.Language,
			Channel: f.Channel, Outcome: f.Outcome, Rendering: f.Rendering, Template: f.Template, TextHash: f.TextHash, TellsSeen: f.TellsSeen, history: f.History,
			Fate: bot.Fate{Outcome: f.Outcome, Sent: f.Sent.time(), Delivered: f.Delivered.time(), Seen: f.Seen.time()},
		}
		if id, many := f.Shown.Broadcast(); many {
			told.Broadcast = id
		} else if rest, many := strings.CutPrefix(f.Cause, broadcastCause); many { // news, in words that were approved with the change
			told.Broadcast, _, _ = strings.Cut(rest, "/")
		}
		row := of[f.Contact]
		row.Tellings = append(row.Tellings, told)
	}
	return nil
}

// Way is how something of a change was told.
type Way string

// The ways.
const (
	WayChat      Way = "chat"      // an answer in the chat, or a button there
	WayBroadcast Way = "broadcast" // a message to many
	WayDigest    Way = "digest"    // a line of a digest, which only mentions it
	WayOpened    Way = "opened"    // the person opened that line
	WayMention   Way = "mention"   // a line under an answer, likewise
)

// Ways lists them.
func Ways() []Way { return []Way{WayChat, WayBroadcast, WayDigest, WayOpened, WayMention} }

// Way returns how the message told it.
func (t ToldBy) Way() Way {
	answer := strings.HasPrefix(t.Cause, "turn/")
	switch {
	case t.Cause == "":
		return ""
	case t.Part == bot.PartDigest && answer:
		return WayMention
	case t.Part == bot.PartDigest:
		return WayDigest
	case t.Broadcast != "" && answer:
		return WayOpened
	case t.Broadcast != "":
		return WayBroadcast
	}
	return WayChat
}

// ToldAt returns when the message that counts for how the person was told was sent,
// delivered and seen; of who was not told, what the row has.
func (r LedgerRow) ToldAt() (sent, delivered, seen time.Time) {
	if t, ok := r.ToldLast(); ok && t.Part != bot.PartDigest && !t.Fate.Sent.IsZero() {
		return t.Fate.Sent, t.Fate.Delivered, t.Fate.Seen
	}
	return r.Told, r.Delivered, r.Seen
}

// ToldLast returns the message that counts for how the person was told; of who was not
// told, the last that mentioned it.
func (r LedgerRow) ToldLast() (told ToldBy, ok bool) {
	for _, t := range r.Tellings {
		if t.Outcome == bot.OutcomeOnItsWay {
			continue
		}
		better := !ok || t.Part != bot.PartDigest && (told.Part == bot.PartDigest || t.Version > told.Version || t.Version == told.Version && told.Bot != r.Bot && t.Bot == r.Bot)
		if better {
			told, ok = t, true
		}
	}
	return told, ok
}
