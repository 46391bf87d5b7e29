package bot

import "time"

// EventKind names what happened, in words all channels share.
type EventKind string

// What can happen in a conversation. TimedOut, Relayed, Taken, TakenOver, Released
// and Closed come from Visnyk itself; the rest from a messenger.
const (
	Started  EventKind = "started"  // opened the chat or pressed start; Text is the deep link's payload
	Typed    EventKind = "typed"    // wrote Text
	Tapped   EventKind = "tapped"   // pressed a button: Press
	Attached EventKind = "attached" // sent an Attachment; Text is its caption
	Edited   EventKind = "edited"   // changed the earlier message ID to Text
	Left     EventKind = "left"     // blocked the bot or unsubscribed
	Returned EventKind = "returned" // unblocked the bot or subscribed

	Delivered EventKind = "delivered" // our message ID reached the device
	Seen      EventKind = "seen"      // our message ID, and all before it, was read
	Failed    EventKind = "failed"    // our message ID was refused by the device; Detail says why

	TimedOut EventKind = "timed_out" // the timer named Detail is due
	Relayed  EventKind = "relayed"   // the person did something in another of their chats, the ID: Detail names it
	Taken    EventKind = "taken"     // an operator took the ticket; Operator names them
	Released EventKind = "released"  // the operator gave the ticket back to the queue
	Closed   EventKind = "closed"    // the operator closed the ticket

	TakenOver EventKind = "taken_over" // another operator goes on with the ticket; Operator as with Taken

	Ignored EventKind = "ignored" // not for us (a group, a channel, an unknown kind); Detail names the kind
)

// Event is one thing that happened at one address.
type Event struct {
	Kind       EventKind   `json:"kind"`
	From       Address     `json:"from"`
	ID         string      `json:"id,omitempty"` // the messenger's id of the message it speaks of, the ticket's, or the other chat's
	Text       string      `json:"text,omitempty"`
	Press      *Press      `json:"press,omitempty"`
	Attachment *Attachment `json:"attachment,omitempty"`
	Album      string      `json:"album,omitempty"` // the messages of one album share this
	// Full tells that Text is about as long as one message can be: its client splits a
	// longer text, and the rest probably follows.
	Full    bool      `json:"full,omitempty"`
	Profile Profile   `json:"profile,omitzero"`
	At      time.Time `json:"at,omitzero"` // when the messenger says it happened; zero when it does not say
	Detail  string    `json:"detail,omitempty"`
	// Rate tells, with Closed, that the person may be asked how it was; Barred that
	// they get no operator for a while.
	Rate   bool `json:"rate,omitempty"`
	Barred bool `json:"barred,omitempty"`
	// Thread is the messenger's id of the thread of the chat that it happened in;
	// "" is the chat itself.
	Thread string `json:"thread,omitempty"`
	// Subscribed tells, with Started, that we may already write to the person where
	// opening a chat alone does not allow it.
	Subscribed bool `json:"subscribed,omitempty"`
	// What stands beside the person's words, for whoever reads the history.
	Links   []Link    `json:"links,omitempty"`
	Answers *Answered `json:"answers,omitempty"`
	// Forwarded tells that Text is somebody's words from elsewhere. They are looked
	// up like a question, and are no wish of the person: no command, no press of a
	// label, and not their language.
	Forwarded *Origin `json:"forwarded,omitempty"`

	// Operator is what the customer may know the operator by who did something;
	// "" when they may not. Events of before have it in Detail.
	Operator Bilingual `json:"operator,omitzero"`
}

// Inbound reports whether the person did something that a conversation answers.
func (e Event) Inbound() bool {
	switch e.Kind {
	case Started, Typed, Tapped, Attached:
		return true
	}
	return false
}

// Receipt reports whether the event speaks of a message of ours.
func (e Event) Receipt() bool {
	return e.Kind == Delivered || e.Kind == Seen || e.Kind == Failed
}

// Press is a button press. What it carries comes from the person's device and
// is never trusted: the action counts only if the conversation's current
// screen offers it.
type Press struct {
	ID     string `json:"id,omitempty"`     // to be answered at the messenger; "" where presses need no answer
	Screen int    `json:"screen,omitempty"` // the screen version the button belongs to; 0 when unreadable
	Action string `json:"action,omitempty"` // "" when unreadable
	// Unseen tells that the messenger no longer shows the message under which the
	// button stands: where that was is not known, and it cannot be edited.
	Unseen bool `json:"unseen,omitempty"`
}

// Profile is what the messenger tells of the person, as they set it.
type Profile struct {
	Name   string `json:"name,omitempty"`
	Locale string `json:"locale,omitempty"` // the client's language tag
}

// AttachmentKind names a kind of thing a person can send.
type AttachmentKind string

// What a person can send besides text.
const (
	Photo       AttachmentKind = "photo"
	Video       AttachmentKind = "video"
	Voice       AttachmentKind = "voice"
	Audio       AttachmentKind = "audio"
	File        AttachmentKind = "file"
	Sticker     AttachmentKind = "sticker"
	Phone       AttachmentKind = "contact"
	Location    AttachmentKind = "location"
	Unsupported AttachmentKind = "unsupported" // a poll, a game, anything new
)

// AttachmentKinds returns every kind of thing that a person can send.
func AttachmentKinds() []AttachmentKind {
	return []AttachmentKind{Photo, Video, Voice, Audio, File, Sticker, Phone, Location, Unsupported}
}

// Attachment is something a person sent besides text.
type Attachment struct {
	Kind  AttachmentKind `json:"kind"`
	Ref   string         `json:"ref,omitempty"`  // the messenger's file id or media address, for fetching it
	File  string         `json:"file,omitempty"` // our own id of it, once we keep or fetch it: see KeptFile
	Name  string         `json:"name,omitempty"` // a file's name made safe, a contact's name, a sticker's emoji
	Type  string         `json:"type,omitempty"` // MIME type as claimed
	Size  int64          `json:"size,omitempty"` // bytes as claimed
	Phone string         `json:"phone,omitempty"`
	Own   bool           `json:"own,omitempty"` // the messenger vouches that Phone is the sender's own
	// Given tells that the person was asked for their own number and Phone came back,
	// which nobody vouches for.
	Given bool    `json:"given,omitempty"`
	Lat   float64 `json:"lat,omitempty"`
	Lon   float64 `json:"lon,omitempty"`
	// Words is what the thing itself says: a poll's question and options, the name
	// and address of a place. They are kept, and not taken for a message.
	Words string `json:"words,omitempty"`
}
