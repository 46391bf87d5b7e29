package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// Result is what became of one record of an import.
type Result string

// The results.
const (
	Created Result = "created"
	Updated Result = "updated"
	Refused Result = "refused"
)

// Outcome is what became of one record, in the order they were given.
type Outcome struct {
	ExternalID string   `json:"external_id"`
	ID         string   `json:"id,omitempty"`
	Result     Result   `json:"result"`
	Problems   []string `json:"problems,omitempty"` // why it was refused, each in words
}

// The limits of a record, in characters and pieces.
const (
	maxExternal   = 200
	maxText       = 200
	maxValue      = 1000
	maxAttributes = 100
	maxTags       = 100
)

// Upsert makes or updates people by their external ids. A record that is wrong
// is refused in words and stops no other. What is given replaces what was
// there, but an empty name, language or zone says nothing, and a language the
// person chose themselves stays. Addresses are not looked at.
//
// Whoever a change now concerns, or no longer concerns, finds that in the
// ledger with the same commit.
func (s *Contacts) Upsert(ctx context.Context, by bot.Actor, all []Record) ([]Outcome, error) {
	return s.upsert(ctx, by, func(*storage.Tx) ([]Record, error) { return all, nil })
}

// upsert is Upsert of what give gives within the transaction.
func (s *Contacts) upsert(ctx context.Context, by bot.Actor, give func(*storage.Tx) ([]Record, error)) ([]Outcome, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		all, err := give(tx)
		if err != nil {
			return err
		}
		outcomes = judge(all)
		if err := refuse(ctx, tx, all, outcomes); err != nil {
			return err
		}
		return write(ctx, tx, by, all, outcomes)
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// judge looks at each record alone, and for external ids that stand twice.
func judge(all []Record) []Outcome {
	outcomes := make([]Outcome, len(all))
	seen := map[string]bool{}
	for i, r := range all {
		o := Outcome{ExternalID: r.ExternalID, Problems: problems(r)}
		if seen[r.ExternalID] {
			o.Problems = append(o.Problems, "external_id stands twice in this list; the first counts")
		}
		seen[r.ExternalID] = true
		if len(o.Problems) > 0 {
			o.Result = Refused
		}
		outcomes[i] = o
	}
	return outcomes
}

// refuse marks what the store says no to: people who were erased, and ids of
// somebody else.
func refuse(ctx context.Context, tx *storage.Tx, all []Record, outcomes []Outcome) error {
	var external []string
	for _, o := range outcomes {
		if o.Result != Refused {
			external = append(external, o.ExternalID)
		}
	}
	erased, err := tx.Erased(ctx, external)
	if err != nil {
		return err
	}
	ids, err := tx.ContactIDs(ctx, external)
	if err != nil {
		return err
	}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Result == Refused {
			continue
		}
		o.ID, o.Result = ids[o.ExternalID], Updated
		if o.ID == "" {
			o.Result = Created
		}
		if erased[o.ExternalID] {
			o.Problems = append(o.Problems, "this person was erased and is not brought back by an import")
		}
		if id := all[i].ID; id != "" && id != o.ID {
			o.Problems = append(o.Problems, "id is not that of the person with this external_id; leave it out")
		}
		if len(o.Problems) > 0 {
			o.ID, o.Result = "", Refused
		}
	}
	return nil
}

// write stores what was not refused, and the audit.
func write(ctx context.Context, tx *storage.Tx, by bot.Actor, all []Record, outcomes []Outcome) error {
	var rows []storage.ContactRow
	counts := map[Result]int{}
	for i, o := range outcomes {
		counts[o.Result]++
		if o.Result == Refused {
			continue
		}
		r := all[i]
		rows = append(rows, storage.ContactRow{
			Contact: bot.Contact{
				ID: storage.NewID(), External: r.ExternalID, Name: strings.TrimSpace(r.Name), Language: r.Language,
				Zone: r.Zone, Kind: r.Kind, Tier: r.Tier, Region: strings.TrimSpace(r.Region),
			},
			Attributes: r.Attributes, Tags: r.Tags,
		})
	}
	ids, err := tx.ImportContacts(ctx, rows)
	if err != nil {
		return err
	}
	var written []string
	for i := range outcomes {
		if o := &outcomes[i]; o.Result != Refused {
			o.ID = ids[o.ExternalID]
			written = append(written, o.ID)
		}
	}
	// Ids of ours alone: an erased person must not live on in the audit.
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.upsert", Object: "contact", Detail: map[string]any{
		"created": counts[Created], "updated": counts[Updated], "refused": counts[Refused], "ids": written,
	}})
}

// problems gives what is wrong with a record, each in words.
func problems(r Record) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	text := func(name, s string, most int) {
		if utf8.RuneCountInString(s) > most {
			say("%s is longer than %d characters", name, most)
		}
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			say("%s holds characters that are not text", name)
		}
	}
	if strings.TrimSpace(r.ExternalID) != r.ExternalID || r.ExternalID == "" {
		say("external_id must not be empty, nor begin or end with a space")
	}
	text("external_id", r.ExternalID, maxExternal)
	text("name", r.Name, maxText)
	text("region", r.Region, maxText)
	if r.Language != "" && !r.Language.Known() {
		say("language must be uk or ru, or left out")
	}
	if r.Kind != "" && !slices.Contains(bot.ContactKinds(), r.Kind) {
		say("kind must be one of %s, or left out", strings.Join(bot.ContactKinds(), ", "))
	}
	if r.Tier != "" && !slices.Contains(bot.ContactTiers(), r.Tier) {
		say("tier must be one of %s, or left out", strings.Join(bot.ContactTiers(), ", "))
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		say("zone must be a time zone such as Europe/Kyiv, or left out")
	}
	if len(r.Attributes) > maxAttributes {
		say("attributes holds more than %d", maxAttributes)
	}
	for k, v := range r.Attributes {
		text("the name of an attribute", k, maxText)
		text("an attribute", v, maxValue)
	}
	if len(r.Tags) > maxTags {
		say("tags holds more than %d", maxTags)
	}
	for _, t := range r.Tags {
		text("a tag", t, maxText)
	}
	return slices.Compact(wrong)
}
