// Package settings is the pages of those who look after Visnyk itself: who works
// with it, what was done, what it is called and when it answers, and what it could not.
package settings

import (
	"context"
	"embed"
	"math"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/parked"
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
	Parked  func() *parked.Parked
	Now     func() time.Time // time.Now if nil
	// ChatLinks gives the links that open a chat of the staff by the code; none where
	// nil. ChatName is the key of what a bot's messenger is called.
	ChatLinks func(ctx context.Context, code string) []ChatLink
	ChatName  func(bot string) string
}

// pages answer for each route.
type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, cfg Config) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ChatLinks == nil {
		cfg.ChatLinks = noChats
	}
	if cfg.ChatName == nil {
		cfg.ChatName = func(string) string { return "" }
	}
	p := pages{cfg}
	c.Add(console.Section{Files: files, Menu: "settings.menu.title", Nav: []console.Nav{
		{Text: "settings.company.nav", Path: "/settings/company", Permission: bot.WriteSettings},
		{Text: "settings.work.nav", Path: "/settings/work", Permission: bot.WriteSettings},
		{Text: "settings.rules.nav", Path: "/settings/rules", Permission: bot.WriteSettings},
		{Text: "settings.limits.nav", Path: "/settings/limits", Permission: bot.WriteSettings},
		{Text: "settings.users.nav", Path: "/settings/users", Permission: bot.ManageStaff},
		{Text: "settings.audit.nav", Path: "/settings/audit", Permission: bot.ManageStaff},
		{Text: "settings.parked.nav", Path: "/parked", Permission: bot.ManageUpdates, Count: p.aside},
	}})
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
	c.Get("/settings/company", bot.WriteSettings, p.company)
	c.Post("/settings/company", bot.WriteSettings, p.setCompany)
	c.Get("/settings/look", bot.WriteSettings, p.look)
	c.Get("/settings/logo/:name", bot.WriteSettings, p.logo)
	c.Upload("/settings/logo", bot.WriteSettings, logoForm, p.setLogo)
	c.Get("/settings/work", bot.WriteSettings, p.work)
	c.Post("/settings/work", bot.WriteSettings, p.setWork)
	c.Get("/settings/rules", bot.WriteSettings, p.rules)
	c.Post("/settings/rules", bot.WriteSettings, p.setRules)
	c.Get("/settings/limits", bot.WriteSettings, p.limits)
	c.Post("/settings/limits", bot.WriteSettings, p.setLimits)
	c.Get("/messenger", console.Anybody, p.messenger)
	c.Post("/messenger/link", console.Anybody, p.linkMessenger)
	c.Post("/messenger/unlink", console.Anybody, p.unlinkMessenger)
	c.Get("/parked", bot.ManageUpdates, p.parked)
	c.Get("/parked/update", bot.ManageUpdates, p.update)
	c.Post("/parked/replay", bot.ManageUpdates, p.replay)
	c.Post("/parked/drop", bot.ManageUpdates, p.drop)
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "settings.menu.title", "settings.users.nav", "settings.audit.nav", "settings.company.nav", "settings.work.nav", "settings.rules.nav", "settings.limits.nav", "settings.limits.unsure",
		"settings.parked.nav", "settings.parked.unsure", "settings.parked.no_chat", "settings.form.meanwhile", "settings.company.sample", "settings.company.untitled", "settings.work.meanwhile")
	for _, d := range week() {
		keys = append(keys, "settings.work."+dayField(d))
	}
	for _, name := range approvalRules() {
		keys = append(keys, "settings.rules."+string(ruleField(name)), "settings.rules."+string(ruleField(name))+"_hint")
	}
	for _, name := range allLimits() {
		keys = append(keys, "settings.limits."+string(ruleField(name)))
	}
	for _, name := range namedSettings() {
		keys = append(keys, string(settingText(name)))
	}
	for _, r := range roles() {
		keys = append(keys, "settings.does."+string(r))
	}
	for _, s := range standings() {
		keys = append(keys, "settings.users."+string(s))
	}
	for _, n := range nouns() {
		keys = append(keys, "settings.audit.noun."+string(n))
	}
	for _, n := range nouns() {
		keys = append(keys, "settings.audit.one."+string(n))
	}
	for _, f := range factNames() {
		keys = append(keys, "settings.audit.fact."+f)
	}
	for _, w := range factWords() {
		keys = append(keys, "settings.audit.is."+w)
	}
	for action := range actions() {
		keys = append(keys, actionText(action))
	}
	return keys
}

func roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }

// decimal writes a number as people here do, with a comma and one digit behind it;
// never as more than it is.
func decimal(n float64) string {
	return strings.Replace(strconv.FormatFloat(math.Floor(n*10)/10, 'f', 1, 64), ".", ",", 1)
}
