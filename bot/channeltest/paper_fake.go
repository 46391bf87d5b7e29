package channeltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
)

// paperAPI is the API of a messenger of paper: it takes sends by its rules and
// keeps what each person sees.
type paperAPI struct {
	*httptest.Server
	token string

	mu      sync.Mutex
	shown   map[string][]Shown
	ids     map[string]map[string]string // what a label carries, by chat
	refused int
	count   int
	faults  []PaperFault
}

// PaperFault is how the next send ends; the zero one is as usual.
type PaperFault struct {
	Status int    // 0 is 200
	Body   string // "" hangs up
	Takes  bool   // the person gets the message all the same
}

// ruling takes a send apart: who gets what, what its buttons carry, and how it
// is answered when it is taken.
type ruling struct {
	to     string
	shown  Shown
	carry  map[string]string
	answer func(id string) any
	broken string // the rule it breaks; "" when it breaks none
	refuse any    // the answer to that
}

func startPaper(t testing.TB, token, path string, rule func(body []byte) ruling) *paperAPI {
	t.Helper()
	p := &paperAPI{token: token, shown: map[string][]Shown{}, ids: map[string]map[string]string{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != path || r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		p.take(w, rule(body))
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *paperAPI) take(w http.ResponseWriter, r ruling) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var f PaperFault
	faulty := len(p.faults) > 0
	if faulty {
		f, p.faults = p.faults[0], p.faults[1:]
	}
	p.count++
	id := fmt.Sprintf("sent-%d", p.count)
	if r.broken != "" {
		p.refused++
	} else if !faulty || f.Takes {
		p.shown[r.to] = append(p.shown[r.to], r.shown)
		if len(r.carry) > 0 {
			p.ids[r.to] = r.carry
		}
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.broken != "":
		_ = json.NewEncoder(w).Encode(r.refuse)
	case faulty && f.Body == "":
		panic(http.ErrAbortHandler)
	case faulty:
		if f.Status != 0 {
			w.WriteHeader(f.Status)
		}
		_, _ = io.WriteString(w, f.Body)
	default:
		_ = json.NewEncoder(w).Encode(r.answer(id))
	}
}

// Fail has the next sends end so.
func (p *paperAPI) Fail(faults ...PaperFault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, faults...)
}

// Shown is what a person has been told.
func (p *paperAPI) Shown(chat string) []Shown {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Shown(nil), p.shown[chat]...)
}

// Refused counts the sends that broke a rule.
func (p *paperAPI) Refused() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// carried is what the button with the label carries.
func (p *paperAPI) carried(chat, label string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := p.ids[chat][label]
	if !ok {
		return "", fmt.Errorf("no button %q", label)
	}
	return id, nil
}

// next is an id that was not given before.
func (p *paperAPI) next(prefix string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	return fmt.Sprintf("%s-%d", prefix, p.count)
}

// PaperAnswer is what the service said to a delivery.
type PaperAnswer struct {
	Status     int
	Type, Body string
}

// deliver makes one request and reads the answer.
func deliver(method, url string, header map[string]string, body []byte) (PaperAnswer, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return PaperAnswer{}, err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return PaperAnswer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return PaperAnswer{resp.StatusCode, resp.Header.Get("Content-Type"), string(raw)}, err
}

// paperClient makes the calls of a channel of paper: one that follows no
// redirect, for the token would go along.
func paperClient(t testing.TB, timeout time.Duration) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// paperFaults are faults that any API of paper can have.
func paperFaults(arm func(PaperFault), token string) []Fault {
	return []Fault{
		{Name: "cut after it was taken", Arm: func() { arm(PaperFault{Takes: true}) }, Want: bot.Unknown, Arrives: true},
		{Name: "a page that echoes us", Arm: func() { arm(PaperFault{Status: 502, Body: "<h1>" + token + "</h1>"}) }, Want: bot.Unknown},
		{Name: "half an answer", Arm: func() { arm(PaperFault{Body: `{"messages":[{`}) }, Want: bot.Unknown},
		{Name: "redirect", Arm: func() { arm(PaperFault{Status: 307, Body: "there"}) }, Want: bot.Later},
	}
}
