package bot

import "time"

// Link is an address that stands behind words.
type Link struct {
	Words string `json:"words,omitempty"` // their beginning; "" where it stands behind no words
	URL   string `json:"url"`             // as it came: nothing of it is ever fetched
}

// Answered is the message that a message answers, or the part of it that the
// person quotes. The words are whoever's, and never the person's answer.
type Answered struct {
	ID    string  `json:"id,omitempty"`    // the messenger's id, in this chat
	Ours  bool    `json:"ours,omitempty"`  // we said it
	Name  string  `json:"name,omitempty"`  // of somebody else whose message it is
	What  string  `json:"what,omitempty"`  // what it is, where it is more than a text, in the messenger's word
	Text  string  `json:"text,omitempty"`  // its words, or their beginning
	Quote string  `json:"quote,omitempty"` // the part of the words that the person chose
	Links []Link  `json:"links,omitempty"`
	From  *Origin `json:"from,omitempty"` // whence it came, where it stands in another chat or was forwarded
}

// Origin is where a message was said before it was forwarded.
type Origin struct {
	Kind string    `json:"kind,omitempty"` // of who said it, in the messenger's word
	Name string    `json:"name,omitempty"` // of the person, group or channel, as the messenger shows it
	By   string    `json:"by,omitempty"`   // who signed it in a group or channel
	At   time.Time `json:"at,omitzero"`    // when it was said there
}
