package bot

// Why a broadcast pauses by itself.
const (
	HaltStopped  = "stopped"  // somebody has stopped all broadcasts
	HaltLate     = "late"     // its moment had passed before it began
	HaltCrowd    = "crowd"    // it is for many more or fewer people than it was approved for
	HaltChanged  = "changed"  // it is not what was approved: changed past its moves, or this program shows it otherwise
	HaltOutdated = "outdated" // another version of the change that it tells holds by now, or the change was withdrawn
	HaltCeiling  = "ceiling"  // the next message would cost more than is left
	HaltUnpriced = "unpriced" // the table of prices does not say what the next message costs
	HaltCopied   = "copied"   // a copy or a backup that a command of ours made is served for the first time
	HaltUnaware  = "unaware"  // nobody had served the database for long: restored, or a late start
)

// Halts are all of them.
func Halts() []string {
	return []string{HaltStopped, HaltLate, HaltCrowd, HaltChanged, HaltOutdated, HaltCeiling, HaltUnpriced, HaltCopied, HaltUnaware}
}
