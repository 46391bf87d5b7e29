package articles

import (
	"time"

	"visnyk/bot"
	"visnyk/bot/console/drafting"
)

// articlePage is one article.
type articlePage struct {
	drafting.View
	Head     headView
	Words    []wordsView
	Changes  []changeView
	Spans    []spanView
	Facts    []factView
	Replaces *otherView // whose place it takes
	Replaced *otherView // what takes its place
	Warnings []warningView
	Offers   []offerView   // wordings that led people here
	Offered  []offeredView // wordings of a starter base
	Askers   *askersView
}

// headView is what stands above every page of an article.
type headView struct {
	ID, Title   string
	State       stateKey
	Version     int
	Note        string
	Here        tabKey
	Edits       bool
	By          string
	At          time.Time
	Blanks      []string // that are left
	Moves       []moveView
	Change      string // its change; "" of none
	ChangeTitle string
	Silent      bool // its change is not announced
	Valid       validKey
	From, Until time.Time
	Done        deed
}

// moveView is a move that somebody could make.
type moveView struct {
	Name  moveKey
	Main  bool
	Notes bool    // it needs a note
	Why   textKey // why the reader may not; "": they may
}

// wordsView is a text in both languages.
type wordsView struct {
	Name       fieldKey
	UK, RU     string
	Lines      int
	Fault      string
	FoundUK    []string // what is to be looked at
	FoundRU    []string
	ID         anchor
	UKID, RUID anchor
}

// factView is a moment.
type factView struct {
	Name  fieldKey
	Value string
	Shown time.Time
	Fault string
	ID    anchor
}

// spanView is a way to follow the dates of the change.
type spanView struct {
	Value string
	Name  spanKey
	Here  bool
}

// otherView is another article.
type otherView struct{ ID, Title string }

// warningView is something about the whole that is to be looked at.
type warningView struct {
	Words string
	Other *otherView
}

// offerView is a wording that led people to the article.
type offerView struct {
	ID, Phrase string
	Language   bot.Language
	People     int
	Found      bool
}

// offeredView is a wording of a starter base.
type offeredView struct {
	Value, Phrase string
	Language      bot.Language
	Nr            int
}
