package link

import (
	"context"
	"errors"
	"time"

	"visnyk/storage"
)

// lastFlush bounds the writing of clicks at the end.
const lastFlush = 2 * time.Second

// Run learns of new links and writes clicks until ctx ends, and then what is left.
func (d *Door) Run(ctx context.Context) {
	flush, scan := time.NewTicker(d.Flush), time.NewTicker(d.Scan)
	defer flush.Stop()
	defer scan.Stop()
	var newest time.Time
	look := func() {
		var err error
		if newest, err = d.Learn(ctx, newest); err != nil && ctx.Err() == nil {
			d.Log.Warn("tracked links made since are not known yet, trying again", "err", err)
		}
	}
	look()
	for {
		select {
		case <-flush.C:
			d.write(ctx)
		case <-scan.C:
			look()
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			d.write(ctx)
			return
		}
	}
}

// Learn reads the links that were made since, and returns when the newest was.
func (d *Door) Learn(ctx context.Context, since time.Time) (newest time.Time, err error) {
	store := d.Store()
	if store == nil {
		return since, nil
	}
	from := since
	if !from.IsZero() {
		from = from.Add(-overlap)
	}
	all, newest, err := store.LinksSince(ctx, from)
	if err != nil {
		return since, err
	}
	for _, l := range all {
		d.learn(l)
	}
	if newest.Before(since) {
		newest = since
	}
	return newest, nil
}

// write writes the clicks that wait; what cannot be written waits on.
func (d *Door) write(ctx context.Context) {
	store := d.Store()
	if store == nil {
		return
	}
	for {
		some := d.take(atOnce)
		if len(some) == 0 {
			return
		}
		if err := store.CountClicks(ctx, some); err != nil {
			if !errors.Is(err, storage.ErrCommitUnknown) { // less than there were, never more
				d.giveBack(some)
			}
			d.Log.Warn("clicks are not written yet, trying again", "err", err)
			return
		}
	}
}

// take takes some of the clicks that wait.
func (d *Door) take(most int) (some []storage.Click) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lost > 0 {
		d.Log.Warn("clicks were lost while the database was away: reports say less than there were", "clicks", d.lost)
		d.lost = 0
	}
	for key, c := range d.clicks {
		if len(some) == most {
			break
		}
		some = append(some, c)
		delete(d.clicks, key)
	}
	return some
}

// giveBack puts clicks back that could not be written.
func (d *Door) giveBack(some []storage.Click) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range some {
		key := clicked{c.Link.ID, c.Contact}
		there := d.clicks[key]
		c.Times += there.Times
		c.Previews += there.Previews
		d.clicks[key] = c
	}
}
