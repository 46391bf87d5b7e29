package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// shops are the bots of (r).
var shops = []string{"first", "second"}

// replicas measures what the leases and locks of one database cost two services, each of
// which has one of two bots, beside one service that has both. Everyone has the same
// small share of processor: a machine of two would let one service use all of it.
func (b *bench) replicas(ctx context.Context, o options) error {
	s := newShares()
	defer s.close()
	sides := []contender{{name: "two services, a bot each"}, {name: "one service with both"}}
	rounds := make([][]result, len(sides))
	for range o.rounds {
		for i, bots := range [][][]string{{shops[:1], shops[1:]}, {shops}} {
			r, err := b.shared(ctx, s, bots, o.n/len(lines))
			if err != nil {
				return fmt.Errorf("%s: %w", sides[i].name, err)
			}
			rounds[i] = append(rounds[i], r)
		}
	}
	fmt.Printf("\n(r) two bots of one PostgreSQL, %d people who are known, flat out, %d updates, %s; %d rounds, medians (min–max)\n\n",
		o.n/len(lines), o.n/len(lines)*len(lines), s.says(), o.rounds)
	table(sides, rounds)
	fmt.Printf("\nreplies a second, ratio: %s\n", ratio(rounds[0], rounds[1]))
	return nil
}

// shared has n people talk with both bots in turn, which these services hold.
func (b *bench) shared(ctx context.Context, kept *shares, services [][]string, n int) (r result, err error) {
	url, err := b.postgresURL(ctx)
	if err != nil {
		return r, err
	}
	if err := company(ctx, url); err != nil {
		return r, err
	}
	tg, err := b.startSide(ctx, "side-messenger", "", "")
	if err != nil {
		return r, err
	}
	defer tg.stop()
	w := &writers{b: b, tg: tg, load: newLoad("", n), n: n, next: func() {}}
	doors := map[string]string{}
	for _, bots := range services {
		s, err := b.startShops(ctx, url, "http://"+tg.address, bots)
		if err != nil {
			return r, err
		}
		defer s.stop()
		if err := kept.keep(s); err != nil {
			return r, err
		}
		w.sides = append(w.sides, s)
		for _, name := range bots {
			doors[name] = hook(s.address, name)
		}
	}
	w.load.door = func(i int) string { return doors[shops[i%len(shops)]] }
	p := newSpeakers(w.load, tg)
	if _, err := w.plays(ctx, 1, 0); err != nil {
		return r, err
	}
	if err := p.meet(ctx); err != nil {
		return r, err
	}
	return w.plays(ctx, len(lines), 0)
}

// startShops runs a service that has these bots.
func (b *bench) startShops(ctx context.Context, url, api string, bots []string) (*side, error) {
	var list []byte
	file := filepath.Join(b.dir, "bots-"+bots[0]+".yaml")
	for i, name := range bots {
		list = fmt.Appendf(list, "- {name: %s, channel: telegram, token: \"%d%s\", secret: %s, api_url: %q}\n", name, 1+i, token, secret, api)
	}
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return nil, err
	}
	return b.startService(ctx, url, api, 0, "VISNYK_TELEGRAM_TOKEN=", "VISNYK_TELEGRAM_SECRET=", "VISNYK_BOTS="+file, "GOMAXPROCS=1")
}
