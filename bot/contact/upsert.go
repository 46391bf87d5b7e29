package contact

import (
	"context"
	"maps"
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
	Created   Result = "created"
	Updated   Result = "updated"
	Unchanged Result = "unchanged" // all of it is there already
	Refused   Result = "refused"
)

// Outcome is what became of one record, in the order they were given.
type Outcome struct {
	ExternalID string
	ID         string
	Result     Result
	Problems   []bot.Fault // why it was refused
}

// The limits of a record, in characters and pieces.
const (
	maxExternal   = 200
	maxText       = 200
	maxValue      = 1000
	maxAttributes = 100
	maxTags       = 100
	maxPhones     = 10
)

// Upsert makes or updates people by their external ids. A record that is wrong
// is refused and stops no other. What is given replaces what was
// there, but an empty name, language or zone says nothing, and a language the
// person chose themselves stays. Addresses are not looked at.
//
// Whoever a change now concerns, or no longer concerns, finds that in the
// ledger with the same commit.
func (s *Contacts) Upsert(ctx context.Context, by bot.Actor, all []Record) (outcomes []Outcome, err error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		var seen []Record
		given, err := keepMasked(ctx, tx, all)
		if err != nil {
			return err
		}
		if seen, outcomes, err = weigh(ctx, tx, given); err != nil {
			return err
		}
		if err := write(ctx, tx, seen, outcomes); err != nil {
			return err
		}
		return note(ctx, tx, by, outcomes)
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// weigh returns the records as they are seen, and what is to become of each. Nothing
// is written.
func weigh(ctx context.Context, tx *storage.Tx, all []Record) ([]Record, []Outcome, error) {
	all = slices.Clone(all)
	for i, r := range all {
		all[i] = r.seen()
	}
	outcomes := judge(all)
	if err := refuse(ctx, tx, all, outcomes); err != nil {
		return nil, nil, err
	}
	return all, outcomes, compare(ctx, tx, all, outcomes)
}

// judge looks at each record alone, and for external ids that stand twice.
func judge(all []Record) []Outcome {
	outcomes := make([]Outcome, len(all))
	seen, zones := map[string]bool{}, zones{}
	for i, r := range all {
		o := Outcome{ExternalID: r.ExternalID, Problems: problems(r, zones)}
		if seen[r.ExternalID] {
			o.Problems = append(o.Problems, bot.Fault{Field: columnExternal, Code: bot.FaultLaterTwin})
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
			o.Problems = append(o.Problems, bot.Fault{Field: columnExternal, Code: bot.FaultErased})
		}
		if id := all[i].ID; id != "" && id != o.ID {
			o.Problems = append(o.Problems, bot.Fault{Field: columnID, Code: bot.FaultForeignID})
		}
		if len(o.Problems) > 0 {
			o.ID, o.Result = "", Refused
		}
	}
	return nil
}

// compare marks those of whom all that is given is there already.
func compare(ctx context.Context, tx *storage.Tx, all []Record, outcomes []Outcome) error {
	var there []storage.ContactRow
	for i, o := range outcomes {
		if o.Result == Updated {
			there = append(there, all[i].row())
		}
	}
	differ, err := tx.ImportDiffers(ctx, there)
	if err != nil {
		return err
	}
	for i := range outcomes {
		if o := &outcomes[i]; o.Result == Updated && !differ[o.ExternalID] {
			o.Result = Unchanged
		}
	}
	return nil
}

// row returns the record as it is stored; its id is for somebody who may have to be
// made.
func (r Record) row() storage.ContactRow {
	p := storage.ContactRow{
		Contact: bot.Contact{
			ID: storage.NewID(), External: r.ExternalID, Name: strings.TrimSpace(r.Name), Language: r.Language,
			Zone: r.Zone, Kind: r.Kind, Tier: r.Tier, Region: strings.TrimSpace(r.Region),
		},
		Attributes: r.Attributes, Misfits: r.Misfits, Tags: r.Tags, Phones: r.Phones,
	}
	p.Wishes.Preferred = r.Preferred
	return p
}

// write stores who is new and who differs.
func write(ctx context.Context, tx *storage.Tx, all []Record, outcomes []Outcome) error {
	var rows []storage.ContactRow
	for i, o := range outcomes {
		if o.Result == Created || o.Result == Updated {
			rows = append(rows, all[i].row())
		}
	}
	ids, err := tx.ImportContacts(ctx, rows)
	if err != nil {
		return err
	}
	for i := range outcomes {
		if o := &outcomes[i]; o.Result == Created || o.Result == Updated {
			o.ID = ids[o.ExternalID]
		}
	}
	return nil
}

// note tells the audit what became of records.
func note(ctx context.Context, tx *storage.Tx, by bot.Actor, outcomes []Outcome) error {
	counts := map[Result]int{}
	var written []string
	for _, o := range outcomes {
		counts[o.Result]++
		if o.Result == Created || o.Result == Updated {
			written = append(written, o.ID)
		}
	}
	// Ids of ours alone: an erased person must not live on in the audit.
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.upsert", Object: "contact", Detail: map[string]any{
		"created": counts[Created], "updated": counts[Updated], "unchanged": counts[Unchanged], "refused": counts[Refused], "ids": written,
	}})
}

// zones are time zones that were looked for, and whether there are such: each costs
// a file.
type zones map[string]bool

func (z zones) has(name string) bool {
	there, known := z[name]
	if !known {
		_, err := time.LoadLocation(name)
		there = err == nil && name != "Local"
		z[name] = there
	}
	return there
}

// problems returns what is wrong with a record.
func problems(r Record, zones zones) []bot.Fault {
	var wrong []bot.Fault
	say := func(field string, code bot.FaultCode, data bot.Data) {
		wrong = append(wrong, bot.Fault{Field: field, Code: code, Data: data})
	}
	choice := func(field, value string, of []string) {
		if value != "" && !slices.Contains(of, value) {
			say(field, bot.FaultChoice, bot.Data{"Choices": of})
		}
	}
	text := func(field string, long bot.FaultCode, most int, all ...string) {
		if slices.ContainsFunc(all, func(s string) bool { return utf8.RuneCountInString(s) > most }) {
			say(field, long, bot.Data{"Max": most})
		}
		if slices.ContainsFunc(all, func(s string) bool { return !utf8.ValidString(s) || strings.ContainsFunc(s, noText) }) {
			say(field, bot.FaultNotText, nil)
		}
	}
	if strings.TrimSpace(r.ExternalID) != r.ExternalID || r.ExternalID == "" {
		say(columnExternal, bot.FaultSpaces, nil)
	}
	text(columnExternal, bot.FaultLong, maxExternal, r.ExternalID)
	text("name", bot.FaultLong, maxText, r.Name)
	text("region", bot.FaultLong, maxText, r.Region)
	choice("language", string(r.Language), bot.Choices(bot.Languages()))
	choice("kind", r.Kind, bot.ContactKinds())
	choice("tier", r.Tier, bot.ContactTiers())
	if !zones.has(r.Zone) {
		say("zone", bot.FaultZone, nil)
	}
	if len(r.Attributes) > maxAttributes {
		say("attributes", bot.FaultMany, bot.Data{"Max": maxAttributes})
	}
	if _, nameless := r.Attributes[""]; nameless {
		say("attributes", bot.FaultNameless, nil)
	}
	if lookAlike(r.Attributes) {
		say("attributes", bot.FaultTwice, nil)
	}
	text("attributes", bot.FaultLongPart, maxText, slices.Collect(maps.Keys(r.Attributes))...)
	text("attributes", bot.FaultLongPart, maxValue, slices.Collect(maps.Values(r.Attributes))...)
	if len(r.Tags) > maxTags {
		say(columnTags, bot.FaultMany, bot.Data{"Max": maxTags})
	}
	if len(r.Phones) > maxPhones {
		say(columnPhones, bot.FaultMany, bot.Data{"Max": maxPhones})
	}
	if slices.ContainsFunc(r.Phones, func(p string) bool { _, ok := bot.PhoneNumber(p); return !ok }) {
		say(columnPhones, bot.FaultPhone, nil)
	}
	text("preferred", bot.FaultLong, maxText, r.Preferred)
	text("misfits", bot.FaultLongPart, maxText, slices.Collect(maps.Keys(r.Misfits))...)
	text("misfits", bot.FaultLongPart, maxValue, slices.Collect(maps.Values(r.Misfits))...)
	text(columnTags, bot.FaultLongPart, maxText, r.Tags...)
	return wrong
}

// noText reports whether the sign is none of a text: it controls something, or
// stands for what was lost when somebody read the text in a wrong encoding.
func noText(c rune) bool { return unicode.IsControl(c) || c == unicode.ReplacementChar }
