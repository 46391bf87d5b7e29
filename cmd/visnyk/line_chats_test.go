package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/flowtest"
	"visnyk/storage"
)

// called is the address that a transcript calls "webchat:1": the chat it goes on in,
// another of the person's, or one that was never theirs.
func (p *staged) called(what string) bot.Address {
	kind, chat, _ := strings.Cut(what, ":")
	if chat == "1" && p.kinds[p.at.Bot].Kind == kind {
		return p.at
	}
	return bot.Address{Bot: p.at.Bot + "-" + kind, Chat: chat}
}

// chats sets the person's chats as flowtest reads them, their own first.
func (p *staged) chats(fields []string) error {
	contact := p.contact()
	for _, a := range p.others {
		p.away(a)
	}
	clear(p.others)
	p.sql(p.t, `DELETE FROM merges WHERE bot = ?`, p.at.Bot)
	for i := 0; i < len(fields); {
		kind := fields[i]
		var words []string
		for i++; i < len(fields) && !slices.Contains([]string{"telegram", "viber", "webchat"}, fields[i]); i++ {
			words = append(words, fields[i])
		}
		a := p.at
		if !slices.Contains(words, "here") {
			a = bot.Address{Bot: p.at.Bot + "-" + kind, Chat: "1"}
			p.others[kind+":1"] = a
			p.sql(p.t, `INSERT INTO conversations (bot, chat, contact, version, reach, joined_at) VALUES (?, ?, ?, 1, 'open', 1)`, a.Bot, a.Chat, contact)
		}
		p.kinds[a.Bot] = flows.Messenger{Kind: kind, Capabilities: bot.Capabilities{Visited: kind == "webchat"}}
		if err := p.chat(a, contact, i, words); err != nil {
			return err
		}
	}
	return nil
}

// chat sets how the contact's chat is reached and when it was joined to the others.
func (p *staged) chat(a bot.Address, contact string, order int, words []string) error {
	since, came := time.Time{}, int64(1)
	for _, word := range words {
		switch word {
		case "here":
		case "new":
			came = time.Now().UnixMicro()
		case "blocked":
			p.sql(p.t, `UPDATE conversations SET reach = 'blocked' WHERE bot = ? AND chat = ?`, a.Bot, a.Chat)
		default:
			day, err := time.ParseInLocation(time.DateOnly, word, p.zone)
			if err != nil {
				return err
			}
			since = day.Add(time.Duration(order) * time.Microsecond) // those of a day in the order written
		}
	}
	if since.IsZero() {
		return nil // the person's own
	}
	// Before the join this was somebody else with the same words about them.
	var former bot.Person
	former.Contact = somebody()
	former.Name = p.asks(p.t, `SELECT name FROM contacts WHERE id = ?`, contact)
	former.Language, former.Chosen = bot.Language(p.lang), !p.guess
	detail, err := json.Marshal(map[string]any{"former": former, "told": p.told(contact)})
	if err != nil {
		return err
	}
	p.sql(p.t, `INSERT INTO merges (bot, chat, contact, former, detail, merged_at, came_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.Bot, a.Chat, contact, p.at.Bot+"-"+storage.NewID(), string(detail), since.UnixMicro(), came)
	return nil
}

// told is what the contact knows of changes, as a join keeps it.
func (p *staged) told(contact string) []map[string]any {
	var all []map[string]any
	rows, err := p.db.QueryContext(p.t.Context(), `SELECT change_id, told_at, mentioned_at FROM ledger WHERE contact = ?`, contact)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var change string
		var told, mentioned int64
		if err := rows.Scan(&change, &told, &mentioned); err != nil {
			p.t.Fatal(err)
		}
		all = append(all, map[string]any{"Change": change, "Told": told, "Mentioned": mentioned, "Created": 1})
	}
	if err := rows.Err(); err != nil {
		p.t.Fatal(err)
	}
	return all
}

// away takes another chat out of the scene.
func (p *staged) away(a bot.Address) {
	p.sql(p.t, `DELETE FROM conversations WHERE bot = ? AND chat = ?`, a.Bot, a.Chat)
	p.sql(p.t, `DELETE FROM merges WHERE bot = ? AND chat = ?`, a.Bot, a.Chat)
}

// hearing are the addresses that hear of the turn.
func (p *staged) hearing(to string) []bot.Address {
	if to == "all" {
		return slices.Collect(maps.Values(p.others))
	}
	return []bot.Address{p.called(to)}
}

// becomes makes the person somebody else of whom the same is known.
func (p *staged) becomes(id string) {
	was := p.contact()
	p.sql(p.t, `UPDATE contacts SET id = ? WHERE id = ?`, id, was)
	for _, table := range []string{"conversations", "ledger", "merges"} {
		p.sql(p.t, `UPDATE `+table+` SET contact = ? WHERE contact = ?`, id, was)
	}
}

// concerned keeps to the changes that concern the person in the transcript: a join, a
// split and another language judge that anew.
func (p *staged) concerned() {
	contact := p.contact()
	p.sql(p.t, `DELETE FROM ledger WHERE contact = ? AND instr(?, ' ' || change_id || ' ') = 0`,
		contact, " "+strings.Join(p.changes, " ")+" ")
	for _, c := range p.changes {
		p.sql(p.t, `INSERT OR IGNORE INTO ledger (contact, change_id, created_at) VALUES (?, ?, 1)`, contact, c)
	}
}

// offers sets what stands behind the next join link, as flowtest reads it.
func (p *staged) offers(fields []string) {
	p.offer = fields
	p.sql(p.t, `UPDATE join_offers SET open_until = 1 WHERE bot = ? OR contact LIKE ?`, p.site("").Bot, p.at.Bot+"-%")
	p.sql(p.t, `UPDATE contacts SET external_id = '' WHERE id = ? AND external_id = 'another'`, p.contact())
	number, ok := bot.PhoneNumber(flowtest.Attached("own contact").Phone)
	if !ok {
		p.t.Fatal(number)
	}
	word := strings.TrimPrefix(number, "+")
	p.sql(p.t, `DELETE FROM search_words WHERE word = ?`, word)
	for range map[bool]int{true: 1}[slices.Contains(fields, "phone")] + map[bool]int{true: 2}[slices.Contains(fields, string(flows.InviteSeveral))] {
		owner := p.at.Bot + "-" + storage.NewID()
		p.sql(p.t, `INSERT INTO contacts (id, external_id, language, chosen, phones, created_at) VALUES (?, ?, ?, TRUE, ?, 2)`,
			owner, owner, p.lang, `["`+number+`"]`)
		p.sql(p.t, `INSERT INTO search_words (word, contact) VALUES (?, ?)`, word, owner)
	}
}

// site is the chat on the site that offers to go on under the code.
func (p *staged) site(code string) bot.Address {
	return bot.Address{Bot: p.at.Bot + "-site", Chat: code}
}

func hashOf(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// standsBehind sets up what stands behind the join link that the event opens, once.
func (p *staged) standsBehind(e bot.Event) {
	code, ok := flows.JoinCode(e.Text)
	if !ok || e.Kind != bot.Started || len(p.offer) == 0 || p.offer[0] == "none" ||
		p.asks(p.t, `SELECT contact FROM join_offers WHERE hash = ?`, hashOf(code)) != "" {
		return
	}
	from, contact := p.site(code), p.at.Bot+"-"+code+storage.NewID()
	p.kinds[from.Bot] = flows.Messenger{Kind: "webchat", Capabilities: bot.Capabilities{Visited: true}}
	p.sql(p.t, `INSERT INTO contacts (id, created_at) VALUES (?, 2)`, contact)
	p.sql(p.t, `INSERT INTO conversations (bot, chat, contact, version, reach, joined_at) VALUES (?, ?, ?, 1, 'open', 1)`, from.Bot, from.Chat, contact)
	offered := from
	for _, word := range p.offer {
		switch word {
		case "good":
		case "fresh":
			p.sql(p.t, `INSERT INTO merges (bot, chat, contact, former, detail, merged_at, came_at) VALUES (?, ?, ?, ?, '{}', 1, ?)`,
				from.Bot, from.Chat, contact, storage.NewID(), time.Now().UnixMicro())
		case "other":
			p.sql(p.t, `UPDATE contacts SET external_id = 'another' WHERE id = ?`, p.contact())
			p.sql(p.t, `UPDATE contacts SET external_id = ? WHERE id = ?`, contact, contact)
		case "personal":
			p.sql(p.t, `UPDATE contacts SET external_id = ? WHERE id = ?`, contact, contact)
			offered = bot.Address{}
		case string(bot.TicketWaiting), string(bot.TicketTaken):
			p.sql(p.t, `INSERT INTO tickets (bot, id, chat, contact, state, opened_at) VALUES (?, ?, ?, ?, ?, 1)`,
				from.Bot, storage.NewID(), from.Chat, contact, word)
		default:
			p.sql(p.t, `UPDATE contacts SET language = ?, chosen = TRUE WHERE id = ?`, word, contact)
		}
	}
	p.sql(p.t, `INSERT INTO join_offers (contact, bot, chat, hash, open_until, created_at) VALUES (?, ?, ?, ?, ?, 1)`,
		contact, offered.Bot, offered.Chat, hashOf(code), time.Now().Add(time.Hour).UnixMicro())
}
