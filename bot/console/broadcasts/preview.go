package broadcasts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/markup"
)

// previewView is what messengers show of a message to one person.
type previewView struct {
	People    []choiceView // as whom it may be looked at
	Longest   string       // whom it comes out longest for; "" is nobody there
	Languages []languageView
}

// languageView is what is shown in one language.
type languageView struct {
	Language bot.Language
	Fault    string // why nothing can be shown
	Shown    []shownView
}

// shownView is what one messenger shows, or several that show it alike.
type shownView struct {
	Channels []textKey // none: all
	Messages []bot.Bubble
	Parted   bool // it takes more than one message
	Chars    int
}

// As whom a message may be looked at, beside the people it is for.
const (
	asLongest = "longest" // of those it is for, the one whose message is longest
	asUnknown = "unknown" // somebody of whom nothing is known
)

// someone is a person as texts speak of them.
type someone struct {
	id, name string
	language bot.Language
	vars     map[string]string
}

const (
	// people of the audience are looked at for the longest message, so many of them are
	// offered, and for so long they are looked for.
	lookAt       = 100
	offered      = 8
	lookPatience = 500 * time.Millisecond
)

// longName is longer than nearly all: nobody's. It stands in where nobody is found.
const longName = "Олександра-Вікторія Заболотна-Криворучко"

// preview shows the message as the one person who was chosen gets it.
func (p pages) preview(v *console.Visit, b bot.Broadcast, as string) (view previewView, err error) {
	people, err := p.people(v, b)
	if err != nil {
		return view, err
	}
	who := p.whoIs(b, people, as)
	view.People = []choiceView{{asLongest, "broadcasts.as.longest", "", true}, {asUnknown, "broadcasts.as.unknown", "", as == asUnknown}}
	for _, one := range people[:min(offered, len(people))] {
		view.People = append(view.People, choiceView{one.id, "", one.name, as == one.id})
	}
	view.People[0].Chosen = !slices.ContainsFunc(view.People[1:], func(c choiceView) bool { return c.Chosen })
	if view.People[0].Chosen {
		view.Longest = who.name
	}
	for _, l := range bot.Languages() {
		one := languageView{Language: l}
		if strings.TrimSpace(b.Text.In(l)) == "" {
			view.Languages = append(view.Languages, one)
			continue
		}
		_, err := p.Broadcasts().Preview(b, l, nil) // somebody of whom nothing is known is told something too
		var shown []Shown
		if err == nil {
			shown, err = p.Show(b, l, who.vars)
		}
		if err != nil {
			if v.Ctx().Err() != nil {
				return view, err
			}
			one.Fault = v.T("broadcasts.unseen") // marks around nothing, an address that is none: what is written so far
			wrong, _ := v.Faults(unshown(err))
			for _, words := range wrong {
				one.Fault = words
			}
		}
		one.Shown = alike(shown)
		view.Languages = append(view.Languages, one)
	}
	return view, nil
}

// Any reports whether anything is shown.
func (p previewView) Any() bool {
	return slices.ContainsFunc(p.Languages, func(l languageView) bool { return len(l.Shown) > 0 })
}

// whoIs is the one as whom the message is looked at: whoever it is longest for, unless
// somebody else is chosen.
func (p pages) whoIs(b bot.Broadcast, people []someone, as string) someone {
	if as == asUnknown {
		return someone{}
	}
	if i := slices.IndexFunc(people, func(one someone) bool { return one.id == as }); i >= 0 {
		return people[i]
	}
	return p.longest(b, people)
}

// unshown is why a text cannot be filled, for who writes it.
func unshown(err error) error {
	switch {
	case errors.Is(err, markup.ErrUnknown):
		return bot.Invalid("text", bot.FaultFallback, nil)
	case errors.Is(err, markup.ErrTemplate):
		return bot.Invalid("text", bot.FaultTemplate, nil)
	}
	return err
}

// people are some of those whom the message is for. Whoever may not see them, or would
// have to say why, sees none; so it is where they cannot be found at once.
func (p pages) people(v *console.Visit, b bot.Broadcast) (all []someone, err error) {
	ctx, stop := context.WithTimeout(v.Ctx(), lookPatience)
	defer stop()
	found, _, err := p.Audiences().People(ctx, v.Actor, audience.Question{Tree: b.Audience}, "", lookAt)
	if err != nil {
		if v.Ctx().Err() != nil {
			return nil, err
		}
		return nil, nil
	}
	declared, err := p.Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		for _, a := range declared {
			if a.Sensitive { // shown only for a reason
				delete(one.Attributes, a.Name)
			}
		}
		all = append(all, someone{one.ID, one.Name, one.Language, broadcast.Variables(one.Contact, one.Attributes)})
	}
	return all, nil
}

// longest is the person whose message is longest.
func (p pages) longest(b bot.Broadcast, people []someone) (who someone) {
	if len(people) == 0 {
		return someone{vars: map[string]string{"name": longName}}
	}
	most := -1
	for _, one := range people {
		n := 0
		for _, l := range bot.Languages() {
			if m, err := p.Broadcasts().Preview(b, l, one.vars); err == nil {
				n = max(n, units(m.Text))
			}
		}
		if n > most {
			who, most = one, n
		}
	}
	return who
}

// alike puts together what messengers show the same.
func alike(all []Shown) (views []shownView) {
	at := map[string]int{}
	for _, s := range all {
		key := fmt.Sprint(s.Messages)
		if _, is := at[key]; !is {
			at[key] = len(views)
			view := shownView{Messages: s.Messages, Parted: len(s.Messages) > 1}
			for _, m := range s.Messages {
				view.Chars += units(m.Text())
			}
			views = append(views, view)
		}
		one := &views[at[key]]
		one.Channels = append(one.Channels, textKey("channel."+s.Channel))
	}
	if len(views) == 1 {
		views[0].Channels = nil
	}
	return views
}

// units is how long a text is for messengers and browsers.
func units(text string) int { return len(utf16.Encode([]rune(text))) }
