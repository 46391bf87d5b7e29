// Package people is the pages about those whom the company serves: how they are
// brought in by a file.
package people

import (
	"embed"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Contacts func() *contact.Contacts // nil while the database is not there yet
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with}
	c.Add(console.Section{Files: files, Nav: []console.Nav{
		{Text: "people.import.nav", Path: "/people/import", Permission: bot.WriteContacts},
	}})
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
	keys := append(console.TextsOf(files), "people.import.nav", "people.import.line")
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
	return keys
}

func states() []bot.ImportState {
	return []bot.ImportState{
		bot.ImportNew, bot.ImportChecking, bot.ImportChecked, bot.ImportRunning, bot.ImportDone, bot.ImportStopped, bot.ImportFailed,
	}
}
