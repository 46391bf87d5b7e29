package telegram

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// envelope is an update as far as routing needs: its number, what kind it is,
// and the document of that kind.
type envelope struct {
	id   int64
	kind string   // "" when the update holds nothing but its number
	more []string // other kinds it holds; Telegram never sends two
	doc  json.RawMessage
	from person // who acted, of the kinds a conversation answers
	room room   // the chat it belongs to; ID 0 when it belongs to none
	// strange says what is wrong with it, though its number and chat are there;
	// nil when nothing is known of yet.
	strange error
}

// The kinds a conversation is made of, in the order in which the first one
// counts, should an update ever hold two.
const (
	kindMessage  = "message"
	kindEdited   = "edited_message"
	kindCallback = "callback_query"
	kindMember   = "my_chat_member"
)

func conversational() []string { return []string{kindMessage, kindEdited, kindCallback, kindMember} }

type room struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (r room) private() bool { return r.Type == "private" }

// shared reports whether the chat is one of many people: no conversation is there.
func (r room) shared() bool {
	return r.Type == "group" || r.Type == "supergroup" || r.Type == "channel"
}

type person struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Language string `json:"language_code"`
}

// readEnvelope reads the envelope of one update; an error says why it has none. Neither
// that nor strange ever shows what the update holds.
func readEnvelope(body []byte) (envelope, error) {
	doc, own, strange := canonical(body)
	if doc == nil {
		return envelope{}, strange
	}
	id, err := updateID(own.of("update_id"))
	if err != nil {
		return envelope{}, err
	}
	e := envelope{id: id, strange: strange}
	e.kind, e.more = kindsOf(own)
	e.doc = own.of(e.kind)
	if err := e.route(); err != nil {
		return envelope{}, fmt.Errorf("%s: %w", e.kind, err)
	}
	return e, nil
}

func updateID(raw json.RawMessage) (int64, error) {
	if raw == nil {
		return 0, errors.New("no update_id")
	}
	id, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return 0, errors.New("update_id is not a whole number")
	}
	return id, nil
}

// kindsOf names what the update holds: a kind we converse in comes first, then
// the others by name. more is what stands beside a kind we converse in.
func kindsOf(own fields) (kind string, more []string) {
	var known, others []string
	for _, kind := range conversational() {
		if own.of(kind) != nil {
			known = append(known, kind)
		}
	}
	for _, f := range own {
		if f.name != "update_id" && !slices.Contains(known, f.name) && own.of(f.name) != nil {
			others = append(others, f.name)
		}
	}
	slices.Sort(others)
	switch {
	case len(known) > 0:
		return known[0], append(known[1:], others...)
	case len(others) > 0:
		return others[0], nil
	}
	return "", nil
}

// route finds the chat and the actor. What a conversation is made of must have
// a chat; of other kinds it is nice to know. read fills what it can beside a
// field of the wrong type, so a chat is found beside a strange actor.
func (e *envelope) route() error {
	var head struct {
		Chat *room  `json:"chat"`
		From person `json:"from"`
	}
	switch {
	case e.kind == kindCallback:
		return e.routeCallback()
	case !slices.Contains(conversational(), e.kind):
		if read(e.doc, &head) == nil && head.Chat != nil {
			e.room = *head.Chat
		}
		return nil
	}
	err := read(e.doc, &head)
	if head.Chat == nil || head.Chat.ID == 0 {
		return cmp.Or(err, errors.New("has no chat"))
	}
	e.room, e.from = *head.Chat, head.From
	e.note(err)
	return nil
}

// note keeps what is wrong with the chat or the actor, unless both are known all
// the same.
func (e *envelope) note(err error) {
	if e.room.Type == "" || e.from.ID == 0 {
		e.strange = cmp.Or(e.strange, err)
	}
}

func (e *envelope) routeCallback() error {
	var q struct {
		From    person `json:"from"`
		Message *struct {
			Chat room `json:"chat"`
		} `json:"message"`
	}
	err := read(e.doc, &q)
	e.from = q.From
	if q.Message != nil {
		e.room = q.Message.Chat
	} else { // the message is gone or was never ours: a private chat has its person's id
		e.room = room{ID: q.From.ID, Type: "private"}
	}
	if e.room.ID == 0 {
		return cmp.Or(err, errors.New("has no chat or no sender"))
	}
	if e.from.ID == 0 {
		err = cmp.Or(err, errors.New("has no sender"))
	}
	e.note(err)
	return nil
}

// chat returns the chat as an address holds it.
func (e envelope) chat() string {
	if e.room.ID == 0 {
		return ""
	}
	return strconv.FormatInt(e.room.ID, 10)
}
