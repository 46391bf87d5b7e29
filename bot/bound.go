package bot

import (
	"encoding/json"
	"slices"
)

// BoundWords are the words of ours that a change is told in, as they were approved with
// it: by language and key, slots open as in a Rendering's template.
type BoundWords map[Language]map[string]string

// Bound is what the approval of a change has bound beside its own texts. The zero Bound
// is of one that was approved before there was any.
type Bound struct {
	Hashes []string   `json:"hashes"` // of its renderings
	Words  BoundWords `json:"words,omitempty"`
	Kinds  []string   `json:"kinds,omitempty"` // of messengers, that it was approved for
}

// On reports whether it may be told by a messenger of the kind: nothing was bound, or
// something for that kind.
func (b Bound) On(kind string) bool {
	return len(b.Hashes) == 0 || slices.Contains(b.Kinds, kind)
}

// text writes it for a hash.
func (b Bound) text() string {
	text, err := json.Marshal(b)
	if err != nil { // texts can always be written
		panic("bot: what an approval binds is not JSON: " + err.Error())
	}
	return string(text)
}
