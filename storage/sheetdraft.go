package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

// SheetDraft is what a user has written in the sheet of a change and no version holds
// yet.
type SheetDraft struct {
	Change, User string
	Login        string // of the user, for colleagues
	Version      int    // that it was begun from
	Rev          int    // grows with each time it is kept
	Sheet        bot.Change
	UpdatedAt    time.Time
}

// sheetDrafts is where they are kept.
var sheetDrafts = unversioned[bot.Change]{table: "sheet_drafts", key: "change"}

func sheetDraft(d draft[bot.Change]) SheetDraft {
	return SheetDraft{d.Of, d.User, d.Login, d.Version, d.Rev, d.Content, d.UpdatedAt}
}

// SheetDrafts returns what users have written in the sheet of the change, the newest
// first.
func (s *Store) SheetDrafts(ctx context.Context, change string) ([]SheetDraft, error) {
	all, err := sheetDrafts.of(ctx, s.r, change)
	return mapped(all, sheetDraft), err
}

// IdleSheetDrafts returns those that nobody has written in for so long, the oldest
// first, at most limit.
func (s *Store) IdleSheetDrafts(ctx context.Context, idle time.Duration, limit int) ([]SheetDraft, error) {
	all, err := sheetDrafts.idle(ctx, s.r, idle, limit)
	return mapped(all, sheetDraft), err
}

// PutSheetDraft keeps the draft in place of the user's last one of the change, whose
// Rev it has: ErrConflict where that was kept anew meanwhile, by another page.
func (s *Store) PutSheetDraft(ctx context.Context, d SheetDraft) error {
	return sheetDrafts.put(ctx, s, draft[bot.Change]{Of: d.Change, User: d.User, Version: d.Version, Rev: d.Rev, Content: d.Sheet})
}

// DropSheetDraft removes the draft, unless it was kept anew meanwhile.
func (s *Store) DropSheetDraft(ctx context.Context, d SheetDraft) error {
	return sheetDrafts.drop(ctx, s, d.Change, d.User, d.Rev)
}
