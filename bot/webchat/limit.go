package webchat

import (
	"cmp"
	"net/netip"
	"sync"
	"time"
)

// Limits bound what strangers can take. A zero field has the default. A client
// is an address on the net: many visitors may share one.
type Limits struct {
	Messages           Rate          // of one visitor; 20 at once, 30 a minute
	Receipts           Rate          // of one visitor; 30 at once, 2 a second
	ClientSessions     Rate          // new visitors of one client; 20 at once, 10 a minute
	ClientMessages     Rate          // of one client; 60 at once, 5 a second
	ClientFiles        Rate          // of one client; 10 at once, 6 a minute
	ClientReads        Rate          // threads, streams and files of one client; 120 at once, 10 a second
	Files              int64         // bytes of one visitor's; 50 MiB
	Uploads            int           // at once in this process; 4
	Streams            int           // in this process; 5,000
	StreamsOfVisitor   int           // 6
	StreamsOfClient    int           // 100
	Downloads          int           // files that go out at once in this process; 32
	DownloadsOfVisitor int           // 4
	DownloadsOfClient  int           // 12
	DownloadWait       time.Duration // until one of them ends, or 429; 5 s
	Beat               time.Duration // between signs of life on a stream; 15 s
	Write              time.Duration // for a page to take what is written; 10 s
	Upload             time.Duration // for a file to come in; 2 min
	Known              int           // visitors and clients that are remembered, each; 20,000
}

// Rate is how often something may happen.
type Rate struct {
	PerSecond float64
	Burst     int
}

func (l Limits) orDefaults() Limits {
	l.Messages = cmp.Or(l.Messages, Rate{0.5, 20})
	l.Receipts = cmp.Or(l.Receipts, Rate{2, 30})
	l.ClientSessions = cmp.Or(l.ClientSessions, Rate{10.0 / 60, 20})
	l.ClientMessages = cmp.Or(l.ClientMessages, Rate{5, 60})
	l.ClientFiles = cmp.Or(l.ClientFiles, Rate{0.1, 10})
	l.ClientReads = cmp.Or(l.ClientReads, Rate{10, 120})
	l.Files = cmp.Or(l.Files, 50<<20)
	l.Uploads = cmp.Or(l.Uploads, 4)
	l.Streams = cmp.Or(l.Streams, 5000)
	l.StreamsOfVisitor = cmp.Or(l.StreamsOfVisitor, 6)
	l.StreamsOfClient = cmp.Or(l.StreamsOfClient, 100)
	l.Downloads = cmp.Or(l.Downloads, 32)
	l.DownloadsOfVisitor = cmp.Or(l.DownloadsOfVisitor, 4)
	l.DownloadsOfClient = cmp.Or(l.DownloadsOfClient, 12)
	l.DownloadWait = cmp.Or(l.DownloadWait, 5*time.Second)
	l.Beat = cmp.Or(l.Beat, 15*time.Second)
	l.Write = cmp.Or(l.Write, 10*time.Second)
	l.Upload = cmp.Or(l.Upload, 2*time.Minute)
	l.Known = cmp.Or(l.Known, 20_000)
	return l
}

// floods are the rates in force.
type floods struct {
	messages, receipts, sessions, clients, files, reads *rates
	daily                                               *daily
	uploads                                             chan struct{}
}

func newFloods(l Limits) floods {
	of := func(r Rate) *rates { return &rates{rate: r, most: l.Known, buckets: map[string]bucket{}} }
	return floods{
		messages: of(l.Messages), receipts: of(l.Receipts), sessions: of(l.ClientSessions),
		clients: of(l.ClientMessages), files: of(l.ClientFiles), reads: of(l.ClientReads),
		daily:   &daily{most: l.Known},
		uploads: make(chan struct{}, l.Uploads),
	}
}

// rates counts one kind of thing for each of those who do it.
type rates struct {
	rate    Rate
	most    int // who is remembered
	mu      sync.Mutex
	buckets map[string]bucket
}

// bucket fills with time and is emptied by what is done.
type bucket struct {
	left float64
	at   time.Time
}

// take counts one, or tells how long to wait with it.
func (r *rates) take(who string, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, known := r.buckets[who]
	if !known {
		if len(r.buckets) >= r.most {
			r.forget(now)
		}
		b = bucket{left: float64(r.rate.Burst), at: now}
	}
	b = r.filled(b, now)
	if b.left < 1 {
		wait = time.Duration((1 - b.left) / r.rate.PerSecond * float64(time.Second))
	} else {
		b.left--
	}
	r.buckets[who] = b
	return wait
}

func (r *rates) filled(b bucket, now time.Time) bucket {
	if now.After(b.at) { // a clock that is set back fills nothing
		b.left = min(float64(r.rate.Burst), b.left+now.Sub(b.at).Seconds()*r.rate.PerSecond)
		b.at = now
	}
	return b
}

// forget makes room: first those whose buckets are full again, which are as if
// they had never been, and if that is not a tenth, some others.
func (r *rates) forget(now time.Time) {
	for who, b := range r.buckets {
		if r.filled(b, now).left >= float64(r.rate.Burst) {
			delete(r.buckets, who)
		}
	}
	for who := range r.buckets {
		if len(r.buckets) <= r.most*9/10 {
			return
		}
		delete(r.buckets, who)
	}
}

// client is whom an address counts for: who has one address of IPv6 has 2^64.
func client(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "?"
	}
	if a = a.Unmap(); a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.String()
	}
	return a.String()
}
