package changes

import (
	"time"

	"visnyk/bot/console"
)

// approvalPage is what whoever approves a change reads before they decide.
type approvalPage struct {
	Head    headView
	Who     string // has submitted it
	People  int    // whom it concerns; -1: no number may be told
	About   bool   // it is so many, more or less
	Review  bool   // it waits for a decision
	Decides bool   // of the reader
	Own     bool   // who wrote some of it, so somebody else decides
	Button  textKey
	// Hash is what would be approved, Whom the people it would be told to.
	Hash, Whom  string
	Facts       []factView
	Level       textKey
	Until       time.Time // when it goes back by itself
	Short       string    // why it comes later than its kind demands
	Passed      bool      // the day on which it takes effect has
	Void        time.Time // when its approval is void unless it is announced; zero: never
	Compared    int       // the version that Differences are against; 0: it is the first
	Returned    bool      // which was returned; else it is the one that customers hear of
	Differences []console.Difference
	Notes       []noteView
	Stands      []standView
	Tightest    tightView
	Languages   []languageView
	Fault       string // why nothing can be shown
	Fields      []remarkView
	Remarked    bool // something was typed beside one of them
	Changed     *changedView
	Undo        time.Time // until when the reader may take their approval back; zero: they may not
	Announces   bool
	Again       string // how many it is announced to on purpose by the next press; "" before it was refused
	Crowd       *crowdView
	Revises     bool
	Recalls     bool   // the reader may take it back before it is decided
	Note        string // as it was typed
	Faults      console.Faults
}

// crowdView is that a version concerns many more or fewer people than it was approved for.
type crowdView struct{ Approved, People int }

// standView is a finding that its author lets stand.
type standView struct {
	Name     fieldKey
	About    foundKey
	Words    string
	Why, Who string
}

// remarkView is a field of the sheet, and what is to be noted there.
type remarkView struct {
	Name   fieldKey
	ID     anchor
	Both   bool // it says something in each language
	UK, RU string
	Value  string
	Remark string // as it was typed
}

// changedView is what became another since the page was read.
type changedView struct {
	Moved       bool // somebody has moved it on
	Version     int  // the one that was read, where another is there now
	Whom        bool // it concerns others
	Differences []console.Difference
}
