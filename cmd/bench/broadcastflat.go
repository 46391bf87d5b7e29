package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"time"

	"visnyk/bot"
)

// flown is how one broadcast went with no limit of ours.
type flown struct {
	start, first, listed          time.Duration
	perSecond                     float64
	cpu, database, messenger      float64 // CPU seconds for 1,000 messages
	bare                          looped
	idle, most                    float64 // MiB
	reports, links, linksMeantime []time.Duration
}

func (b *bench) flatBroadcasts(ctx context.Context, o options) error {
	fmt.Printf("\n(h) a broadcast to %d people leaves with no limit of ours, and the same bytes from a bare loop to the same messenger, one by one and over %d connections; %d rounds, each side as it is done, at last medians (min–max)\n\n", o.recipients, connections, o.rounds)
	fmt.Println("| database | people | start ms | first message ms | all listed s | messages/s | the bare loop one by one | ÷ that | ÷ it over all connections | the same by CPU | CPU s per 1,000: process | PostgreSQL | messenger and load | bare loop | its messenger | MiB idle | most above it | report ms: p50 | max | link ms meanwhile: p50 | p99 | after: p99 |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	all := map[string][]flown{}
	people := map[string]int{}
	for range o.rounds {
		sides, err := b.audiences(ctx, o.recipients)
		if err != nil {
			return err
		}
		for _, a := range sides {
			f, err := b.flatBroadcast(ctx, a)
			if err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
			flatRow(a.name, a.people, []flown{f})
			all[a.name], people[a.name] = append(all[a.name], f), a.people
		}
	}
	for _, name := range []string{"PostgreSQL", "SQLite"} {
		if o.rounds > 1 {
			flatRow("**"+name+"**", people[name], all[name])
		}
	}
	return nil
}

// flatRow prints the row of some rounds of one side.
func flatRow(name string, people int, rounds []flown) {
	col := func(format string, figure func(flown) float64) string {
		list := make([]float64, len(rounds))
		for i, f := range rounds {
			list[i] = figure(f)
		}
		return spread(list, format)
	}
	p := func(share float64, of func(flown) []time.Duration) func(flown) float64 {
		return func(f flown) float64 { return milliseconds(percentile(of(f), share)) }
	}
	fmt.Printf("| %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", name, people,
		col("%.0f", func(f flown) float64 { return milliseconds(f.start) }), col("%.0f", func(f flown) float64 { return milliseconds(f.first) }),
		col("%.1f", func(f flown) float64 { return f.listed.Seconds() }), col("%.0f", func(f flown) float64 { return f.perSecond }),
		col("%.0f", func(f flown) float64 { return f.bare.oneByOne }),
		col("%.2f", func(f flown) float64 { return f.perSecond / f.bare.oneByOne }),
		col("%.2f", func(f flown) float64 { return f.perSecond / f.bare.perSecond }),
		col("%.2f", func(f flown) float64 { return (f.bare.cpu + f.bare.messengers) / (f.cpu + f.database + f.messenger) }),
		col("%.3f", func(f flown) float64 { return f.cpu }), col("%.3f", func(f flown) float64 { return f.database }),
		col("%.3f", func(f flown) float64 { return f.messenger }), col("%.3f", func(f flown) float64 { return f.bare.cpu }),
		col("%.3f", func(f flown) float64 { return f.bare.messengers }), col("%.0f", func(f flown) float64 { return f.idle }),
		col("%.0f", func(f flown) float64 { return f.most - f.idle }),
		col("%.0f", p(0.5, func(f flown) []time.Duration { return f.reports })), col("%.0f", p(1, func(f flown) []time.Duration { return f.reports })),
		col("%.1f", p(0.5, func(f flown) []time.Duration { return f.linksMeantime })), col("%.1f", p(0.99, func(f flown) []time.Duration { return f.linksMeantime })),
		col("%.1f", p(0.99, func(f flown) []time.Duration { return f.links })))
}

// settled is how long the service idles before its memory is read.
const settled = 3 * time.Second

func (b *bench) flatBroadcast(ctx context.Context, a audience) (f flown, err error) {
	rest, err := fakeTelegram(false)
	if err != nil {
		return f, err
	}
	defer rest.Close()
	t, err := newTally(rest, a.people)
	if err != nil {
		return f, err
	}
	defer t.close()
	r, err := b.newRun(ctx, a, t.url(), 0)
	if err != nil {
		return f, err
	}
	defer func() { r.side.stop() }()
	pid := r.side.cmd.Process.Pid
	if err := idle(ctx, settled); err != nil {
		return f, err
	}
	f.idle = resident(pid)
	cpuBefore, dbBefore, ownBefore := cpu(pid), cpu(b.postgres), ownCPU()
	if f.start, err = r.start(ctx); err != nil {
		return f, err
	}
	err = r.watch(ctx, func(is bot.Report, took time.Duration) (bool, error) {
		f.reports = append(f.reports, took)
		if f.listed == 0 && !is.Expanding {
			f.listed = time.Since(r.began)
		}
		if len(f.reports)%4 > 0 {
			return false, nil
		}
		links, err := r.follow(ctx, t, 5)
		f.linksMeantime = append(f.linksMeantime, links...)
		return false, err
	})
	if err != nil {
		return f, err
	}
	if _, err := r.check(ctx, t); err != nil {
		return f, err
	}
	f.most = peak(pid)
	f.first = time.UnixMicro(t.first.Load()).Sub(r.began)
	took := time.UnixMicro(t.last.Load()).Sub(r.began)
	f.perSecond = float64(a.people) / took.Seconds()
	f.cpu, f.database = perThousand(cpu(pid)-cpuBefore, a.people), perThousand(cpu(b.postgres)-dbBefore, a.people)
	f.messenger = perThousand(ownCPU()-ownBefore, a.people)
	if f.links, err = r.follow(ctx, t, keptBodies); err != nil {
		return f, err
	}
	for _, of := range [][]time.Duration{f.reports, f.links, f.linksMeantime} {
		slices.Sort(of)
	}
	r.side.stop()
	f.bare, err = b.bare(ctx, t, min(a.people, 100_000))
	return f, err
}

func perThousand(spent time.Duration, n int) float64 { return spent.Seconds() / float64(n) * 1000 }

func idle(ctx context.Context, d time.Duration) error {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var trackedLink = regexp.MustCompile(`/r/[A-Za-z0-9_-]+`)

// follow follows the links of at most n messages that left, and returns how long each
// took to lead on.
func (r *run) follow(ctx context.Context, t *tally, n int) (took []time.Duration, err error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	bodies, _ := t.kept()
	for _, body := range bodies[:min(n, len(bodies))] {
		path := trackedLink.Find(body)
		if path == nil {
			return nil, fmt.Errorf("no tracked link in %q", body)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.side.address+string(path), nil)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusFound {
			return nil, fmt.Errorf("a tracked link answered %s", resp.Status)
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
