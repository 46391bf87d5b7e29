package eval

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Split halves the queries of each article by their ids alone: of the first
// half at most each are learnt from, those of least knowledge first; on the
// second half, and on all that has no answer, is measured. The rest of the first
// half is left out, or what is measured would be the easier part.
func Split(queries []Query, each int, knowledge func(Query) (k float64, learnable bool)) (learnt, held []Query) {
	order := slices.Clone(queries)
	slices.SortStableFunc(order, func(a, b Query) int { return cmp.Compare(lot(a.ID), lot(b.ID)) })
	of := map[string][]Query{}
	for _, q := range order {
		of[q.Expect] = append(of[q.Expect], q)
	}
	for _, expect := range distinct(queries, func(q Query) string { return q.Expect }) {
		all := of[expect]
		if !all[0].inDomain() {
			held = append(held, all...)
			continue
		}
		half := len(all) / 2
		held = append(held, all[half:]...)
		type lesson struct {
			q Query
			k float64
		}
		var lessons []lesson
		for _, q := range all[:half] {
			if k, ok := knowledge(q); ok {
				lessons = append(lessons, lesson{q, k})
			}
		}
		slices.SortStableFunc(lessons, func(a, b lesson) int { return cmp.Compare(a.k, b.k) })
		for _, l := range lessons[:min(each, len(lessons))] {
			learnt = append(learnt, l.q)
		}
	}
	return learnt, held
}

// lot returns a number by which ids that follow each other are far apart.
func lot(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(sum[:8])
}

// ReportLearning prints the scores on the same queries before and after something
// was learnt.
func ReportLearning(w io.Writer, learnt int, queries []Query, before, after []Prediction) error {
	b, a := Measure(queries, before), Measure(queries, after)
	fmt.Fprintf(w, "%d wordings learnt; %d queries held back, %d of them with an answer in the base\n\n", learnt, b.Queries, b.InDomain)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "\tbefore\tafter\tdifference\n")
	for _, row := range []struct {
		name          string
		before, after float64
	}{
		{"top-1", b.Top1, a.Top1},
		{"top-3", b.Top3, a.Top3},
		{"helpful at <= 2 % false answers", b.Helpful[1].Rate, a.Helpful[1].Rate},
		{"helped", b.Helped, a.Helped},
		{"false answers, of all queries", b.False, a.False},
		{"out-of-domain clarified", b.Nuisance, a.Nuisance},
	} {
		fmt.Fprintf(tw, "%s\t%.1f\t%.1f\t%+.1f\n", row.name, row.before, row.after, row.after-row.before)
	}
	return tw.Flush()
}
