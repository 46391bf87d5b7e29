package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// RenderingPart is which text of a change a rendering is.
type RenderingPart string

// The parts of a change that are told one by one.
const (
	PartCard   RenderingPart = "card"
	PartWhy    RenderingPart = "why"
	PartForMe  RenderingPart = "for me"
	PartGain   RenderingPart = "gain"
	PartToDo   RenderingPart = "to do"
	PartDigest RenderingPart = "digest line" // says that there is such a change; it is not told by that
)

// Mark returns what a person knows once the part has reached them.
func (p RenderingPart) Mark() Mark {
	if p == PartDigest {
		return MarkMentioned
	}
	return MarkTold
}

// Rendering is a text that tells something of a version of a change, as a
// messenger shows it to everybody, before its slots are filled. It holds nothing
// of any person.
type Rendering struct {
	Change   string        `json:"change"`
	Version  int           `json:"version"`
	Channel  string        `json:"channel"`
	Language Language      `json:"language"`
	Part     RenderingPart `json:"part"`
	Template string        `json:"template"` // in the channel's own form, slots as {{.Name}}
}

// Hash names the rendering by all that it is: the scheme, a colon, and a SHA-256
// in hex. In the scheme v1 it is that of the fields as JSON in the order above.
func (r Rendering) Hash() string {
	fields, err := json.Marshal(r)
	if err != nil { // strings and a number can always be written
		panic("bot: a rendering is not JSON: " + err.Error())
	}
	return "v1:" + HashText(string(fields))
}

// HashText returns the SHA-256 of a text in hex.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Telling is a message that tells something of a change: on its way from the
// moment it is enqueued, and told only when it is sent.
type Telling struct {
	Address   Address
	Cause     string // Outgoing.Cause of the message
	Contact   string
	Rendering Rendering
	TextHash  string // of the text as it was said, slots filled
}

// Fate is how a message ended, as far as that is known. The zero Fate is that of
// one that has not ended yet, or that was said before fates were kept.
type Fate struct {
	// Outcome is "", or one of the outcomes below. Of a message in several parts it
	// is the worst among the parts that have ended.
	Outcome string
	// Sent, Delivered and Seen are those of its last part; zero: never, or the
	// messenger does not tell.
	Sent, Delivered, Seen time.Time
}

// What becomes of a message, beside Sent, Gone, Malformed and Unknown.
const (
	OutcomeOnItsWay = "on its way" // of a telling that has not ended
	OutcomeExpired  = "expired"    // given up: too old
	OutcomeSkipped  = "skipped"    // never sent: the person had left or asked for silence
	OutcomeFailed   = "failed"     // the messenger took it, the device refused it
)
