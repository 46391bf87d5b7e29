package dialog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// dispatch hands waiting rows to overlapping batches. A chat is in one batch at
// a time, and its rows go in the order they came.
type dispatch struct {
	w       *Worker
	lease   storage.Lease
	waiting []*arrival // read, in order, not yet in work
	// preloaded is what the turns of waiting need, for those that start before
	// anything else happens.
	preloaded map[bot.Address]storage.Loaded
	deep      bool                // more waits than starts at once
	busy      map[string]bool     // chats in work
	working   map[string]*arrival // by id
	running   int
	asking    int        // batches that wait for the embeddings endpoint, beside those that run
	stuck     bool       // all that was read and waits is of chats in work
	tried     []*arrival // of batches that could not be written, to be read again
	rest      time.Time  // the inbox is not read again before this
	done      chan finished
}

type finished struct {
	rows      []*arrival
	err       error
	undecided *undecided // of the batch, not in rows: to be reranked first
	asked     bool       // it was reranked
}

// read fills waiting, and tells whether there may be more behind what it read.
// What the turns of rows that are to be tried again may have said waits by then. Rows in
// work still wait in the database, and are not read again; rows whose batch
// was seen to finish are done there too.
func (d *dispatch) read(ctx context.Context) (more bool, err error) {
	if err := d.w.unclaim(ctx, d.lease, d.tried...); err != nil {
		return false, err
	}
	var rows []storage.InboxRow
	if d.deep {
		rows, err = d.w.Store.Waiting(ctx, d.lease.Bot, readAhead, d.held())
	} else {
		rows, d.preloaded, err = d.w.Store.WaitingTurns(ctx, d.lease.Bot, readAhead, d.held())
	}
	if err != nil {
		return false, fmt.Errorf("read inbox: %w", err)
	}
	more = len(rows) == readAhead || full(rows)
	d.deep = len(rows) > batchSize*maxWorkers
	d.waiting = arrivals(rows, d.tried)
	d.tried = nil
	return more, nil
}

// held returns the rows that were read before and are not done.
func (d *dispatch) held() storage.InHand {
	h := storage.InHand{Working: slices.Collect(maps.Keys(d.working)), Read: make([]storage.InboxRow, len(d.waiting))}
	for i, a := range d.waiting {
		h.Read[i] = a.InboxRow
	}
	return h
}

// full reports whether more may wait than one reading gives, however few rows
// these are.
func full(rows []storage.InboxRow) bool {
	size := 0
	for _, r := range rows {
		size += len(r.Payload)
	}
	return storage.Full(size)
}

// start begins as many batches as may run.
func (d *dispatch) start(ctx context.Context) {
	preloaded := d.preloaded
	d.preloaded, d.stuck = nil, false
	for d.running < maxWorkers {
		batch := d.pick()
		if len(batch) == 0 {
			d.stuck = len(d.waiting) > 0
			return
		}
		d.running++
		rerank := d.asking < mostAsking
		turns := func() {
			o, err := d.w.turns(ctx, d.lease, batch, preloaded, rerank)
			d.done <- finished{rows: o.without(batch), err: err, undecided: o}
		}
		if alone := d.running == 1 && len(batch) == 1 && len(d.waiting) == 0; alone {
			turns() // to hand it to another goroutine would take longer than it could save
		} else {
			go turns()
		}
	}
}

// pick takes the first rows of chats that are not in work, one of each chat.
func (d *dispatch) pick() []*arrival {
	var batch, rest []*arrival
	passed := map[string]bool{}
	for i, row := range d.waiting {
		if len(batch) == batchSize {
			rest = append(rest, d.waiting[i:]...)
			break
		}
		if row.Chat != "" && (d.busy[row.Chat] || passed[row.Chat]) {
			rest = append(rest, row)
			continue
		}
		passed[row.Chat] = true
		batch = append(batch, row)
	}
	d.waiting = rest
	for _, row := range batch {
		d.working[row.ID] = row
		if row.Chat != "" {
			d.busy[row.Chat] = true
		}
	}
	return batch
}

// finish frees the chats of a batch. A batch that could not be written at all
// leaves its rows waiting in the database, from where they are read again; what
// was read behind them is dropped, so that nothing overtakes them.
func (d *dispatch) finish(ctx context.Context, f finished) error {
	d.count(f)
	if f.undecided != nil { // its chats stay in work
		d.asking++
		go func() {
			d.done <- finished{rows: f.undecided.rows, err: d.w.rerank(ctx, d.lease, f.undecided), asked: true}
		}()
	}
	for _, row := range f.rows {
		delete(d.working, row.ID)
		delete(d.busy, row.Chat)
	}
	if errors.Is(f.err, storage.ErrLeaseLost) {
		return f.err
	}
	if f.err != nil {
		d.waiting = nil
		d.tried = append(d.tried, f.rows...)
		d.w.Log.Warn("turns not written, trying again", "bot", d.lease.Bot, "err", f.err)
	}
	return nil
}

func (d *dispatch) count(f finished) {
	if f.asked {
		d.asking--
	} else {
		d.running--
	}
}

// drain waits for the batches in work. What was to be reranked waits in the
// database for the next holder.
func (d *dispatch) drain() {
	for d.running+d.asking > 0 {
		d.count(<-d.done)
	}
}
