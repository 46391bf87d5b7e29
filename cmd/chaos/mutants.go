package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// mutant is a service broken on purpose, and the run that must notice.
type mutant struct {
	patch    patch
	scenario string
	database string
}

// mutants show that the scenarios can fail.
func mutants() map[string]mutant {
	return map[string]mutant{
		"ack-first": {patch{
			"ack-first", "bot/server/committer.go", "batch, fresh, err := c.receive()",
			"batch, err := c.next(), error(nil)\n	fresh := make([]bool, len(batch))\n	fresh[0] = true\n" +
				"	go c.inbox.ReceiveNext(context.Background(), func() []storage.Incoming { return incoming(batch) })",
		}, "order", "postgres"},
		"last-first": {patch{
			"last-first", "bot/dialog/dispatch.go",
			"	d.waiting = arrivals(rows,", "	slices.Reverse(rows)\n	d.waiting = arrivals(rows,",
		}, "order", "sqlite"},
		"first-caption": {patch{
			"first-caption", "bot/dialog/gather.go", "		g.add(e)\n", "		g.Items++\n",
		}, "order", "sqlite"},
		"no-key": {patch{
			"no-key", "storage/incoming.go",
			"		all[i] = arrival{fit(in[i].Update), &in[i], i}\n",
			"		u := fit(in[i].Update)\n		u.ID += \"/\" + NewID()\n		all[i] = arrival{u, &in[i], i}\n",
		}, "order", "sqlite"},
		"no-doubt": {patch{
			"no-doubt", "storage/sendoutcome.go",
			`"the sender died"}, stateUnknown,`, `"the sender died"}, statePending,`,
		}, "order", "sqlite"},
		"long-lease": {patch{
			"long-lease", "cmd/visnyk/service.go",
			"leaseTTL    = 10 * time.Second", "leaseTTL    = 30 * time.Second",
		}, "holder", "postgres"},
	}
}

// hunt plays each mutant's scenario and wants a breach.
func (r *rig) hunt(ctx context.Context) error {
	var missed error
	all := mutants()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m := all[name]
		chosen, err := choose(m.scenario)
		if err != nil {
			return err
		}
		tr := r.try(ctx, chosen[0], m.database, 1, short, name)
		word := "caught"
		if !tr.Failed() {
			word = "NOT CAUGHT"
			missed = errors.Join(missed, fmt.Errorf("%s does not notice the mutant %s", m.scenario, name))
		}
		fmt.Printf("%-10s %-8s %s: %s\n", name, m.scenario, word, tr.says())
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return missed
}
