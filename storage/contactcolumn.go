package storage

import (
	"maps"
	"slices"
	"time"

	"visnyk/bot"
)

// contactColumn is all that storage knows of one thing known of a person. Every
// statement about contacts is written from these, and every row read by them.
type contactColumn struct {
	cell
	// turn is what turns do with it.
	turn use
	// imports is the value that an import gives to {c}, the column; "" where it has
	// no word in it.
	imports string
	// of is what a join and a split take as one thing with it; "" is itself alone. A
	// join fills such a thing where nothing of it is known, a split gives it back
	// where nothing of it has changed since.
	of string
	// unite, unless nil, makes one of what two people had, whatever of it is known.
	unite func(keep, other ContactRow, into *ContactRow)
	// outlasts, unless nil, leaves with the one who is split off what holds for both.
	outlasts func(former *ContactRow, stays ContactRow)
	// identity says who it is, which a join decides by and never changes.
	identity bool
	// found says that people are found by it: see SearchDue.
	found bool
}

// use is what turns do with a column.
type use int

const (
	unread  use = iota // not needed
	read               // the company's word
	written            // the person's own
)

// What an import does with a column.
const (
	replaced     = `excluded.{c}`
	unlessSilent = `CASE WHEN excluded.{c} = '' THEN contacts.{c} ELSE excluded.{c} END`
	unlessSaid   = `CASE WHEN contacts.{c} = '' THEN excluded.{c} ELSE contacts.{c} END`
	unlessNone   = `CASE WHEN excluded.{c} = '[]' THEN contacts.{c} ELSE excluded.{c} END`
	unlessChosen = `CASE WHEN contacts.chosen OR excluded.{c} = '' THEN contacts.{c} ELSE excluded.{c} END`
)

// contactTable is every column of contacts but the one that says since when
// somebody is known.
var contactTable = []contactColumn{
	{cell: text("id", func(p *ContactRow) *string { return &p.ID }), turn: read, identity: true},
	{cell: text("external_id", func(p *ContactRow) *string { return &p.External }), turn: read, identity: true, found: true},
	{cell: text("name", func(p *ContactRow) *string { return &p.Name }), turn: written, imports: unlessSilent, found: true},
	{cell: text("language", func(p *ContactRow) *bot.Language { return &p.Language }), turn: written, imports: unlessChosen},
	{cell: flag("chosen", func(p *ContactRow) *bool { return &p.Chosen }), turn: written, of: "language"},
	{cell: text("leaning", func(p *ContactRow) *bot.Language { return &p.Leaning }), turn: written, of: "language"},
	{cell: text("zone", func(p *ContactRow) *string { return &p.Zone }), turn: written, imports: unlessSilent},
	{cell: flag("stopped", func(p *ContactRow) *bool { return &p.Stopped }), turn: written, outlasts: staysStopped},
	{cell: text("kind", func(p *ContactRow) *string { return &p.Kind }), turn: read, imports: replaced},
	{cell: text("tier", func(p *ContactRow) *string { return &p.Tier }), turn: read, imports: replaced},
	{cell: text("region", func(p *ContactRow) *string { return &p.Region }), turn: read, imports: replaced},
	{cell: text("region_path", func(p *ContactRow) *string { return &p.RegionPath }), imports: replaced, of: "region"},
	{cell: list("muted", func(p *ContactRow) *[]bot.ChangeKind { return &p.Wishes.Muted }), turn: written, of: "wishes"},
	{cell: text("quiet", func(p *ContactRow) *bot.Quiet { return &p.Wishes.Quiet }), turn: written, of: "wishes"},
	{cell: moment("paused_until", func(p *ContactRow) *time.Time { return &p.Wishes.PausedUntil }), turn: written, of: "wishes"},
	{cell: list("granted", func(p *ContactRow) *[]string { return &p.Wishes.Granted }), turn: written, of: "wishes"},
	{cell: text("preferred", func(p *ContactRow) *string { return &p.Wishes.Preferred }), turn: written, imports: unlessSaid, of: "preferred"},
	{cell: named("preferred_for", func(p *ContactRow) *map[string]string { return &p.Wishes.PreferredFor }), turn: written, of: "preferred"},
	{cell: named("attributes", func(p *ContactRow) *map[string]string { return &p.Attributes }), imports: replaced, unite: uniteAttributes},
	{cell: named("misfits", func(p *ContactRow) *map[string]string { return &p.Misfits }), imports: replaced, unite: uniteMisfits},
	{cell: list("tags", func(p *ContactRow) *[]string { return &p.Tags }), imports: replaced, unite: uniteTags, found: true},
	{cell: list("phones", func(p *ContactRow) *[]string { return &p.Phones }), imports: unlessNone, unite: unitePhones, found: true},
	{cell: list("phones_unverified", func(p *ContactRow) *[]string { return &p.Unverified }), imports: unlessNone, unite: uniteUnverified, found: true},
}

// staysStopped: a wish to be left alone outlasts all this.
func staysStopped(former *ContactRow, stays ContactRow) {
	former.Stopped = former.Stopped || stays.Stopped
}

func uniteAttributes(keep, other ContactRow, into *ContactRow) {
	all := map[string]string{}
	maps.Copy(all, other.Attributes)
	maps.Copy(all, keep.Attributes)
	into.Attributes = all
}

// uniteMisfits keeps what did not fit, where neither has what does.
func uniteMisfits(keep, other ContactRow, into *ContactRow) {
	all := map[string]string{}
	maps.Copy(all, other.Misfits)
	maps.Copy(all, keep.Misfits)
	maps.DeleteFunc(all, func(name, _ string) bool {
		return keep.Attributes[name] != "" || other.Attributes[name] != "" && keep.Misfits[name] == ""
	})
	into.Misfits = all
}

func uniteTags(keep, other ContactRow, into *ContactRow) {
	into.Tags = both(keep.Tags, other.Tags)
}

func unitePhones(keep, other ContactRow, into *ContactRow) {
	into.Phones = both(keep.Phones, other.Phones)
}

func uniteUnverified(keep, other ContactRow, into *ContactRow) {
	into.Unverified = both(keep.Unverified, other.Unverified)
}

// both returns the list with what it lacks of the other.
func both(list, other []string) []string {
	all := slices.Clone(list)
	for _, v := range other {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}
