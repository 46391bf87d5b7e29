package console

import (
	"path"
	"slices"
	"strings"

	"visnyk/bot"
)

// frame is what the layout shows around a page.
type frame struct {
	Name     string // of the page
	Language bot.Language
	Theme    string // "light", "dark", or "" for the system's
	Keys     bool   // letters on the keyboard do something
	Sound    string // "on", "off", or "" until they were asked
	Signed   bool
	User     string // the id
	Person   string // how colleagues know them
	Company  string // whose console it is; "" is nobody's
	Style    string // the address of the company's colour; "" is ours
	Logo     string // of its logo; "" is our mark
	Icon     string // of the tab's icon in its colour; "" is ours
	Waiting  string // the same while somebody waits
	Here     string // the address, for the switch of languages
	Nav      []navEntry
	Page     any
}

// navEntry is one way that the visitor may go.
type navEntry struct {
	Text, Path, ID string // Text is a key
	Here           bool
	Count          int
	Counted        bool
	menu           string // the key of the menu it stands in; "" is none
	also           []string
}

// navMenu is a menu of the navigation: the ways in it, and whether one leads here.
type navMenu struct {
	Text  string // a key
	Ways  []navEntry
	Here  bool
	Count int // of all its ways
}

// Ways are those that stand each for itself.
func (f frame) Ways() (all []navEntry) {
	for _, e := range f.Nav {
		if e.menu == "" {
			all = append(all, e)
		}
	}
	return all
}

// Menus are the others.
func (f frame) Menus() (all []navMenu) {
	for _, e := range f.Nav {
		if e.menu == "" {
			continue
		}
		if len(all) == 0 || all[len(all)-1].Text != e.menu {
			all = append(all, navMenu{Text: e.menu})
		}
		m := &all[len(all)-1]
		m.Ways, m.Here, m.Count = append(m.Ways, e), m.Here || e.Here, m.Count+e.Count
	}
	return all
}

func (n Nav) id() string { return "count-" + path.Base(n.Path) }

// frame puts a page into what stands around it.
func (v *Visit) frame(name string, page any) frame {
	p := v.User.Preferences
	f := frame{
		Name: name, Language: v.Lang, Theme: p.Theme, Keys: !p.KeysOff, Sound: p.Sound,
		Signed: v.Signed(), User: v.User.ID, Person: v.User.Called(), Nav: v.navigation(), Page: page,
	}
	v.dress(&f)
	if !f.Signed && name != "error" { // which says nothing of what was asked
		f.Here = v.here()
	}
	return f
}

// here is the page that a stranger is at, with what it knows of where they go on to.
func (v *Visit) here() string {
	at := v.Request().URL
	return ownPath(at.EscapedPath() + AsQuery("next", checkedNext(at.Query().Get("next"))))
}

// navigation lists the ways that the visitor may go.
func (v *Visit) navigation() []navEntry {
	all := v.counted(func(Nav) bool { return true })
	at := v.Request().URL.Path
	for i, e := range all {
		all[i].Here = slices.ContainsFunc(append([]string{e.Path}, e.also...), func(way string) bool {
			return at == way || strings.HasPrefix(at, way+"/")
		})
	}
	return all
}

// counted lists those of the ways that the visitor may go, with their numbers. One that
// cannot be had now is left out: the page is worth more than it.
func (v *Visit) counted(of func(Nav) bool) (all []navEntry) {
	if !v.Signed() {
		return nil
	}
	for _, n := range v.console.nav {
		if n.Permission != Anybody && !v.Actor.May(n.Permission) || !of(n) {
			continue
		}
		e := navEntry{Text: n.Text, Path: Prefix + n.Path, ID: n.id(), menu: n.menu}
		for _, way := range n.Also {
			e.also = append(e.also, Prefix+way)
		}
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
