package main

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// holds holds a note of the transcript against what is written.
func (p *staged) holds(note, contact, answered, edited string) {
	word, rest, _ := strings.Cut(note, " ")
	is := func(want, query string, values ...any) {
		p.t.Helper()
		if got := p.asks(p.t, query, values...); got != want {
			p.t.Errorf("%s: %s gives %q, want %q", note, query, got, want)
		}
	}
	mark := func(column string) {
		is("1", `SELECT `+column+` <> 0 FROM ledger WHERE contact = ? AND change_id = ?`, contact, rest)
	}
	person := func(want, column string) { is(want, `SELECT `+column+` FROM contacts WHERE id = ?`, contact) }
	name, _, _ := strings.Cut(rest, " ")
	switch word {
	case "silence", "for": // nothing is said, which was compared
	case "hand_off":
		is("1", `SELECT count(*) FROM tickets WHERE bot = ? AND state = 'waiting' AND reason = ?`, p.at.Bot, name)
	case "rate":
		is("1", `SELECT count(*) FROM ratings WHERE bot = ? AND score = CAST(? AS INTEGER)`, p.at.Bot, cmp.Or(rest, "0"))
	case "recall":
		is("0", `SELECT count(*) FROM tickets WHERE bot = ? AND state <> 'closed'`, p.at.Bot)
	case "wait":
		is("1", `SELECT count(*) FROM timers WHERE bot = ? AND name = ?`, p.at.Bot, name)
	case "unwait":
		is("0", `SELECT count(*) FROM timers WHERE bot = ? AND name = ?`, p.at.Bot, name)
	case "told", "mentioned", "acknowledged":
		mark(word + "_at")
	case "follow":
		mark("followed_at")
	case "unfollow":
		is("0", `SELECT followed_at FROM ledger WHERE contact = ? AND change_id = ?`, contact, rest)
	case "asked":
		if how, text, ok := strings.Cut(rest, ": "); ok {
			ending, _, _ := strings.Cut(how, " ")
			is("1", `SELECT count(*) FROM questions WHERE bot = ? AND ending = ? AND text = ?`, p.at.Bot, ending, text)
		} else {
			mark("asked_at")
		}
	case "speak":
		person(rest, "language")
	case "stop", "resume":
		want := map[string]string{"stop": "1", "resume": "0"}[word]
		if rest == "here" {
			is(want, `SELECT hushed FROM conversations WHERE bot = ?`, p.at.Bot)
		} else {
			person(want, "stopped")
		}
	case "wish":
		p.wished(rest, contact)
	case "relay":
		what, to, _ := strings.Cut(rest, " to ")
		for _, a := range p.hearing(to) {
			is("1", `SELECT count(*) FROM inbox WHERE source = 'relay' AND bot = ? AND chat = ? AND CAST(payload AS TEXT) LIKE ?`,
				a.Bot, a.Chat, `%"`+what+`"%`)
			p.sql(p.t, `DELETE FROM inbox WHERE bot = ?`, a.Bot)
		}
	case "offer":
		is("1", `SELECT count(*) FROM join_offers WHERE chat = 'phone' AND used_at = 0 AND contact LIKE ?`, p.at.Bot+"-%")
	case "phone":
		is("1", `SELECT count(*) FROM contacts WHERE id = ? AND phones_unverified LIKE ?`, contact, `%"`+rest+`"%`)
	case "join":
		if strings.HasPrefix(rest, flows.PhoneCode("")) {
			is(p.contact(), `SELECT contact FROM join_offers WHERE chat = 'phone' AND used_at <> 0`)
			break
		}
		is(p.contact(), `SELECT contact FROM join_offers WHERE hash = ? AND used_at <> 0`, hashOf(rest))
		is(p.contact(), `SELECT contact FROM conversations WHERE bot = ? AND chat = ?`, p.site(rest).Bot, p.site(rest).Chat)
	case "split":
		of := p.called(rest)
		if rest == "this chat" {
			of = p.at
		}
		is("0", `SELECT count(*) FROM conversations WHERE bot = ? AND chat = ? AND contact = ?`, of.Bot, of.Chat, contact)
	case "erase":
		is("", `SELECT contact FROM conversations WHERE bot = ?`, p.at.Bot)
	case "notify":
		if answered != rest {
			p.t.Errorf("the press is answered %q, want %q", answered, rest)
		}
	case "amend":
		if edited != rest {
			p.t.Errorf("the message has the buttons %q, want %q", edited, rest)
		}
	default:
		p.t.Errorf("%q is not held against anything", note)
	}
}

// wished compares how the person wants to be told.
func (p *staged) wished(want, contact string) {
	got := p.asks(p.t, `SELECT muted || ' ' || quiet || ' ' || (paused_until <> 0) FROM contacts WHERE id = ?`, contact)
	muted, quiet, paused := []string{}, "", "0"
	for _, part := range strings.Split(want, ", ") {
		switch {
		case strings.HasPrefix(part, "no "):
			muted = append(muted, strings.TrimPrefix(part, "no "))
		case strings.HasPrefix(part, "quiet "):
			quiet = strings.TrimPrefix(part, "quiet ")
		case strings.HasPrefix(part, "pause "):
			paused = "1"
		}
	}
	list, err := json.Marshal(muted)
	if err != nil {
		p.t.Fatal(err)
	}
	if expected := string(list) + " " + quiet + " " + paused; got != expected {
		p.t.Errorf("wishes are %q, want %q", got, expected)
	}
}

// written is a message as transcripts have it.
func written(m bot.Message) (lines []string) {
	mark := "< "
	for line := range strings.SplitSeq(strings.ReplaceAll(m.Text, `\`, ""), "\n") {
		if line == "" {
			mark = "< "
			continue
		}
		lines = append(lines, strings.TrimRight(mark+line, " "))
		mark = "  "
	}
	for _, row := range m.Buttons {
		lines = append(lines, "  "+labels(bot.Message{Buttons: [][]bot.Button{row}}))
	}
	return lines
}

func labels(m bot.Message) string {
	var all []string
	for _, b := range slices.Concat(m.Buttons...) {
		all = append(all, "["+b.Label+"]")
	}
	return strings.Join(all, " ")
}
