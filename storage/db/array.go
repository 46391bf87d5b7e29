package db

import (
	"encoding/binary"
	"slices"

	"github.com/lib/pq/oid"
)

// PostgreSQL is given the columns of many rows as arrays in its own binary form: written
// as text, which the driver would do, each value is quoted here and read again there.
//
// Bytes and long texts stand one behind the other in one value, behind the arrays, and in
// the array of their column is where. So the driver's buffer, which grows through each
// parameter, grows only once for most of a statement, and the server carries them through
// no step of its plan.

// Long is the type of a column of long texts.
const long = "LONG"

// elements are the types that the values of a column have in its array.
var elements = map[string]oid.Oid{
	"TEXT": oid.T_text, "BIGINT": oid.T_int8, "BOOLEAN": oid.T_bool, "BYTEA": oid.T_int8, long: oid.T_int8,
}

// apart reports whether the values of such a column stand one behind the other.
func apart(kind string) bool { return kind == "BYTEA" || kind == long }

// room is memory in which the values of one statement stand until it has been sent.
type room struct {
	long   []byte
	arrays [][]byte // of the columns of all sets
	used   int      // of the arrays
}

// keptRoom is the most bytes that are kept for the next statement.
const keptRoom = 1 << 20

func (d *dialect) takeRoom() *room {
	if r, ok := d.rooms.Get().(*room); ok {
		return r
	}
	return &room{long: []byte{}}
}

// leaveRoom is called when nobody reads the values any more.
func (d *dialect) leaveRoom(r *room) {
	size := cap(r.long)
	for _, a := range r.arrays {
		size += cap(a)
	}
	if size <= keptRoom {
		r.long, r.used = r.long[:0], 0
		d.rooms.Put(r)
	}
}

// rows returns where rows of columns of the kinds are put.
func (r *room) rows(kinds []string) *Rows {
	for len(r.arrays) < r.used+len(kinds) {
		r.arrays = append(r.arrays, nil)
	}
	into := &Rows{kinds: kinds, arrays: r.arrays[r.used : r.used+len(kinds)], room: r}
	r.used += len(kinds)
	for i, kind := range kinds {
		a := into.arrays[i][:0]
		// The dimensions, whether any value is NULL, the type of the values, how many there
		// are (which ended writes), and the number of the first.
		for _, v := range [...]uint32{1, 0, uint32(elements[kind]), 0, 1} {
			a = binary.BigEndian.AppendUint32(a, v)
		}
		into.arrays[i] = a
	}
	return into
}

// values appends what was put there to the values of a statement.
func (r *room) values(values []any, placed bool) []any {
	values = slices.Grow(values, r.used+1)
	for _, a := range r.arrays[:r.used] {
		values = append(values, a)
	}
	if placed {
		values = append(values, r.long)
	}
	return values
}
