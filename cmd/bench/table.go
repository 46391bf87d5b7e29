package main

import (
	"fmt"
	"slices"
	"time"
)

// spread writes the median with the least and the greatest; one value as it is.
func spread(values []float64, format string) string {
	slices.Sort(values)
	f := func(v float64) string { return fmt.Sprintf(format, v) }
	if len(values) == 1 {
		return f(values[0])
	}
	return fmt.Sprintf("%s (%s–%s)", f(values[len(values)/2]), f(values[0]), f(values[len(values)-1]))
}

// column gathers one figure over the rounds.
func column(rounds []result, figure func(result) float64) []float64 {
	list := make([]float64, len(rounds))
	for i, r := range rounds {
		list[i] = figure(r)
	}
	return list
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// table prints one row per side, as Markdown.
func table(sides []contender, rounds [][]result) {
	fmt.Println("| side | replies/s | p50 ms | p99 ms | CPU s per 1,000: process | PostgreSQL | load | messenger | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for i, s := range sides {
		fmt.Printf("| %s ", s.name)
		for _, c := range []struct {
			format string
			figure func(result) float64
		}{
			{"%.0f", func(r result) float64 { return r.perSecond }},
			{"%.1f", func(r result) float64 { return milliseconds(r.p50) }},
			{"%.1f", func(r result) float64 { return milliseconds(r.p99) }},
			{"%.2f", func(r result) float64 { return r.cpu }},
			{"%.2f", func(r result) float64 { return r.database }},
			{"%.2f", func(r result) float64 { return r.load }},
			{"%.2f", func(r result) float64 { return r.messenger }},
			{"%.0f", func(r result) float64 { return r.memory }},
		} {
			fmt.Printf("| %s ", spread(column(rounds[i], c.figure), c.format))
		}
		fmt.Println("|")
	}
}

// ratio compares two sides round by round, since the rounds of one turn met the
// same machine.
func ratio(a, b []result) string {
	list := make([]float64, len(a))
	for i := range a {
		list[i] = a[i].perSecond / b[i].perSecond
	}
	return spread(list, "%.2f")
}
