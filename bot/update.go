package bot

// Update is one delivery of a messenger: verified, and stored before it is
// understood.
type Update struct {
	Bot     string // the account it came to
	ID      string // unique within the bot; what makes a redelivery recognisable
	Chat    string // the chat it belongs to; "" when it belongs to none
	Payload []byte // the bytes as they came
	// Defect says why an authentic update cannot be understood, without any of
	// its content; "" when it can. Such an update is parked, never refused:
	// the messenger would redeliver the same bytes for a day.
	Defect string
}
