package contact

import (
	"testing"
	"time"
)

// A pass takes as many rows at once as fit the time for which others may wait, and
// finds that anew when the machine becomes slow.
func TestPace(t *testing.T) {
	const span = 5 * time.Millisecond
	var p pace
	steps := func(n int, each time.Duration) (last time.Duration) {
		for range n {
			rows := p.rows()
			long := time.Duration(rows) * each
			p.took(rows, long, span)
			last = long
		}
		return last
	}
	if p.rows() != firstRows {
		t.Errorf("it begins with %d rows", p.rows())
	}
	for _, each := range []time.Duration{20 * time.Microsecond, 80 * time.Microsecond, 10 * time.Microsecond} {
		if last := steps(5, each); last > span || last < span*9/10 {
			t.Errorf("with %s for a row, a step takes %s", each, last)
		}
	}
	if steps(10, time.Second); p.rows() != leastRows {
		t.Errorf("%d rows on a machine that stands", p.rows())
	}
	if steps(10, time.Nanosecond); p.rows() != mostRows {
		t.Errorf("%d rows that cost nothing", p.rows())
	}
	p.took(7, time.Second, span) // the last of a file
	if p.rows() != leastRows {
		t.Errorf("%d rows", p.rows())
	}
}

// The log is made light after so many rows, however many steps they were.
func TestPaceLightensTheLog(t *testing.T) {
	var p pace
	light := 0
	for range 40 {
		if p.heavy() {
			light++
		}
		p.took(100, time.Millisecond, time.Millisecond)
	}
	if want := 39 * 100 / heavyRows; light != want {
		t.Errorf("%d times in 4,000 rows, want %d", light, want)
	}
}
