package contact

import (
	"context"
	"regexp"
	"slices"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// maxTopics is how many topics there may be: more nobody chooses from.
const maxTopics = 50

// topicID is what may stand as a topic's id: it travels in button actions.
var topicID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,23}$`)

// PutTopic makes a topic, or calls the one of the id something else, and returns it as it
// is then. Whether it starts wanted, and whether it is a service topic, stays as it was
// made: people have said yes and no to that. A *bot.InvalidError tells what is wrong.
func (s *Contacts) PutTopic(ctx context.Context, by bot.Actor, t bot.Topic) (bot.Topic, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return t, err
	}
	t.Label.UK, t.Label.RU, t.Service = visible(t.Label.UK), visible(t.Label.RU), false
	if wrong := topicFaults(t); len(wrong) > 0 {
		return t, &bot.InvalidError{Faults: wrong}
	}
	err := s.edit(ctx, by, "topic.put", "topic/"+t.ID, func(tx *storage.Tx) error {
		all, err := tx.Topics(ctx)
		if err != nil {
			return err
		}
		is := func(o bot.Topic) bool { return o.ID == t.ID }
		if !slices.ContainsFunc(all, is) && len(all) >= maxTopics {
			return bot.Invalid("id", bot.FaultMany, bot.Data{"Max": maxTopics})
		}
		if err := tx.PutTopic(ctx, t); err != nil {
			return err
		}
		all, err = tx.Topics(ctx)
		if i := slices.IndexFunc(all, is); i >= 0 {
			t = all[i]
		}
		return err
	})
	return t, err
}

func topicFaults(t bot.Topic) (wrong []bot.Fault) {
	say := func(field string, code bot.FaultCode, data bot.Data) {
		wrong = append(wrong, bot.Fault{Field: field, Code: code, Data: data})
	}
	if !topicID.MatchString(t.ID) {
		say("id", bot.FaultForm, nil)
	}
	if !t.Label.Complete() {
		say("label", bot.FaultBlank, nil)
	}
	for _, label := range []string{t.Label.UK, t.Label.RU} {
		if utf8.RuneCountInString(label) > maxText {
			say("label", bot.FaultLong, bot.Data{"Max": maxText})
			break
		}
	}
	if t.Position < 0 || t.Position > 1000 {
		say("position", bot.FaultNumber, bot.Data{"Least": 0, "Most": 1000})
	}
	return wrong
}
