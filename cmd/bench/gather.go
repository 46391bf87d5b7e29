package main

import (
	"context"
	"fmt"
)

const (
	floodSpan = 30 // seconds

	// loop is how many replies a minute to one chat the service takes for a talk: people
	// write less often, lest it stops answering them.
	loop = 30
)

// gathered are people in the middle of their conversations, and what a flood of them is.
type gathered struct {
	writers
	people *speakers
	able   result // what the side did flat out
	rate   int    // updates a second
	times  int    // how often everybody writes, that it lasts
}

// gather has n people, of which from is the first, begin and write once more flat out; a
// flood of them asks so many times that rate.
func (b *bench) gather(ctx context.Context, s, tg *side, from, n, share int) (g gathered, err error) {
	l := newLoad(s.address, n)
	l.from = from
	g.people = newSpeakers(l, tg)
	g.writers = writers{b: b, tg: tg, sides: []*side{s}, load: l, n: n, next: func() {}}
	if _, err := g.plays(ctx, 1, 0); err != nil {
		return g, err
	}
	if err := g.people.meet(ctx); err != nil {
		return g, err
	}
	if g.able, err = g.plays(ctx, 1, 0); err != nil {
		return g, err
	}
	g.rate = max(1, share*int(g.able.perSecond))
	g.times = (g.rate*floodSpan + n - 1) / n
	if g.times+2 >= loop {
		return g, fmt.Errorf("%d people would write %d times each: take more of them with -n", n, g.times)
	}
	return g, nil
}
