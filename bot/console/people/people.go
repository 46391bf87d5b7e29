// Package people is the pages about those whom the company serves: who they are and
// what is known of them, and how they are brought in by a file.
package people

import (
	"embed"
	"slices"
	"strconv"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/console"
	"visnyk/bot/contact"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Contacts  func() *contact.Contacts   // nil while the database is not there yet
	Audiences func() *audience.Audiences // likewise
	// Charge says which bots charge for what is sent, and when.
	Charge func() audience.Charge
	// Bots are the names of the bots, Kind the kind of messenger that one is of,
	// "unknown" of one that is configured no more.
	Bots func() []string
	Kind func(bot string) string
	// JoinPage is the address of the page for join links, up to the code; "" where no
	// links are made.
	JoinPage string
	// Reads reports whether the colleague may read the talk of a ticket.
	Reads func(bot.Actor, bot.Ticket) bool
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with.filled()}
	c.Add(console.Section{Files: files, Nav: []console.Nav{
		{Text: "people.nav", Path: "/people", Permission: bot.ReadContacts}, {Text: "people.segment.nav", Path: "/segments", Permission: bot.ReadAudience},
	}})
	c.Get("/segments", bot.ReadAudience, p.segments)
	c.Get("/segments/new", bot.WriteContent, p.newSegment)
	c.Get("/segments/:id", bot.ReadAudience, p.segment)
	c.Post("/segments/look", bot.ReadAudience, p.segmentLook)
	c.Count("/segments/estimate", bot.ReadAudience, p.segmentEstimate)
	c.Count("/segments/count", bot.ReadAudience, p.segmentCount)
	c.Export("/segments/links", bot.ExportContacts, p.segmentLinks)
	c.Post("/segments/save", bot.WriteContent, p.saveSegment)
	c.Post("/segments/drop", bot.WriteContent, p.dropSegment)
	c.Get("/people", bot.ReadContacts, p.people)
	c.Get("/people/attributes", bot.ReadContacts, p.attributes)
	c.Post("/people/attributes", bot.WriteContacts, p.declare)
	c.Post("/people/attributes/drop", bot.WriteContacts, p.takeBack)
	c.Get("/people/misfits", bot.ReadContacts, p.misfits)
	c.Get("/people/regions", bot.ReadContacts, p.regions)
	c.Post("/people/regions", bot.WriteContacts, p.putRegion)
	c.Post("/people/regions/drop", bot.WriteContacts, p.dropRegion)
	c.Get("/people/:id", bot.ReadContacts, p.person)
	c.Post("/people/:id/reveal", bot.ReadContacts, p.reveal)
	c.Post("/people/:id/consent", bot.WriteContacts, p.consent)
	c.Get("/people/:id/edit", bot.WriteContacts, p.editing)
	c.Post("/people/:id/edit", bot.WriteContacts, p.edit)
	c.Get("/people/:id/link", bot.WriteContacts, p.linking)
	c.Post("/people/:id/link", bot.WriteContacts, p.link)
	c.Get("/people/:id/split", bot.WriteContacts, p.splitting)
	c.Post("/people/:id/split", bot.WriteContacts, p.split)
	c.Export("/people/:id/export", bot.ExportContacts, p.export)
	c.Get("/people/:id/erase", bot.EraseContacts, p.erasing)
	c.Post("/people/:id/erase", bot.EraseContacts, p.erase)
	c.Get("/people/import", bot.WriteContacts, p.imports)
	c.Upload("/people/import", bot.WriteContacts, fileForm, p.addImport)
	c.Get("/people/import/:id", bot.WriteContacts, p.importing)
	c.Get("/people/import/:id/progress", bot.WriteContacts, p.progress)
	c.Get("/people/import/:id/columns", bot.WriteContacts, p.columns)
	c.Post("/people/import/:id/columns", bot.WriteContacts, p.check)
	c.Post("/people/import/:id/run", bot.WriteContacts, p.run)
	c.Post("/people/import/:id/stop", bot.WriteContacts, p.stop)
	c.Get("/people/import/:id/rejected", bot.WriteContacts, p.rejected)
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "people.nav", "people.import.line", "people.edit.meanwhile")
	for _, l := range bot.Languages() {
		keys = append(keys, "people.language."+string(l))
	}
	for _, k := range bot.ContactKinds() {
		keys = append(keys, "people.kind."+k)
	}
	for _, t := range bot.ContactTiers() {
		keys = append(keys, "people.tier."+t)
	}
	for _, a := range bot.AttributeTypes() {
		keys = append(keys, "people.attribute.type."+string(a), "people.attribute.misfit."+string(a))
	}
	for _, s := range sources() {
		keys = append(keys, "people.consent.from."+string(s))
	}
	for _, d := range deeds() {
		keys = append(keys, "people.done."+d)
	}
	for _, s := range states() {
		keys = append(keys, "people.import.state."+string(s))
	}
	for _, c := range append(contact.PlanColumns(), "nothing") {
		keys = append(keys, "people.import.as."+c)
	}
	for _, s := range separators() {
		keys = append(keys, "people.import.between."+s)
	}
	for _, s := range steps() {
		keys = append(keys, "people.import.step."+s)
	}
	return append(keys, segmentTexts()...)
}

// filled returns the configuration where nothing has to be looked for.
func (c Config) filled() Config {
	if c.Bots == nil {
		c.Bots = func() []string { return nil }
	}
	if c.Kind == nil {
		c.Kind = func(string) string { return "unknown" }
	}
	if c.Charge == nil {
		c.Charge = func() audience.Charge { return audience.Charge{} }
	}
	if c.Reads == nil {
		c.Reads = func(bot.Actor, bot.Ticket) bool { return false }
	}
	return c
}

// channel is the kind of a messenger: the end of a key.
type channel string

// kind and tier are what a person is called by what they are: the ends of keys.
type (
	kind string
	tier string
)

func kinds() (all []kind) {
	for _, k := range bot.ContactKinds() {
		all = append(all, kind(k))
	}
	return all
}

func tiers() (all []tier) {
	for _, t := range bot.ContactTiers() {
		all = append(all, tier(t))
	}
	return all
}

// kindOf returns the kind that there is a word for; "" counts as a client.
func kindOf(name string) kind {
	if !slices.Contains(kinds(), kind(name)) {
		return kinds()[0]
	}
	return kind(name)
}

// tierOf returns the tier that there is a word for; "" is none.
func tierOf(name string) tier {
	if !slices.Contains(tiers(), tier(name)) {
		return ""
	}
	return tier(name)
}

func (p pages) channel(bot string) channel { return channel(p.Kind(bot)) }

// addressed returns the kind of the messenger of an address, and the chat there.
func (p pages) addressed(address string) (channel, string) {
	a, err := bot.ParseAddress(address)
	if err != nil {
		return "unknown", address
	}
	return p.channel(a.Bot), a.Chat
}

// fieldOf names a field of a list.
func fieldOf(list string, i int) fieldName { return fieldName(list + strconv.Itoa(i)) }

func sources() []bot.ConsentSource {
	return []bot.ConsentSource{bot.ConsentPerson, bot.ConsentStaff, bot.ConsentImport}
}

// deeds are what pages say that was done: the end of a key.
func deeds() []string {
	return []string{"edited", "consent", "split", "erased", "declared", "taken_back", "region", "region_gone", "segment", "segment_gone"}
}

// deed is what was done last, as the address says it; "" where that is nothing.
type deed string

func deedOf(said string) deed {
	if slices.Contains(deeds(), said) {
		return deed(said)
	}
	return ""
}

func states() []bot.ImportState {
	return []bot.ImportState{
		bot.ImportNew, bot.ImportChecking, bot.ImportChecked, bot.ImportRunning, bot.ImportDone, bot.ImportStopped, bot.ImportFailed,
	}
}
