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
	room room  // the chat it belongs to; ID 0 when it belongs to none
	odd  error // what is wrong with the chat, where it has one all the same
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

// route finds the chat. What a conversation is made of must have one; of other kinds it
// is nice to know.
func (e *envelope) route() error {
	talk, where, name := slices.Contains(conversational(), e.kind), e.doc, "chat"
	if talk && !isObject(e.doc) {
		return errors.New("has the wrong type")
	}
	if e.kind == kindCallback {
		where, name = within(e.doc, "message"), "message.chat"
	}
	if e.kind == kindCallback && where == nil { // the message is gone or was never ours: a private chat has its person's id
		var from person
		from, e.odd = e.actor()
		e.room = room{ID: from.ID, Type: "private"}
	} else {
		e.room, e.odd = roomIn(name, within(where, "chat"))
	}
	switch {
	case !talk && e.odd != nil:
		e.room = room{}
	case talk && e.room.ID == 0:
		return cmp.Or(e.odd, errors.New("has no chat"))
	}
	return nil
}

// actor reads who acted, of the kinds a conversation answers.
func (e *envelope) actor() (person, error) {
	who, err := part[person]("from", within(e.doc, "from"))
	if who.ID == 0 && e.kind == kindCallback {
		err = cmp.Or(err, errors.New("has no sender"))
	}
	return who, err
}

// roomIn reads a chat. Both the door and the turn do for every update, so the usual form
// goes without encoding/json.
func roomIn(name string, chat json.RawMessage) (room, error) {
	id, err := strconv.ParseInt(string(within(chat, "id")), 10, 64)
	if kind, plain := unescaped(within(chat, "type")); plain && err == nil {
		return room{ID: id, Type: kind}, nil
	}
	return part[room](name, chat)
}

// part reads what stands under a name, as far as it is what it should be; of nothing it
// is nothing.
func part[T any](name string, doc json.RawMessage) (v T, err error) {
	if doc != nil {
		err = readAt(name, doc, &v)
	}
	return v, err
}

// chat returns the chat as an address holds it.
func (e envelope) chat() string {
	if e.room.ID == 0 {
		return ""
	}
	return strconv.FormatInt(e.room.ID, 10)
}
