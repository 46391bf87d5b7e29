// Package contact keeps the company's people: who they are in its own records,
// what we hold of them, and that they are forgotten when they must be. Rights
// and the audit stand inside each method.
//
// It writes to nobody. An imported contact has no address until the person
// follows a personal link (Link); what a link is worth is decided by the turn
// that follows it.
package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Contacts are the people of the store.
type Contacts struct {
	store *storage.Store
	now   func() time.Time
}

// New returns the contacts in the store. now dates what is handed out.
func New(store *storage.Store, now func() time.Time) *Contacts {
	return &Contacts{store: store, now: now}
}

// Record is a person as the company's programs see them.
type Record struct {
	ID         string            `json:"id,omitempty"` // ours
	ExternalID string            `json:"external_id"`  // the company's
	Name       string            `json:"name,omitempty"`
	Language   bot.Language      `json:"language,omitempty"`
	Kind       string            `json:"kind,omitempty"` // client, partner, staff, management; "" counts as client
	Tier       string            `json:"tier,omitempty"` // new, regular, vip
	Region     string            `json:"region,omitempty"`
	Zone       string            `json:"zone,omitempty"` // IANA time zone; "" is the service's own
	Attributes map[string]string `json:"attributes,omitempty"`
	Misfits    map[string]string `json:"misfits,omitempty"` // of attributes: what does not fit their types, as it was given
	Masked     []string          `json:"masked,omitempty"`  // names of sensitive attributes that are known, and not shown; read only
	Tags       []string          `json:"tags,omitempty"`
	Phones     []string          `json:"phones,omitempty"`
	Unverified []string          `json:"phones_unverified,omitempty"` // that nobody vouches for; read only
	Preferred  string            `json:"preferred,omitempty"`         // the bot by which they like to be told; "" says nothing
	Addresses  []string          `json:"addresses,omitempty"`         // "bot:chat"; read only
}

func record(c storage.ContactRow) Record {
	r := Record{
		ID: c.ID, ExternalID: c.External, Name: c.Name, Language: c.Language, Kind: c.Kind, Tier: c.Tier,
		Region: c.Region, Zone: c.Zone, Attributes: c.Attributes, Misfits: c.Misfits, Tags: c.Tags,
		Phones: c.Phones, Unverified: c.Unverified, Preferred: c.Wishes.Preferred,
	}
	for _, a := range c.Addresses {
		r.Addresses = append(r.Addresses, a.String())
	}
	return r
}

// Read returns one person, sensitive attributes masked; storage.ErrNotFound when there is none.
func (s *Contacts) Read(ctx context.Context, by bot.Actor, id string) (Record, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return Record{}, err
	}
	c, err := s.store.Contact(ctx, id)
	if err != nil {
		return Record{}, err
	}
	sensitive, err := s.sensitive(ctx)
	return record(c).masked(sensitive), err
}

// List returns the people by id, at most limit of those behind the cursor; next
// is the cursor of the rest, "" when there is none.
func (s *Contacts) List(ctx context.Context, by bot.Actor, cursor string, limit int) (all []Record, next string, err error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, "", err
	}
	found, err := s.store.ContactsAfter(ctx, cursor, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(found) > limit {
		found = found[:limit]
		next = found[limit-1].ID
	}
	sensitive, err := s.sensitive(ctx)
	if err != nil {
		return nil, "", err
	}
	all = make([]Record, len(found))
	for i, c := range found {
		all[i] = record(c).masked(sensitive)
	}
	return all, next, nil
}

// Erase forgets the person for good, with everything of theirs; see
// storage.Tx.Erase. storage.ErrNotFound when there is none. A person who writes
// again by themselves is a stranger then; an import does not bring them back.
func (s *Contacts) Erase(ctx context.Context, by bot.Actor, id string) error {
	if err := by.Require(bot.EraseContacts); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.Erase(ctx, storage.Person{Contact: id}); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.erase", Object: "contact/" + id})
	})
}

// Export returns everything we hold of a person as one JSON document.
// storage.ErrNotFound when there is no such person.
func (s *Contacts) Export(ctx context.Context, by bot.Actor, id string) (json.RawMessage, error) {
	if err := by.Require(bot.ExportContacts); err != nil {
		return nil, err
	}
	all, err := s.store.Dossier(ctx, id)
	if err != nil {
		return nil, err
	}
	// It stands in the audit before anything is out.
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.export", Object: "contact/" + id})
	})
	if err != nil {
		return nil, err
	}
	document, err := json.Marshal(struct {
		Contact string          `json:"contact"`
		At      time.Time       `json:"exported_at"`
		Tables  storage.Dossier `json:"tables"`
	}{id, s.now().UTC(), all})
	if err != nil {
		return nil, fmt.Errorf("export a contact: %w", err)
	}
	return document, nil
}
