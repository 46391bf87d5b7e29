package bot

import "context"

// Typist is a channel that can show a person that somebody writes to them. It is
// shown for a few seconds and kept nowhere.
type Typist interface {
	Typing(ctx context.Context, to Address) error
}
