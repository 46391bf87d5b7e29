package dialog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
)

// What a turn changes of somebody's wishes is what they said by it, with the hash
// of their words.
func TestTurnsWriteConsents(t *testing.T) {
	a := bot.Address{Bot: "telegram", Chat: "1"}
	was := bot.Contact{ID: "c", Stopped: true, Wishes: bot.Wishes{Muted: []bot.ChangeKind{bot.Outage, bot.Rules}, Granted: []string{"news"}}}
	is := bot.Contact{ID: "c", Wishes: bot.Wishes{Muted: []bot.ChangeKind{bot.Rules, bot.Tariff}, Granted: []string{"trips"}}}
	one := turn{contact: is, conv: bot.Conversation{Address: a}, s: &TurnInput{Loaded: storage.Loaded{Contact: was}}}
	one.write.History = []bot.Entry{{Out: true, Text: "Оберіть"}, {Text: "так"}}
	said := func(topic string, given bool) bot.Consent {
		return bot.Consent{Contact: "c", Topic: topic, Given: given, Source: bot.ConsentPerson, TextHash: bot.HashText("так"), Address: a}
	}
	want := []bot.Consent{said("tariff", false), said("outage", true), said("news", false), said("trips", true), said("", true)}
	if diff := cmp.Diff(want, one.consents()); diff != "" {
		t.Error(diff)
	}
	one.s.Loaded.Contact = is
	if got := one.consents(); len(got) != 0 {
		t.Errorf("nothing was said: %+v", got)
	}
}
