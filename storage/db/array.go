package db

import (
	"encoding/binary"

	"github.com/lib/pq/oid"
)

// PostgreSQL is given the columns of many rows as arrays in its own binary form: written
// as text, which the driver would do, each value is quoted here and read again there.

// elements are the types that a column of rows may have.
var elements = map[string]oid.Oid{"TEXT": oid.T_text, "BIGINT": oid.T_int8, "BOOLEAN": oid.T_bool, "BYTEA": oid.T_bytea}

// room is memory in which the arrays of one statement stand until it has been sent.
type room struct{ bytes []byte }

// keptRoom is the most bytes that are kept for the next statement.
const keptRoom = 1 << 20

func (d *dialect) takeRoom() *room {
	if r, ok := d.rooms.Get().(*room); ok {
		return r
	}
	return &room{}
}

// leaveRoom is called when nobody reads the arrays any more.
func (d *dialect) leaveRoom(r *room) {
	if cap(r.bytes) <= keptRoom {
		r.bytes = r.bytes[:0]
		d.rooms.Put(r)
	}
}

// array returns the jth values of the rows, which are of the kind.
func (r *room) array(rows [][]any, j int, kind string) []byte {
	from := len(r.bytes)
	r.bytes = appendArray(r.bytes, rows, j, kind)
	return r.bytes[from:len(r.bytes):len(r.bytes)]
}

func appendArray(b []byte, rows [][]any, j int, kind string) []byte {
	// The dimensions, whether any value is NULL, the type of the values, how many there
	// are, and the number of the first.
	for _, v := range [...]uint32{1, 0, uint32(elements[kind]), uint32(len(rows)), 1} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	for _, row := range rows {
		switch kind {
		case "BIGINT":
			b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(arg(row[j]).(int64)))
		case "BOOLEAN":
			is := byte(0)
			if arg(row[j]).(bool) {
				is = 1
			}
			b = append(binary.BigEndian.AppendUint32(b, 1), is)
		case "BYTEA":
			v := arg(row[j]).([]byte)
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
		default:
			v := text(row[j])
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
		}
	}
	return b
}

// text readies a text for the driver, as arg does.
func text(v any) string {
	if s, plain := v.(string); plain {
		return Clean(s)
	}
	return arg(v).(string)
}
