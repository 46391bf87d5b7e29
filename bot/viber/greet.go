package viber

import (
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
	body, err := c.welcome(c.greeting())
	if err != nil || body == nil { // New has seen it fit, so that the turn greets at most those it no longer does
		return nil
	}
	return &bot.Reply{Type: "application/json", Body: body, Greets: true}
}

// welcome renders the greeting; nil where there is none. It depends on nothing of
// the update, so the same update gets the same bytes while the greeting is the same.
func (c *Channel) welcome(m bot.Message) ([]byte, error) {
	if m.Text == "" {
		return nil, nil
	}
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
