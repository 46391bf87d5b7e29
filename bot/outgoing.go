package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Lane says who goes first through the one door out: the smaller leaves first. In
// one chat what an operator said goes before what the bot says after it.
type Lane int

// The lanes.
const (
	LaneReply Lane = iota // answers of the bot to what somebody just did
	LaneDesk              // words of an operator
	LaneBulk              // announcements
)

// String names the lane as metrics show it.
func (l Lane) String() string { return [...]string{"reply", "desk", "bulk"}[l] }

// Outgoing is a message on its way to one address. (To, Cause) is unique:
// enqueuing the same twice adds nothing.
type Outgoing struct {
	Lane      Lane
	To        Address
	Message   Message
	Cause     string    // what made it: "turn/<update>/<n>", "desk/<reply>", "bcast/<id>"
	NotBefore time.Time // zero: at once
	Tells     bool      // something of a change: how it ends is written to its tellings
}

// Queued is one row of the outbox: a part of an outgoing message.
type Queued struct {
	Lane      Lane
	To        Address
	Cause     string // Outgoing.Cause + "/" + the part's number
	Part      Part
	NotBefore time.Time
	Tells     bool
}

// Message returns the cause of the message that the part belongs to.
func (q Queued) Message() string {
	if i := strings.LastIndexByte(q.Cause, '/'); i >= 0 {
		return q.Cause[:i]
	}
	return q.Cause
}

// Queue renders o for ch into the rows that the outbox keeps, one per part.
func Queue(ch Channel, o Outgoing) ([]Queued, error) {
	parts, err := ch.Render(o.Message)
	if err != nil {
		return nil, fmt.Errorf("render for %s: %w", ch.Name(), err)
	}
	rows := make([]Queued, len(parts))
	for i, p := range parts {
		rows[i] = Queued{
			Lane: o.Lane, To: o.To, Part: p, NotBefore: o.NotBefore, Tells: o.Tells,
			Cause: o.Cause + "/" + strconv.Itoa(i),
		}
	}
	return rows, nil
}
