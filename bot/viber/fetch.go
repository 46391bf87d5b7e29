package viber

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"visnyk/bot"
	"visnyk/bot/call"
)

// Fetches implements bot.Fetcher. Stickers have no bytes that Viber gives.
func (c *Channel) Fetches(a bot.Attachment) bool {
	switch a.Kind {
	case bot.Photo, bot.Video, bot.File:
		return a.Ref != ""
	}
	return false
}

// Fetch implements bot.Fetcher. The address comes from outside: it is asked without
// our token, by https alone, on the open net alone, and leads nowhere else. It
// works for a while only, so a refusal is final.
func (c *Channel) Fetch(ctx context.Context, ref string) (io.ReadCloser, int64, error) {
	u, err := url.Parse(ref)
	if err != nil || u.User != nil || !c.fetchable(u) {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Final: true, Err: errors.New("an address that nothing is fetched from")}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Final: true, Err: errors.New("the address of the file does not work")}
	}
	resp, err := c.media.Open(req)
	if err != nil {
		return nil, 0, &bot.FetchError{State: bot.FileFailed, Final: errors.Is(err, call.ErrPrivate), Err: unbrought(err)}
	}
	if resp.StatusCode == http.StatusOK {
		return &fetched{resp.Body}, resp.ContentLength, nil
	}
	_ = resp.Body.Close()
	failed := &bot.FetchError{State: bot.FileFailed, Err: fmt.Errorf("status %d", resp.StatusCode)}
	switch code := resp.StatusCode; {
	case code == http.StatusForbidden, code == http.StatusNotFound, code == http.StatusGone:
		failed.State, failed.Final = bot.FileGone, true
	case code/100 == 3:
		failed.Final = true
	}
	return nil, 0, failed
}

// fetchable reports whether a file may be asked for at the address: by https, or
// where the API is on this machine, there.
func (c *Channel) fetchable(u *url.URL) bool {
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "http" && u.Host == c.base.Host && call.Loopback(u.Hostname())
}

// besides returns the place on this machine that files may come from.
func besides(api *url.URL) string {
	if api.Scheme == "http" {
		return api.Host
	}
	return ""
}

// unbrought tells why nothing came, without the address.
func unbrought(err error) error {
	if errors.Is(err, call.ErrPrivate) {
		return call.ErrPrivate
	}
	return broken(err)
}

// fetched is a file on its way, whose errors show nothing.
type fetched struct{ io.ReadCloser }

// Read implements io.Reader.
func (f *fetched) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &bot.FetchError{State: bot.FileFailed, Err: broken(err)}
	}
	return n, err
}
