package bot

import (
	"slices"
	"time"
)

// Import is a file with people that somebody of the company brings: what its
// columns are, and what became of its rows.
type Import struct {
	ID    string
	File  string // the key of what it holds; "" when that is not kept any more
	Name  string // of the file, made safe
	Size  int64  // in bytes
	By    string // the user who brought it
	Login string // theirs
	State ImportState
	Plan  ImportPlan
	Total int // rows of the file
	ImportSum
	Fault *LineFault // why the last pass ended before the last row

	Made, Begun, Ended time.Time // of the last pass, but for the first
}

// ImportSum is what became of the rows of a pass, as far as it has come. Reached is
// the sum of Created, Updated, Unchanged and Rejected.
type ImportSum struct {
	Reached, Created, Updated, Unchanged, Rejected int
	// Short is how many of those not rejected end before the last column: of what
	// they do not reach, people keep what they have.
	Short int
}

// ImportPlan says how a file is read.
type ImportPlan struct {
	// Columns is what each column of the file is, by its place: a column of people, an
	// attribute ("attributes." and its name), or ImportNothing.
	Columns []string `json:"columns,omitempty"`
	// Days are the places of columns that hold days, and DayOrder is how they are
	// written where that must be told.
	Days     []int    `json:"days,omitempty"`
	DayOrder DayOrder `json:"day_order,omitempty"`
}

// ImportNothing is a column that is not taken.
const ImportNothing = "-"

// DayOrder is the order in which a day is written with numbers.
type DayOrder string

// The orders.
const (
	DayFirst   DayOrder = "day"   // 31.12.2026
	MonthFirst DayOrder = "month" // 12/31/2026
)

// LineFault is what is wrong with a line of a file; Line is 0 for the whole.
type LineFault struct {
	Line int `json:"line,omitempty"`
	Fault
}

// RowFault is what is wrong with a row of a file: in which column, as the file calls
// it, and what stands there; "" where it is the row.
type RowFault struct {
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Fault
}

// ImportState is where an import stands.
type ImportState string

// The states.
const (
	ImportNew      ImportState = "new"      // what its columns are is to be said
	ImportChecking ImportState = "checking" // a pass that stores nothing
	ImportChecked  ImportState = "checked"
	ImportRunning  ImportState = "running" // a pass in earnest
	ImportDone     ImportState = "done"
	ImportStopped  ImportState = "stopped" // by somebody
	ImportFailed   ImportState = "failed"
)

// ImportMove is what may be done to an import.
type ImportMove string

// The moves. The last two are the pass's own.
const (
	CheckImport ImportMove = "check" // to try, with what its columns are
	RunImport   ImportMove = "run"   // in earnest
	StopImport  ImportMove = "stop"
	EndImport   ImportMove = "end"
	FailImport  ImportMove = "fail"
)

// importMoves are the legal ones: where each begins, and leads.
func importMoves() map[ImportMove]map[ImportState]ImportState {
	return map[ImportMove]map[ImportState]ImportState{
		CheckImport: {
			ImportNew: ImportChecking, ImportChecked: ImportChecking, ImportStopped: ImportChecking, ImportFailed: ImportChecking, ImportDone: ImportChecking,
		},
		RunImport:  {ImportChecked: ImportRunning},
		StopImport: {ImportNew: ImportStopped, ImportChecking: ImportStopped, ImportChecked: ImportStopped, ImportRunning: ImportStopped},
		EndImport:  {ImportChecking: ImportChecked, ImportRunning: ImportDone},
		FailImport: {ImportChecking: ImportFailed, ImportRunning: ImportFailed, ImportNew: ImportFailed, ImportChecked: ImportFailed},
	}
}

// After returns where the move leads; ok is false for one that is not legal.
func (s ImportState) After(m ImportMove) (next ImportState, ok bool) {
	next, ok = importMoves()[m][s]
	return next, ok
}

// Can reports whether the move is legal for the import as it stands: a file that is
// not kept any more is not read.
func (i Import) Can(m ImportMove) bool {
	_, ok := i.State.After(m)
	return ok && (i.File != "" || !slices.Contains([]ImportMove{CheckImport, RunImport}, m))
}

// Going reports whether a pass is under way.
func (s ImportState) Going() bool { return s == ImportChecking || s == ImportRunning }
