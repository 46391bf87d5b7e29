package bot

// Update is one delivery of a messenger: verified, and stored before it is
// understood.
type Update struct {
	Bot     string // the account it came to
	ID      string // unique within the bot; what makes a redelivery recognisable
	Chat    string // the chat it belongs to; "" when it belongs to none
	Payload []byte // the bytes as they came
	// Defect says why an authentic update has no envelope, that is no ID or no
	// Chat where there must be one, without any of its content; "" when it has.
	// Such an update is parked at the door, never refused: the messenger would
	// redeliver the same bytes for a day. What else of an update cannot be read
	// is found by its turn, which knows the chat.
	Defect string
}
