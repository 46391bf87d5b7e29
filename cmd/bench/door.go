package main

import (
	"context"
	"fmt"
	"time"
)

// door measures accepting alone: our webhook with its grouped commits against an
// Echo handler that commits one row per request. Both keep every update before
// they answer.
func (b *bench) door(ctx context.Context, o options) error {
	sides := []contender{{name: "Visnyk's door"}, {name: "one row, one commit"}}
	words := []string{"side-door", "side-echo"}
	fmt.Printf("\n(c) accept and store only, %d updates, %d connections, flat out; %d rounds\n\n", o.n, connections, o.rounds)
	rounds := make([][]result, len(sides))
	for range o.rounds {
		for i, word := range words {
			r, err := b.accept(ctx, word, o.n)
			if err != nil {
				return fmt.Errorf("%s: %w", sides[i].name, err)
			}
			rounds[i] = append(rounds[i], r)
		}
	}
	fmt.Println("| side | accepted/s | CPU s per 1,000: process | PostgreSQL | peak MiB |")
	fmt.Println("|---|---|---|---|---|")
	for i, s := range sides {
		r := rounds[i]
		fmt.Printf("| %s | %s | %s | %s | %s |\n", s.name,
			spread(column(r, func(r result) float64 { return r.perSecond }), "%.0f"),
			spread(column(r, func(r result) float64 { return r.cpu }), "%.2f"),
			spread(column(r, func(r result) float64 { return r.database }), "%.2f"),
			spread(column(r, func(r result) float64 { return r.memory }), "%.0f"))
	}
	fmt.Printf("\naccepted a second, ratio: %s\n", ratio(rounds[0], rounds[1]))
	return nil
}

func (b *bench) accept(ctx context.Context, word string, n int) (result, error) {
	url, err := b.postgresURL(ctx)
	if err != nil {
		return result{}, err
	}
	if word == "side-door" {
		if err := migrated(ctx, url); err != nil {
			return result{}, err
		}
	}
	s, err := b.startSide(ctx, word, url, "http://127.0.0.1:1")
	if err != nil {
		return result{}, err
	}
	defer s.stop()
	l := newLoad(s.address, n)
	cpuBefore, dbBefore, began := cpu(s.cmd.Process.Pid), cpu(b.postgres), time.Now()
	if err := l.run(ctx, n, 0); err != nil {
		return result{}, err
	}
	took := time.Since(began)
	return result{
		perSecond: float64(n) / took.Seconds(),
		cpu:       (cpu(s.cmd.Process.Pid) - cpuBefore).Seconds() / float64(n) * 1000,
		database:  (cpu(b.postgres) - dbBefore).Seconds() / float64(n) * 1000,
		memory:    peak(s.cmd.Process.Pid),
	}, nil
}
