package contact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// Edit is what a colleague writes over what is known of a person. Of the record it is
// all but the ids, addresses, and what cannot be written; a sensitive attribute that
// it does not name stays, an empty one is taken away.
type Edit struct {
	Record
	PreferredFor map[string]string
	Was          string // what Card.Seal gave when they looked; "" does not ask
}

// Seal tells two states of what can be edited apart.
func (c Card) Seal() string { return sealOf(c.Record, c.PreferredFor) }

func sealOf(r Record, preferredFor map[string]string) string {
	r.Addresses, r.Unverified, r.Masked = nil, nil, nil
	text, err := json.Marshal([]any{r, preferredFor})
	if err != nil {
		panic(fmt.Sprintf("a record is not JSON: %v", err)) // it has texts alone
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Edit changes what is known of a person, and the audit keeps which of it. A language
// that they chose themselves stays. A *bot.InvalidError tells what is wrong;
// storage.ErrConflict that somebody changed it since the colleague looked;
// storage.ErrNotFound that there is no such person.
func (s *Contacts) Edit(ctx context.Context, by bot.Actor, id string, e Edit) error {
	if err := by.Require(bot.WriteContacts); err != nil {
		return err
	}
	given := e.seen()
	wrong := slices.DeleteFunc(problems(given, zones{}), func(f bot.Fault) bool { return f.Field == columnExternal })
	if len(wrong) > 0 {
		return &bot.InvalidError{Faults: wrong}
	}
	sensitive, err := s.sensitive(ctx)
	if err != nil {
		return err
	}
	topics, err := s.store.Topics(ctx)
	if err != nil {
		return err
	}
	for topic := range e.PreferredFor {
		if !slices.ContainsFunc(topics, func(t bot.Topic) bool { return t.ID == topic }) {
			return bot.Invalid("preferred", bot.FaultTopic, nil)
		}
	}
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		var fields []string
		err := tx.EditContact(ctx, id, func(p *storage.ContactRow) error {
			shown := record(*p).masked(sensitive)
			if e.Was != "" && e.Was != sealOf(shown, p.Wishes.PreferredFor) {
				return storage.ErrConflict
			}
			fields = given.over(p, e, sensitive)
			return nil
		})
		if err != nil || len(fields) == 0 {
			return err
		}
		// Names of fields alone: an erased person must not live on in the audit.
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.edit", Object: "contact/" + id, Detail: map[string]any{"fields": fields}})
	})
}

// over writes the record over the row, and returns the names of what differs.
func (r Record) over(p *storage.ContactRow, e Edit, sensitive map[string]bool) (fields []string) {
	text := func(name string, at *string, value string) {
		if *at != value {
			*at, fields = value, append(fields, name)
		}
	}
	text("name", &p.Name, strings.TrimSpace(r.Name))
	text("kind", &p.Kind, r.Kind)
	text("tier", &p.Tier, r.Tier)
	text("region", &p.Region, strings.TrimSpace(r.Region))
	text("zone", &p.Zone, r.Zone)
	if !p.Chosen && p.Language != r.Language {
		p.Language, fields = r.Language, append(fields, "language")
	}
	if !slices.Equal(p.Tags, r.Tags) {
		p.Tags, fields = r.Tags, append(fields, "tags")
	}
	if !slices.Equal(p.Phones, r.Phones) {
		p.Phones, fields = r.Phones, append(fields, "phones")
	}
	preferred := maps.Clone(e.PreferredFor)
	maps.DeleteFunc(preferred, func(_, bot string) bool { return bot == "" })
	if p.Wishes.Preferred != r.Preferred || !maps.Equal(p.Wishes.PreferredFor, preferred) {
		p.Wishes.Preferred, p.Wishes.PreferredFor = r.Preferred, preferred
		fields = append(fields, "preferred")
	}
	there := maps.Clone(p.Misfits)
	if there == nil {
		there = map[string]string{}
	}
	maps.Copy(there, p.Attributes)
	values := maps.Clone(r.Attributes)
	if values == nil {
		values = map[string]string{}
	}
	for name, value := range there {
		if _, named := e.Attributes[name]; sensitive[name] && !named {
			values[name] = value
		}
	}
	if !maps.Equal(there, values) {
		p.Attributes, p.Misfits = values, nil
		fields = append(fields, "attributes")
	}
	return fields
}
