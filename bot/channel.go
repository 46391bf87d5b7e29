package bot

import (
	"context"
	"errors"
	"net/http"
)

// Channel is one account at one messenger. Its methods may be called by many
// goroutines at once.
type Channel interface {
	// Name is the bot's name, as in Address.Bot.
	Name() string
	// Admit looks at the headers alone, before the body is read: ErrForged when
	// no body could make the request authentic.
	Admit(h http.Header) error
	// Accept verifies the request and reads the envelope, the update's ID and
	// Chat, and nothing more. ErrForged when it is not from the messenger,
	// ErrPing when it is authentic and wants nothing but our answer. An authentic
	// body without an envelope is not an error: it comes back with Update.Defect.
	Accept(h http.Header, body []byte) (Update, error)
	// Decode tells what happened. It is pure, so a stored update can be replayed.
	// Its error holds nothing of the content. What no conversation answers by its
	// kind is Ignored, however strange it is inside; ErrReceipt is part of the
	// error where no person did or said anything.
	Decode(u Update) ([]Event, error)
	// Render turns a message into the requests that say it, split under the
	// channel's limits. It is pure: the preview is this.
	Render(m Message) ([]Part, error)
	// Send carries one part to the chat and gives the messenger's id of it.
	// Every error is a *SendError.
	Send(ctx context.Context, to Address, p Part) (externalID string, err error)
}

// Greeter is a channel that can greet in the HTTP answer to an update.
type Greeter interface {
	// Greet gives the JSON body that answers u, and false when u gets none. The
	// same update always gets the same body.
	Greet(u Update) ([]byte, bool)
}

// Prober is a channel that can be asked whether sending works without a message
// to anybody.
type Prober interface {
	// Probe makes a call that tells nobody anything. Its error is a *SendError.
	Probe(ctx context.Context) error
}

// Why a request at the door is not stored.
var (
	ErrForged = errors.New("not from the messenger")
	ErrPing   = errors.New("the messenger only checks that we answer")
)

// ErrReceipt tells that an update which cannot be read speaks of a message of
// ours: nobody waits for an answer to it.
var ErrReceipt = errors.New("a receipt")
