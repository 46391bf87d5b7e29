package viber

import (
	"bytes"
	"errors"

	"visnyk/bot"
)

// trackWelcome comes back with the first answer to the greeting.
const trackWelcome = "welcome"

// greet is what answers the callback that opens a chat; nil for all others. A
// person who opens the chat for the first time cannot be written to until they
// write, but the HTTP answer to that callback is shown to them: free, and once.
// Who is subscribed already is answered by the turn, like anybody else.
func (c *Channel) greet(cb callback) *bot.Reply {
	if c.greeting == nil || cb.strange != nil || cb.Event != eventStarted || cb.Subscribed {
		return nil
	}
	return &bot.Reply{Type: "application/json", Body: bytes.Clone(c.greeting), Greets: true}
}

// welcome renders the greeting. It depends on nothing of the update, so the
// same update always gets the same bytes.
func (c *Channel) welcome(m bot.Message) ([]byte, error) {
	requests, err := c.requests(m)
	if err != nil {
		return nil, err
	}
	if len(requests) != 1 {
		return nil, errors.New("want one message, Viber shows no more")
	}
	if requests[0].TrackingData == "" {
		requests[0].TrackingData = trackWelcome
	}
	return encode(requests[0])
}
