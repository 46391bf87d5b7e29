package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	client "github.com/go-telegram/bot"

	"visnyk/bot"
)

// The largest files, in bytes.
const (
	maxFetch    = 20 << 20 // that Telegram gives to bots
	maxPhoto    = 10 << 20 // that it takes as a picture
	maxDocument = 50 << 20 // that it takes
)

// Fetches implements bot.Fetcher.
func (c *Channel) Fetches(a bot.Attachment) bool {
	switch a.Kind {
	case bot.Photo, bot.Video, bot.Voice, bot.Audio, bot.File, bot.Sticker:
		return a.Ref != ""
	}
	return false
}

// Fetch implements bot.Fetcher. Telegram is asked where the file is each time: the
// address holds the bot's token and works for an hour. It is kept nowhere.
func (c *Channel) Fetch(ctx context.Context, ref string) (io.ReadCloser, int64, error) {
	ask, f := watch(ctx)
	file, err := c.api.GetFile(ask, &client.GetFileParams{FileID: ref})
	if refused := c.judge(err, f); refused != nil {
		return nil, 0, unfetched(refused)
	}
	if file == nil || !plainPath(file.FilePath) {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Err: errors.New("the answer names no file")}
	}
	if file.FileSize > maxFetch {
		return nil, 0, &bot.FetchError{State: bot.FileTooLarge, Final: true, Err: errors.New("larger than Telegram gives")}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.api.FileDownloadLink(file), nil)
	if err != nil {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Err: errors.New("the address of the file does not work")}
	}
	resp, err := c.calls.Open(req)
	if err != nil {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Err: c.broken(err, &facts{})}
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		failed := &bot.FetchError{State: bot.FileFailed, Err: fmt.Errorf("status %d", resp.StatusCode)}
		if resp.StatusCode == http.StatusNotFound {
			failed.State = bot.FileGone
		}
		return nil, 0, failed
	}
	return &fetched{resp.Body, c}, resp.ContentLength, nil
}

// unfetched tells what Telegram's refusal means for the file.
func unfetched(refused *bot.SendError) *bot.FetchError {
	failed := &bot.FetchError{State: bot.FileFailed, After: refused.After, Err: refused.Err}
	if refused.Outcome != bot.Malformed {
		return failed
	}
	failed.State = bot.FileGone // which it may say of one that is only away for a moment
	if strings.Contains(refused.Err.Error(), "too big") {
		failed.State, failed.Final = bot.FileTooLarge, true
	}
	return failed
}

// plainPath reports whether a path can change nothing of the address it ends.
func plainPath(s string) bool {
	return s != "" && s[0] != '/' && !strings.Contains(s, "..") &&
		only(s, func(r rune) bool { return isWord(r) || r == '.' || r == '/' })
}

// fetched is a file on its way, whose errors show nothing.
type fetched struct {
	io.ReadCloser
	channel *Channel
}

// Read implements io.Reader.
func (f *fetched) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &bot.FetchError{State: bot.FileFailed, Err: f.channel.broken(err, &facts{})}
	}
	return n, err
}
