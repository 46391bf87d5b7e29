package storage

// How long rows are kept where no setting speaks of it, for storage/upkeep.
const (
	AnswersKept       = keyKept
	EarlyReceiptsKept = earlyReceipts
)

// OutboxStates are the states that a message may be in.
func OutboxStates() []string {
	return []string{
		statePending, stateSending, stateSent, stateGone,
		stateMalformed, stateExpired, stateUnknown, stateSkipped,
	}
}
