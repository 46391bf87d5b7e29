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
	doc, strange := canonical(body)
	if doc == nil {
		return envelope{}, strange
	}
	e := envelope{strange: strange}
	number, err := updateID(e.hold(doc))
	if err != nil {
		return envelope{}, err
	}
	e.id = number
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

// hold takes in what the update holds, and returns its number: a kind we converse in
// comes first, then the others by name. more is what stands beside a kind we converse in.
func (e *envelope) hold(doc []byte) (number json.RawMessage) {
	for name, value := range each(doc) {
		switch {
		case string(value) == "null" || !plainKey(name):
		case string(name) == "update_id":
			number = value
		default:
			kind := string(name)
			if e.kind == "" || inOrder(kind, e.kind) < 0 {
				kind, e.kind, e.doc = e.kind, kind, value
			}
			if kind != "" {
				e.more = append(e.more, kind)
			}
		}
	}
	if slices.SortFunc(e.more, inOrder); rank(e.kind) == len(conversational()) {
		e.more = nil
	}
	return number
}

func inOrder(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) }

// rank is the place of a kind among those we converse in; behind them all for another.
func rank(kind string) int {
	if i := slices.Index(conversational(), kind); i >= 0 {
		return i
	}
	return len(conversational())
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
		e.room, e.odd = part[room](name, within(where, "chat"))
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
