package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostUnderWay is how many parts the service sends at once.
const mostUnderWay = 32

// said is one message of a crowd that the service has in its history.
type said struct{ Chat, Text string }

// part is one row of the outbox that says something.
type part struct {
	Chat       string
	Cause      string
	State      string
	Unknowns   int
	ExternalID string `db:"external_id"`
}

// evidence is all that is known of a run when it is over: what the crowd wrote,
// what the database holds and what the messenger heard.
type evidence struct {
	want         map[string]int   // how many words each chat said
	updates      []string         // the ids of the updates; none where the messenger makes them
	done, parked int              // rows of the inbox; done is -1 where it holds more than the crowd's words
	history      []said           // of each chat in its order
	parts        []part           // of each chat in its order
	heard        map[string][]int // numbers of the answers by chat, in the order of arrival
	sends        int              // messages that arrived
	warped       bool             // the rows' order is that of a clock that jumped: only the messenger's counts
	late         int              // words that may have looked too old for an answer of their own
}

// verdict counts what became of every update of the crowd.
type verdict struct {
	lost    int // acknowledged, and not done; or done, and not in the history
	twice   int // applied twice
	reorder int // applied, or answered, out of their order
	parked  int
	unsaid  int // without any reply
	unheard int // answers that did not arrive
	thrice  int // answers that arrived more than twice

	undelivered             int // parts that ended badly
	sends, doubled, unknown int // parts at the messenger
	late                    int // words that may have had an apology instead of their answer
	doubtful                int // parts under way at two kills: they may have arrived, and are not sent a third time
}

func (v verdict) String() string {
	return fmt.Sprintf("lost=%d dup=%d reorder=%d (twice=%d parked=%d unsaid=%d unheard=%d thrice=%d undelivered=%d sends=%d again=%d unknown=%d doubtful=%d)",
		v.lost+max(v.unheard-v.doubtful-v.late, 0), v.twice+v.thrice+max(v.doubled-v.unknown, 0), v.reorder,
		v.twice, v.parked, v.unsaid, v.unheard, v.thrice, v.undelivered, v.sends, v.doubled, v.unknown, v.doubtful)
}

// count counts.
func count(e evidence) verdict {
	v := verdict{parked: e.parked, sends: e.sends, late: e.late}
	if e.done >= 0 {
		v.lost = max(e.total()-e.done-e.parked, 0)
	}
	e.applied(&v)
	e.answered(&v)
	e.arrived(&v)
	return v
}

// total is how many words the crowd said.
func (e evidence) total() (n int) {
	for _, words := range e.want {
		n += words
	}
	return n
}

// applied wants the history of each chat to count up without a gap or a repeat.
func (e evidence) applied(v *verdict) {
	next := map[string]int{}
	seen := map[said]bool{}
	for _, h := range e.history {
		n := slices.Index(words(), h.Text)
		switch want := next[h.Chat]; {
		case seen[h]:
			v.twice++
		case n != want && !e.warped:
			v.reorder++
		}
		next[h.Chat] = max(next[h.Chat], n+1)
		seen[h] = true
	}
	v.lost = max(v.lost, e.total()-len(seen)-v.parked)
}

// answered wants a reply to each update, sent in the order of the chat, and no
// copy that is not of a send of which nobody knew.
func (e evidence) answered(v *verdict) {
	replied := map[string]bool{}
	last := map[string]uint64{}
	for _, p := range e.parts {
		if cause := strings.Split(p.Cause, "/"); len(cause) > 1 {
			replied[cause[1]] = true
		}
		v.unknown += p.Unknowns
		if p.State == "unknown" && p.Unknowns == 2 {
			v.doubtful++
			continue
		}
		if p.State != "sent" {
			v.undelivered++
			continue
		}
		id, _ := strconv.ParseUint(p.ExternalID, 10, 64) // a fake's ids are numbers that grow
		if id < last[p.Chat] && !e.warped {
			v.reorder++
		}
		last[p.Chat] = id
	}
	for _, id := range e.updates {
		if !replied[id] {
			v.unsaid++
		}
	}
	v.doubled = e.sends - (len(e.parts) - v.undelivered - v.doubtful)
}

// arrived wants the numbers of the answers to count up at the messenger; a copy
// comes at most once, right behind.
func (e evidence) arrived(v *verdict) {
	for chat, words := range e.want {
		times := map[int]int{}
		most := 0
		for _, n := range e.heard[chat] {
			if n < most {
				v.reorder++
			}
			most = max(most, n)
			times[n]++
		}
		for _, t := range times {
			if t > 2 {
				v.thrice++
			}
		}
		v.unheard += max(words-len(times), 0)
	}
}

// breaches say which promises the counts break.
func (v verdict) breaches() (list []string) {
	for _, c := range []struct {
		n    int
		what string
	}{
		{v.lost, "updates were acknowledged and lost"},
		{v.twice, "updates were applied twice"},
		{v.reorder, "updates or replies came out of their order"},
		{v.parked, "updates were parked"},
		{v.unsaid - v.late, "updates have no reply"},
		{v.undelivered, "parts were not delivered"},
		{v.thrice, "answers arrived more than twice"},
		{v.unheard - v.doubtful - v.late, "answers never arrived, and nobody is in doubt of them"},
		{v.doubtful - mostUnderWay, "parts more than can be under way at one kill are in doubt after two"},
		{v.doubled - v.unknown, "parts were sent again without a doubt"},
		{-v.doubled - v.doubtful, "parts are marked as sent and never arrived"},
	} {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return list
}
