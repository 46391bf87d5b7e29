package flows

import (
	"cmp"
	"strings"
	"time"

	"visnyk/bot"
)

// Name is what the chat's messenger is called.
func (c Chat) Name() Text { return T(ChannelText(c.Messenger.Kind)) }

// ChannelText returns the key of what a kind of messenger is called; "" is one
// without a name of its own.
func ChannelText(kind string) string { return "channel." + cmp.Or(kind, "unknown") }

// VarJoin is the code of the join link of which the person is asked whether they
// want it.
const VarJoin = "join"

// joinLink begins the payload of a deep link that joins two chats of a person.
const joinLink = "join_"

// JoinCode returns the code of a deep link that joins chats; false for any other.
func JoinCode(payload string) (string, bool) {
	code, ok := strings.CutPrefix(payload, joinLink)
	return code, ok && code != ""
}

// JoinPayload is the payload of the deep link that carries the code.
func JoinPayload(code string) string { return joinLink + code }

// InviteState is what can come of a join link.
type InviteState string

// What can come of a join link.
const (
	InviteNone        InviteState = ""        // it is used or old, or there never was such a one
	InviteGood        InviteState = "good"    // the chats can be joined
	InviteJoined      InviteState = "joined"  // they are
	InviteOnProbation InviteState = "fresh"   // one of the two came by a join within Probation, and brings nobody along
	InviteOther       InviteState = "other"   // the company knows the two as different people
	InviteSeveral     InviteState = "several" // several people of the company's records have the number that was shared
)

// Invite is what stands behind a join link. All but its State stands there only
// when it is good: nobody else is told anything of the other chat.
type Invite struct {
	State    InviteState
	Personal bool         // it comes from the company, not from another chat
	Language bot.Language // what will be spoken from now on
	Chosen   bool
	Ticket   *bot.Ticket // the ticket that goes on here
	Ahead    int
	Code     string // of one that comes of a number, for Offer
}

// byPhone begins the code of an offer that comes of a shared number.
const byPhone = "phone-"

// PhoneCode makes the code of an offer that comes of a shared number of a new one.
func PhoneCode(code string) string { return byPhone + code }

// ByPhone reports whether the person is asked about a join because of their number.
func (t Turn) ByPhone() bool { return strings.HasPrefix(t.Var(VarJoin), byPhone) }

// joined makes the facts those once the offer is taken.
func (f *Facts) joined() {
	o := f.Invite
	f.Invite = Invite{State: InviteJoined}
	if o.Language.Known() {
		f.Language, f.Chosen, f.Guessed = o.Language, o.Chosen, false
	}
	if o.Ticket != nil && (f.Ticket == nil || o.Ticket.Prevails(*f.Ticket)) {
		f.Ticket, f.Desk.Ahead = o.Ticket, o.Ahead
	}
}

// parted makes the facts those once one of the chats has gone its own way.
func (f *Facts) parted(at bot.Address) {
	var left []Chat
	for _, c := range f.Chats {
		if c.Address == at && c.Here { // the others are somebody else's then
			c.Since = time.Time{}
			f.Chats = []Chat{c}
			return
		}
		if c.Address != at {
			left = append(left, c)
		}
	}
	f.Chats = left
}

// AsksChats reports whether a turn from this state may need Facts.Chats.
func (b Book) AsksChats(s bot.State) bool {
	for _, f := range b.flows {
		if f.Name == s.Flow {
			return f.Chats
		}
	}
	return false
}
