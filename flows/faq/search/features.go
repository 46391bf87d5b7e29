package search

// The features of a candidate. Names are for Explain and for training; a trained
// weight belongs to each.
const (
	fDirect = iota
	fAll
	fAnswer
	fBest
	fWhole
	fSpelt
	fHeld
	fEqual
	fMass
	fTop
	fAsked
	fProduct
	fUnknown
	fShort
	fSize
	fStrange
	fAheadAll
	fAheadBest
	fAheadSpelt
	fAheadAnswer
	fMore
	fLess
	fClause
	fStory
	fPair
	fPairs
	fForeign
	fLost
	fForeignPart
	fMeant
	fMassDirect
	fTopDirect
	fCount
	fAsks
	fWants
	fLate
	fWithin
	fBeside
	fNameless
	fAheadPair
	wordFeatures // those below need an atlas
)

const (
	fLike = wordFeatures + iota
	fAheadLike
	fLikeHere
	fAheadLikeHere
	fSubject
	fAheadSubject
	fLacks
	features
)

// WordFeatures is how many of the features there are without an atlas; they come first.
const WordFeatures = wordFeatures

// FeatureNames says what each feature is, in their order.
func FeatureNames() []string {
	return []string{
		"words found in its wordings", "words and meanings found", "with the words of its answer", "closest wording", "wording held whole",
		"letters in common", "letters of a wording held", "equal to a wording", "how much was found", "the rarest thing found",
		"share of the closest wording", "found and close", "words nobody knows", "a short message", "size of the base", "words not in the base",
		"ahead by meanings", "ahead by wording", "ahead by letters", "ahead by answer", "what only it has", "what only its rival has",
		"a clause of a story", "within a story",
		"words in the same row", "how many in the same row", "words of other matters", "what was not found", "share of other matters",
		"with the meanings of its answer", "how much was found by words", "the rarest word found", "how many words found",
		"asks", "wants", "how late", "found in the whole story", "found beside other matters", "words without a meaning", "ahead by words in a row",
		"asked alike elsewhere", "ahead by what is asked alike", "its clause asked alike elsewhere", "ahead by its clause",
		"the subject found", "ahead by the subject", "what its wording asks besides",
	}
}
