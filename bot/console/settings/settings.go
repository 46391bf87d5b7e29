// Package settings is the pages of those who look after Visnyk itself: who works
// with it, and what was done.
package settings

import (
	"embed"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Staff func() *staff.Staff
	// Address is where people find us, for the links they are given; without a slash
	// at its end.
	Address string
	Zone    *time.Location // in which a day is a day
}

// pages answer for each route.
type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, cfg Config) {
	c.Add(console.Section{Files: files, Nav: []console.Nav{
		{Text: "settings.users.nav", Path: "/settings/users", Permission: bot.ManageStaff},
		{Text: "settings.audit.nav", Path: "/settings/audit", Permission: bot.ManageStaff},
	}})
	p := pages{cfg}
	c.Get("/settings/users", bot.ManageStaff, p.users)
	c.Get("/settings/invite", bot.ManageStaff, p.invitation)
	c.Post("/settings/invite", bot.ManageStaff, p.invite)
	c.Get("/settings/users/:login", bot.ManageStaff, p.user)
	c.Post("/settings/users/:login/profile", bot.ManageStaff, p.setProfile)
	c.Post("/settings/users/:login/role", bot.ManageStaff, p.setRole)
	c.Post("/settings/users/:login/link", bot.ManageStaff, p.link)
	c.Post("/settings/users/:login/factor", bot.ManageStaff, p.resetFactor)
	c.Post("/settings/users/:login/disable", bot.ManageStaff, p.disable)
	c.Post("/settings/users/:login/enable", bot.ManageStaff, p.enable)
	c.Get("/settings/audit", bot.ManageStaff, p.audit)
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "settings.users.nav", "settings.audit.nav")
	for _, r := range roles() {
		keys = append(keys, "settings.does."+string(r))
	}
	for _, s := range standings() {
		keys = append(keys, "settings.users."+string(s))
	}
	for _, n := range nouns() {
		keys = append(keys, "settings.audit.noun."+string(n))
	}
	for action := range actions() {
		keys = append(keys, actionText(action))
	}
	return keys
}

func roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }
