package contact

import (
	"context"
	"errors"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Consent is that a person agreed to a topic or refused it, as it is shown.
type Consent struct {
	Topic    string            `json:"topic"` // "" is everything
	Given    bool              `json:"given"`
	At       time.Time         `json:"at"`
	Source   bot.ConsentSource `json:"source"`
	TextHash string            `json:"text_hash,omitempty"` // SHA-256 of the words
	Bot      string            `json:"bot,omitempty"`       // where it was said
}

// Topics returns what people may be told of, in the order in which it is shown.
func (s *Contacts) Topics(ctx context.Context, by bot.Actor) ([]bot.Topic, error) {
	if err := requireAny(by, bot.ReadContacts, bot.ReadAudience); err != nil {
		return nil, err
	}
	return s.store.Topics(ctx)
}

// Consents returns all that a person agreed to and refused, as it was said: the
// proof. storage.ErrNotFound where there is no such person.
func (s *Contacts) Consents(ctx context.Context, by bot.Actor, id string) ([]Consent, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, err
	}
	if _, err := s.store.Contact(ctx, id); err != nil {
		return nil, err
	}
	found, err := s.store.Consents(ctx, id)
	all := make([]Consent, len(found))
	for i, c := range found {
		all[i] = Consent{Topic: c.Topic, Given: c.Given, At: c.At, Source: c.Source, TextHash: c.TextHash, Bot: c.Address.Bot}
	}
	return all, err
}

// Consent writes that a person agreed to a topic, or refused it, elsewhere than in
// a chat: to a colleague (bot.ConsentStaff), or by the company's records
// (bot.ConsentImport), which never outweigh a no: then it is a *bot.InvalidError.
// words are those they agreed to, of which a hash is kept. storage.ErrNotFound
// where there is no such person.
func (s *Contacts) Consent(ctx context.Context, by bot.Actor, id, topic string, given bool, source bot.ConsentSource, words string) error {
	if err := by.Require(bot.WriteContacts); err != nil {
		return err
	}
	if source != bot.ConsentStaff && source != bot.ConsentImport {
		return bot.Invalid("source", bot.FaultChoice, bot.Data{"Choices": bot.Choices([]bot.ConsentSource{bot.ConsentStaff, bot.ConsentImport})})
	}
	c := bot.Consent{Contact: id, Topic: topic, Given: given, Source: source}
	if words != "" {
		c.TextHash = bot.HashText(words)
	}
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Contact(ctx, id); err != nil {
			return err
		}
		switch err := tx.AddConsent(ctx, c); {
		case errors.Is(err, storage.ErrNotFound):
			return bot.Invalid("topic", bot.FaultTopic, nil)
		case errors.Is(err, storage.ErrRefused):
			return bot.Invalid("topic", bot.FaultRefused, nil)
		case err != nil:
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.consent", Object: "contact/" + id, Detail: map[string]any{
			"topic": topic, "given": given, "source": source,
		}})
	})
}
