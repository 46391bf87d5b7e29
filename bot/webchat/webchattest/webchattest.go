// Package webchattest is a visitor of the web chat without a browser: a strict
// client of what the page speaks with the service. It knows nothing of the
// adapter; what does not have the form that the page relies on is a fault.
// Only tests, the demo and cmd/bench import it.
package webchattest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Options are how a visitor comes. The zero value is ready for use.
type Options struct {
	Locale string       // the language of their page; "" tells none
	Client *http.Client // nil: one of their own
	// Messages is where to send what they do, if not to the service itself.
	Messages string
}

// Visitor is somebody on the page. Methods may be called by many goroutines.
type Visitor struct {
	base    string
	options Options

	mu      sync.Mutex
	token   string
	count   int
	after   int64 // the last line the stream brought
	lines   []Line
	typing  int
	faults  []string
	changed chan struct{}
}

// New returns a visitor of the service at the base address, who has not come yet.
func New(base string, o Options) *Visitor {
	if o.Client == nil {
		o.Client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	if o.Messages == "" {
		o.Messages = base + "/chat/messages"
	}
	return &Visitor{base: base, options: o, changed: make(chan struct{})}
}

// RefusedError is an answer of the service that is not 2xx.
type RefusedError struct {
	Status     int
	Code       string // of the problem
	Detail     string // in the visitor's language
	RetryAfter string
}

// Error implements error.
func (e *RefusedError) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Code) }

// Open makes a visitor of a stranger.
func (v *Visitor) Open(ctx context.Context) error {
	var answer struct {
		Token string `json:"token"`
		Now   int64  `json:"now"`
	}
	if err := v.call(ctx, http.MethodPost, v.base+"/chat/session", nil, &answer); err != nil {
		return err
	}
	if len(answer.Token) < 22 || answer.Now <= 0 {
		return fmt.Errorf("a session of %d characters at %d", len(answer.Token), answer.Now)
	}
	v.mu.Lock()
	v.token = answer.Token
	v.mu.Unlock()
	return nil
}

// Token is what makes them this visitor; SetToken makes them another.
func (v *Visitor) Token() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.token
}

// SetToken makes them the visitor of the token.
func (v *Visitor) SetToken(token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.token = token
}

// Start opens the conversation, with the payload of a link or "".
func (v *Visitor) Start(ctx context.Context, payload string) error {
	return v.Post(ctx, v.NewID(), "start", map[string]any{"text": payload})
}

// Write sends a text.
func (v *Visitor) Write(ctx context.Context, text string) error {
	return v.Post(ctx, v.NewID(), "text", map[string]any{"text": text})
}

// Press presses the newest button with the label of what the stream brought.
func (v *Visitor) Press(ctx context.Context, label string) error {
	return v.PressOn(ctx, v.Shown(), label)
}

// PressOn presses the newest button with the label among the lines.
func (v *Visitor) PressOn(ctx context.Context, lines []Line, label string) error {
	for i := len(lines) - 1; i >= 0; i-- {
		for _, b := range lines[i].Buttons() {
			switch {
			case b.Label != label:
			case b.Word:
				return v.Write(ctx, label)
			case b.Action == "":
				return fmt.Errorf("the button %q opens %s", label, b.URL)
			default:
				return v.Post(ctx, v.NewID(), "press", map[string]any{"press": map[string]any{
					"line": lines[i].Seq, "screen": lines[i].Spoken.Screen, "action": b.Action, "label": label,
				}})
			}
		}
	}
	return fmt.Errorf("no button %q", label)
}

// Tell sends receipts: these lines arrived, and all up to seen (0: none) were shown.
func (v *Visitor) Tell(ctx context.Context, delivered []int64, seen int64) error {
	body := map[string]any{}
	if len(delivered) > 0 {
		body["delivered"] = delivered
	}
	if seen > 0 {
		body["seen"] = seen
	}
	return v.Post(ctx, v.NewID(), "receipt", body)
}

// File is a file as the service tells of it.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// Upload sends a file's bytes; Attach sends the message that carries it.
func (v *Visitor) Upload(ctx context.Context, id, name string, data []byte) (f File, err error) {
	q := url.Values{"id": {id}, "name": {name}}
	err = v.call(ctx, http.MethodPost, v.base+"/chat/files?"+q.Encode(), data, &f)
	return f, err
}

// Attach sends the message that carries a file.
func (v *Visitor) Attach(ctx context.Context, f File, caption string) error {
	return v.Post(ctx, v.NewID(), "file", map[string]any{"file": f, "text": caption})
}

// Download returns the bytes of a file.
func (v *Visitor) Download(ctx context.Context, id string) ([]byte, http.Header, error) {
	res, err := v.do(ctx, http.MethodGet, v.base+"/chat/files/"+id, nil)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return data, res.Header, err
}

// NewID returns the next id of something that the visitor does.
func (v *Visitor) NewID() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.count++
	return fmt.Sprintf("v%d", v.count)
}

// Post sends one thing under the id, with the fields of its kind. Sent twice
// under one id it must be one.
func (v *Visitor) Post(ctx context.Context, id, kind string, fields map[string]any) error {
	body := map[string]any{"id": id, "kind": kind, "at": time.Now().UnixMilli(), "locale": v.options.Locale}
	for name, value := range fields {
		body[name] = value
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return v.PostRaw(ctx, raw)
}

// PostRaw sends bytes as they are.
func (v *Visitor) PostRaw(ctx context.Context, body []byte) error {
	res, err := v.do(ctx, http.MethodPost, v.options.Messages, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// call asks for JSON.
func (v *Visitor) call(ctx context.Context, method, to string, body []byte, answer any) error {
	res, err := v.do(ctx, method, to, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return strictly(res.Body, answer)
}

// do makes a request as the page does. The caller closes the body.
func (v *Visitor) do(ctx context.Context, method, to string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if token := v.Token(); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if v.options.Locale != "" {
		r.Header.Set("Accept-Language", v.options.Locale)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := v.options.Client.Do(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode/100 == 2 {
		return res, nil
	}
	defer res.Body.Close()
	refused := &RefusedError{Status: res.StatusCode, RetryAfter: res.Header.Get("Retry-After")}
	var problem struct {
		Code, Detail string
	}
	if json.NewDecoder(res.Body).Decode(&problem) == nil {
		refused.Code, refused.Detail = problem.Code, problem.Detail
	}
	return nil, refused
}

// strictly decodes exactly one document without unknown fields.
func strictly(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one document")
	}
	return nil
}
