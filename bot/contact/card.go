package contact

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Card is what colleagues see of a person: what is known, what they were told, where
// they are reached. What was said is no part of it.
type Card struct {
	Record
	Chosen       bool // they chose Language themselves
	RegionPath   string
	PreferredFor map[string]string // the bots by which they like to be told, by topic
	Stopped      bool              // they asked to be sent nothing but answers
	PausedUntil  time.Time         // nothing is told before; zero: no pause
	Chats        []Chat
	Ledger       []Told
	Tickets      []bot.Ticket // the newest first
	Topics       []Topic
	Everything   []Consent // what they said of everything there is
	Same         []Same    // other records of the company's with a phone of theirs
}

// Same is another record of the company's with the phone.
type Same struct{ Phone, ID, Name, ExternalID string }

// Chat is one address of a person, the one used last first.
type Chat struct {
	storage.ChatOf
	Joined time.Time // when it was joined to the person; zero: it is their own
}

// Told is what the person knows of a change.
type Told struct {
	storage.LedgerOf
	Title bot.Bilingual // zero where the change is gone
}

// Topic is whether the person wants to be told of a topic, and why we think so.
type Topic struct {
	bot.Topic
	Wanted bool
	Said   []Consent // the newest first; none where it goes by what the topic starts as
}

// Card returns the card of a person, sensitive attributes masked; storage.ErrNotFound
// where there is none.
func (s *Contacts) Card(ctx context.Context, by bot.Actor, id string) (Card, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return Card{}, err
	}
	who, err := s.store.Contact(ctx, id)
	if err != nil {
		return Card{}, err
	}
	sensitive, err := s.sensitive(ctx)
	if err != nil {
		return Card{}, err
	}
	c := Card{
		Record: record(who).masked(sensitive), Chosen: who.Chosen, RegionPath: who.RegionPath,
		PreferredFor: who.Wishes.PreferredFor, Stopped: who.Stopped, PausedUntil: who.Wishes.PausedUntil,
	}
	if c.Chats, err = s.chats(ctx, id); err != nil {
		return Card{}, err
	}
	if c.Tickets, err = s.store.TicketsOf(ctx, id); err != nil {
		return Card{}, err
	}
	if c.Ledger, err = s.told(ctx, id); err != nil {
		return Card{}, err
	}
	if c.Same, err = s.same(ctx, who); err != nil {
		return Card{}, err
	}
	return c, s.topics(ctx, by, who, &c)
}

// same finds the other records with a phone of the person, whoever vouches for it:
// colleagues decide whether they are one.
func (s *Contacts) same(ctx context.Context, who storage.ContactRow) (all []Same, err error) {
	numbers := slices.Concat(who.Phones, who.Unverified)
	if len(numbers) == 0 {
		return nil, nil
	}
	owners, err := s.store.PhoneOwners(ctx, numbers)
	for _, n := range numbers {
		for _, o := range owners[n] {
			if o.ID != who.ID && len(all) < sameMost {
				all = append(all, Same{n, o.ID, o.Name, o.External})
			}
		}
	}
	return all, err
}

// sameMost is how many records with a phone of theirs are shown.
const sameMost = 10

func (s *Contacts) chats(ctx context.Context, id string) ([]Chat, error) {
	found, err := s.store.Chats(ctx, id)
	if err != nil {
		return nil, err
	}
	linked, err := s.store.Linked(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	joined := map[bot.Address]time.Time{}
	for _, l := range linked[id] {
		joined[l.Address] = l.Since
	}
	all := make([]Chat, len(found))
	for i, c := range found {
		all[i] = Chat{c, joined[c.Address]}
	}
	return all, nil
}

func (s *Contacts) told(ctx context.Context, id string) ([]Told, error) {
	known, err := s.store.LedgerOf(ctx, id)
	if err != nil || len(known) == 0 {
		return nil, err
	}
	changes, err := s.store.Changes(ctx)
	titles := make(map[string]bot.Bilingual, len(changes))
	for _, c := range changes {
		titles[c.ID] = c.Title
	}
	all := make([]Told, len(known))
	for i, k := range known {
		all[i] = Told{k, titles[k.Change]}
	}
	return all, err
}

// topics adds to the card what the person wants to be told of, with what they said.
func (s *Contacts) topics(ctx context.Context, by bot.Actor, who storage.ContactRow, c *Card) error {
	topics, err := s.store.Topics(ctx)
	if err != nil {
		return err
	}
	said, err := s.Consents(ctx, by, who.ID)
	if err != nil {
		return err
	}
	of := map[string][]Consent{}
	for _, one := range said {
		of[one.Topic] = append([]Consent{one}, of[one.Topic]...)
	}
	for _, t := range topics {
		c.Topics = append(c.Topics, Topic{Topic: t, Wanted: who.Wishes.Agrees(t), Said: of[t.ID]})
	}
	c.Everything = of[""]
	return nil
}

// Joined returns what an address that was joined to the person would take with it,
// were it split off: see Split. storage.ErrNotFound where the address is not theirs,
// ErrOwnAddress where it is their own.
func (s *Contacts) Joined(ctx context.Context, by bot.Actor, id, address string) (storage.Joined, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return storage.Joined{}, err
	}
	a, err := bot.ParseAddress(address)
	if err != nil {
		return storage.Joined{}, storage.ErrNotFound
	}
	return s.store.JoinedAt(ctx, id, a)
}

// Holdings is how much we hold of a person.
type Holdings struct {
	Name                                                     string
	Chats, Lines, Files, Tickets, Ratings, Changes, Consents int
	Questions, Others                                        int // of Others: rows of all other tables
}

// Holdings counts what an erasure takes; storage.ErrNotFound where there is no such
// person. It takes its time, as an export does.
func (s *Contacts) Holdings(ctx context.Context, by bot.Actor, id string) (Holdings, error) {
	if err := by.Require(bot.EraseContacts); err != nil {
		return Holdings{}, err
	}
	who, err := s.store.Contact(ctx, id)
	if err != nil {
		return Holdings{}, err
	}
	all, err := s.store.Dossier(ctx, id)
	if err != nil {
		return Holdings{}, err
	}
	h := Holdings{Name: who.Name}
	counts := map[string]*int{
		"conversations": &h.Chats, "history": &h.Lines, "files": &h.Files, "tickets": &h.Tickets, "ratings": &h.Ratings,
		"ledger": &h.Changes, "consents": &h.Consents, "questions": &h.Questions, "contacts": new(int), "broadcasts": new(int), // whose words stay
	}
	for table, rows := range all {
		if count, shown := counts[table]; shown {
			*count = len(rows)
		} else {
			h.Others += len(rows)
		}
	}
	return h, nil
}

// Names returns what people are called, by their ids; those who are gone are left
// out.
func (s *Contacts) Names(ctx context.Context, by bot.Actor, ids []string) (map[string]string, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, err
	}
	found, err := s.store.People(ctx, ids)
	names := make(map[string]string, len(found))
	for id, p := range found {
		names[id] = p.Name
	}
	return names, err
}
