package storage

import "context"

// MaxRead bounds what one reading of rows that carry payloads gives, in bytes of
// payloads: many rows may wait, and each may be as large as the door lets in. A
// single larger one is given alone.
const MaxRead = 8 << 20

// Full reports whether a reading that gave so many bytes of payloads may have
// stopped at MaxRead: no payload is so large that one would be kept out earlier.
func Full(bytes int) bool { return bytes > MaxRead/2 }

// inline is up to which size payloads come with their rows: so many of them stay
// within MaxRead. Larger ones, which are rare, are read after it is known how
// many fit.
func inline(rows int) int64 { return MaxRead / int64(max(rows, 1)) }

// within cuts rows, of which payloads up to inline have been read or are known, to
// what fits MaxRead, and reads the payloads that are missing. The query gives those of the
// keys, numbered by place; a row without one has gone on meanwhile and is left
// out. At tells of a row its payload, the size of that and the row's key.
func within[T any](
	ctx context.Context, c conn, query string, rows []T, inline int64, at func(*T) (payload *[]byte, size int64, key []any),
) ([]T, error) {
	var keys [][]any
	total := int64(0)
	for i := range rows {
		payload, size, key := at(&rows[i])
		if total += size; i > 0 && total > MaxRead {
			rows = rows[:i]
			break
		}
		if size > inline && *payload == nil {
			keys = append(keys, append(key, i))
		}
	}
	if len(keys) == 0 {
		return rows, nil
	}
	var found []struct {
		Place   int    `db:"place"`
		Payload []byte `db:"payload"`
	}
	if err := selRows(ctx, c, &found, query, nil, keys); err != nil {
		return nil, err
	}
	for _, f := range found {
		payload, _, _ := at(&rows[f.Place])
		*payload = f.Payload
	}
	kept := rows[:0]
	for i := range rows {
		if payload, size, _ := at(&rows[i]); size <= inline || *payload != nil {
			kept = append(kept, rows[i])
		}
	}
	return kept, nil
}
