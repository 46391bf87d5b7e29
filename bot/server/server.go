// Package server is the door in: it verifies what messengers deliver, puts the
// raw bytes into the inbox, and acknowledges after the commit. It also answers
// whether the process lives and is ready.
//
// It never understands an update beyond its id and chat, holds no state of a
// conversation, sends nothing to a messenger and has no words for customers.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

// Inbox keeps updates. ReceiveNext gives, for each of those that next gives, whether it is
// new; after a nil error all of them are committed, after any other error none is promised.
// It calls next once, when it can write, or never.
type Inbox interface {
	ReceiveNext(ctx context.Context, next func() []storage.Incoming) (fresh []bool, err error)
}

// Config is what a server works with. Channels, Inbox and Log are required.
type Config struct {
	Channels []bot.Channel
	Inbox    Inbox
	Log      *slog.Logger
	// Registerer takes the figures; with nil they are kept and not shown.
	Registerer prometheus.Registerer
	// Ready says why the service cannot work, and since when that is known: many
	// who ask at once may get one answer. nil is always ready.
	Ready func(context.Context) (since time.Time, err error)
	// Wake tells that a bot's inbox has news. It must not block.
	Wake func(bot string)
	// Entrance is what all doors share; nil is one of the server's own, which
	// believes no X-Forwarded-For.
	Entrance *web.Entrance
	// Mount adds the routes of other packages.
	Mount  func(*echo.Echo)
	Limits Limits
}

// Limits bound what strangers can take. A zero field has the default.
type Limits struct {
	Body       int64         // bytes of a webhook body; 1 MiB
	Header     int           // bytes of headers; 64 KiB
	HeaderTime time.Duration // until the headers are in; 10 s
	BodyTime   time.Duration // until a webhook's body is in; 3 s
	Time       time.Duration // until a request is in whose body no door reads; 20 s
	Write      time.Duration // for 32 KiB of an answer to be taken; 10 s
	Idle       time.Duration // of a kept connection; 2 min
	Readers    int           // bodies read at once per bot; 512
	OfClient   int           // of them, those of one address; 128, for a messenger may open 100
	Waiting    int           // verified requests waiting for the commit per bot; 128
	Updates    int           // of one delivery, or it is parked whole; 1,000
	Batch      int           // updates in one commit; 500
	Commit     time.Duration // until the commit, or 503; 2 s, and until the database is given up where it is silent
	Probe      time.Duration // longest pause before a failing database is tried again; 1 s
	Notice     time.Duration // between being not ready and the closing of the door; none
	Drain      time.Duration // for what is in flight at the end; 3 s
}

func (l Limits) orDefaults() Limits {
	l.Body = cmp.Or(l.Body, 1<<20)
	l.Header = cmp.Or(l.Header, 64<<10)
	l.HeaderTime = cmp.Or(l.HeaderTime, 10*time.Second)
	l.BodyTime = cmp.Or(l.BodyTime, web.WebhookPace().First)
	l.Time = cmp.Or(l.Time, 20*time.Second)
	l.Write = cmp.Or(l.Write, 10*time.Second)
	l.Idle = cmp.Or(l.Idle, 2*time.Minute)
	l.Readers = cmp.Or(l.Readers, 512)
	l.OfClient = cmp.Or(l.OfClient, 128)
	l.Waiting = cmp.Or(l.Waiting, 128)
	l.Updates = cmp.Or(l.Updates, 1000)
	l.Batch = cmp.Or(l.Batch, 500)
	l.Commit = cmp.Or(l.Commit, 2*time.Second)
	l.Probe = cmp.Or(l.Probe, time.Second)
	l.Drain = cmp.Or(l.Drain, 3*time.Second)
	return l
}

// Server is the door in. Its methods may be called by many goroutines.
type Server struct {
	cfg       Config
	limits    Limits
	echo      *echo.Echo
	doors     map[string]*door
	committer *committer
	metrics   *metrics
	draining  atomic.Bool
	waiting   slots // updates of Receive that wait for the commit
}

// New makes a server. It starts nothing.
func New(c Config) *Server {
	if c.Ready == nil {
		c.Ready = func(context.Context) (time.Time, error) { return time.Now(), nil }
	}
	if c.Wake == nil {
		c.Wake = func(string) {}
	}
	s := &Server{
		cfg: c, limits: c.Limits.orDefaults(), doors: map[string]*door{},
		metrics: newMetrics(c.Registerer),
	}
	if s.cfg.Entrance == nil {
		s.cfg.Entrance = web.New(web.Config{Log: c.Log})
	}
	s.waiting = make(slots, s.limits.Waiting)
	s.committer = newCommitter(c.Inbox, c.Wake, s.limits, s.metrics, c.Log)
	for _, ch := range c.Channels {
		s.doors[ch.Name()] = &door{
			Server: s, channel: ch, handshake: ch.Capabilities().Handshake,
			bodies: s.cfg.Entrance.Door(web.Caps{
				Pace:    web.Pace{First: s.limits.BodyTime},
				Readers: s.limits.Readers, OfClient: s.limits.OfClient,
			}),
			waiting: make(slots, s.limits.Waiting), figures: s.metrics.of(ch.Name()),
		}
	}
	s.echo = s.routes()
	return s
}

func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = s.cfg.Entrance.IP
	e.HTTPErrorHandler = s.fail
	e.Use(s.guard)
	e.Any("/webhooks/:bot", s.webhook)
	e.GET("/livez", s.livez)
	e.HEAD("/livez", s.livez)
	e.GET("/readyz", s.readyz)
	e.HEAD("/readyz", s.readyz)
	if s.cfg.Mount != nil {
		s.cfg.Mount(e)
	}
	return e
}

// Handler returns all routes.
func (s *Server) Handler() http.Handler { return s.echo }

// Serve answers on l until ctx ends; then it is not ready any more. Whoever
// watches readiness has Limits.Notice to see it; after that nothing new is
// accepted, and what is in flight is finished within Limits.Drain.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: s.limits.HeaderTime,
		ReadTimeout:       s.limits.Time,
		IdleTimeout:       s.limits.Idle,
		MaxHeaderBytes:    s.limits.Header,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(moving{l, s.limits.Write}) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	notice := time.NewTimer(s.limits.Notice)
	defer notice.Stop()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-notice.C:
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limits.Drain)
	defer cancel()
	err := srv.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		s.cfg.Log.Warn("requests were cut at the end of the drain")
		err = srv.Close()
	}
	<-ended
	s.committer.wait()
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
