package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"visnyk/cmd/visnyk/cli"
	"visnyk/storage"
)

// stopNotice is how long a stopping service still answers that it is not ready,
// so that a balancer sends nothing more before the door closes.
const stopNotice = time.Second

// runServe runs the service until SIGTERM or an interrupt, then drains. A
// second signal stops at once.
func runServe(ctx context.Context, c cli.Call) error {
	ctx, cancel := onSignal(ctx) // before all else: a stop during the start is a stop like any other
	defer cancel()
	if err := c.Parse(c.Flags("serve"), 0); err != nil {
		return err
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	if len(cfg.Bots) == 0 {
		return cli.Usagef("no bot is configured: set VISNYK_TELEGRAM_TOKEN and VISNYK_TELEGRAM_SECRET, or VISNYK_VIBER_TOKEN and VISNYK_VIBER_SENDER_NAME, or VISNYK_CHAT_ORIGINS, or VISNYK_BOTS; to look around without an account, run visnyk demo")
	}
	log := cfg.NewLog(c.Err)
	for _, name := range cfg.Unused {
		log.Warn("this setting has no effect: take it out", "setting", name)
	}
	if os.Getenv("GOGC") == "" {
		most := uint64(garbageMost)
		if strings.HasPrefix(cfg.DatabaseURL, "sqlite:") {
			most = garbageBesideSQLite
		}
		paceGC(most)
	}
	s, err := newService(cfg, log)
	if err != nil {
		return err
	}
	s.notice, s.terminal = stopNotice, c.Out
	if ctx.Err() != nil {
		return nil
	}
	return s.run(ctx)
}

// onSignal returns a context that ends with the first SIGTERM or interrupt. A
// second one ends the process.
func onSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
		<-signals
		os.Exit(cli.Failed)
	}()
	return ctx, cancel
}

// untilStopped has a command end with the first SIGTERM or interrupt, tidily.
func untilStopped(command func(context.Context, cli.Call) error) func(context.Context, cli.Call) error {
	return func(ctx context.Context, c cli.Call) error {
		ctx, cancel := onSignal(ctx)
		defer cancel()
		return command(ctx, c)
	}
}

func closeStore(store *storage.Store, log *slog.Logger) {
	if err := store.Close(); err != nil {
		log.Error("database not closed cleanly", "err", err)
	}
}
