package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"visnyk/storage/db"
)

// clean returns text as the tables hold it, for what is compared with them.
func clean(s string) string { return db.Clean(s) }

// micros is a moment as the tables keep it: microseconds UTC, 0 for never.
type micros int64

func microsOf(t time.Time) micros { return micros(db.Micros(t)) }

// time returns the moment back, always in UTC. One that no RFC 3339 date can tell
// is the nearest that can: a single such row must not silence a whole list.
func (m micros) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(min(max(int64(m), firstMoment), lastMoment)).UTC()
}

const (
	firstMoment = -62_135_596_800_000_000 + 1 // behind 0001-01-01T00:00:00Z, which is no moment
	lastMoment  = 253_402_300_800_000_000 - 1 // before 10000-01-01T00:00:00Z
)

// toJSON writes v for a text column. It is for our own plain types, which
// always can be written.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("storage: %T is not JSON: %v", v, err))
	}
	return string(b)
}

func fromJSON(s string, v any) error { return json.Unmarshal([]byte(s), v) }
