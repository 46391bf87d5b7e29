package webchat

import (
	"cmp"
	"time"

	"visnyk/bot/web"
)

// Limits bound what strangers can take. A zero field has the default. A client
// is an address on the net: many visitors may share one.
type Limits struct {
	Messages           web.Rate      // of one visitor; 20 at once, 30 a minute
	Receipts           web.Rate      // of one visitor; 30 at once, 2 a second
	ClientSessions     web.Rate      // new visitors of one client; 20 at once, 10 a minute
	ClientMessages     web.Rate      // of one client; 60 at once, 5 a second
	ClientFiles        web.Rate      // of one client; 10 at once, 6 a minute
	ClientReads        web.Rate      // threads, streams and files of one client; 120 at once, 10 a second
	Files              int64         // bytes of one visitor's; 50 MiB
	Uploads            int           // at once in this process; 64
	Turn               time.Duration // for one more upload of a client to wait for the other one; 10 s
	Streams            int           // in this process; 5,000
	StreamsOfVisitor   int           // 6
	StreamsOfClient    int           // 100
	Downloads          int           // files that go out at once in this process; 32
	DownloadsOfVisitor int           // 4
	DownloadsOfClient  int           // 12
	DownloadWait       time.Duration // until one of them ends, or 429; 5 s
	KeepAlive          time.Duration // between signs of life on a stream; 15 s
	Write              time.Duration // for a page to take what is written; 10 s
	Known              int           // visitors and clients that are remembered, each; 20,000
}

func (l Limits) orDefaults() Limits {
	rate := func(perSecond float64, burst int) web.Rate { return web.Rate{PerSecond: perSecond, Burst: burst} }
	l.Messages = cmp.Or(l.Messages, rate(0.5, 20))
	l.Receipts = cmp.Or(l.Receipts, rate(2, 30))
	l.ClientSessions = cmp.Or(l.ClientSessions, rate(10.0/60, 20))
	l.ClientMessages = cmp.Or(l.ClientMessages, rate(5, 60))
	l.ClientFiles = cmp.Or(l.ClientFiles, rate(0.1, 10))
	l.ClientReads = cmp.Or(l.ClientReads, rate(10, 120))
	l.Files = cmp.Or(l.Files, 50<<20)
	l.Uploads = cmp.Or(l.Uploads, 64)
	l.Turn = cmp.Or(l.Turn, 10*time.Second)
	l.Streams = cmp.Or(l.Streams, 5000)
	l.StreamsOfVisitor = cmp.Or(l.StreamsOfVisitor, 6)
	l.StreamsOfClient = cmp.Or(l.StreamsOfClient, 100)
	l.Downloads = cmp.Or(l.Downloads, 32)
	l.DownloadsOfVisitor = cmp.Or(l.DownloadsOfVisitor, 4)
	l.DownloadsOfClient = cmp.Or(l.DownloadsOfClient, 12)
	l.DownloadWait = cmp.Or(l.DownloadWait, 5*time.Second)
	l.KeepAlive = cmp.Or(l.KeepAlive, 15*time.Second)
	l.Write = cmp.Or(l.Write, 10*time.Second)
	l.Known = cmp.Or(l.Known, 20_000)
	return l
}

// rateLimits are the rates in force.
type rateLimits struct {
	messages, receipts, sessions, clients, files, reads *web.RateLimits
	daily                                               *daily
}

func newRateLimits(l Limits) rateLimits {
	of := func(r web.Rate) *web.RateLimits { return web.NewRateLimits(r, l.Known) }
	return rateLimits{
		messages: of(l.Messages), receipts: of(l.Receipts), sessions: of(l.ClientSessions),
		clients: of(l.ClientMessages), files: of(l.ClientFiles), reads: of(l.ClientReads),
		daily: &daily{most: l.Known},
	}
}

func (l Limits) streamCaps() web.StreamCaps {
	return web.StreamCaps{All: l.Streams, OfOwner: l.StreamsOfVisitor, OfClient: l.StreamsOfClient}
}

// What is said is read at a door of its own, so that files never keep words out.
// Neither takes the room of what messengers bring, however fast it comes: what is
// in and waits for the database is not cut for anybody.
const (
	saying         = 1024 // at once in this process
	sayingOfClient = 32
	sayingMemory   = 8 << 20  // bytes
	filesMemory    = 32 << 20 // bytes
)

func (l Limits) messageCaps() web.Caps {
	return web.Caps{Pace: web.PersonPace(), Readers: saying, OfClient: sayingOfClient, Memory: sayingMemory}
}

func (l Limits) fileCaps() web.Caps {
	return web.Caps{Pace: web.PersonPace(), Readers: l.Uploads, OfClient: 1, Turn: l.Turn, Memory: filesMemory}
}
