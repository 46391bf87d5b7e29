package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// Waiting is a recipient who may be told now, unless the governor says otherwise.
type Waiting struct {
	Broadcast, Key string
	Push           bot.Push          // what they are told, as the governor sees it
	Contact        bot.Contact       // what variables say of them, and their id
	Attributes     map[string]string // for the variables of the text
	To             bot.Address
	Language       bot.Language // they are told in
	Round          int          // of the tries that somebody asked for
	Tries          int          // how often the message was sent in vain, before it went back to wait
	Held           bool         // it was put off by the night, the cap, a pause or an operator
	// Of is the broadcast of With, which is what else is due to them: one digest tells
	// all of it.
	Of   *Mailing
	With []Waiting
	// Part is which of the news of a change they are told. Card is the messenger's id of
	// the card in the chat CardAt of theirs, which is CardPart from then on; "" where there
	// is none.
	Part     bot.RenderingPart
	Card     string
	CardAt   bot.Address
	CardPart bot.RenderingPart
	// Screen is what stands in the chat, its number and its buttons, where Releasing.Screens
	// asks for it.
	Screen bot.State
	// Asked is what they asked, where they are told the answer; "" where it is answered.
	Asked string
}

// Cause returns that of the one part of their message. A try that somebody asked for
// is another one than the first.
func (w Waiting) Cause() string {
	return fmt.Sprintf("%s%s/%d/0", broadcastCause, w.Broadcast, w.Round)
}

// broadcastCause begins the causes of messages of broadcasts, which stand in no
// history.
const broadcastCause = "bcast/"

// Released is the message of a recipient who may be told, or why there is none.
type Released struct {
	Part      bot.Part
	Rendering string // the hash of what was approved and is filled
	TextHash  string // of the text as it is said
	Tells     bool   // the message tells its broadcast's change
	Skip      string // the reason why they are not told at all
	Fail      string // the reason why the text could not be made for them
	// Lines are those of Waiting.With, where the message is a digest; without them what
	// else is due goes on waiting.
	Lines []DigestLine
	Card  *bot.Part // what changes the card in Waiting.CardAt; nil: nothing does
}

// DigestLine is what a digest says of one broadcast.
type DigestLine struct{ Rendering, TextHash string }

type releaseRecord struct {
	Key        string       `db:"key"`
	Contact    string       `db:"contact"`
	Chat       string       `db:"chat"`
	Variant    bot.Language `db:"variant"`
	Round      int          `db:"round"`
	Tries      int          `db:"tries"`
	Waits      string       `db:"waits"`
	NotBefore  int64        `db:"not_before"`
	External   string       `db:"external_id"`
	Name       string       `db:"name"`
	Kind       string       `db:"kind"`
	Tier       string       `db:"tier"`
	Region     string       `db:"region"`
	Attributes string       `db:"attributes"`
}

func (r releaseRecord) waiting(broadcast, name string) Waiting {
	w := Waiting{
		Broadcast: broadcast, Key: r.Key, Round: r.Round, Tries: r.Tries, To: bot.Address{Bot: name, Chat: r.Chat}, Language: r.Variant, Held: putOff(r.Waits),
		Contact: bot.Contact{ID: r.Contact, External: r.External, Name: r.Name, Kind: r.Kind, Tier: r.Tier, Region: r.Region},
	}
	if r.Attributes != "{}" {
		_ = fromJSON(r.Attributes, &w.Attributes) // ours; what cannot be read is not known
	}
	return w
}

// saidOf are the columns of a contact k that variables of a text say.
const saidOf = `k.external_id, k.name, k.kind, k.tier, k.region, k.attributes`

// waitingRecipients are the next of the broadcast at the bot. Whether they may be told
// is judged with the rows in hand, see Tx.Govern. Whom somebody else writes just now is
// passed over: they are next time's.
const waitingRecipients = `
WITH r AS MATERIALIZED (
	SELECT r.key, r.contact, r.chat, r.language, r.round, r.tries, r.waits, r.not_before FROM recipients r
	WHERE r.broadcast = $1 AND r.bot = $2 AND r.outcome = 'pending' AND r.released_at = 0 AND r.not_before <= {now}
		AND (r.not_before, r.key) > (CAST($4 AS BIGINT), $5)
	ORDER BY r.not_before, r.key LIMIT $3 {skip}
)
SELECT r.key, r.contact, r.chat, r.language AS variant, r.round, r.tries, r.waits, r.not_before,
	` + saidOf + `
FROM r JOIN contacts k ON k.id = r.contact ORDER BY r.not_before, r.key`

const bulkAhead = `
SELECT count(*) FROM outbox
WHERE bot = $1 AND lane = 2 AND state IN ('pending', 'sending') AND not_before <= {now}`

// BulkAhead returns how many announcements of the bot are in the outbox and may leave
// now, or are leaving.
func (s *Store) BulkAhead(ctx context.Context, name string) (n int, err error) {
	err = s.r.get(ctx, &n, bulkAhead, name)
	return n, doing("announcements ahead", err)
}

// WaitingPlace is the place of a recipient among those who wait.
type WaitingPlace struct {
	notBefore int64
	key       string
}

// Looked says at how many recipients a release has looked, and which was the last. Where
// some of them stay for the sake of the ceiling, N is 0. Halt is why nobody more may be
// told, so that the broadcast has to be paused; "" is nothing.
type Looked struct {
	N    int
	Last WaitingPlace
	Halt string
}

// Releasing says what of a broadcast is released at the lease's bot, and how.
type Releasing struct {
	Broadcast string
	Limit     int            // recipients, at most
	Behind    WaitingPlace   // whom they come behind; the zero value: nobody
	Zone      *time.Location // of whoever has not said another
	// Claim puts the messages into the outbox claimed, for the sender of this process to
	// send at once; else they wait there for somebody to claim them.
	Claim bool
	// Edits are the bots whose messengers change what was sent.
	Edits []string
	// Free is for how long after what a person did there messages to them cost nothing; 0:
	// none ever costs anything.
	Free time.Duration
	// Calls is how many messages each counts as where messages cost; 0 is 1.
	Calls int
	// Screens tells that Tell wants to know what stands in each chat.
	Screens bool
	// Tell makes the message of each recipient, in their order.
	Tell func(m Mailing, all []Waiting) []Released
}

// ReleaseRecipients puts the messages of some recipients of a broadcast into the outbox:
// of those whom the governor lets be told now, as far as its ceiling lasts. All of it is
// one transaction, and their rows are locked: whoever stops, is erased or joins meanwhile
// does so before or after it. It returns at whom it looked, and the messages that it put
// on their way, so that the sender of this process need not read them. With an error these
// are what may have been put all the same: its commit may have gone unanswered.
// ErrLeaseLost where the bot is somebody else's; of a broadcast that is not sending, is
// not what was approved or is outdated, there is nobody.
func (s *Store) ReleaseRecipients(ctx context.Context, l Lease, r Releasing) (seen Looked, released []OutboxRow, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		seen, released = Looked{}, nil
		// Before all rows: another release under way would hide them from a digest.
		served, now, err := t.MayRelease(ctx)
		if err != nil {
			return err
		}
		m, err := t.releasable(ctx, r)
		if err != nil || m.State != bot.BroadcastSending {
			return err
		}
		// Before anybody is locked: whoever releases beside us looks for the same people.
		if may, err := t.mayBeTold(ctx, m); err != nil || !may {
			return err
		}
		records := make([]releaseRecord, 0, r.Limit)
		if err := t.sel(ctx, &records, waitingRecipients, r.Broadcast, l.Bot, r.Limit, r.Behind.notBefore, r.Behind.key); err != nil {
			return err
		}
		if len(records) == 0 {
			return nil
		}
		last := records[len(records)-1]
		seen = Looked{N: len(records), Last: WaitingPlace{last.NotBefore, last.Key}}
		push, err := t.push(ctx, m)
		if err != nil {
			return err
		}
		waiting := make([]Waiting, len(records))
		for i, is := range records {
			waiting[i] = is.waiting(r.Broadcast, l.Bot)
			waiting[i].Push = push
			waiting[i].Push.Visit = is.Waits == string(bot.WithheldVisit)
		}
		if err := t.dueNews(ctx, m, r.Edits, waiting); err != nil {
			return err
		}
		if err := t.dueAnswers(ctx, m, waiting); err != nil {
			return err
		}
		g, verdicts, err := t.mayLeaveNow(ctx, served, now, r.Zone, waiting)
		if err != nil {
			return err
		}
		p, err := t.purse(ctx, l, m, r, waiting)
		if err != nil {
			return err
		}
		if released, err = t.release(ctx, l, m, r, g, p, waiting, verdicts); err != nil {
			return err
		}
		if p.left {
			seen.N = 0
		}
		seen.Halt, err = t.stops(ctx, m.ID, p)
		return err
	})
	return seen, released, doing("release", err)
}

const (
	// The broadcast comes with each row, so that PostgreSQL goes by the key: see
	// finishInbox.
	noteReleased = `
WITH v (broadcast, key, rendering, text_hash, digest) AS (VALUES {rows ($, $, $, $, $)})
UPDATE recipients SET released_at = (SELECT {now}), waits = CASE WHEN v.digest = '' AND recipients.waits <> 'visit' THEN '' ELSE recipients.waits END,
	rendering = v.rendering, text_hash = v.text_hash, digest = v.digest
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key`

	endUnreleased = `
WITH v (broadcast, key, outcome, reason) AS (VALUES {rows ($, $, $, $)})
UPDATE recipients SET outcome = v.outcome, reason = v.reason, ended_at = {now}
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.outcome || '' = 'pending'` + returnRecipients

	deferRecipients = `
WITH v (broadcast, key, not_before, waits) AS (VALUES {rows ($, $, CAST($ AS BIGINT), $)})
UPDATE recipients SET not_before = v.not_before, waits = v.waits
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key`
)

// release writes what becomes of recipients whose rows are locked, by the governor's
// verdicts on them.
func (t *Tx) release(ctx context.Context, l Lease, m Mailing, r Releasing, g *bot.Governor, p *purse, waiting []Waiting, verdicts []bot.Verdict) (released []OutboxRow, err error) {
	told := waiting[:0] // each is looked at before another takes its place
	var cards []bot.Queued
	noted := make([][]any, 0, len(waiting))
	var ends, later [][]any
	for i, w := range waiting {
		switch v := verdicts[i]; {
		case m.News != nil && w.Part == "":
			ends = append(ends, []any{m.ID, w.Key, bot.RecipientSkipped, reasonNotDue})
		case m.Answers != nil && w.Asked == "":
			ends = append(ends, []any{m.ID, w.Key, bot.RecipientSkipped, bot.ReasonAnswered})
		case v.Goes() && p.pays(w.To.Chat):
			told = append(told, w)
		case v.Goes(): // they wait where they are
		case v.Ends():
			ends = append(ends, []any{m.ID, w.Key, bot.RecipientSkipped, string(v.Why)})
		case w.Push.Visit: // it is asked again at the next one
			later = append(later, []any{m.ID, w.Key, noVisit, bot.WithheldVisit})
		default:
			later = append(later, []any{m.ID, w.Key, v.Until, string(v.Why)})
		}
	}
	if err := t.gatherDue(ctx, g, m, told); err != nil {
		return nil, err
	}
	if r.Screens {
		if err := t.screens(ctx, l.Bot, told); err != nil {
			return nil, err
		}
	}
	messages := make([]releasing, 0, len(told))
	for i, r := range r.Tell(m, told) {
		switch w := &told[i]; {
		case r.Skip != "":
			ends = append(ends, []any{m.ID, w.Key, bot.RecipientSkipped, r.Skip})
		case r.Fail != "":
			ends = append(ends, []any{m.ID, w.Key, bot.RecipientFailed, r.Fail})
		default:
			messages = append(messages, releasing{w, r.cause(*w), r.Part, r.Tells})
			noted = append(noted, r.notes(*w)...)
			if r.Card != nil {
				cards = append(cards, bot.Queued{Lane: bot.LaneBulk, To: w.CardAt, Cause: cardCause + m.ID + "/0", Part: *r.Card})
			}
		}
	}
	if _, err := t.apart().execRows(ctx, noteReleased, nil, noted); err != nil {
		return nil, err
	}
	if err := t.charge(ctx, p, messages); err != nil {
		return nil, err
	}
	if released, err = t.put(ctx, l, m.ID, r.Claim, messages); err != nil {
		return nil, err
	}
	if err := t.putCards(ctx, cards); err != nil {
		return nil, err
	}
	if _, err := t.apart().execRows(ctx, deferRecipients, nil, later); err != nil {
		return nil, err
	}
	return released, t.recipientsEnd(ctx, endUnreleased, nil, ends)
}
