package main

import (
	"context"
	"math/rand/v2"
	"path/filepath"
)

// size is how much of a scenario is played.
type size int

const (
	short size = iota // beside other tests
	usual             // make chaos
	large             // by the flag
)

// of returns the value that goes with the size.
func of[V any](s size, values ...V) V { return values[s] }

// scenario is one way to break the service.
type scenario struct {
	name, says string
	databases  []string
	play       func(*play)
	alone      bool // it measures time, so nothing else runs meanwhile
}

// scenarios lists them all.
func scenarios() []scenario {
	both, postgres, sqlite := []string{"postgres", "sqlite"}, []string{"postgres"}, []string{"sqlite"}
	return []scenario{
		{"order", "kill -9 again and again while many chats write in bursts", both, playOrder, false},
		{"viber", "the same at Viber, which fails in every way it can", both, playViber, false},
		{"dbdown", "the database is away", both, playAway, false},
		{"failover", "PostgreSQL dies, and a synchronous standby takes its place", postgres, playFailover, false},
		{"term", "SIGTERM in the middle of a stream", both, playTerm, false},
		{"holder", "kill -9 of the replica that holds the lease", postgres, playHolder, false},
		{"clock", "the database's clock is an hour off, and jumps", both, playClock, false},
		{"broadcast", "kill -9, a pause and a database that is away while a broadcast sends", both, playBroadcast, false},
		{"backlog", "a backlog, and people who write meanwhile", both, playBacklog, true},
		{"erase", "somebody with a long history has themself erased under load", sqlite, playErase, true},
		{"diskfull", "the disk is full for a while", sqlite, playFull, false},
	}
}

func scenarioNames() (names []string) {
	for _, s := range scenarios() {
		names = append(names, s.name)
	}
	return names
}

// play is one run of a scenario.
type play struct {
	T
	rig      *rig
	database string // postgres or sqlite
	seed     uint64
	rng      *rand.Rand // for the one goroutine that plays
	size     size
	patches  []patch
}

// newPlay prepares a run.
func newPlay(t T, r *rig, database string, seed uint64, s size) *play {
	return &play{T: t, rig: r, database: database, seed: seed, rng: rand.New(rand.NewPCG(seed, 0)), size: s}
}

// try plays a scenario once outside of a test; mutant names a patch, or none.
func (r *rig) try(ctx context.Context, s scenario, database string, seed uint64, sz size, mutant string) *trial {
	return attempt(ctx, func(t T) {
		p := newPlay(t, r, database, seed, sz)
		if mutant != "" {
			p.patches = append(p.patches, mutants()[mutant].patch)
		}
		s.play(p)
	})
}

// fresh returns the URL of a database without any table.
func (p *play) fresh() string {
	p.Helper()
	if p.database == "sqlite" {
		return "sqlite:" + filepath.Join(p.TempDir(), "visnyk.db")
	}
	url, err := p.rig.freshPostgres(p.Context())
	p.must(err)
	return url
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatalf("%v", err)
	}
}
