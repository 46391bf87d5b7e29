package upkeep

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"visnyk/storage"
	"visnyk/storage/db"
)

// SQLite with secure_delete writes over what is deleted, but for two places that
// it never looks at again. A page freed while this program did not ask for that
// yet keeps what was on it. And where rows move from a full page to another, or
// together from two, their copies may stay in the gap between the page's list of
// rows and the rows. Both are emptied through sqlite_dbpage, the table of a
// file's pages, which keeps to transactions like any other; the form of a page is
// that of https://www.sqlite.org/fileformat2.html.
const (
	pagesAtOnce = 512 // read in one step, beside the writer
	fixesAtOnce = 64  // written in one commit

	pageOf  = `SELECT data FROM sqlite_dbpage WHERE pgno = $1`
	setPage = `UPDATE sqlite_dbpage SET data = $2 WHERE pgno = $1`
	pagesOf = `
WITH RECURSIVE n (p) AS (VALUES ($1) UNION ALL SELECT p + 1 FROM n WHERE p < $2)
SELECT d.pgno, d.data FROM n CROSS JOIN sqlite_dbpage d ON d.pgno = n.p`

	// Above 0 in a file that has no words on free pages; it stays with the file.
	fileVersion = "PRAGMA user_version"
	modernFile  = "PRAGMA user_version = 1"
)

// modernise empties the pages that an older version freed with words on them,
// once in the life of a file. A step that is repeated finds empty pages.
func (s *Scrubber) modernise(ctx context.Context) error {
	if s.modern {
		return nil
	}
	var version int
	if err := s.db.Reader().Plainly().Get(ctx, &version, fileVersion); err != nil {
		return err
	}
	for more := version == 0; more; {
		began := time.Now()
		err := s.db.InStep(ctx, func(c db.Conn) (err error) {
			if more, err = emptyFreePages(ctx, c, &s.clean); err != nil || more {
				return err
			}
			if _, err := c.Exec(ctx, modernFile); err != nil {
				return err
			}
			return s.store.Within(ctx, c, func(t *storage.Tx) error { return t.ScrubDue(ctx) })
		})
		if err != nil {
			return err
		}
		if more {
			if err := s.breathe(ctx, began); err != nil {
				return err
			}
		}
	}
	s.modern, s.clean = true, nil
	return nil
}

// freePages is how many free pages are looked at in one step.
const freePages = 4 * fixesAtOnce

var errFreePages = errors.New("the list of free pages is broken: bring back a backup")

// emptyFreePages writes zeros over some of the free pages and tells whether there
// may be more. What is freed from now on is empty already, and clean remembers
// what was looked at, so each page is looked at once.
func emptyFreePages(ctx context.Context, c db.Conn, clean *[]bool) (more bool, err error) {
	first, err := page(ctx, c, 1)
	if err != nil {
		return false, err
	}
	size := binary.BigEndian.Uint32(first[28:]) // in pages
	for uint32(len(*clean)) <= size {
		*clean = append(*clean, false)
	}
	looked, fixed := 0, 0
	zeros := make([]byte, len(first))
	// A trunk page names the next one, how many others, and these.
	for trunk, trunks := binary.BigEndian.Uint32(first[32:]), uint32(0); trunk != 0; trunks++ {
		list, err := page(ctx, c, trunk)
		if err != nil {
			return false, err
		}
		next, n := binary.BigEndian.Uint32(list), binary.BigEndian.Uint32(list[4:])
		end := 8 + 4*int(n)
		if trunks > size || n > uint32(len(list)) || end > len(list) {
			return false, errFreePages
		}
		for at := 8; at < end; at += 4 {
			free := binary.BigEndian.Uint32(list[at:])
			if free == 0 || free > size {
				return false, errFreePages
			}
			if (*clean)[free] {
				continue
			}
			if looked == freePages || fixed == fixesAtOnce {
				return true, nil
			}
			data, err := page(ctx, c, free)
			if err != nil {
				return false, err
			}
			looked++
			if !bytes.Equal(data, zeros) {
				if err := putPage(ctx, c, free, zeros); err != nil {
					return false, err
				}
				fixed++
			}
			(*clean)[free] = true
		}
		if !bytes.Equal(list[end:], zeros[end:]) {
			clear(list[end:])
			if err := putPage(ctx, c, trunk, list); err != nil {
				return false, err
			}
			fixed++
		}
		trunk = next
	}
	return false, nil
}

func page(ctx context.Context, c db.Conn, number uint32) (data []byte, err error) {
	err = c.Get(ctx, &data, pageOf, int64(number))
	return data, err
}

func putPage(ctx context.Context, c db.Conn, number uint32, data []byte) error {
	_, err := c.Exec(ctx, setPage, int64(number), data)
	return err
}

// lookAtPages empties the gaps of all pages, for the erasures that the value of
// the setting speaks of.
func (s *Scrubber) lookAtPages(ctx context.Context, wanted string) error {
	if s.wanted != wanted {
		s.wanted, s.next = wanted, 2 // the first one has the schema alone
	}
	for {
		began := time.Now()
		from := s.next
		var size uint32
		if err := s.db.Reader().Plainly().Get(ctx, &size, "PRAGMA page_count"); err != nil || from > size {
			return err
		}
		if size >= 2<<24 {
			return errors.New("a file of 128 GiB and more cannot be looked through: move to PostgreSQL")
		}
		to := min(from+pagesAtOnce-1, size)
		dirty, err := s.dirtyPages(ctx, from, to)
		if err != nil {
			return err
		}
		took := time.Since(began)
		for len(dirty) > 0 {
			began := time.Now()
			part := dirty[:min(fixesAtOnce, len(dirty))]
			if err := s.emptyGaps(ctx, part); err != nil {
				return err
			}
			dirty = dirty[len(part):]
			if err := s.breathe(ctx, began); err != nil {
				return err
			}
		}
		s.next = to + 1
		if to == size {
			return nil
		}
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}

// dirtyPages returns those of the pages whose gap is not empty.
func (s *Scrubber) dirtyPages(ctx context.Context, from, to uint32) (dirty []uint32, err error) {
	res, err := s.db.Reader().Query(ctx, pagesOf, int64(from), int64(to))
	if err != nil {
		return nil, err
	}
	defer res.Close()
	for res.Next() {
		var number uint32
		var data []byte
		if err := res.Scan(&number, &data); err != nil {
			return nil, err
		}
		if dirtyGap(data) != nil {
			dirty = append(dirty, number)
		}
	}
	return dirty, res.Err()
}

func (s *Scrubber) emptyGaps(ctx context.Context, pages []uint32) error {
	return s.db.InStep(ctx, func(c db.Conn) error {
		for _, number := range pages {
			data, err := page(ctx, c, number)
			if err != nil {
				return err
			}
			gap := dirtyGap(data)
			if gap == nil { // somebody wrote it meanwhile
				continue
			}
			clear(gap)
			if err := putPage(ctx, c, number, data); err != nil {
				return err
			}
		}
		return nil
	})
}

// dirtyGap returns the part of a page between its list of rows and the rows, unless
// that is empty. The first byte tells what has rows: pages of other kinds begin
// with the number of a page, and a file would have to be larger than 128 GiB to
// have one that begins so.
func dirtyGap(page []byte) []byte {
	if len(page) < 512 {
		return nil
	}
	list := 8
	switch page[0] {
	case 2, 5: // of indexes and tables, with pages below
		list = 12
	case 10, 13: // without
	default:
		return nil
	}
	from := list + 2*int(binary.BigEndian.Uint16(page[3:]))
	to := int(binary.BigEndian.Uint16(page[5:]))
	if to == 0 {
		to = 1 << 16
	}
	if from >= to || to > len(page) {
		return nil
	}
	gap := page[from:to]
	for _, b := range gap {
		if b != 0 {
			return gap
		}
	}
	return nil
}
