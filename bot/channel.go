package bot

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Channel is one account at one messenger. Its methods may be called by many
// goroutines at once.
type Channel interface {
	// Name is the bot's name, as in Address.Bot.
	Name() string
	// Capabilities is what the messenger can do; it never changes.
	Capabilities() Capabilities
	// Admit looks at a request before its body is read: ErrForged when no body
	// could make it authentic.
	Admit(r Request) error
	// Accept verifies the request and reads the envelope of each update in it, its
	// ID and Chat, and nothing more. ErrForged when it is not from the messenger.
	// An authentic body without an envelope is not an error: it comes back as an
	// update with a Defect, beside those that have one. The updates of a delivery
	// are stored together or not at all, and after that the messenger gets the
	// Reply; nil is 200 without a body. Without updates there is nothing to store:
	// a handshake, or a check that we answer. The same request always gets the same.
	Accept(r Request) ([]Update, *Reply, error)
	// Decode tells what happened. It is pure, so a stored update can be replayed.
	// Its error holds nothing of the content. What no conversation answers by its
	// kind is Ignored, however strange it is inside; ErrReceipt is part of the
	// error where no person did or said anything.
	Decode(u Update) ([]Event, error)
	// Render turns a message into the requests that say it, split under the
	// channel's limits. It is pure: the preview is this.
	Render(m Message) ([]Part, error)
	// Send carries one part to the chat and gives the messenger's id of it.
	// Every error is a *SendError. One with the outcome Sent comes beside the id: the
	// messenger refused the part as it was written and took it in another form.
	Send(ctx context.Context, to Address, p Part) (externalID string, err error)
}

// Request is one delivery of a messenger, as it came to the door.
type Request struct {
	Method string   // POST, or GET where Capabilities.Handshake
	URL    *url.URL // as requested: path and query, for no host can be believed
	Header http.Header
	Body   []byte // nil before it is read
}

// Reply is what a messenger hears in answer to a delivery, in the shape it
// wants.
type Reply struct {
	Status int    // 0 is 200
	Type   string // the MIME type of Body; "" is plain text
	Body   []byte
	// Greets tells that the messenger shows Body to the person of the one update,
	// whose turn has nothing more to say then.
	Greets bool
}

// ErrForged tells that a request at the door is not from the messenger.
var ErrForged = errors.New("not from the messenger")

// ErrReceipt tells that an update which cannot be read speaks of a message of
// ours: nobody waits for an answer to it.
var ErrReceipt = errors.New("a receipt")

// What only some channels can do. Whoever needs it asks the channel by a type
// assertion and does without where the answer is no.
type (
	// Prober can be asked whether sending works without a message to anybody.
	Prober interface {
		// Probe makes a call that tells nobody anything. Its error is a *SendError.
		Probe(ctx context.Context) error
	}

	// Weigher takes more than one call for some of its parts, each of which counts as a
	// message: for the limit, and for what messages cost.
	Weigher interface {
		// Calls is how many the part takes, at least 1.
		Calls(p Part) int
	}

	// Screener shows the buttons of a screen only until the next message, whoever says it.
	Screener interface {
		// Beneath returns the part with the buttons of the person's screen beneath what it
		// says; as it is where they do not fit.
		Beneath(p Part, screen State) Part
	}

	// Typist can show a person that somebody writes to them. It is shown for a few
	// seconds and kept nowhere.
	Typist interface {
		Typing(ctx context.Context, to Address) error
	}

	// Poller lets its updates be fetched where the messenger cannot reach us.
	Poller interface {
		Channel
		// Poll waits up to wait for updates from offset on. It confirms everything
		// before offset to the messenger; next is the offset once what came is kept.
		// Its error is a *SendError.
		Poll(ctx context.Context, offset int64, wait time.Duration) (updates []Update, next int64, err error)
	}

	// DeepLinker has chats that can be opened by a link with a payload.
	DeepLinker interface {
		Channel
		// DeepLink returns the address that opens the chat with the payload: at most
		// 64 of A-Z a-z 0-9 _ -.
		DeepLink(ctx context.Context, payload string) (string, error)
	}

	// NameFetcher asks its messenger for the bot's public name, by which it tells
	// apart what is addressed to another bot.
	NameFetcher interface {
		FetchName(ctx context.Context) error
	}

	// WebhookSetter has a messenger that is told where to deliver and can be asked
	// how that goes.
	WebhookSetter interface {
		Channel
		SetWebhook(ctx context.Context, url string) error
		DeleteWebhook(ctx context.Context) error
		WebhookInfo(ctx context.Context) (WebhookInfo, error)
	}
)

// Calls is how many calls the channel takes for the part.
func Calls(ch Channel, p Part) int {
	if w, ok := ch.(Weigher); ok {
		return w.Calls(p)
	}
	return 1
}

// WebhookInfo is what a messenger tells of the place it delivers to.
type WebhookInfo struct {
	Messenger   string // what it is called, for whoever runs the service
	URL         string // "" when there is none
	About       string // what else it tells, in words
	Pending     int    // updates that wait for delivery; 0 where it does not tell
	LastErrorAt time.Time
	LastError   string // "" when nothing failed, or where it does not tell
	Keeps       string // how long what waits is kept there, in words
}

// Account is what somebody sets about one account at a messenger. Each kind of
// messenger uses some of it.
type Account struct {
	Name       string // the bot's name, as in Address.Bot
	Token      string // what the messenger gave
	Secret     string // by which we know the messenger
	SenderName string // what people see over our messages
	APIURL     string // "" is the messenger's own
}
