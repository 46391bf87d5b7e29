package dialog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// remember writes the event into the history.
func (t *turn) remember(e bot.Event) error {
	entry := bot.Entry{Address: e.From, At: t.s.Now, Cause: t.s.Inbox, Kind: string(e.Kind), Text: e.Text}
	if _, ok := flows.JoinCode(e.Text); ok && e.Kind == bot.Started {
		entry.Text = "" // a key to somebody's history is kept nowhere
	}
	id := e.ID
	if e.Kind == bot.Relayed {
		id = "" // apart again, neither chat must tell of the other
	}
	if e.Press != nil || e.Attachment != nil || e.ID != "" || e.Detail != "" {
		detail, err := json.Marshal(struct {
			ID         string          `json:"id,omitempty"`
			Press      *bot.Press      `json:"press,omitempty"`
			Attachment *bot.Attachment `json:"attachment,omitempty"`
			Detail     string          `json:"detail,omitempty"`
		}{id, e.Press, e.Attachment, e.Detail})
		if err != nil {
			return fmt.Errorf("encode history: %w", err)
		}
		entry.Detail = detail
	}
	t.write.History = append(t.write.History, entry)
	return nil
}

func (t *turn) setVar(name, value string) {
	if t.conv.State.Vars[name] == value {
		return
	}
	vars := make(map[string]string, len(t.conv.State.Vars)+1)
	for k, v := range t.conv.State.Vars {
		vars[k] = v
	}
	if value == "" {
		delete(vars, name)
	} else {
		vars[name] = value
	}
	t.conv.State.Vars = vars
}

func (t *turn) setMoment(name string) { t.setVar(name, strconv.FormatInt(t.s.Now.Unix(), 10)) }

// within tells whether the moment kept under name is less than span ago.
func (t *turn) within(name string, span time.Duration) bool {
	at, err := strconv.ParseInt(t.conv.State.Vars[name], 10, 64)
	return err == nil && !passed(t.s.Now, time.Unix(at, 0), span)
}

// passed tells whether span has gone by since at. A clock that was set back
// counts as that, or a chat would be silent until it comes round again.
func passed(now, at time.Time, span time.Duration) bool {
	d := now.Sub(at)
	return d < 0 || d >= span
}
