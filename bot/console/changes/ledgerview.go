package changes

import (
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
)

// ledgerPage is who knows what of a change.
type ledgerPage struct {
	Head          headView
	Announced     bool
	Level         levelKey
	Deadline      time.Time
	Passed        bool
	Current       int // the version in force
	Query         ledgerQuery
	LedgerNumbers ledgerNumbers
	File          string // what is chosen, for the file
	Bots          []botView
	Rows          []ledgerRow
	Reads         bool // the reader may see people
	Exports       bool
	First         string // the addresses of other pages; "" where there are none
	Next          string
	Key           string // by which proofs are checked
	Languages     []bot.Language
	Sums          []sumKey
}

// ledgerNumbers are the numbers, as a part of the page that moves.
type ledgerNumbers struct {
	ID                   string
	Knows, Due, Percent  int
	KnowsText, DueText   string
	Bar                  []barView
	Numbers              []numberView
	Shares               []shareView
	Reasons              []reasonView
	Versions             []versionSum
	Erased               int
	ErasedText           string
	Narrowed, HasShares  bool
	Deadline             time.Time
	Passed               bool
	LevelOf              levelKey
	VersionNow           int
	HasAcknowledge, Many bool
}

type (
	sumKey    string
	reasonKey string
	stanceKey string
	wayKey    string
	barKey    string
	// channelKey is a kind of messenger.
	channelKey string
)

// botView is a bot to choose from, by its kind of messenger.
type botView struct {
	Name    string
	Channel channelKey
	Here    bool
}

// barView is a piece of the bar that shows everybody.
type barView struct {
	Kind     barKey
	X, Width float64 // of 100
	N        string
	Query    string
}

// numberView is one number, with what it means, and where its people are.
type numberView struct {
	Sum   sumKey
	N     string
	Some  bool
	Query string
	Here  bool
}

// shareView is one messenger in one language.
type shareView struct {
	Channel                             channelKey
	Bot                                 string
	Language                            bot.Language
	Told, Delivered, Seen, Acknowledged string
	Late                                string
	Query                               string
	Wide, KnowsWide                     float64 // of 100: told, and know
	Knows                               string
}

type reasonView struct {
	Reason reasonKey
	N      string
	Query  string
	Here   bool
}

type versionSum struct {
	Version int
	N       string
	Query   string
	Now     bool
	Here    bool
}

// ledgerRow is one person of the ledger.
type ledgerRow struct {
	ID, Name, External                          string
	Stance                                      stanceKey
	Reason                                      reasonKey
	Told, Delivered, Seen, Acknowledged, Passed time.Time
	Asked, Complained, Joined, Blind, Proof     bool
	Channel                                     channelKey
	Language                                    bot.Language
	Version                                     int
	Way                                         wayKey
}

func sumOf(s change.Sum) sumKey { return sumKey(s) }

func reasonOf(r string) reasonKey {
	if slices.Contains(ledgerReasons(), r) {
		return reasonKey(strings.ReplaceAll(r, " ", "_"))
	}
	return "another"
}

// ledgerReasons are why a message passed somebody by, as far as there are words for it.
func ledgerReasons() []string {
	return []string{
		bot.ReasonNoAddress, bot.ReasonUnreachable, bot.ReasonBlocked, bot.ReasonStopped, bot.ReasonNoConsent, bot.ReasonNoText,
		bot.ReasonTooLate, bot.ReasonGone, bot.ReasonMalformed, bot.ReasonUnrendered,
	}
}

// ledgerTexts are the keys of the words of the ledger that templates make.
func ledgerTexts() (keys []string) {
	for _, s := range change.Sums() {
		keys = append(keys, "ledger.sum."+string(s), "ledger.means."+string(s))
	}
	for _, s := range bot.Stances() {
		keys = append(keys, "ledger.stance."+string(s))
	}
	for _, r := range append(ledgerReasons(), "another") {
		keys = append(keys, "ledger.why."+strings.ReplaceAll(r, " ", "_"))
	}
	for _, w := range storage.Ways() {
		keys = append(keys, "ledger.way."+string(w))
	}
	for _, l := range bot.ChangeLevels() {
		keys = append(keys, "ledger.level."+string(levelOf(l)))
	}
	return append(keys, "ledger.outcome.sent", "ledger.outcome.unknown", "ledger.outcome.failed", "ledger.outcome.unsent")
}
