package main

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
)

// speakers hold their conversations step by step, however often they write: all begin,
// and then each goes on at another line. Two whose numbers differ by a multiple of the
// lines say the same.
type speakers struct {
	*load
	tg    *side
	steps []int
	chats map[string]chatNote
}

// newSpeakers are those of the load; they press no button before they meet.
func newSpeakers(l *load, tg *side) *speakers {
	p := &speakers{load: l, tg: tg, steps: make([]int, len(l.posted))}
	l.says = func(id, i int) []byte {
		step := p.steps[i-l.from]
		p.steps[i-l.from]++
		if step == 0 {
			return update(id, i, stepStart, "")
		}
		return update(id, i, (i+step)%len(lines), p.chats[strconv.FormatInt(chatID(i), 10)].Button)
	}
	return p
}

// meet has the people look at the buttons they were given.
func (p *speakers) meet(ctx context.Context) error {
	return ask(ctx, p.tg, http.MethodGet, "/chats", &p.chats)
}

// unhurried is how long who writes alone rests between two lines: the same button pressed
// again within two seconds is one press, and all lines lie between two presses.
const unhurried = 500 * time.Millisecond

// alone has one of each kind of people write so many times after the n, each time when
// all is quiet, and returns the marks of what they were shown: what everybody is to hear.
func (b *bench) alone(ctx context.Context, s, tg *side, db *sqlx.DB, n, times int) (want [][]uint32, err error) {
	l := newLoad(s.address, len(lines))
	l.from = n + (len(lines)-n%len(lines))%len(lines)
	p := newSpeakers(l, tg)
	for range times {
		if err := l.run(ctx, len(lines), 0); err != nil {
			return nil, err
		}
		if err := drained(ctx, db); err != nil {
			return nil, err
		}
		if err := p.meet(ctx); err != nil {
			return nil, err
		}
		if !rested(ctx, unhurried) {
			return nil, ctx.Err()
		}
	}
	var heard map[string][]uint32
	err = ask(ctx, tg, http.MethodGet, "/heard", &heard)
	for i := range lines {
		want = append(want, heard[strconv.FormatInt(chatID(l.from+i), 10)])
	}
	return want, err
}

// hearing is what people heard beside what they were to hear.
type hearing struct {
	messages      int
	lost, doubled int // messages
	disordered    int // people who were shown the right ones, one before another
}

// compare holds what n people heard against what one of their kind heard alone.
func (p *speakers) compare(ctx context.Context, n int, want [][]uint32) (h hearing, err error) {
	var heard map[string][]uint32
	if err := ask(ctx, p.tg, http.MethodGet, "/heard", &heard); err != nil {
		return h, err
	}
	for i := range n {
		h.add(heard[strconv.FormatInt(chatID(p.from+i), 10)], want[i%len(lines)])
	}
	return h, nil
}

// add counts what one person heard beside what they were to hear.
func (h *hearing) add(got, want []uint32) {
	h.messages += len(got)
	if slices.Equal(got, want) {
		return
	}
	more := map[uint32]int{}
	for _, m := range got {
		more[m]++
	}
	for _, m := range want {
		more[m]--
	}
	same := true
	for _, n := range more {
		h.doubled += max(n, 0)
		h.lost += max(-n, 0)
		same = same && n == 0
	}
	if same {
		h.disordered++
	}
}
