package eval

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Kinds returns the kinds of the queries, in the order they first stand.
func Kinds(queries []Query) []string {
	return distinct(queries, func(q Query) string { return q.Kind })
}

func distinct(queries []Query, of func(Query) string) []string {
	var all []string
	for _, q := range queries {
		if !slices.Contains(all, of(q)) {
			all = append(all, of(q))
		}
	}
	return all
}

// Only returns the queries that fit.
func Only(queries []Query, fits func(Query) bool) []Query {
	return slices.DeleteFunc(slices.Clone(queries), func(q Query) bool { return !fits(q) })
}

// Report prints the scores over all, per language and per kind.
func Report(w io.Writer, queries []Query, predictions []Prediction) error {
	s := Measure(queries, predictions)
	fmt.Fprintf(w, "%d queries, %d of them with an answer in the base, %d without\n\n", s.Queries, s.InDomain, s.OutOfDomain)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, c := range s.Helpful {
		fmt.Fprintf(tw, "helpful at <= %.0f %% false answers\t%.1f\t(of the answers given: %.1f)\n", c.Limit, c.Rate, s.HelpfulOfAnswers[i].Rate)
	}
	for _, row := range []struct {
		name  string
		value float64
	}{
		{"top-1", s.Top1},
		{"top-3", s.Top3},
		{"answered right, of in-domain", s.Right},
		{"answered wrong, of in-domain", s.Wrong},
		{"false answers, of all queries", s.False},
		{"false answers, of the answers", s.FalseOfAnswers},
		{"clarified with the right one", s.ClarifyRight},
		{"helped", s.Helped},
		{"out-of-domain clarified", s.Nuisance},
		{"human recall", s.HumanRecall},
		{"in-domain taken for human", s.TakenForHuman},
		{"reply language", s.Language},
	} {
		fmt.Fprintf(tw, "%s\t%.1f\t\n", row.name, row.value)
	}
	fmt.Fprintf(tw, "\t\t\nby language and kind\tqueries\ttop-1\ttop-3\tright\tfalse\thelped\tclarified\thuman\tlanguage\n")
	line := func(name string, some []Query) {
		s := Measure(some, predictions)
		fmt.Fprintf(tw, "%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\n",
			name, s.Queries, s.Top1, s.Top3, s.Right, s.False, s.Helped, s.Nuisance, s.HumanRecall, s.Language)
	}
	for _, l := range distinct(queries, func(q Query) string { return q.Lang }) {
		line(l, Only(queries, func(q Query) bool { return q.Lang == l }))
	}
	for _, k := range Kinds(queries) {
		line(k, Only(queries, func(q Query) bool { return q.Kind == k }))
	}
	return tw.Flush()
}
