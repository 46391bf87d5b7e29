package audience

import (
	"context"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Naming returns the changes whose audience names a segment, by the segment's id: of
// those that may still be told, or be edited.
func (a *Audiences) Naming(ctx context.Context, by bot.Actor) (map[string][]bot.Change, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	all, err := a.store.Sheets(ctx)
	of := map[string][]bot.Change{}
	for _, s := range all {
		for _, id := range s.Segments() {
			if lives(s) {
				of[id] = append(of[id], s.Change)
			}
		}
	}
	return of, err
}

func lives(s storage.Sheet) bool {
	return s.State != bot.ChangeClosed && s.State != bot.ChangeWithdrawn
}

// naming returns those of the changes whose audience names the segment.
func naming(id string, all []storage.Sheet) (users []storage.Sheet) {
	for _, s := range all {
		if lives(s) && slices.Contains(s.Segments(), id) {
			users = append(users, s)
		}
	}
	return users
}

// titles are what colleagues know changes by.
func titles(all []storage.Sheet) (titles []string) {
	for _, s := range all {
		title := s.Title.UK
		if title == "" {
			title = s.ID
		}
		titles = append(titles, "«"+title+"»")
	}
	return titles
}

// returnReviewed gives those changes back to who wrote them that are in review and whose
// audience is not any more what was submitted, because the segment has just been changed;
// all are the segments as they were. It returns how many.
func returnReviewed(ctx context.Context, tx *storage.Tx, by bot.Actor, s bot.SavedSegment, all []bot.SavedSegment) (n int, err error) {
	sheets, err := tx.Sheets(ctx)
	if err != nil {
		return 0, err
	}
	saved := bot.ByID(all)
	saved[s.ID] = s
	var entries []storage.AuditEntry
	var returned []storage.Sheet
	for _, sheet := range sheets {
		to, may := sheet.State.Can(bot.ChangeReturn)
		if !may || sheet.Named.Everyone() || sheet.Named.Still(sheet.Audience, saved) {
			continue
		}
		entries = append(entries, storage.AuditEntry{
			Actor: by, Action: "change." + string(bot.ChangeReturn), Object: "change/" + sheet.ID,
			Detail: map[string]any{"from": sheet.State, "to": to, "version": sheet.Version, "segment": s.ID},
		})
		sheet = sheet.Unsubmitted()
		sheet.State, sheet.Note = to, returnedFor(s)
		returned = append(returned, sheet)
	}
	if len(returned) == 0 {
		return 0, nil
	}
	if err := tx.EditContent(ctx); err != nil {
		return 0, err
	}
	if err := tx.PutSheets(ctx, returned); err != nil {
		return 0, err
	}
	for _, entry := range entries { // nobody is called to approve them any more
		if err := tx.EndCalls(ctx, entry.Object); err != nil {
			return 0, err
		}
	}
	for _, entry := range entries { // last: other writers of the audit wait
		if err := tx.Audit(ctx, entry); err != nil {
			return 0, err
		}
	}
	return len(returned), nil
}
