package main

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// turnRounds is how often both make single turns, which takes a second.
const turnRounds = 7

// single is a line of what a benchmark prints: its name, nanoseconds, and allocations.
var single = regexp.MustCompile(`(?m)^BenchmarkTurn/(\S+?)(?:-\d+)?\s+\d+\s+(\S+) ns/op.*?\s(\d+) allocs/op`)

// againstTurns compares what single turns take, from a messenger's bytes to its replies
// and without a database.
func againstTurns(ctx context.Context, o options, here, there *revision) error {
	times, allocations := map[string][2][]float64{}, map[string][2]float64{}
	for range turnRounds {
		for i, r := range []*revision{here, there} {
			cmd := exec.CommandContext(ctx, r.test, "-test.run", "^$", "-test.bench", "^BenchmarkTurn$", "-test.benchtime", "300x")
			cmd.Dir = filepath.Join(r.dir, "cmd", "visnyk")
			out, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", r.name, err, out)
			}
			found := single.FindAllStringSubmatch(string(out), -1)
			if len(found) == 0 {
				fmt.Printf("\n%s measures no single turns\n", r.name)
				return nil
			}
			for _, m := range found {
				t, n := times[m[1]], allocations[m[1]]
				took, _ := strconv.ParseFloat(m[2], 64) // digits
				t[i] = append(t[i], took)
				n[i], _ = strconv.ParseFloat(m[3], 64)
				times[m[1]], allocations[m[1]] = t, n
			}
		}
	}
	fmt.Printf("\nsingle turns, %d rounds of 300\n\n", turnRounds)
	var all verdict
	for _, name := range slices.Sorted(maps.Keys(times)) {
		t, n := times[name], allocations[name]
		if len(t[0]) != len(t[1]) {
			continue // only one of them has it
		}
		// At best: a turn is short, and whoever else is at work makes some rounds
		// several times as long.
		all.add(o, name+", a second at best", []float64{1e9 / slices.Min(t[0])}, []float64{1e9 / slices.Min(t[1])})
		all.add(o, fmt.Sprintf("%s, for an allocation (%.0f, were %.0f)", name, n[0], n[1]), []float64{n[1]}, []float64{n[0]})
	}
	return all.err()
}
