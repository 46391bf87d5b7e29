package audience

import (
	"cmp"
	"context"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Addressed returns the broadcasts that are for a segment, by the segment's id: of those
// that are not over.
func (a *Audiences) Addressed(ctx context.Context, by bot.Actor) (map[string][]bot.Broadcast, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	all, err := a.store.LivingBroadcasts(ctx)
	of := map[string][]bot.Broadcast{}
	for _, m := range all {
		for _, id := range m.Segments() {
			of[id] = append(of[id], m.Broadcast)
		}
	}
	return of, err
}

// addressed returns those of the broadcasts that are for the segment.
func addressed(id string, all []storage.Mailing) (users []storage.Mailing) {
	for _, m := range all {
		if slices.Contains(m.Segments(), id) {
			users = append(users, m)
		}
	}
	return users
}

// broadcastTitles are what colleagues know broadcasts by.
func broadcastTitles(all []storage.Mailing) (titles []string) {
	for _, m := range all {
		titles = append(titles, "«"+cmp.Or(m.Title, m.ID)+"»")
	}
	return titles
}

// returnBroadcasts gives those of the broadcasts in review back to who wrote them that
// are not any more for whom they were when they were submitted, because the segment has
// just been changed; all are the segments as they were. It returns how many.
func returnBroadcasts(
	ctx context.Context, tx *storage.Tx, by bot.Actor, s bot.SavedSegment, all []bot.SavedSegment, reviewed []storage.Mailing,
) (n int, err error) {
	saved := bot.ByID(all)
	saved[s.ID] = s
	for _, m := range reviewed {
		to, may := m.State.Can(bot.BroadcastReturn)
		if !may || m.Named.Everyone() || m.Named.Still(m.Audience, saved) {
			continue
		}
		entry := storage.AuditEntry{
			Actor: by, Action: "broadcast." + string(bot.BroadcastReturn), Object: "broadcast/" + m.ID,
			Detail: map[string]any{"from": m.State, "to": to, "version": m.Version, "segment": s.ID},
		}
		m = m.Unsubmitted()
		m.State, m.Version, m.Note = to, m.Version+1, returnedFor(s)
		m.Renderings, m.Hash = nil, ""
		if err := tx.PutBroadcast(ctx, m); err != nil {
			return n, err
		}
		if err := tx.EndCalls(ctx, entry.Object); err != nil { // nobody is called to approve it any more
			return n, err
		}
		if err := tx.Audit(ctx, entry); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// returnedFor is what is said with a return that a change of the segment makes.
func returnedFor(s bot.SavedSegment) string {
	return "Сегмент «" + s.Name + "» змінено / изменён"
}
