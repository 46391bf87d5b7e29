package db

import (
	"encoding/binary"

	"github.com/lib/pq/oid"
)

// PostgreSQL is given the columns of many rows as arrays in its own binary form: written
// as text, which the driver would do, each value is quoted here and read again there.

// elements are the types that a column of rows may have.
var elements = map[string]oid.Oid{"TEXT": oid.T_text, "BIGINT": oid.T_int8, "BOOLEAN": oid.T_bool, "BYTEA": oid.T_bytea}

// arrayHead is the length of what stands before the values of an array of one dimension:
// how many dimensions it has, whether any value is NULL, the type of the values, how many
// there are, and the number of the first.
const arrayHead = 5 * 4

// array returns the jth values of the rows, which are of the kind.
func array(rows [][]any, j int, kind string) []byte {
	size := arrayHead
	for _, row := range rows {
		size += 4
		switch v := row[j].(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		default:
			size += 8
		}
	}
	b := make([]byte, 0, size)
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
