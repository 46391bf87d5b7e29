package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"visnyk/bot"
)

// News of a change go to who follows it, and to who was told a version that it corrects.
// Both are judged when people are listed and again when their message is made: who was
// told the right version meanwhile, or follows no longer, has nothing to be told.

// reasonNotDue is why somebody of the news of a change is told nothing: meanwhile they were
// told the right version, or follow it no longer.
const reasonNotDue = "left segment"

const (
	followsChange = `EXISTS (SELECT 1 FROM ledger l WHERE l.contact = {contact} AND l.change_id = {change} AND l.followed_at <> 0)`

	// A version counts as told by what may have arrived where it is wrong, and only by what
	// surely did where it is right. What says no more than that there is a change, or how
	// it goes on, tells neither.
	toldWrong = `(SELECT COALESCE(max(CASE WHEN t.version IN ({wrong}) AND t.outcome IN ('sent', 'unknown', 'failed') THEN t.version END), 0) FROM tellings t
	WHERE t.change_id = {change} AND t.contact = {contact} AND t.part <> 'digest line' AND t.part NOT LIKE 'stage %')`
	toldRight = `(SELECT COALESCE(max(CASE WHEN t.version NOT IN ({wrong}) AND t.outcome = 'sent' THEN t.version END), 0) FROM tellings t
	WHERE t.change_id = {change} AND t.contact = {contact} AND t.part <> 'digest line' AND t.part NOT LIKE 'stage %')`
)

// newsSQL fills a query about people of the news: contact is the column of their id,
// change the placeholder of the change's.
func newsSQL(n bot.News, contact, change, query string) string {
	wrong := []string{"0"} // no version
	for _, v := range n.Wrong {
		wrong = append(wrong, strconv.Itoa(v))
	}
	return strings.NewReplacer("{contact}", contact, "{change}", change, "{wrong}", strings.Join(wrong, ", ")).Replace(query)
}

// newsFor is whom the news of a change are for, of the contacts k; its placeholder is the
// one with the number.
func newsFor(m Mailing, number int) condition {
	whose := toldWrong + " > " + toldRight
	if m.News.Stage > 0 {
		whose += " OR " + followsChange
	}
	change := fmt.Sprintf("CAST($%d AS TEXT)", number)
	return condition{sql: "(" + newsSQL(*m.News, "k.id", change, whose) + ")", values: []any{m.Change}}
}

// whom is whom the broadcast is for, of the contacts k.
func (c conn) whom(m Mailing, now bot.Calendar, number int) (condition, error) {
	if m.News != nil {
		return newsFor(m, number), nil
	}
	if m.Answers != nil {
		return askersOf(m, number), nil
	}
	return c.segment(m.Audience, now, "k", number)
}

const newsDue = `
WITH v (place, contact, bot, chat) AS (VALUES {rows (CAST($ AS BIGINT), $, $, $)})
SELECT v.place, ` + followsChange + ` AS follows, ` + toldWrong + ` AS told_wrong, ` + toldRight + ` AS told_right,
	EXISTS (SELECT 1 FROM ledger l WHERE l.contact = v.contact AND l.change_id = {change} AND l.acknowledged_at <> 0 AND l.acknowledged_version = $2) AS acknowledged,
	COALESCE((SELECT t.bot || '
' || t.chat || '
' || t.external_id FROM tellings t JOIN conversations c ON c.bot = t.bot AND c.chat = t.chat AND c.contact = t.contact
		WHERE t.change_id = {change} AND t.contact = v.contact AND {edits} AND (t.part = 'card' OR t.part LIKE 'card, %') AND t.outcome = 'sent' AND t.external_id <> ''
		ORDER BY t.bot = v.bot AND t.chat = v.chat DESC, t.sent_at DESC, t.cause DESC LIMIT 1), '') AS card
FROM v ORDER BY v.place`

// dueNews says which of the news each of the recipients is to be told; a zero Part is
// nothing any more. edits are the bots at which a card can become another: that in the chat
// where they are told, else the newest in another one of theirs.
func (t *Tx) dueNews(ctx context.Context, m Mailing, edits []string, all []Waiting) error {
	if m.News == nil {
		return nil
	}
	rows := make([][]any, len(all))
	for i, w := range all {
		rows[i] = []any{i, w.Contact.ID, w.To.Bot, w.To.Chat}
	}
	var due []struct {
		Place        int    `db:"place"`
		Follows      bool   `db:"follows"`
		Wrong        int    `db:"told_wrong"`
		Right        int    `db:"told_right"`
		Acknowledged bool   `db:"acknowledged"`
		Card         string `db:"card"`
	}
	these := compiler{sqlite: t.sql.SQLite(), first: 3}
	query := strings.Replace(newsDue, "{edits}", these.among("t.bot", edits), 1)
	query = newsSQL(*m.News, "v.contact", "CAST($1 AS TEXT)", query)
	if err := selRows(ctx, t.conn, &due, query, append([]any{m.Change, m.ChangeVersion}, these.values...), rows); err != nil {
		return fmt.Errorf("news: %w", err)
	}
	for _, d := range due {
		w := &all[d.Place]
		w.Push.Correction = d.Wrong > d.Right
		switch {
		case w.Push.Correction:
			w.Part = bot.CorrectionPart(d.Wrong, m.News.Stage)
		case m.News.Stage > 0 && d.Follows:
			w.Part = bot.StagePart(m.News.Stage)
		}
		if m.News.Stage > 0 && d.Follows && d.Card != "" {
			w.CardAt.Bot, w.Card, _ = strings.Cut(d.Card, "\n")
			w.CardAt.Chat, w.Card, _ = strings.Cut(w.Card, "\n")
			w.CardPart = bot.FollowedCardPart(m.News.Stage, d.Acknowledged)
		}
	}
	return nil
}

// putCards changes the cards in the chats of those who are told of a stage, beside their
// messages.
func (t *Tx) putCards(ctx context.Context, edits []bot.Queued) error {
	_, err := t.enqueue(ctx, edits)
	return err
}

// cardCause begins the causes of those changes. They are nobody's message.
const cardCause = "card/"

const (
	oldTellings = `
WITH v (change_id, version) AS (VALUES {rows ($, CAST($ AS BIGINT))})
SELECT DISTINCT v.change_id FROM v JOIN changes c ON c.id = v.change_id AND c.` + told + ` AND c.version > v.version`

	// Whoever corrects by hand has said whom.
	correctAgain = `
WITH v (change_id) AS (VALUES {rows ($)})
UPDATE broadcasts SET listed = FALSE, ended_at = 0, updated_at = {now}, version = version + 1, state = CASE WHEN state = 'sent' THEN 'sending' ELSE state END
WHERE change_id IN (SELECT change_id FROM v) AND correction AND content LIKE '%"news":{%' AND state IN ('sending', 'paused', 'sent')
	AND started_at <> 0 AND (ended_at = 0 OR ended_at > {now} - 172800000000)
RETURNING id`
)

// toldNow is a telling that has just ended.
type toldNow struct {
	Contact string `db:"contact"`
	Change  string `db:"change_id"`
	Version int    `db:"version"`
}

func whose(ended []toldNow) []summarised {
	of := make([]summarised, len(ended))
	for i, e := range ended {
		of[i] = summarised{e.Contact, e.Change}
	}
	return of
}

// toldOld has people listed once more for the corrections of a change, of which an earlier
// version has just been told: it was on its way when it was corrected.
func (t *Tx) toldOld(ctx context.Context, ended []toldNow) error {
	var rows [][]any
	for _, e := range ended {
		rows = append(rows, []any{e.Change, e.Version})
	}
	var changes, ids []string
	if err := selRows(ctx, t.conn, &changes, oldTellings, nil, rows); err != nil || len(changes) == 0 {
		return doing("what is told by now", err)
	}
	if err := selRows(ctx, t.conn, &ids, correctAgain, nil, column(changes)); err != nil {
		return doing("correct once more", err)
	}
	return t.askExpansions(ctx, ExpandRecipients, column(ids))
}

const newsOfChange = broadcastColumns + `WHERE change_id = $1 AND content LIKE '%"news":{%' AND state NOT IN ('sent', 'cancelled') ORDER BY id`

// NewsOf returns the broadcasts of news of the change that are not over, as the
// transaction has them.
func (t *Tx) NewsOf(ctx context.Context, change string) ([]Mailing, error) {
	all, err := t.broadcasts(ctx, newsOfChange, change)
	return all, doing("news of a change", err)
}

const followersOf = `SELECT count(*) FROM ledger WHERE change_id = $1 AND followed_at <> 0`

// Followers returns how many people follow the change.
func (s *Store) Followers(ctx context.Context, change string) (n int, err error) {
	err = s.reading.get(ctx, &n, followersOf, change)
	return n, doing("count followers", err)
}

// Heard returns how many people have heard of the change, or may have, or are about to.
func (s *Store) Heard(ctx context.Context, change string) (n int, err error) {
	err = s.reading.get(ctx, &n, heardOf, change)
	return n, doing("count who has heard", err)
}
