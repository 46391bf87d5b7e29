package bot

import "testing"

// Who may make which move, in every state: by nobody's ticket, one's own, and a
// colleague's.
func TestTicketAllows(t *testing.T) {
	me := Actor{User: "me", Role: Operator}
	own, theirs := Ticket{State: TicketTaken, Holder: "me"}, Ticket{State: TicketTaken, Holder: "other"}
	waiting, over := Ticket{State: TicketWaiting}, Ticket{State: TicketClosed, Holder: "me"}
	for _, c := range []struct {
		move                        TicketMove
		waiting, own, theirs, timer bool
	}{
		{TicketTake, true, false, false, false},
		{TicketReply, false, true, false, false},
		{TicketTakeover, false, false, true, true},
		{TicketRelease, false, true, false, true},
		{TicketClose, true, true, false, false},
		{"fly", false, false, false, false},
		{TicketReturn, false, false, false, true},
	} {
		for _, at := range []struct {
			name   string
			ticket Ticket
			actor  Actor
			want   bool
		}{
			{"waiting", waiting, me, c.waiting},
			{"mine", own, me, c.own},
			{"another's", theirs, me, c.theirs},
			{"another's, by time", theirs, System(), c.timer},
			{"closed", over, me, false},
		} {
			if got := at.ticket.Allows(c.move, at.actor); got != at.want {
				t.Errorf("%s, %s: allowed is %v", c.move, at.name, got)
			}
		}
	}
	for _, a := range []struct {
		Actor
		may bool
	}{
		{Actor{User: "lead", Role: Operator, Lead: true}, true},
		{Actor{User: "admin", Role: Admin}, true},
		{Actor{User: "other", Role: Operator, Lead: true}, false}, // who holds it releases it
		{Actor{User: "m", Role: Marketer, Lead: true}, false},
	} {
		if got := theirs.Allows(TicketReturn, a.Actor); got != a.may {
			t.Errorf("%s may return it: %v", a.User, got)
		}
		if a.Lead && (theirs.Allows(TicketRelease, a.Actor) || theirs.Allows(TicketClose, a.Actor)) && a.User != "other" {
			t.Errorf("%s does more than return it", a.User)
		}
	}
	for _, c := range []struct {
		from Ticket
		move TicketMove
		want string
	}{
		{waiting, TicketTake, "me"},
		{waiting, TicketClose, "me"},
		{theirs, TicketTakeover, "me"},
		{theirs, TicketClose, "other"},
		{theirs, TicketReply, "other"},
		{own, TicketRelease, ""},
		{theirs, TicketReturn, ""},
	} {
		if got := c.from.HolderAfter(c.move, me); got != c.want {
			t.Errorf("after %s of %+v it is held by %q, want %q", c.move, c.from, got, c.want)
		}
	}
}
