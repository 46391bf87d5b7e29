package contact

import "time"

// The rows of one step of a pass.
const (
	firstRows = 100 // before it is known what they cost
	leastRows = 50  // of fewer, the step itself costs more than they do
	mostRows  = 2000
	// heavyRows is after how many the log of SQLite is made light: what is written of
	// them costs a turn more to put away than its own.
	heavyRows = 500
)

// pace is how many rows the steps of a pass take: as many as fit the time for which
// others may wait, whatever the machine and its load. The zero value begins.
type pace struct {
	next  int
	since int // the log was made light
}

// rows is how many the next step is to take.
func (p *pace) rows() int {
	if p.next == 0 {
		return firstRows
	}
	return p.next
}

// took says that a step of so many rows has taken so long of the span that it may. It
// takes twice as many at most the next time, and no less than half.
func (p *pace) took(rows int, long, span time.Duration) {
	p.since += rows
	if rows == 0 || long <= 0 {
		return
	}
	fit := int(int64(rows) * int64(span) / int64(long))
	p.next = max(min(max(fit, rows/2), rows*2, mostRows), leastRows)
}

// heavy reports whether so many rows were written that the log is to be made light,
// and counts anew.
func (p *pace) heavy() bool {
	if p.since < heavyRows {
		return false
	}
	p.since = 0
	return true
}
