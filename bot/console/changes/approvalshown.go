package changes

import (
	"fmt"
	"slices"

	"visnyk/bot"
)

// languageView is what all messengers show in one language.
type languageView struct {
	Language bot.Language
	Ticked   bool
	Fault    string
	Parts    []partView
}

// partView is a part of the change as it is shown: each way once.
type partView struct {
	Part fieldKey
	Said []wayShownView
}

// wayShownView is one way in which a part is shown.
type wayShownView struct {
	Channels []textKey // what the messengers are called of messenger that show it so; none: all
	Whose    []string  // the groups that are told it so; none: everybody else
	Others   bool      // and there are such groups
	Messages []bot.Bubble

	base bool
}

// languages gathers what is shown: what messengers show alike, and groups are told alike,
// stands there once.
func languages(all []told, read []string) (views []languageView) {
	var channels []textKey
	for _, s := range all[0].all {
		if c := channelText(s.Channel); !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	for _, l := range bot.Languages() {
		view := languageView{Language: l, Ticked: slices.Contains(read, string(l))}
		ways := map[string]*wayShownView{}
		order := map[fieldKey][]*wayShownView{}
		for _, one := range all {
			for _, s := range one.all {
				if s.Language != l {
					continue
				}
				part := partOf(s.Part)
				if !slices.ContainsFunc(view.Parts, func(p partView) bool { return p.Part == part }) {
					view.Parts = append(view.Parts, partView{Part: part})
				}
				key := fmt.Sprint(part, len(s.Messages), textOf(s), buttonsOf(s))
				way := ways[key]
				if way == nil {
					way = &wayShownView{Messages: s.Messages}
					ways[key] = way
					order[part] = append(order[part], way)
				}
				way.add(one.who, channelText(s.Channel))
			}
		}
		for i, p := range view.Parts {
			for _, way := range order[p.Part] {
				view.Parts[i].Said = append(view.Parts[i].Said, way.labelled(channels, order[p.Part]))
			}
		}
		views = append(views, view)
	}
	return views
}

func channelText(kind string) textKey { return textKey("channel." + kind) }

func (w *wayShownView) add(who string, channel textKey) {
	if !slices.Contains(w.Channels, channel) {
		w.Channels = append(w.Channels, channel)
	}
	w.base = w.base || who == ""
	if who != "" && !slices.Contains(w.Whose, who) {
		w.Whose = append(w.Whose, who)
	}
}

// labelled says only what tells the way from the others.
func (w *wayShownView) labelled(channels []textKey, all []*wayShownView) wayShownView {
	view := *w
	if len(view.Channels) == len(channels) {
		view.Channels = nil
	}
	apart := slices.ContainsFunc(all, func(other *wayShownView) bool { return !other.base })
	if view.base {
		view.Whose, view.Others = nil, apart
	}
	return view
}

func buttonsOf(s Shown) string {
	var all [][]string
	for _, m := range s.Messages {
		all = append(all, m.Buttons...)
	}
	return fmt.Sprintf("%q", all)
}
