package telegram

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"visnyk/bot"
)

// mostTaken is how many files of ours are known that Telegram has; of more, some are
// handed over once more.
const mostTaken = 500

// sentAs is a file of ours and the method that it was sent by: what Telegram calls a
// picture names no document.
type sentAs struct{ file, method string }

// taken are the files that Telegram has from us, by what it calls them for this bot: a
// picture for a thousand people is handed over once. They are known to the process alone,
// so after a restart each is handed over again.
type taken struct {
	mu    sync.Mutex
	files map[sentAs]*takenFile
}

// takenFile is one of them, or one on its way. Its other fields are read once over is
// closed.
type takenFile struct {
	over   chan struct{}
	name   string         // what Telegram calls it; "" where it was not taken
	failed *bot.SendError // why it never will be, in this form
}

// take returns a file that is known; nil where the caller is to hand it over, and to call
// handed with what became of that. Meanwhile others wait for it, as long as they have
// patience: then they hand it over themselves.
func (t *taken) take(ctx context.Context, as sentAs, patience time.Duration) (known *takenFile, handed func(name string, failed *bot.SendError)) {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		one, first := t.begin(as)
		if first {
			return nil, func(name string, failed *bot.SendError) { t.end(as, one, name, failed) }
		}
		select {
		case <-one.over:
			if one.name != "" || one.failed != nil {
				return one, nil
			}
		case <-late.C:
			return nil, func(string, *bot.SendError) {}
		case <-ctx.Done():
			return nil, func(string, *bot.SendError) {}
		}
	}
}

// begin returns the file, and whether nobody has begun to hand it over before.
func (t *taken) begin(as sentAs) (one *takenFile, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one = t.files[as]; one != nil {
		return one, false
	}
	for other := range t.files {
		if len(t.files) < mostTaken {
			break
		}
		delete(t.files, other) // whoever waits for it is told all the same
	}
	if t.files == nil {
		t.files = map[sentAs]*takenFile{}
	}
	one = &takenFile{over: make(chan struct{})}
	t.files[as] = one
	return one, true
}

// end says what became of a file. One that was not taken this time the next will try.
func (t *taken) end(as sentAs, one *takenFile, name string, failed *bot.SendError) {
	if one.name = name; failed != nil && as.method == sendPhoto && reason(failed) == whyFile {
		one.failed = failed
	}
	if one.name == "" && one.failed == nil {
		t.forget(as, one)
	}
	close(one.over)
}

// forget forgets a file, unless it has been handed over anew.
func (t *taken) forget(as sentAs, one *takenFile) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.files[as] == one {
		delete(t.files, as)
	}
}

// sendKept sends a file that we keep: by what Telegram calls it where it has it, and whole
// where it does not, or not any more.
func (c *Channel) sendKept(ctx context.Context, chat int64, r request) (string, *bot.SendError) {
	as := sentAs{r.Kept, r.Method}
	for {
		known, handed := c.taken.take(ctx, as, c.timeout)
		switch {
		case known == nil:
			return c.handOver(ctx, chat, r, handed)
		case known.failed != nil:
			return "", known.failed
		}
		id, failed := c.sendTaken(ctx, chat, r, known.name)
		if failed == nil || reason(failed) != whyFile {
			return id, failed
		}
		c.taken.forget(as, known)
	}
}

// handOver sends a file whole, and says what Telegram calls it from then on.
func (c *Channel) handOver(ctx context.Context, chat int64, r request, handed func(string, *bot.SendError)) (id string, failed *bot.SendError) {
	name := ""
	defer func() { handed(name, failed) }()
	id, name, failed = c.upload(ctx, chat, r)
	return id, failed
}

// sendTaken sends a file that Telegram has, by what it calls it.
func (c *Channel) sendTaken(ctx context.Context, chat int64, r request, name string) (string, *bot.SendError) {
	if r.Method == sendPhoto {
		r.Params.Photo = name
	} else {
		r.Params.Document = name
	}
	return c.say(ctx, chat, r)
}

// file returns what the API calls the file of the message that it says it has made: of a
// picture, its best copy; "" where it does not say so.
func (f *facts) file() string {
	var answer struct {
		Result struct {
			Photo    sizes  `json:"photo"`
			Document *media `json:"document"`
		} `json:"result"`
	}
	if json.Unmarshal(f.Body, &answer) != nil {
		return ""
	}
	if best := largest(answer.Result.Photo); best != nil {
		return best.File
	}
	if answer.Result.Document != nil {
		return answer.Result.Document.File
	}
	return ""
}
