package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"visnyk/bot"
	"visnyk/bot/api"
	botcall "visnyk/bot/call"
	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/bot/dialog"
	"visnyk/bot/expand"
	"visnyk/bot/link"
	"visnyk/bot/media"
	"visnyk/bot/server"
	"visnyk/bot/web"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

const (
	leaseTTL    = 10 * time.Second
	contentScan = 5 * time.Second
	// doorDrain bounds the first stage of a stop. A commit takes two seconds at
	// most; what is not in by then was not acknowledged and comes again. With
	// five seconds for turns and six for sends after it, a stop takes at most
	// twelve.
	doorDrain = 3 * time.Second
)

// service is the whole of `visnyk serve`, started in order and stopped in
// reverse.
type service struct {
	cfg           config
	secret        []byte // VISNYK_SECRET
	log           *slog.Logger
	registry      *prometheus.Registry
	entrance      *web.Entrance            // what all doors share
	kinds         []kind                   // of messengers
	introductions map[string]*introduction // by bot
	engine        dialog.Engine
	channels      []bot.Channel
	chat          siteChannel                   // one of the channels; nil when none is a page of ours
	store         atomic.Pointer[storage.Store] // nil until the database answers
	scrubber      *upkeep.Scrubber              // there when store is
	lines         map[string]*line              // set before store, as are parts
	parts         parts
	live          *console.Live // what open pages of the console hear
	deliveries    *deliveries
	notice        time.Duration                            // between being not ready and the closing of the door
	door          net.Listener                             // where it serves; nil: run listens at cfg.Listen
	started       func(s *service, address net.Addr) error // tests and the demo look in here, before any bot is held; an error ends the service
	watch         watcher
	addresses     *media.Addresses // of files, for messengers
	tracker       *bot.Tracker     // makes the addresses of tracked links
	followPages   *bot.FollowPages
	links         *link.Door
	halts         prometheus.Counter // of sending, by a pulse that was old
	console       *console.Console
	mount         func(*echo.Echo) // further pages; nil when there are none
	terminal      io.Writer        // of whoever started it: hears how the first admin is made; nil for nobody
	// phones gives where a chat of the sandbox is opened with a payload; nil
	// leaves that to the messengers.
	phones func(bot, payload string) string
}

// newService checks everything that needs no network. more are kinds of messengers
// besides ours.
func newService(cfg config, log *slog.Logger, more ...kind) (*service, error) {
	s := &service{cfg: cfg, kinds: append(kinds(), more...), log: log, registry: prometheus.NewRegistry(), lines: map[string]*line{}}
	s.introductions = map[string]*introduction{}
	s.entrance = web.New(web.Config{Trusted: cfg.Proxies, Log: log})
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.halts = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "visnyk_broadcasts_halted_total", Help: "Times that all broadcasts were paused because the database is a copy or was not served for 15 minutes.",
	})
	s.registry.MustRegister(s.halts)
	s.live = console.NewLive(s.store.Load, log)
	s.deliveries = newDeliveries(s.registry, log)
	var err error
	if s.secret, err = cfg.SecretKey(); err != nil {
		return nil, err
	}
	s.followPages = bot.NewFollowPages(s.secret, cfg.PublicURL)
	s.addresses = media.NewAddresses(s.secret, cfg.PublicURL)
	s.tracker = bot.NewTracker(s.secret, cfg.PublicURL)
	s.links = link.New(link.Config{Store: s.store.Load, Tracker: s.tracker, Log: log})
	if s.engine, err = newEngine(cfg.Zone); err != nil {
		return nil, err
	}
	if err := s.openChannels(); err != nil {
		return nil, err
	}
	return s, nil
}

// ReceiveNext puts updates into the inbox once there is one. Until then the door is
// open and says so, and the messengers come again.
func (s *service) ReceiveNext(ctx context.Context, next func() []storage.Incoming) ([]bool, error) {
	store := s.store.Load()
	if store == nil {
		return nil, errNotReady
	}
	came := time.Now()
	var in []storage.Incoming
	fresh, err := store.ReceiveNext(ctx, func() []storage.Incoming {
		in = next()
		return in
	})
	if err == nil && s.watch.arrived != nil {
		s.watch.arrived(came, in, fresh)
	}
	return fresh, err
}

var errNotReady = errors.New("the database is not ready yet")

func (s *service) ready(ctx context.Context) (since time.Time, err error) {
	store := s.store.Load()
	if store == nil {
		return time.Time{}, errNotReady
	}
	return store.Writable(ctx)
}

// apiParts returns what programs reach, once there is a database.
func (s *service) apiParts() *api.Parts {
	if s.store.Load() == nil {
		return nil
	}
	return &s.parts.api
}

// wake tells a bot's line, here or in another replica, that the inbox has news. Where the
// line is here, nobody else need be told: whoever takes it over reads all that waits.
func (s *service) wake(name string) {
	if store := s.store.Load(); store != nil && !s.lines[name].worker.Wake() {
		store.Notify("inbox:" + name)
	}
}

// run serves until ctx ends, then drains. Everything that can fail at once
// fails here; a database that is away is waited for.
func (s *service) run(ctx context.Context) error {
	door := s.door
	if door == nil {
		var err error
		if door, err = net.Listen("tcp", s.cfg.Listen); err != nil {
			return fmt.Errorf("VISNYK_LISTEN: %w", err)
		}
	}
	defer door.Close()
	internal, err := net.Listen("tcp", s.cfg.InternalListen)
	if err != nil {
		return fmt.Errorf("VISNYK_INTERNAL_LISTEN: %w", err)
	}
	defer internal.Close()
	stopMetrics := s.serveInternal(internal)
	defer stopMetrics()

	var srv *server.Server
	srv = server.New(server.Config{
		Channels: s.delivered(), Inbox: s, Ready: s.ready, Wake: s.wake, Log: s.log,
		Registerer: s.registry, Entrance: s.entrance, Limits: server.Limits{Drain: doorDrain, Notice: s.notice},
		Mount: func(e *echo.Echo) {
			api.New(api.Config{Parts: s.apiParts, Log: s.log, Entrance: s.entrance}).Mount(e)
			s.mountConsole(e)
			s.mountJoin(e)
			s.mountFollow(e)
			s.links.Mount(e)
			s.mountChat(e, func(ctx context.Context, u bot.Update) (bool, error) { return srv.Receive(ctx, u) })
			if s.mount != nil {
				s.mount(e)
			}
		},
	})
	// The door closes first; what it let in is worked on after that.
	atDoor, closeDoor := context.WithCancel(ctx)
	defer closeDoor()
	context.AfterFunc(atDoor, s.live.Close)
	if s.chat != nil {
		context.AfterFunc(atDoor, s.chat.Close)
	}
	g, work := errgroup.WithContext(context.WithoutCancel(ctx))
	work, stopWork := context.WithCancel(work)
	defer stopWork()
	g.Go(func() error {
		defer stopWork()
		return srv.Serve(atDoor, door)
	})
	g.Go(func() error {
		defer closeDoor()
		return s.work(work, func() error {
			if err := srv.Ready(work); err != nil { // early requests had shut the door
				s.log.Warn("not ready", "err", err)
			}
			if s.terminal != nil {
				s.offerSetUp(work, door.Addr().String())
			}
			s.log.Info("ready", "listen", door.Addr().String(), "internal", internal.Addr().String(), "bots", len(s.channels))
			if s.started == nil {
				return nil
			}
			return s.started(s, door.Addr())
		})
	})
	err = g.Wait()
	s.log.Info("stopped")
	return err
}

// work opens the database and, once it is ready, runs every bot's line until ctx ends.
func (s *service) work(ctx context.Context, ready func() error) error {
	store, err := s.open(ctx)
	if err != nil || store == nil {
		return err
	}
	defer closeStore(store, s.log)
	s.parts = newParts(s.cfg, store, s.channels, s.engine, s.tracker, s.registry, s.log)
	s.parts.api.FollowPages = s.followPages
	p := s.parts
	if err := s.patiently(ctx, func() error { return p.library.Refresh(ctx) }); err != nil || ctx.Err() != nil {
		return err
	}
	if err := s.patiently(ctx, func() error { return s.beat(ctx, store) }); err != nil || ctx.Err() != nil {
		return err
	}
	s.registry.MustRegister(depths{store}, disk{store})
	for i, b := range s.cfg.Bots {
		s.lines[b.Name] = newLine(b, s.channels[i], p, s.watch)
	}
	s.scrubber = upkeep.NewScrubber(store)
	s.store.Store(store)
	if err := ready(); err != nil {
		return err
	}

	var running sync.WaitGroup
	news := make(chan struct{}, 1)
	running.Go(func() { p.library.Watch(ctx, news, contentScan) })
	if p.embed != nil {
		running.Go(func() { p.library.Understand(ctx, p.embed) })
	}
	owner := storage.NewID()
	expander := expand.New(expand.Config{
		Store: store, Owner: owner, Log: s.log, Metrics: expand.NewMetrics(s.registry), Visited: p.api.Broadcasts.Visited(),
	})
	running.Go(func() { expander.Run(ctx) })
	running.Go(func() { contact.NewFinder(store, owner, s.log).Run(ctx) })
	mailings := p.api.Broadcasts.Keeper(s.log)
	running.Go(func() { mailings.Run(ctx) })
	running.Go(func() { p.api.Changes.LookAfter(ctx, s.log) })
	running.Go(func() { p.api.Articles.LookAfter(ctx, s.log) })
	keeper := s.newKeeper(store)
	running.Go(func() { keeper.Run(ctx) })
	importer := s.newImporter(store, owner)
	running.Go(func() { importer.Run(ctx) })
	running.Go(func() { s.listen(ctx, store, news, mailings.Nudge, expander.Wake, keeper.Wake, importer.Wake) })
	running.Go(func() { s.live.Run(ctx) })
	running.Go(func() { s.links.Run(ctx) })
	running.Go(func() { s.runPulse(ctx, store) })
	running.Go(func() { s.scrub(ctx) })
	running.Go(func() { s.runDesk(ctx, owner) })
	running.Go(func() { s.runSheets(ctx) })
	running.Go(func() { s.runCalls(ctx) })
	running.Go(func() { s.runRetention(ctx, store, owner) })
	for _, l := range s.lines {
		running.Go(func() { s.hold(ctx, store, l, owner) })
	}
	running.Wait()
	return nil
}

// open opens and migrates the database; nil when ctx ended first.
func (s *service) open(ctx context.Context) (store *storage.Store, err error) {
	err = s.patiently(ctx, func() error {
		opened, err := storage.Open(ctx, s.cfg.DatabaseURL, storage.Options{Log: s.log, Exclusive: true, Secret: s.secret})
		if err != nil {
			return err
		}
		applied, err := opened.Migrate(ctx)
		if err != nil {
			closeStore(opened, s.log)
			return err
		}
		if len(applied) > 0 {
			s.log.Info("database brought up to date", "migrations", len(applied))
		}
		store = opened
		return nil
	})
	return store, err
}

// patiently does what needs the database, waiting for one that is away. It
// gives nil without having done it when ctx ends first.
func (s *service) patiently(ctx context.Context, do func() error) error {
	rest := botcall.Doubling{First: 250 * time.Millisecond, Most: 2 * time.Second}
	for tries := 0; ; tries++ {
		err := do()
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case !storage.Away(err):
			return err
		}
		s.log.Warn("database is away, waiting for it", "err", err)
		if botcall.Pause(ctx, rest.After(tries)) != nil {
			return nil
		}
	}
}

// listen passes on what other replicas tell.
func (s *service) listen(ctx context.Context, store *storage.Store, news chan<- struct{}, mailings, expands, files, imports func()) {
	err := store.Listen(ctx, func(topic string) {
		s.live.Heard(topic)
		if s.chat != nil {
			s.chat.Heard(topic)
		}
		what, name, _ := strings.Cut(topic, ":")
		for _, l := range s.lines {
			if topic == "" || name == l.bot.Name && what == "inbox" {
				l.worker.Wake()
			}
			if topic == "" || name == l.bot.Name && what == "outbox" {
				l.sender.Wake()
			}
		}
		if topic == "" || what == storage.BroadcastsTopic {
			mailings()
			expands()
			for _, l := range s.lines {
				l.releaser.Nudge()
			}
		}
		if topic == "" || what == storage.FilesTopic {
			files()
		}
		if topic == "" || what == storage.ImportsTopic {
			imports()
		}
		if topic == "" || what == "content" {
			expands()
			select {
			case news <- struct{}{}:
			default:
			}
		}
	})
	if err != nil && ctx.Err() == nil {
		s.log.Error("no longer hearing other replicas; the sweeps go on", "err", err)
	}
}

// serveInternal serves figures and profiles on the private listener.
func (s *service) serveInternal(l net.Listener) (stop func()) {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	srv := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: 30 * time.Second, // a profile adds the seconds it was asked for
	}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("internal listener ended", "err", err)
		}
	}()
	return func() { _ = srv.Close() }
}
