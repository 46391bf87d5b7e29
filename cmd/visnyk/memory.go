package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// garbageMost is how many bytes may wait to be collected. Little is kept in memory,
	// so collecting it later than Go would costs some tens of megabytes and saves a tenth
	// of the processor; and with a bound on those, a broadcast to a million takes no more
	// of them than a quiet hour.
	garbageMost = 24 << 20

	// garbageBesideSQLite is the same where the database is in this process, which keeps
	// as much more itself: its pages, what it knows of its tables, and its statements.
	garbageBesideSQLite = 16 << 20

	lateMost  = 400 // percent of what is kept; Go would collect at 100
	lateLeast = 50  // for whoever keeps much
)

// paceGC has memory collected once so many bytes of it wait, anew after each collection
// for what is kept by then.
func paceGC(most uint64) {
	debug.SetGCPercent(latest(kept(), most))
	// The end of an object that nobody has tells that a collection is over.
	runtime.AddCleanup(new([64]byte), paceGC, most)
}

// latest returns how many percent of what is kept may wait to be collected, where that is
// at most so many bytes.
func latest(kept, most uint64) int {
	return int(min(max(most*100/max(kept, 1), lateLeast), lateMost))
}

// kept returns how many bytes the last collection found in use, what stacks and variables
// hold included: it is of all that together that Go takes the percents.
func kept() (n uint64) {
	all := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(all)
	for _, s := range all {
		if s.Value.Kind() == metrics.KindUint64 {
			n += s.Value.Uint64()
		}
	}
	return n
}
