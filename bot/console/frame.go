package console

import (
	"path"
	"strings"

	"visnyk/bot"
)

// frame is what the layout shows around a page.
type frame struct {
	Name     string // of the page
	Language bot.Language
	Theme    string // "light", "dark", or "" for the system's
	Keys     bool   // letters on the keyboard do something
	Sound    bool
	Signed   bool
	Login    string
	Person   string // how colleagues know them
	Nav      []navEntry
	Page     any
}

// navEntry is one way that the visitor may go.
type navEntry struct {
	Text, Path, ID string // Text is a key
	Here           bool
	Count          int
	Counted        bool
}

func (n Nav) id() string { return "count-" + path.Base(n.Path) }

// frame puts a page into what stands around it.
func (v *Visit) frame(name string, page any) frame {
	return frame{
		Name: name, Language: v.Lang, Signed: v.Signed(), Login: v.User.Login, Person: v.User.Login, Keys: true, Nav: v.navigation(),
		Page: page,
	}
}

// navigation lists the ways that the visitor may go. A number that cannot be had
// now is left out: the page is worth more than it.
func (v *Visit) navigation() (all []navEntry) {
	if !v.Signed() {
		return nil
	}
	for _, n := range v.console.nav {
		if n.Permission != Anybody && !v.Actor.Role.May(n.Permission) {
			continue
		}
		at := v.Request().URL.Path
		e := navEntry{Text: n.Text, Path: Prefix + n.Path, ID: n.id()}
		e.Here = at == e.Path || strings.HasPrefix(at, e.Path+"/")
		if n.Count != nil {
			count, err := n.Count(v.Ctx(), v.Actor)
			if e.Counted = err == nil; err != nil {
				v.console.cfg.Log.Warn("a number of the navigation is missing", "request", v.request, "err", err)
			}
			e.Count = count
		}
		all = append(all, e)
	}
	return all
}
