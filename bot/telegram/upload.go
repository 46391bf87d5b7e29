package telegram

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"sync/atomic"

	"visnyk/bot"
)

// triesOfUpload is after how many sends a file is given up that cannot be handed
// over whole.
const triesOfUpload = 3

// upload sends a file that we keep, whole, and returns what Telegram calls it from then on.
// It is read piece by piece as it leaves, which works also where nobody can fetch it from
// us. The library would hold all of it.
func (c *Channel) upload(ctx context.Context, chat int64, r request) (id, name string, failed *bot.SendError) {
	if c.files == nil {
		return "", "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("no kept files can be sent from here")}
	}
	f, body, err := c.files.OpenFile(ctx, r.Kept)
	switch {
	case errors.Is(err, bot.ErrNoFile):
		return "", "", &bot.SendError{Outcome: bot.Malformed, Err: bot.ErrNoFile}
	case err != nil:
		return "", "", &bot.SendError{Outcome: bot.Later, Err: errors.New("the file cannot be read now")}
	}
	form, err := r.form(chat)
	if err != nil {
		return "", "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the file cannot be written as a form")}
	}
	out := &outgoing{form: form, file: body, size: f.Size}
	req, err := out.request(ctx, c.address(r.Method))
	if err != nil {
		return "", "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the address of the API does not work")}
	}
	var done facts
	done.Answer, done.err = c.calls.Do(req, maxAnswer)
	id, failed = c.became(&done, true)
	if failed != nil && failed.Outcome == bot.Unknown && done.Status == 0 && !out.whole.Load() {
		failed.Outcome, failed.Tries = bot.Later, triesOfUpload // half a request is carried out by nobody
	}
	if id == "" {
		return "", "", failed
	}
	return id, done.file(), nil
}

// form is a request of multipart/form-data around the bytes of its file.
type form struct {
	head, tail []byte
	kind       string
}

// form writes the request as one.
func (r request) form(chat int64) (form, error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	field, thread := "document", ""
	if r.Method == sendPhoto {
		field = "photo"
	}
	if r.Params.Thread != 0 {
		thread = strconv.Itoa(r.Params.Thread)
	}
	for _, f := range []struct{ name, value string }{
		{"chat_id", strconv.FormatInt(chat, 10)},
		{"message_thread_id", thread},
		{"caption", r.Params.Caption},
		{"parse_mode", string(r.mode())},
		{"reply_markup", string(r.Params.Markup)},
	} {
		if f.value == "" {
			continue
		}
		if err := w.WriteField(f.name, f.value); err != nil {
			return form{}, err
		}
	}
	if _, err := w.CreateFormFile(field, r.Name); err != nil {
		return form{}, err
	}
	head := bytes.Clone(out.Bytes())
	out.Reset()
	err := w.Close()
	return form{head, out.Bytes(), w.FormDataContentType()}, err
}

// outgoing is a form with its file, on its way out.
type outgoing struct {
	form
	file  io.ReadSeeker
	size  int64
	whole atomic.Bool // all of it was handed over
}

// request makes the request. Its body can be begun again, as long as nobody has
// seen any of it.
func (o *outgoing) request(ctx context.Context, address string) (*http.Request, error) {
	body, err := o.begin()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", o.kind)
	req.ContentLength = int64(len(o.head)) + o.size + int64(len(o.tail))
	req.GetBody = o.begin
	return req, nil
}

func (o *outgoing) begin() (io.ReadCloser, error) {
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	o.whole.Store(false)
	parts := io.MultiReader(bytes.NewReader(o.head), io.LimitReader(o.file, o.size), bytes.NewReader(o.tail))
	return io.NopCloser(&watched{parts, int64(len(o.head)) + o.size + int64(len(o.tail)), &o.whole}), nil
}

// watched notes when the last byte was read.
type watched struct {
	io.Reader
	left  int64
	whole *atomic.Bool
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.left -= int64(n); w.left <= 0 {
		w.whole.Store(true)
	}
	return n, err
}
