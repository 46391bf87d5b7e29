package storage

import "context"

// What a SQLite database still has to be freed of: settings that storage/upkeep
// works off. The values are new with each erasure, so that work begun before it
// does not count for it.
const (
	PagesDue = "storage.pages" // the pages: copies of erased rows may stand between the others
	LogDue   = "storage.scrub" // the log: it, or the file behind it, has erased rows as they were
)

// ScrubDue notes, with the erasure itself, that the files are to be scrubbed.
func (t *Tx) ScrubDue(ctx context.Context) error {
	if !t.sql.SQLite() {
		return nil
	}
	if _, err := t.exec(ctx, putSetting, PagesDue, NewID()); err != nil {
		return err
	}
	return t.logDue(ctx)
}

// logDue notes the same of the log alone.
func (t *Tx) logDue(ctx context.Context) error {
	if !t.sql.SQLite() {
		return nil
	}
	_, err := t.exec(ctx, putSetting, LogDue, NewID())
	return err
}
