package db

import (
	"encoding/binary"
	"time"
)

// Rows take the values of rows, one after the other in the order of the columns.
type Rows struct {
	kinds  []string
	arrays [][]byte // of the columns
	room   *room
	column int // of the next value
	n      int // rows
	boxed  []any
}

// Row returns the values that are put as a row by itself.
func Row(columns int, put func(*Rows)) []any { return Make(1, columns, put).values }

// next returns the array of the next value and the type of its column.
func (r *Rows) next() (array *[]byte, kind string) {
	array, kind = &r.arrays[r.column], r.kinds[r.column]
	if r.column++; r.column == len(r.kinds) {
		r.column, r.n = 0, r.n+1
	}
	return array, kind
}

// place notes in the array that a value stands in the long one, from there to its end.
func (r *Rows) place(array *[]byte, from int) {
	*array = appendInt8(*array, int64(from+1)<<32|int64(len(r.room.long)-from))
}

func appendInt8(a []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(a, 8), uint64(v))
}

// Text puts a text.
func (r *Rows) Text(s string) {
	if r.room == nil {
		r.boxed = append(r.boxed, Clean(s))
		return
	}
	array, kind := r.next()
	s = Clean(s)
	if kind == long {
		from := len(r.room.long)
		r.room.long = append(r.room.long, s...)
		r.place(array, from)
		return
	}
	*array = append(binary.BigEndian.AppendUint32(*array, uint32(len(s))), s...)
}

// Written puts a long text that is written for this alone.
func (r *Rows) Written(write func(to []byte) []byte) {
	if r.room == nil {
		r.boxed = append(r.boxed, Clean(string(write(nil))))
		return
	}
	from := len(r.room.long)
	r.room.long = write(r.room.long)
	if s := r.room.long[from:]; !clean(s) {
		r.room.long = append(r.room.long[:from], Clean(string(s))...)
	}
	array, _ := r.next()
	r.place(array, from)
}

// Bytes puts bytes.
func (r *Rows) Bytes(b []byte) {
	if r.room == nil {
		r.boxed = append(r.boxed, arg(b))
		return
	}
	from := len(r.room.long)
	r.room.long = append(r.room.long, b...)
	array, _ := r.next()
	r.place(array, from)
}

// Number puts a number.
func (r *Rows) Number(v int64) {
	if r.room == nil {
		r.boxed = append(r.boxed, v)
		return
	}
	array, _ := r.next()
	*array = appendInt8(*array, v)
}

// Moment puts a moment, as Micros gives it.
func (r *Rows) Moment(t time.Time) { r.Number(Micros(t)) }

// Truth puts a truth.
func (r *Rows) Truth(is bool) {
	if r.room == nil {
		r.boxed = append(r.boxed, is)
		return
	}
	array, _ := r.next()
	v := byte(0)
	if is {
		v = 1
	}
	*array = append(binary.BigEndian.AppendUint32(*array, 1), v)
}

// Put puts rows whose values are in boxes.
func (r *Rows) Put(rows [][]any) {
	for _, row := range rows {
		for _, v := range row {
			switch r.kinds[r.column] {
			case "BIGINT":
				r.Number(arg(v).(int64))
			case "BOOLEAN":
				r.Truth(arg(v).(bool))
			case "BYTEA":
				r.Bytes(arg(v).([]byte))
			default:
				r.Text(text(v))
			}
		}
	}
}

// ended writes how many rows were put.
func (r *Rows) ended() {
	if r.column != 0 {
		panic("storage: a row without its last columns")
	}
	for _, a := range r.arrays {
		binary.BigEndian.PutUint32(a[12:], uint32(r.n))
	}
}

// text returns what is a text of any type.
func text(v any) string {
	if s, plain := v.(string); plain {
		return s
	}
	return arg(v).(string)
}
