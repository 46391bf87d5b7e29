package viber

import (
	"encoding/json"
	"errors"
	"time"
)

// The events of Viber that we know.
const (
	eventWebhook      = "webhook"
	eventStarted      = "conversation_started"
	eventSubscribed   = "subscribed"
	eventUnsubscribed = "unsubscribed"
	eventMessage      = "message"
	eventDelivered    = "delivered"
	eventSeen         = "seen"
	eventFailed       = "failed"
)

// maxUser bounds a user id in bytes; real ones are 24.
const maxUser = 128

// callback is the body of a callback, as far as we read it. Of duplicate keys
// the last wins, for the key of the update and for its meaning alike, because
// both read it through parse.
type callback struct {
	Event      words           `json:"event"`
	Timestamp  whole           `json:"timestamp"` // milliseconds
	Token      whole           `json:"message_token"`
	UserID     words           `json:"user_id"`
	User       object[person]  `json:"user"`
	Sender     object[person]  `json:"sender"`
	Message    object[content] `json:"message"`
	Context    words           `json:"context"`
	Subscribed yes             `json:"subscribed"`
	Desc       words           `json:"desc"`

	// strange says what is wrong with it, though its event and person are there;
	// nil when nothing is.
	strange error
}

type person struct {
	ID       words `json:"id"`
	Name     words `json:"name"`
	Language words `json:"language"`
}

// content is what a person sent.
type content struct {
	Type         words         `json:"type"`
	Text         wording       `json:"text"`
	Media        words         `json:"media"`
	FileName     words         `json:"file_name"`
	FileSize     whole         `json:"file_size"`
	Size         whole         `json:"size"` // an older name of file_size
	StickerID    whole         `json:"sticker_id"`
	TrackingData words         `json:"tracking_data"`
	Contact      object[card]  `json:"contact"`
	Location     object[place] `json:"location"`
}

// unreadable reports whether nobody can know what the person said.
func (m content) unreadable() bool {
	return m == content{} || m.Text.odd && (m.Type == "text" || m.Type == "")
}

// card is a contact of an address book.
type card struct {
	Name  words  `json:"name"`
	Phone dialed `json:"phone_number"`
}

// place is where somebody is.
type place struct {
	Lat degrees `json:"lat"`
	Lon degrees `json:"lon"`
}

// parse reads a callback; an error says why it has no envelope, that is no event,
// or no person where it speaks of one. Neither that nor strange holds anything of
// the content. What stands in a field of the wrong type is as good as not there.
func parse(body []byte) (cb callback, err error) {
	if err := json.Unmarshal(body, &cb); err != nil {
		if len(body) == 0 {
			return cb, errors.New("empty body")
		}
		if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return cb, errors.New("not a JSON object")
		}
		return cb, errors.New("not one JSON document")
	}
	switch {
	case cb.Event == "":
		return cb, errors.New("no event")
	case cb.about() && !printable(cb.user()):
		return cb, errors.New("no user id")
	case cb.about() && len(cb.user()) > maxUser:
		return cb, errors.New("user id too long")
	case cb.Event == eventMessage && !cb.Message.there:
		cb.strange = errors.New("no message in the message event")
	case cb.Event == eventMessage && cb.Message.value.unreadable():
		cb.strange = errors.New("a message of the wrong type")
	}
	return cb, nil
}

// about reports whether the event speaks of a person.
func (cb callback) about() bool {
	switch cb.Event {
	case eventStarted, eventSubscribed, eventUnsubscribed, eventMessage, eventDelivered, eventSeen, eventFailed:
		return true
	}
	return false
}

// who returns the person as the event carries them; without a profile where the
// event brings the id alone.
func (cb callback) who() person {
	switch cb.Event {
	case eventMessage:
		return cb.Sender.value
	case eventStarted, eventSubscribed:
		return cb.User.value
	}
	return person{ID: cb.UserID}
}

func (cb callback) user() string { return string(cb.who().ID) }

// chat returns the user id, and "" where it is missing or could not be a key.
func (cb callback) chat() string {
	if u := cb.user(); printable(u) && len(u) <= maxUser {
		return u
	}
	return ""
}

// at returns the time of the event by Viber's clock; zero when it does not say,
// or says what no calendar holds.
func (cb callback) at() time.Time {
	const year10000 = 253402300800000 // JSON has no time beyond it
	if ms := cb.Timestamp.int64(); ms > 0 && ms < year10000 {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}
