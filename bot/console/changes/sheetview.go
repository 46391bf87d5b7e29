package changes

import (
	"time"

	"visnyk/bot/console/drafting"
)

// sheetPage is the fact sheet of a change.
type sheetPage struct {
	drafting.View
	Head   headView
	Edits  bool
	Words  []wordsView // the texts that every change has
	Others []wordsView // further down
	Kinds  []choiceView
	Levels []choiceView
	Facts  []factView // moments and lines
	Lists  []listView
	Next   nextView
}

// headView is what stands above every page of a change.
type headView struct {
	ID, Title string
	State     stateKey
	Version   int
	Told      int // the version that customers hear of
	Note      string
	Here      pageKey
	Edits     bool
	By        string
	At        time.Time
	Unready   []missingView // what keeps it from being submitted
	Long      []missingView // likewise: texts that are too long
	Open      int           // findings that nobody has accepted
	Noted     []noteView    // that nobody has mended
	Submits   bool
	Ahead     aheadKey // what comes next, on another page
	Done      deed
}

type (
	pageKey  string
	aheadKey string
	textKey  string
	// anchor is the id of something on the page, or the name of an input.
	anchor string
)

// missingView is a field that is not filled yet.
type missingView struct {
	Name fieldKey
	Nr   int // of the row; 0: it is in no list
	ID   anchor
}

// choiceView is one of several choices.
type choiceView struct {
	Value  string
	Key    textKey // of its words
	Name   string  // its name, where it has one of its own
	Chosen bool
}

// wordsView is a text in both languages.
type wordsView struct {
	Field          string // as findings name it
	Name           fieldKey
	Hint           fieldKey
	InUK, InRU     anchor // the names of its inputs
	UK, RU         string
	Lines          int
	RoomUK, RoomRU drafting.Room
	FoundUK        []foundView
	FoundRU        []foundView
	Fault          string
	ID, UKID, RUID anchor
	Note           *noteView
}

// factView is a line or a moment.
type factView struct {
	Name, Hint fieldKey
	In, ID     anchor
	Value      string
	Type       string
	Shown      string // as people write it
	Fault      string
	Only       bool // it counts only where the level is the highest
	Note       *noteView
	Soon       string // what is wrong with so near a day
}

// listView is a list of rows.
type listView struct {
	Name fieldKey
	Rows []listRow
	Note *noteView
}

// listRow is one of a list: its texts, its lines and choices.
type listRow struct {
	Nr      int
	Drop    string
	Tree    string
	Says    string   // the people of a group in words, where they have no name
	Parts   []string // what is no text of a language, as people read it
	Words   []wordsView
	Facts   []factView
	Choices []choicesView
}

// Between is what stands between its parts: those of a group are apart, a sum and its
// currency are one.
func (r listRow) Between() string {
	if r.Tree != "" {
		return " · "
	}
	return " "
}

// choicesView is a list to choose from.
type choicesView struct {
	Name   fieldKey
	In, ID anchor
	All    []choiceView
}
