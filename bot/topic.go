package bot

import "time"

// Topic is something people may be told of, and may refuse or ask for.
type Topic struct {
	ID       string    `json:"id"` // of a service topic, the kind of change
	Label    Bilingual `json:"label"`
	Starts   bool      `json:"starts"`            // wanted by whoever has said nothing
	Service  bool      `json:"service,omitempty"` // what a customer must know, and not what we would like to sell
	Position int       `json:"position,omitempty"`
}

// TopicNews is the topic of news and offers, off until somebody asks for it.
const TopicNews = "news"

// ConsentSource is who says that a person agreed or refused.
type ConsentSource string

// The sources of consents.
const (
	ConsentPerson ConsentSource = "person" // the person, in a chat
	ConsentStaff  ConsentSource = "staff"  // a colleague, to whom the person said so
	ConsentImport ConsentSource = "import" // the company's records
)

// Consent is that a person agreed to a topic, or refused it. They are only added:
// the last one counts, and all of them are the proof.
type Consent struct {
	ID       string
	Contact  string
	Topic    string // "" is everything
	Given    bool
	At       time.Time
	Source   ConsentSource
	TextHash string  // of the text that was agreed to, as Hash has it; "" where none was shown
	Address  Address // where it was said; zero elsewhere than in a chat
}

// Hears reports whether the person may be told of the topic now.
func (w Wishes) Hears(t Topic, now time.Time) bool {
	return !w.Paused(now) && w.Agrees(t)
}
