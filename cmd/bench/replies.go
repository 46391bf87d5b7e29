package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"
)

// result is what one side did in one round.
type result struct {
	perSecond float64
	p50, p99  time.Duration
	// CPU seconds for 1,000 updates, of the process under measurement, of PostgreSQL, of
	// the load and of the messenger.
	cpu, database, load, messenger float64
	memory                         float64 // MiB at the peak
}

// contender is one side of the comparison of replies.
type contender struct {
	name  string
	start func(ctx context.Context, api string) (*side, error)
}

// contenders are ours and the usual bot, each in turn with a database of its own.
func (b *bench) contenders() []contender {
	usual := func(word string) func(context.Context, string) (*side, error) {
		return func(ctx context.Context, api string) (*side, error) {
			url, err := b.postgresURL(ctx)
			if err != nil {
				return nil, err
			}
			return b.startSide(ctx, word, url, api)
		}
	}
	ours := func(fresh func(context.Context) (string, error)) func(context.Context, string) (*side, error) {
		return func(ctx context.Context, api string) (*side, error) {
			url, err := fresh(ctx)
			if err != nil {
				return nil, err
			}
			if err := company(ctx, url); err != nil {
				return nil, err
			}
			return b.startService(ctx, url, api, 0)
		}
	}
	return []contender{
		{"Visnyk, PostgreSQL", ours(b.postgresURL)},
		{"the usual bot, as written first", usual("side-bot")},
		{"the usual bot, tuned", usual("side-tuned")},
		{"Visnyk, SQLite", ours(b.freshFile)},
	}
}

// replies measures update → reply, ours and the other side's in turn: new people who
// begin, and people who are known in the middle of their conversations, flat out and at
// two steady rates.
func (b *bench) replies(ctx context.Context, o options) error {
	sides := b.contenders()
	for _, rate := range []int{0, 200, 1000} {
		n, how := o.n, "flat out"
		if rate > 0 {
			n, how = min(o.n, rate*10), fmt.Sprintf("at %d updates a second", rate)
		}
		begun, known, alone := make([][]result, len(sides)), make([][]result, len(sides)), make([][]result, len(sides))
		for range o.rounds {
			for i, c := range sides {
				r, err := b.round(ctx, c, n/len(lines), rate, rate == 0)
				if err != nil {
					return fmt.Errorf("%s: %w", c.name, err)
				}
				begun[i], known[i], alone[i] = append(begun[i], r.begun), append(known[i], r.known), append(alone[i], r.alone)
			}
		}
		fmt.Printf("\n(a) people who are known, %s, %d updates, %d connections; %d rounds, medians (min–max)\n\n", how, n, connections, o.rounds)
		table(sides, known)
		if rate > 0 {
			continue
		}
		ratios(known)
		fmt.Printf("\n(a) people who are known, flat out, each of whom asks in words that nobody else wrote\n\n")
		table(sides, alone)
		ratios(alone)
		fmt.Printf("\n(a) new people write /start, %s, %d of them\n\n", how, n/len(lines))
		table(sides, begun)
		ratios(begun)
	}
	return nil
}

// ratios prints ours beside the other sides.
func ratios(r [][]result) {
	fmt.Printf("\nreplies a second, Visnyk ÷ the usual bot as written first: %s, ÷ tuned: %s; Visnyk on SQLite ÷ on PostgreSQL: %s\n",
		ratio(r[0], r[1]), ratio(r[0], r[2]), ratio(r[3], r[0]))
}

// played is what one side did once, for whom.
type played struct {
	begun, known result
	alone        result // of those who ask in words of their own, where that was wanted
}

// round runs one side once: n people begin, and then each writes every line once, all of
// them at different ones. Where alone is set, as many others do so in words of their own.
func (b *bench) round(ctx context.Context, c contender, n, rate int, alone bool) (p played, err error) {
	tg, err := b.startSide(ctx, "side-messenger", "", "")
	if err != nil {
		return p, err
	}
	defer tg.stop()
	s, err := c.start(ctx, "http://"+tg.address)
	if err != nil {
		return p, err
	}
	defer s.stop()
	w := &writers{b: b, tg: tg, sides: []*side{s}, load: newLoad(s.address, n), n: n}
	if p.begun, p.known, err = w.talks(ctx, rate, func(_, step int) string { return lines[step] }); err != nil || !alone {
		return p, err
	}
	w.load.from = n
	_, p.alone, err = w.talks(ctx, rate, own)
	return p, err
}

// talks has people begin, flat out, and then write every line once as line says it.
func (c *writers) talks(ctx context.Context, rate int, line func(i, step int) string) (begun, known result, err error) {
	c.load.says = func(id, i int) []byte { return update(id, i, stepStart, "") }
	if begun, err = c.plays(ctx, 1, 0); err != nil {
		return begun, known, err
	}
	chats, err := c.chats(ctx)
	if err != nil {
		return begun, known, err
	}
	round := 0
	c.next = func() { round++ }
	c.load.says = func(id, i int) []byte {
		return writes(id, i, line(i, (i+round)%len(lines)), chats[strconv.FormatInt(chatID(i), 10)].Button)
	}
	known, err = c.plays(ctx, len(lines), rate)
	return begun, known, err
}

// writers are people who write to one side, all of them once in a round.
type writers struct {
	b     *bench
	tg    *side
	sides []*side // the processes that are the side
	load  *load
	n     int
	next  func() // before each round but the first
}

func (c *writers) chats(ctx context.Context) (all map[string]chatNote, err error) {
	err = ask(ctx, c.tg, http.MethodGet, "/chats", &all)
	return all, err
}

// plays has everybody write in so many rounds, and measures them. A round is over when
// the last was answered; what it takes to see that is not counted.
func (c *writers) plays(ctx context.Context, rounds, rate int) (r result, err error) {
	var waits []time.Duration
	var took time.Duration
	before := c.spent()
	for i := range rounds {
		if i > 0 {
			c.next()
		}
		if err := ask(ctx, c.tg, http.MethodPost, "/round", nil); err != nil {
			return r, err
		}
		began := time.Now()
		if err := c.load.run(ctx, c.n, rate); err != nil {
			return r, err
		}
		if err := everyone(ctx, c.tg, c.n); err != nil {
			return r, err
		}
		chats, err := c.chats(ctx)
		if err != nil {
			return r, err
		}
		last := began.UnixMicro()
		for i := range c.n {
			at := chats[strconv.FormatInt(chatID(c.load.from+i), 10)].At
			last = max(last, at)
			waits = append(waits, time.Duration(at-c.load.posted[i].Load())*time.Microsecond)
		}
		took += time.Duration(last-began.UnixMicro()) * time.Microsecond
	}
	slices.Sort(waits)
	after, updates := c.spent(), rounds*c.n
	per := func(i int) float64 { return perThousand(after[i]-before[i], updates) }
	held := 0.0
	for _, s := range c.sides {
		held = max(held, peak(s.cmd.Process.Pid))
	}
	return result{
		perSecond: float64(updates) / took.Seconds(), p50: percentile(waits, 0.50), p99: percentile(waits, 0.99),
		cpu: per(0), database: per(1), load: per(2), messenger: per(3), memory: held,
	}, nil
}

// spent is the processor time of the side, of PostgreSQL, of the load and of the
// messenger.
func (c *writers) spent() [4]time.Duration {
	var own time.Duration
	for _, s := range c.sides {
		own += cpu(s.cmd.Process.Pid)
	}
	return [4]time.Duration{own, cpu(c.b.postgres), spent(os.Getpid(), 11, 12), cpu(c.tg.cmd.Process.Pid)}
}
