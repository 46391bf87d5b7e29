package bot

import "time"

// Ending is how a person's question in free text ended.
type Ending string

// The endings. An editor hears of the bad ones as answers that are wanted, and
// learns wordings from the good ones.
const (
	EndedUnanswered Ending = "unanswered" // nothing was found
	EndedRejected   Ending = "rejected"   // none of the articles that were offered was meant
	EndedUnhelped   Ending = "unhelped"   // the answer did not help
	EndedHuman      Ending = "human"      // instead of a word on the answer, a person was called
	EndedPicked     Ending = "picked"     // one of the articles that were offered was meant
	EndedHelped     Ending = "helped"     // the answer helped
	EndedConfirmed  Ending = "confirmed"  // an operator said which article answers it

	// EndedComplained is no question: it is a complaint about a change, for whoever
	// tells the change to read.
	EndedComplained Ending = "complained"
)

// Question is a question of a person, kept for how it ended. A later ending of
// the same question takes the place of the earlier one.
type Question struct {
	Address  Address
	Cause    string // the update that brought it
	Contact  string
	Text     string   // with what would tell of the person masked
	Language Language // of the answer
	Ending   Ending
	Shown    []string // the articles that were offered or told
	Article  string   // the one that the ending speaks of; "" when none
	Change   string   // the change that it was about; "" when none
	At       time.Time
}
