package console

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

const (
	// liveEvery is how often a replica asks what became different, whether or not it
	// was told that something did.
	liveEvery = time.Second
	// liveOverlap is how far each question goes back: a commit may come later than
	// the moment it wrote.
	liveOverlap = 10 * time.Second
	// liveMost is how many changed tickets one question brings at most.
	liveMost = 200
)

// What replicas tell each other: that something at the desk is different, that
// somebody is signed out, and who looks at or types in which ticket.
const (
	topicSessions = "sessions"
	topicPresence = "presence/"
)

// What streams of this process hear.
const (
	keyDesk    = "desk"
	keySheets  = "sheets" // of changes
	keyImports = "imports"
	keyLedgers = "ledgers" // of changes
	keyContent = "content"
	keySession = "session/"

	noteNews     = "news"
	noteEnded    = "ended"
	notePresence = "presence/" // followed by the ticket
	noteImport   = "import/"   // followed by its id, or by none: any of them
	noteLedger   = "ledger/"   // likewise, by that of the change
	noteContent  = "content"   // an article, a change or a broadcast is different
)

// heard is what a stream hears by the permission of its reader.
func heard() map[string]bot.Permission {
	return map[string]bot.Permission{keyDesk: bot.WorkTickets, keySheets: bot.ReadAudience, keyImports: bot.WriteContacts, keyLedgers: bot.ReadAudience, keyContent: bot.ApproveContent}
}

// Live tells open pages what becomes different at the desk, and which imports go on,
// and ends the streams of who is signed out. It reads for all browsers of this process at once: when a
// notice wakes it, and once a second, for notices may be lost. While nobody
// listens it asks nothing.
type Live struct {
	store func() *storage.Store
	log   *slog.Logger
	hub   *web.Hub
	wake  chan struct{}
	reads *web.ConcurrencyLimit // of streams that were away for long

	mu       sync.Mutex
	streams  int
	recent   recent
	ended    map[string]time.Time // sessions, and when we learnt of it
	presence presence
	ailing   bool // the last question failed
	watches  []*watching
}

// NewLive returns one without streams. Store gives the database; nil while it is not
// there yet.
func NewLive(store func() *storage.Store, log *slog.Logger) *Live {
	return &Live{
		store: store, log: log, wake: make(chan struct{}, 1),
		hub:   web.NewHub(web.StreamCaps{All: 2000, OfOwner: 30}),
		reads: web.NewConcurrencyLimit(4, 512, 10*time.Second),
		ended: map[string]time.Time{}, presence: presence{},
	}
}

// Heard takes a topic that a replica told; "" when some may have been missed.
// Topics of others are nothing to it.
func (l *Live) Heard(topic string) {
	if seen, ok := strings.CutPrefix(topic, topicPresence); ok {
		l.seen(seen)
		return
	}
	if id, ok := strings.CutPrefix(topic, storage.ImportTopic); ok || topic == "" {
		l.hub.Tell(keyImports, noteImport+id)
	}
	if id, ok := strings.CutPrefix(topic, storage.LedgerTopic); ok || topic == "" {
		l.hub.Tell(keyLedgers, noteLedger+id)
	}
	if topic == "" || topic == "content" || topic == storage.BroadcastsTopic {
		l.hub.Tell(keyContent, noteContent)
	}
	if topic == "" || topic == storage.DeskTopic || topic == topicSessions {
		l.Wake()
	}
}

// Wake has it look now.
func (l *Live) Wake() {
	select {
	case l.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Close ends all streams: their browsers go on at another replica.
func (l *Live) Close() { l.hub.Close() }

// Run looks for what became different until ctx ends.
func (l *Live) Run(ctx context.Context) {
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for {
		ticked := false
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-tick.C:
			ticked = true
			l.expire(time.Now())
		}
		err := errors.Join(l.look(ctx), l.lookAround(ctx, ticked))
		if ctx.Err() != nil {
			return
		}
		if ailing := err != nil; ailing != l.ailing {
			if l.ailing = ailing; ailing {
				l.log.Warn("open desks learn nothing new until the database answers", "err", err)
			}
		}
	}
}

// look asks once what became different and tells the streams.
func (l *Live) look(ctx context.Context) error {
	since, listened := l.begin()
	if !listened {
		return nil
	}
	store := l.store()
	if store == nil {
		return nil
	}
	news, err := store.DeskNews(ctx, since, liveMost)
	if err != nil {
		return err
	}
	l.endSessions(news.Ended)
	marks := l.unknown(news.Changed)
	var rows []storage.QueueRow
	var counts storage.QueueCounts
	if len(marks) > 0 {
		if rows, err = store.QueueRows(ctx, idsOf(marks)); err != nil {
			return err
		}
		if counts, err = store.QueueCounts(ctx); err != nil {
			return err
		}
	}
	l.mu.Lock()
	l.recent.add(since, news, marks, rows, counts)
	l.mu.Unlock()
	if len(marks) > 0 {
		l.hub.Tell(keyDesk, noteNews)
	}
	if len(news.Changed) == liveMost { // there may be more
		l.Wake()
	}
	return nil
}

// begin returns since when to ask; zero where nothing was asked before. It reports
// whether anybody listens: else what is known grows old, and is forgotten.
func (l *Live) begin() (since time.Time, listened bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams == 0 {
		l.recent = recent{}
		return time.Time{}, false
	}
	if l.recent.now.IsZero() {
		return time.Time{}, true
	}
	return l.recent.now.Add(-liveOverlap), true
}

// unknown returns those of the marks that streams were not told of.
func (l *Live) unknown(all []storage.TicketMark) (fresh []storage.TicketMark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range all {
		if l.recent.known[m.ID].Revision < m.Revision {
			fresh = append(fresh, m)
		}
	}
	return fresh
}

func idsOf(marks []storage.TicketMark) []string {
	ids := make([]string, len(marks))
	for i, m := range marks {
		ids[i] = m.ID
	}
	return ids
}

// endSessions tells the streams of these sessions. It remembers them for a while: a
// stream may begin meanwhile.
func (l *Live) endSessions(ids []string) {
	l.mu.Lock()
	now := time.Now()
	for id, at := range l.ended {
		if now.Sub(at) > time.Minute {
			delete(l.ended, id)
		}
	}
	for _, id := range ids {
		l.ended[id] = now
	}
	l.mu.Unlock()
	for _, id := range ids {
		l.hub.Tell(keySession+id, noteEnded)
	}
}

// over reports whether the session has ended.
func (l *Live) over(session string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ended := l.ended[session]
	return ended
}
