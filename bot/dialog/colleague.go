package dialog

import (
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/flows"
)

// staffCode returns the code of a link of the staff that the event opens; "" when
// it opens none.
func staffCode(e bot.Event) string {
	if code, ok := flows.StaffCode(e.Text); ok && e.Kind == bot.Started {
		return code
	}
	return ""
}

// colleagues reads which links of the staff that the turns follow are good. Hardly
// a turn asks.
func (w *Worker) colleagues(ctx context.Context, inputs []*TurnInput) error {
	for _, s := range inputs {
		for _, e := range s.Events {
			code := staffCode(e)
			if code == "" {
				continue
			}
			good, err := w.Store.GoodStaffLink(ctx, code)
			if err != nil {
				return fmt.Errorf("read a link of the staff: %w", err)
			}
			if good {
				s.StaffLink = code
			}
		}
	}
	return nil
}

// linkStaff makes the chat the one where somebody of the staff hears of what waits
// for them, if the link is good; and it says what came of it.
func (t *turn) linkStaff(code string) error {
	if code != t.s.StaffLink {
		return t.sayKey("colleague.over")
	}
	t.write.LinkStaff = code
	return t.sayKey("colleague.linked")
}
