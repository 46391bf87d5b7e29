package search

import (
	"cmp"
	"math"
	"slices"
)

// Group is messages that ask for the same, by their places in the list. The
// first one says it best: the most messages read like it.
type Group []int

const (
	// sameAsk is how alike two messages of one group are, from 0 to 1; measured
	// on messages whose article is known.
	sameAsk = 0.4
	// aGroup is what a group of the lexicon weighs beside the word that names it.
	aGroup = 0.7
)

// Groups puts messages together that ask for the same, the largest group first.
// A message that says nothing of a subject is in none. The same list is always
// grouped the same way.
func (x *Index) Groups(texts []string) []Group {
	said, members := x.gists(texts)
	vectors := x.vectors(said)
	// What most people say leads; its group takes whatever is like it.
	order := make([]int, len(said))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(members[b]), len(members[a])), cmp.Compare(len(said[a]), len(said[b])))
	})
	var groups []Group
	type mention struct {
		group int
		v     float64
	}
	holding := map[int][]mention{} // groups by what their leaders speak of
	var likeness []float64         // to the leader of each group
	for _, i := range order {
		if len(vectors[i]) == 0 {
			continue
		}
		clear(likeness)
		for _, s := range vectors[i] {
			for _, m := range holding[s.subject] {
				likeness[m.group] += s.v * m.v
			}
		}
		best, like := -1, sameAsk
		for g, v := range likeness {
			if v >= like && (best < 0 || v > like) {
				best, like = g, v
			}
		}
		if best < 0 {
			best = len(groups)
			groups, likeness = append(groups, nil), append(likeness, 0)
			for _, s := range vectors[i] {
				holding[s.subject] = append(holding[s.subject], mention{best, s.v})
			}
		}
		groups[best] = append(groups[best], members[i]...)
	}
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(len(b), len(a)) })
	return groups
}

// gists returns the different messages as they were meant, in their order, and
// which of the texts say each.
func (x *Index) gists(texts []string) (said [][]token, members [][]int) {
	place := map[string]int{}
	for n, text := range texts {
		ts, _ := x.read(text)
		key := gist(ts)
		i, ok := place[key]
		if !ok {
			i = len(said)
			place[key] = i
			said, members = append(said, ts), append(members, nil)
		}
		members[i] = append(members[i], n)
	}
	return said, members
}

// share is how much of a message speaks of a subject.
type share struct {
	subject int
	v       float64
}

// vectors returns what each message speaks of: its words and the groups of the
// lexicon they name, the rarer the more. A vector has length 1.
func (x *Index) vectors(said [][]token) [][]share {
	spelt := oneSpelling(said)
	numbers := map[string]int{}
	var in []int // how many messages speak of each subject
	all := make([][]share, len(said))
	for i, ts := range said {
		add := func(name string, v float64) {
			n, ok := numbers[name]
			if !ok {
				n = len(in)
				numbers[name] = n
				in = append(in, 0)
			}
			if j := slices.IndexFunc(all[i], func(s share) bool { return s.subject == n }); j >= 0 {
				all[i][j].v = max(all[i][j].v, v)
				return
			}
			all[i] = append(all[i], share{n, v})
			in[n]++
		}
		for _, t := range ts {
			if t.weight > 0 {
				add(spelt[t.stem], t.weight)
			}
		}
		for _, h := range x.lexicon.hear(ts, true) {
			if says := ts[h.from].weight; says > 0 {
				add("\x00"+x.lexicon.names[h.concept], aGroup*says)
			}
		}
	}
	for _, v := range all {
		sum := 0.0
		for i := range v {
			v[i].v *= math.Log(1 + float64(len(said))/float64(in[v[i].subject]))
			sum += v[i].v * v[i].v
		}
		for i := range v {
			v[i].v /= math.Sqrt(sum)
		}
	}
	return all
}

// oneSpelling gives each stem the spelling that most messages use.
func oneSpelling(said [][]token) map[string]string {
	in := map[string]int{}
	for _, ts := range said {
		for _, t := range ts {
			in[t.stem]++
		}
	}
	stems := make([]string, 0, len(in))
	for s := range in {
		stems = append(stems, s)
	}
	slices.SortFunc(stems, func(a, b string) int { return cmp.Or(cmp.Compare(in[b], in[a]), cmp.Compare(a, b)) })
	near := &deletions{}
	for i, s := range stems {
		near.add(s, i)
	}
	near.build()
	spelt := make(map[string]string, len(stems))
	for i, s := range stems {
		spelt[s] = s
		if len(s) < 5 {
			continue
		}
		first := i
		near.around(s, 1, func(j int) {
			if j < first && len(stems[j]) >= 5 && spelt[stems[j]] == stems[j] && distance(s, stems[j]) <= slipCost {
				first = j
			}
		})
		spelt[s] = spelt[stems[first]]
	}
	return spelt
}
