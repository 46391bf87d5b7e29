package contact

import (
	"context"
	"errors"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// maxAliases of a region.
const maxAliases = 50

// Regions returns the tree of regions, each behind the one it lies in.
func (s *Contacts) Regions(ctx context.Context, by bot.Actor) ([]bot.Region, error) {
	if err := requireAny(by, bot.ReadContacts, bot.ReadAudience); err != nil {
		return nil, err
	}
	return s.store.Regions(ctx)
}

// UnknownRegions returns the words for regions that mean none of the tree, or
// several, those of most people first.
func (s *Contacts) UnknownRegions(ctx context.Context, by bot.Actor, limit int) ([]storage.UnknownRegion, error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, err
	}
	return s.store.UnknownRegions(ctx, limit)
}

// PutRegion makes a region, or writes over the one of the id, and returns it: where
// it lies, and what it is called. People are found in it soon after. A
// *bot.InvalidError tells what is wrong with it.
func (s *Contacts) PutRegion(ctx context.Context, by bot.Actor, r bot.Region) (bot.Region, error) {
	if err := by.Require(bot.WriteContacts); err != nil {
		return r, err
	}
	if r.ID == "" {
		r.ID = storage.NewRegionID()
	}
	r.Name.UK, r.Name.RU = visible(r.Name.UK), visible(r.Name.RU)
	for i, a := range r.Aliases {
		r.Aliases[i] = visible(a)
	}
	if wrong := regionFaults(r); len(wrong) > 0 {
		return r, &bot.InvalidError{Faults: wrong}
	}
	err := s.edit(ctx, by, "region.put", "region/"+r.ID, func(tx *storage.Tx) error {
		err := tx.PutRegions(ctx, []bot.Region{r})
		if errors.Is(err, storage.ErrConflict) {
			return bot.Invalid("parent", bot.FaultRegion, nil)
		}
		if err != nil {
			return err
		}
		all, err := tx.Regions(ctx)
		if i := slices.IndexFunc(all, func(o bot.Region) bool { return o.ID == r.ID }); i >= 0 {
			r = all[i]
		}
		return err
	})
	return r, err
}

// DropRegion removes a region in which no other lies. storage.ErrNotFound where
// there is none, a *bot.InvalidError where others lie in it.
func (s *Contacts) DropRegion(ctx context.Context, by bot.Actor, id string) error {
	if err := by.Require(bot.WriteContacts); err != nil {
		return err
	}
	return s.edit(ctx, by, "region.drop", "region/"+id, func(tx *storage.Tx) error {
		err := tx.DropRegion(ctx, id)
		if errors.Is(err, storage.ErrConflict) {
			return bot.Invalid("region", bot.FaultRegionFull, nil)
		}
		return err
	})
}

func regionFaults(r bot.Region) (wrong []bot.Fault) {
	say := func(field string, code bot.FaultCode, data bot.Data) {
		wrong = append(wrong, bot.Fault{Field: field, Code: code, Data: data})
	}
	if strings.ContainsFunc(r.ID, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' }) || len(r.ID) > 40 {
		say("id", bot.FaultForm, nil)
	}
	if !r.Name.Complete() {
		say("name", bot.FaultBlank, nil)
	}
	if len(r.Aliases) > maxAliases {
		say("aliases", bot.FaultMany, bot.Data{"Max": maxAliases})
	}
	for _, name := range append([]string{r.Name.UK, r.Name.RU}, r.Aliases...) {
		switch {
		case len([]rune(name)) > maxText:
			say("name", bot.FaultLongPart, bot.Data{"Max": maxText})
		case strings.ContainsFunc(name, noText):
			say("name", bot.FaultNotText, nil)
		case strings.Contains(name, bot.RegionSeparator):
			say("name", bot.FaultRegionName, nil)
		}
	}
	return wrong
}
