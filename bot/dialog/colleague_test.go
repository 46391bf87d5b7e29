package dialog

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// A link of the staff is followed whatever the talk is at, and changes nothing of it.
func TestStaffLink(t *testing.T) {
	here := bot.Address{Bot: "telegram", Chat: "1"}
	for _, c := range []struct {
		name, good string
		ticket     *bot.Ticket
		want       string
		follows    bool
	}{
		{name: "good", good: "code", want: "colleague.linked", follows: true},
		{name: "used or past", want: "colleague.over"},
		{name: "while an operator answers there", good: "code", ticket: &bot.Ticket{ID: "t", Address: here, State: bot.TicketTaken}, want: "colleague.linked", follows: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := rehearse(t).Engine
			state := bot.State{Flow: "talk", Step: "one", Screen: 7}
			r, err := d.Turn(&TurnInput{
				Inbox: "u", Now: noon, Desk: bot.DefaultHours(time.UTC).Desk(noon), StaffLink: c.good,
				Events: []bot.Event{person(bot.Event{Kind: bot.Started, Text: flows.StaffPayload("code")})},
				Loaded: storage.Loaded{
					Contact: bot.Contact{ID: "mine", Language: bot.Ukrainian}, Ticket: c.ticket,
					Conversation: bot.Conversation{Address: here, Contact: "mine", Version: 1, State: state},
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			want, err := d.Texts.Text(bot.Ukrainian, c.want, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := heard(r); !strings.Contains(got, want) {
				t.Errorf("heard %q, want %q", got, want)
			}
			if (r.Write.LinkStaff == "code") != c.follows || r.Write.Conversation.State.Screen != 7 || r.Write.Open != nil {
				t.Errorf("%+v", r.Write)
			}
		})
	}
}
