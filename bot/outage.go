package bot

import (
	"encoding/json"
	"time"
)

// A template of a message about an outage is a broadcast that never leaves itself. It is
// written and approved ahead, with slots in its text; one person fills them when it is
// needed, and a copy of it leaves at once.

// Slot is a place of a template that is filled when it is sent. In its text it is written
// as a variable is, {{where}}, with or without a fallback.
type Slot string

// The slots.
const (
	SlotWhere Slot = "where" // which places it is about, in both languages
	SlotFrom  Slot = "from"  // the moment since when
	SlotUntil Slot = "until" // the moment until when
)

// Slots lists the slots, in the order in which they are filled.
func Slots() []Slot { return []Slot{SlotWhere, SlotFrom, SlotUntil} }

// TemplateHolds is how long the approval of a template lasts. Later somebody looks at it
// anew: places, people and words change.
const TemplateHolds = 90 * 24 * time.Hour

// Filled is what a broadcast was made of.
type Filled struct {
	// Template is the one whose slots were filled, as it was approved.
	Template Broadcast `json:"template"`
	// Words are what stands in the slots, moments in words too; a slot that was left to its
	// fallback is not there.
	Words map[Slot]Bilingual `json:"words"`
	From  time.Time          `json:"from,omitzero"`
	Until time.Time          `json:"until,omitzero"`
}

// text is what an approved hash has of it: which approval it stands on, and what was filled.
func (f Filled) text() string {
	words, err := json.Marshal(f.Words)
	if err != nil { // texts can always be written
		panic("bot: the words of slots are not JSON: " + err.Error())
	}
	return f.Template.ApprovedHash() + string(words) + moment(f.From) + moment(f.Until)
}
