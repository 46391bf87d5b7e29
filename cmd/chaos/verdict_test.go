package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wellDone is the evidence of a run of 3 chats with 4 words each in which
// nothing went wrong.
func wellDone() evidence {
	e := evidence{want: map[string]int{}, heard: map[string][]int{}}
	id := 0
	for chat := range 3 {
		name := strconv.Itoa(chat + 5000)
		e.want[name] = 4
		for n := range 4 {
			id++
			update := fmt.Sprintf("%d%d", chat, n)
			e.updates = append(e.updates, update)
			e.done++
			e.sends++
			e.history = append(e.history, said{name, words()[n]})
			e.parts = append(e.parts, part{Chat: name, Cause: "turn/" + update + "/0", State: "sent", ExternalID: strconv.Itoa(id)})
			e.heard[name] = append(e.heard[name], n)
		}
	}
	return e
}

// TestVerdictCatches breaks the evidence in each way that a run can go wrong,
// and wants the breach named; what is promised to be possible is none.
func TestVerdictCatches(t *testing.T) {
	const chat = "5001"
	for name, test := range map[string]struct {
		mutate func(e *evidence)
		want   string // of a breach; "" for none
	}{
		"nothing":                {func(*evidence) {}, ""},
		"acknowledged, not done": {func(e *evidence) { e.done-- }, "1 updates were acknowledged and lost"},
		"done, not in the history": {
			func(e *evidence) { e.history = slices.Delete(e.history, 3, 4) },
			"1 updates were acknowledged and lost",
		},
		"applied twice": {func(e *evidence) { e.history = slices.Insert(e.history, 2, e.history[1]) }, "1 updates were applied twice"},
		"applied twice, later": {
			func(e *evidence) { e.history = slices.Insert(e.history, 4, e.history[0]) },
			"1 updates were applied twice",
		},
		"applied out of order": {func(e *evidence) { e.history[0], e.history[1] = e.history[1], e.history[0] }, "out of their order"},
		"parked":               {func(e *evidence) { e.done--; e.parked++; e.history = e.history[:11] }, "1 updates were parked"},
		"no reply": {
			func(e *evidence) { e.parts = e.parts[:11]; e.sends-- },
			"1 updates have no reply",
		},
		"ended badly":             {func(e *evidence) { e.parts[5].State = "malformed"; e.sends-- }, "1 parts were not delivered"},
		"marked, never arrived":   {func(e *evidence) { e.sends-- }, "1 parts are marked as sent and never arrived"},
		"sent again for no cause": {func(e *evidence) { e.sends++ }, "1 parts were sent again without a doubt"},
		"sent again in doubt":     {func(e *evidence) { e.sends++; e.parts[2].Unknowns = 1 }, ""},
		"overtaken": {func(e *evidence) {
			e.parts[5].ExternalID, e.parts[6].ExternalID = e.parts[6].ExternalID, e.parts[5].ExternalID
		}, "out of their order"},
		"heard out of order": {func(e *evidence) { e.heard[chat] = []int{0, 2, 1, 3} }, "out of their order"},
		"a copy overtaken":   {func(e *evidence) { e.heard[chat] = []int{0, 1, 0, 2, 3} }, "out of their order"},
		"a copy right behind": {func(e *evidence) {
			e.heard[chat] = []int{0, 0, 1, 2, 3}
			e.sends++
			e.parts[4].Unknowns = 1
		}, ""},
		"heard three times": {func(e *evidence) {
			e.heard[chat] = []int{0, 0, 0, 1, 2, 3}
			e.sends += 2
			e.parts[4].Unknowns, e.parts[5].Unknowns = 1, 1
		}, "1 answers arrived more than twice"},
		"never heard": {func(e *evidence) { e.heard[chat] = []int{0, 1, 2} }, "1 answers never arrived"},
		"never heard, in doubt after two kills": {func(e *evidence) {
			e.heard[chat] = []int{0, 1, 2}
			e.sends--
			e.parts[7].State, e.parts[7].Unknowns = "unknown", 2
		}, ""},
		"in doubt without two kills": {
			func(e *evidence) { e.parts[7].State, e.parts[7].Unknowns = "unknown", 1; e.sends-- },
			"1 parts were not delivered",
		},
		"a chat that heard nothing": {func(e *evidence) { delete(e.heard, chat) }, "4 answers never arrived"},
	} {
		e := wellDone()
		test.mutate(&e)
		v := count(e)
		all := strings.Join(v.breaches(), "; ")
		if test.want == "" && all != "" || !strings.Contains(all, test.want) {
			t.Errorf("%s: says %q, want %q", name, all, test.want)
		}
		if clean := strings.HasPrefix(v.String(), "lost=0 dup=0 reorder=0"); test.want == "" && !clean {
			t.Errorf("%s: prints %v", name, v)
		}
	}
}

// TestDoubtIsBounded: more parts in doubt than can be under way are a breach.
func TestDoubtIsBounded(t *testing.T) {
	v := verdict{doubtful: mostUnderWay, unheard: mostUnderWay}
	if b := v.breaches(); len(b) > 0 {
		t.Errorf("what one kill can leave in doubt is called %q", b)
	}
	v.doubtful++
	if len(v.breaches()) == 0 {
		t.Error("more doubt than one kill can leave is no breach")
	}
}

// TestWordsAreApart: a word answers one article, or heard numbers mean nothing.
func TestWordsAreApart(t *testing.T) {
	seen := map[string]bool{}
	for i, w := range words() {
		if seen[w] {
			t.Errorf("%q is there twice", w)
		}
		seen[w] = true
		if n, ok := answered(fmt.Sprintf("Так.\n\nВідповідь №%d.\n", i)); !ok || n != i {
			t.Errorf("answer %d is read as %d", i, n)
		}
	}
	if _, ok := answered("Відповіді немає."); ok {
		t.Error("anything is taken for an answer")
	}
}

// TestMutantsExist: each mutant still finds the text that it changes, so that
// `-mutants` can play it.
func TestMutantsExist(t *testing.T) {
	patches := []patch{warped()}
	for _, m := range mutants() {
		patches = append(patches, m.patch)
		if _, err := choose(m.scenario); err != nil {
			t.Error(err)
		}
	}
	for _, p := range patches {
		if _, err := shared.overlay(p.name, []patch{p}); err != nil {
			t.Error(err)
		}
	}
}
