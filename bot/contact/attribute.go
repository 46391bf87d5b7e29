package contact

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// The limits of declared attributes.
const (
	maxDeclared = 200
	maxChoices  = 200
)

// Attributes returns the attributes that were declared, in the order in which they
// are shown.
func (s *Contacts) Attributes(ctx context.Context, by bot.Actor) ([]bot.Attribute, error) {
	if err := requireAny(by, bot.ReadContacts, bot.ReadAudience); err != nil {
		return nil, err
	}
	return s.store.Attributes(ctx)
}

// requireAny returns a *bot.ForbiddenError of the first unless the actor has one of
// the permissions.
func requireAny(by bot.Actor, first bot.Permission, others ...bot.Permission) error {
	if slices.ContainsFunc(others, by.May) {
		return nil
	}
	return by.Require(first)
}

// Declare declares an attribute, or declares it anew by its name; what people have
// of it is judged by the new type soon after. A *bot.InvalidError tells what is
// wrong with it.
func (s *Contacts) Declare(ctx context.Context, by bot.Actor, a bot.Attribute) error {
	if err := by.Require(bot.WriteContacts); err != nil {
		return err
	}
	a.Name = visible(a.Name)
	for i, c := range a.Choices {
		a.Choices[i] = visible(c)
	}
	if wrong := declarationFaults(a); len(wrong) > 0 {
		return &bot.InvalidError{Faults: wrong}
	}
	return s.edit(ctx, by, "attribute.declare", "attribute/"+a.Name, func(tx *storage.Tx) error {
		declared, err := tx.Attributes(ctx)
		if err != nil {
			return err
		}
		if len(declared) >= maxDeclared && !slices.ContainsFunc(declared, func(d bot.Attribute) bool { return d.Name == a.Name }) {
			return bot.Invalid("attributes", bot.FaultMany, bot.Data{"Max": maxDeclared})
		}
		return tx.PutAttribute(ctx, a)
	})
}

// TakeBack undeclares an attribute: what people have of it stays, as text.
// storage.ErrNotFound where it was not declared.
func (s *Contacts) TakeBack(ctx context.Context, by bot.Actor, name string) error {
	if err := by.Require(bot.WriteContacts); err != nil {
		return err
	}
	return s.edit(ctx, by, "attribute.take_back", "attribute/"+name, func(tx *storage.Tx) error {
		return tx.DropAttribute(ctx, name)
	})
}

// edit runs f where nobody else changes what people are judged by, with its entry
// of the audit.
func (s *Contacts) edit(ctx context.Context, by bot.Actor, action, object string, f func(tx *storage.Tx) error) error {
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		if err := f(tx); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: object})
	})
	if err == nil {
		s.store.Notify("content") // whoever expands looks what was asked for
	}
	return err
}

func declarationFaults(a bot.Attribute) (wrong []bot.Fault) {
	say := func(field string, code bot.FaultCode, data bot.Data) {
		wrong = append(wrong, bot.Fault{Field: field, Code: code, Data: data})
	}
	text := func(field, s string) {
		switch {
		case s == "":
			say(field, bot.FaultNameless, nil)
		case utf8.RuneCountInString(s) > maxText:
			say(field, bot.FaultLong, bot.Data{"Max": maxText})
		case !utf8.ValidString(s) || strings.ContainsFunc(s, noText):
			say(field, bot.FaultNotText, nil)
		}
	}
	text("name", a.Name)
	text("label.uk", strings.TrimSpace(a.Label.UK))
	text("label.ru", strings.TrimSpace(a.Label.RU))
	if !slices.Contains(bot.AttributeTypes(), a.Type) {
		say("type", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.AttributeTypes())})
	}
	seen := map[string]bool{}
	for _, c := range a.Choices {
		text("choices", c)
		if seen[bot.Fold(c)] {
			say("choices", bot.FaultTwice, nil)
		}
		seen[bot.Fold(c)] = true
	}
	switch has := len(a.Choices); {
	case has > maxChoices:
		say("choices", bot.FaultMany, bot.Data{"Max": maxChoices})
	case a.Type == bot.AttributeChoice && has == 0:
		say("choices", bot.FaultNameless, nil)
	case a.Type != bot.AttributeChoice && has > 0:
		say("choices", bot.FaultLeftOut, nil)
	}
	return wrong
}

// Misfits returns what does not fit its declared type, of at most so many people
// behind the cursor; next is the cursor of the rest.
func (s *Contacts) Misfits(ctx context.Context, by bot.Actor, cursor string, people int) (all []storage.Misfit, next string, err error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, "", err
	}
	hidden, err := s.sensitive(ctx)
	if err != nil {
		return nil, "", err
	}
	all, next, err = s.store.Misfits(ctx, cursor, people)
	for i := range all {
		if hidden[all[i].Attribute] {
			all[i].Text = ""
		}
	}
	return all, next, err
}

// sensitive are the names of the attributes that are shown only for a reason.
func (s *Contacts) sensitive(ctx context.Context) (map[string]bool, error) {
	declared, err := s.store.Attributes(ctx)
	return sensitiveOf(declared), err
}

func sensitiveOf(declared []bot.Attribute) map[string]bool {
	names := map[string]bool{}
	for _, a := range declared {
		if a.Sensitive {
			names[a.Name] = true
		}
	}
	return names
}

// masked returns the record without what is sensitive, which it names.
func (r Record) masked(sensitive map[string]bool) Record {
	if len(sensitive) == 0 {
		return r
	}
	r.Attributes, r.Misfits = maps.Clone(r.Attributes), maps.Clone(r.Misfits)
	for _, values := range []map[string]string{r.Attributes, r.Misfits} {
		for name := range values {
			if sensitive[name] {
				delete(values, name)
				r.Masked = append(r.Masked, name)
			}
		}
	}
	slices.Sort(r.Masked)
	r.Masked = slices.Compact(r.Masked)
	return r
}

// Reveal returns what is sensitive of a person, by the names of the attributes. The
// reason is kept in the audit before anything is shown.
func (s *Contacts) Reveal(ctx context.Context, by bot.Actor, id, reason string) (map[string]string, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, err
	}
	if reason = visible(reason); reason == "" || utf8.RuneCountInString(reason) > maxText {
		return nil, bot.Invalid("reason", bot.FaultNoReason, bot.Data{"Max": maxText})
	}
	values := map[string]string{}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		declared, err := tx.Attributes(ctx)
		if err != nil {
			return err
		}
		c, err := tx.Contact(ctx, id)
		if err != nil {
			return err
		}
		for name := range sensitiveOf(declared) {
			if value := c.Attributes[name] + c.Misfits[name]; value != "" {
				values[name] = value
			}
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "contact.reveal", Object: "contact/" + id, Detail: map[string]any{
			"reason": reason, "attributes": slices.Sorted(maps.Keys(values)),
		}})
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// keepMasked gives records what is sensitive and they do not name, as it is: who
// was not shown a value has not taken it away. "" does.
func keepMasked(ctx context.Context, tx *storage.Tx, all []Record) ([]Record, error) {
	declared, err := tx.Attributes(ctx)
	if err != nil {
		return nil, err
	}
	sensitive := sensitiveOf(declared)
	if len(sensitive) == 0 {
		return all, nil
	}
	external := make([]string, len(all))
	for i, r := range all {
		external[i] = visible(r.ExternalID)
	}
	known, err := tx.Known(ctx, external)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	for i, r := range all {
		there := known[external[i]]
		for name := range sensitive {
			value := there.Attributes[name] + there.Misfits[name]
			if _, given := r.Attributes[name]; given || value == "" {
				continue
			}
			if r.Attributes = maps.Clone(r.Attributes); r.Attributes == nil {
				r.Attributes = map[string]string{}
			}
			r.Attributes[name] = value
		}
		all[i] = r
	}
	return all, nil
}
