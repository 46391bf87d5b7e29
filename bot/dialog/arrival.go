package dialog

import (
	"encoding/json"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// arrival is a row of the inbox on its way through the worker. However often its
// turn is made again, it is decoded once. One goroutine at a time has it.
type arrival struct {
	storage.InboxRow
	read   bool
	events []bot.Event
	err    error
}

// arrivals are the rows, those of them that were tried before as they were then.
func arrivals(rows []storage.InboxRow, tried []*arrival) []*arrival {
	known := make(map[string]*arrival, len(tried))
	for _, a := range tried {
		known[a.ID] = a
	}
	all := make([]*arrival, len(rows))
	for i, row := range rows {
		all[i] = known[row.ID]
		if all[i] == nil {
			all[i] = &arrival{}
		}
		all[i].InboxRow = row // as it stands now
	}
	return all
}

// decoded tells what happened. An error of the channel is a defectError.
func (a *arrival) decoded(ch bot.Channel) ([]bot.Event, error) {
	if !a.read {
		a.events, a.err = decode(ch, a.InboxRow)
		a.read = true
	}
	return a.events, a.err
}

// decode tells what happened in a row. A panic of a decoder is that row's failure
// and nobody else's.
func decode(ch bot.Channel, row storage.InboxRow) (events []bot.Event, err error) {
	defer recovered(&err)
	if row.Source == storage.SourceChannel {
		events, err = ch.Decode(bot.Update{Bot: row.Bot, ID: row.ID, Chat: row.Chat, Payload: row.Payload})
		if err != nil {
			return nil, defectError{err}
		}
		return events, nil
	}
	var e bot.Event
	if err := json.Unmarshal(row.Payload, &e); err != nil {
		return nil, fmt.Errorf("decode own event: %w", err)
	}
	return []bot.Event{e}, nil
}

// defectError is why the channel cannot read an update. Decoding is pure, so it
// would say the same every time.
type defectError struct{ error }
