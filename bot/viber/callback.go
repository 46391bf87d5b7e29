package viber

import (
	"cmp"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
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
	Event      string   `json:"event"`
	Timestamp  whole    `json:"timestamp"` // milliseconds
	Token      whole    `json:"message_token"`
	UserID     string   `json:"user_id"`
	User       person   `json:"user"`
	Sender     person   `json:"sender"`
	Message    *content `json:"message"`
	Context    string   `json:"context"`
	Subscribed bool     `json:"subscribed"`
	Desc       string   `json:"desc"`

	// strange says what is wrong with it, though its event and person are there;
	// nil when nothing is.
	strange error
}

type person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

// content is what a person sent.
type content struct {
	Type         string `json:"type"`
	Text         string `json:"text"`
	Media        string `json:"media"`
	FileName     string `json:"file_name"`
	FileSize     whole  `json:"file_size"`
	Size         whole  `json:"size"` // an older name of file_size
	StickerID    whole  `json:"sticker_id"`
	TrackingData string `json:"tracking_data"`
	Contact      struct {
		Name  string `json:"name"`
		Phone string `json:"phone_number"`
	} `json:"contact"`
	Location struct {
		Lat degrees `json:"lat"`
		Lon degrees `json:"lon"`
	} `json:"location"`
}

// whole is an integer of 64 bits, signed or not, kept as its decimal digits:
// message tokens lie beyond 2^53, where a float64 rounds. Viber's clients send
// it as a number or as a string; anything else, and zero, is "".
type whole string

// UnmarshalJSON implements json.Unmarshaler. It never fails: one odd field must
// not cost the whole callback.
func (w *whole) UnmarshalJSON(b []byte) error {
	*w = ""
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return nil
		}
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil && n != 0 {
		*w = whole(strconv.FormatUint(n, 10))
	} else if n, err := strconv.ParseInt(s, 10, 64); err == nil && n < 0 {
		*w = whole(strconv.FormatInt(n, 10))
	}
	return nil
}

// int64 returns the number; 0 when there is none or it does not fit.
func (w whole) int64() int64 {
	n, err := strconv.ParseInt(string(w), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// degrees is a coordinate, as a number or a string; known is false for
// anything else.
type degrees struct {
	value float64
	known bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (d *degrees) UnmarshalJSON(b []byte) error {
	*d = degrees{}
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return nil
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		*d = degrees{value: f, known: true}
	}
	return nil
}

// within reports whether the coordinate is known and lies in ±limit. A NaN lies nowhere.
func (d degrees) within(limit float64) bool {
	return d.known && d.value >= -limit && d.value <= limit
}

// parse reads a callback; an error says why it has no envelope, that is no event,
// or no person where it speaks of one. Neither that nor strange holds anything of
// the content. Beside a field of the wrong type the others are read.
func parse(body []byte) (cb callback, err error) {
	if err := json.Unmarshal(body, &cb); err != nil {
		if len(body) == 0 {
			return cb, errors.New("empty body")
		}
		if _, ok := errors.AsType[*json.UnmarshalTypeError](err); !ok {
			return cb, errors.New("not one JSON document")
		}
		cb.strange = errors.New("a field of the wrong type")
	}
	switch {
	case cb.Event == "":
		return cb, cmp.Or(cb.strange, errors.New("no event"))
	case cb.about() && !printable(cb.user()):
		return cb, cmp.Or(cb.strange, errors.New("no user id"))
	case cb.about() && len(cb.user()) > maxUser:
		return cb, errors.New("user id too long")
	case cb.Event == eventMessage && cb.Message == nil:
		cb.strange = cmp.Or(cb.strange, errors.New("no message in the message event"))
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

// receipt reports whether the event speaks of a message of ours.
func (cb callback) receipt() bool {
	return cb.Event == eventDelivered || cb.Event == eventSeen || cb.Event == eventFailed
}

// who returns the person as the event carries them; without a profile where the
// event brings the id alone.
func (cb callback) who() person {
	switch cb.Event {
	case eventMessage:
		return cb.Sender
	case eventStarted, eventSubscribed:
		return cb.User
	}
	return person{ID: cb.UserID}
}

func (cb callback) user() string { return cb.who().ID }

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
