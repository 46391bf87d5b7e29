package storage

import "time"

// How long rows are kept where no setting speaks of it, for storage/upkeep.
const (
	AnswersKept       = keyKept
	EarlyReceiptsKept = earlyReceipts
	RawKept           = rawKept
)

// rawKept is how long what came in and what went out is kept as it was. The
// messengers repeat an update for a day at most, so its key is needed no longer.
const rawKept = 48 * time.Hour

// OutboxStates are the states that a message may be in.
func OutboxStates() []string {
	return []string{
		statePending, stateSending, stateSent, stateGone,
		stateMalformed, stateExpired, stateUnknown, stateSkipped,
	}
}
