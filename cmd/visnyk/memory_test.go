package main

import (
	"runtime"
	"testing"
)

// What waits to be collected is bounded, whatever is kept: four times as little, or
// garbageMost, or half of much.
func TestGarbageIsBounded(t *testing.T) {
	t.Parallel()
	for keeps, waits := range map[uint64]uint64{
		0: 0, 4 << 20: 16 << 20, 8 << 20: garbageMost, 20 << 20: garbageMost, 40 << 20: garbageMost, 200 << 20: 100 << 20,
	} {
		got := keeps * uint64(latest(keeps, garbageMost)) / 100
		if got > waits || got+keeps/50 < waits {
			t.Errorf("%d MiB are kept and %d MiB may wait, want %d", keeps>>20, got>>20, waits>>20)
		}
	}
	ballast := make([]byte, 24<<20)
	runtime.GC()
	if n := kept(); n < uint64(len(ballast)) {
		t.Errorf("%d bytes are kept, want more than %d", n, len(ballast))
	}
	runtime.KeepAlive(ballast)
}
