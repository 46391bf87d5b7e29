package vibertest

// Limits of the buttons that stay in the chat.
const (
	richLevel = 7 // the API level from which clients show them
	richRows  = 7 // of a block
	blocks    = 6
)

// richMedia checks the buttons of a message that is nothing but buttons. They are laid out
// block beside block; a hole would show as one, so it is refused here although Viber takes
// it. It gives the API level that they need.
func richMedia(d document) (*Keyboard, int, *refusal) {
	if refused := ofType(d, "rich_media"); refused != nil {
		return nil, 0, refused
	}
	wide, refused := d.whole("ButtonsGroupColumns", columns, 1, columns)
	if refused != nil {
		return nil, 0, refused
	}
	high, refused := d.whole("ButtonsGroupRows", richRows, 1, richRows)
	if refused != nil {
		return nil, 0, refused
	}
	if refused := background(d); refused != nil {
		return nil, 0, refused
	}
	k := &Keyboard{}
	level, refused := k.read(d, wide, high)
	if refused != nil {
		return nil, 0, refused
	}
	return k, max(level, richLevel), layout(k.Buttons, wide, high, blocks*high)
}
