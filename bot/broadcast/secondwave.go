package broadcast

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// HasSecondWave reports whether there may be a broadcast to those of its people who still
// do not know of its change.
func HasSecondWave(m storage.Mailing) bool {
	return m.Change != "" && m.News == nil && !m.Started.IsZero()
}

// SecondWave makes a draft of the title that tells the same to those whom the broadcast is
// for and who still do not know of its change: who they are is judged when it begins. It
// takes the way of every other draft. storage.ErrNotFound where it has no second wave.
func (s *Broadcasts) SecondWave(ctx context.Context, by bot.Actor, id, title string) (storage.Mailing, error) {
	m, err := s.Read(ctx, by, id)
	if err == nil && !HasSecondWave(m) {
		err = storage.ErrNotFound
	}
	if err != nil {
		return storage.Mailing{}, err
	}
	m = m.Unsubmitted()
	unaware := bot.None(bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpKnows, Values: []string{m.Change}}})
	whom := unaware
	if !m.Audience.Everyone() {
		whom = bot.All(m.Audience, unaware)
	}
	return s.Create(ctx, by, bot.Broadcast{
		Title: title, Topic: m.Topic, Change: m.Change, Text: m.Text, Digest: m.Digest, Buttons: m.Buttons, Media: m.Media, Audience: whom,
		Zone: m.Zone, Correction: m.Correction, Must: m.Must, Fallback: m.Fallback, Ceiling: m.Ceiling,
	})
}
