package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
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

// The sorts of texts that news of a change are told in; see RenderingPart.Kind.
const (
	PartStage      RenderingPart = "stage"
	PartCorrection RenderingPart = "correction"
	PartStageCard  RenderingPart = "stage card"
)

// broadcastPart begins the parts that are what a broadcast says, and digestPart ends
// that of its line in a digest.
const (
	broadcastPart = "broadcast/"
	digestPart    = "/digest"
)

// BroadcastPart names what a broadcast says: its text, or its line in a digest.
func BroadcastPart(id string, digest bool) RenderingPart {
	if digest {
		id += digestPart
	}
	return RenderingPart(broadcastPart + id)
}

// Broadcast returns which broadcast says the part; false of what a change says.
func (p RenderingPart) Broadcast() (id string, ok bool) {
	id, ok = strings.CutPrefix(string(p), broadcastPart)
	return strings.TrimSuffix(id, digestPart), ok
}

// Mark returns what a person knows once the part has reached them.
func (p RenderingPart) Mark() Mark {
	if p == PartDigest || strings.HasPrefix(string(p), broadcastPart) && strings.HasSuffix(string(p), digestPart) {
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

// RenderingIDLength is how many letters the id of a rendering has.
const RenderingIDLength = 10

// RenderingID returns the short name of a rendering, by which its buttons know it:
// the first letters of what its hash has behind the scheme ("v1:…"). Where two
// renderings share one, it names neither.
func RenderingID(hash string) string {
	_, digest, ok := strings.Cut(hash, ":")
	if !ok || len(digest) < RenderingIDLength {
		return ""
	}
	return digest[:RenderingIDLength]
}
