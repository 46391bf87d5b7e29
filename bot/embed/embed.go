// Package embed asks an OpenAI-compatible endpoint how a model of meaning sees
// texts. What is compared with what stands elsewhere; no text is ever kept,
// logged or put into an error here, and nothing here decides an answer.
package embed

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot/call"
)

const (
	// Budget is how long a person's turn waits for the endpoint at most, where
	// the configuration says nothing else.
	Budget = 300 * time.Millisecond
	// MostTexts are in one request: what small servers take.
	MostTexts = 32

	patience  = 20 * time.Second // of one request that nobody waits for
	maxAnswer = 8 << 20          // bytes
	idle      = 8                // connections
	longest   = time.Hour        // that an endpoint may ask for

	patient  = 3                // failures in a row are borne
	leastOff = 10 * time.Second // then turns do without for so long, twice as long after each try
	mostOff  = 2 * time.Minute
)

// Config is what a client needs.
type Config struct {
	URL   string // the base of the API, such as https://host/v1
	Key   string // "" sends none
	Model string
	// Budget bounds the waiting of a turn; 0 is the constant's.
	Budget time.Duration
	// Transport carries the requests; nil makes one of our own.
	Transport  http.RoundTripper
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil keeps the figures and shows them nowhere
	Now        func() time.Time
}

// Client asks one endpoint. It may be used by many goroutines at once.
type Client struct {
	conf    Config // holds the key
	calls   *call.Client
	breaker *call.Breaker // keeps turns from waiting for an endpoint that is away
	metrics *metrics
}

// New returns a client. It asks nothing yet.
func New(c Config) *Client {
	if c.Transport == nil {
		c.Transport = call.Transport(idle)
	}
	c.Budget = cmp.Or(c.Budget, Budget)
	off := call.Doubling{First: leastOff, Most: mostOff}
	return &Client{
		conf: c, metrics: newMetrics(c.Registerer), calls: call.New(c.Transport),
		breaker: &call.Breaker{Patient: patient, Try: c.Budget, Pause: off.Next, Now: c.Now},
	}
}

// Vectors returns the direction of each text, as vectors of length 1 and of the
// dimension, or with 0 of whatever one the model has. It takes its time: nobody may
// be waiting for it.
func (c *Client) Vectors(ctx context.Context, texts []string, dimension int) ([][]float32, error) {
	return c.all(ctx, "background", texts, dimension)
}

// Promptly is Vectors for a turn that waits. It gives nil when they do not come within the budget, at once while the endpoint is
// known to be away.
func (c *Client) Promptly(ctx context.Context, texts []string, dimension int) [][]float32 {
	if !c.breaker.Allow() {
		return nil
	}
	began := c.conf.Now()
	within, cancel := context.WithTimeout(ctx, c.conf.Budget)
	defer cancel()
	vectors, err := c.all(within, "turn", texts, dimension)
	if ctx.Err() != nil { // the service stops: that says nothing of the endpoint
		return nil
	}
	if c.breaker.Report(began, failure(err)) {
		if err != nil {
			c.conf.Log.Warn("the embeddings endpoint is away, questions are answered without it", "err", err)
		} else {
			c.conf.Log.Info("the embeddings endpoint is back")
		}
	}
	return vectors
}

// Up reports whether Promptly would ask now.
func (c *Client) Up() bool { return c.breaker.Ready() }

// all asks for the texts, as many at once as a request may have. Dimension 0 is
// whatever comes first.
func (c *Client) all(ctx context.Context, who string, texts []string, dimension int) ([][]float32, error) {
	var all [][]float32
	for part := range slices.Chunk(texts, MostTexts) {
		began := c.conf.Now()
		vectors, err := c.ask(ctx, part)
		if err == nil {
			dimension = cmp.Or(dimension, len(vectors[0]))
			if len(vectors[0]) != dimension {
				err = &Error{Outcome: Wrong, why: fmt.Sprintf("answered %d dimensions instead of %d: has it got another model?", len(vectors[0]), dimension)}
			}
		}
		outcome := "ok"
		if e := (*Error)(nil); errors.As(err, &e) {
			outcome = string(e.Outcome)
		}
		c.metrics.asked(who, outcome, c.conf.Now().Sub(began))
		if err != nil {
			return nil, err
		}
		all = append(all, vectors...)
	}
	return all, nil
}

// ask makes one request.
func (c *Client) ask(ctx context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := json.Marshal(struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}{c.conf.Model, texts})
	if err != nil {
		return nil, &Error{Outcome: Failed, why: "cannot be asked"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.conf.URL, "/")+"/embeddings", bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Outcome: Failed, why: "cannot be asked"}
	}
	req.Header.Set("Content-Type", "application/json")
	if c.conf.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.conf.Key)
	}
	a, err := c.calls.Do(req, maxAnswer)
	switch {
	case a.Status != 0 && a.Status != http.StatusOK:
		return nil, &Error{Outcome: Refused, why: fmt.Sprintf("answered %d", a.Status), After: a.RetryAfter(longest)}
	case errors.Is(err, call.ErrHuge):
		return nil, &Error{Outcome: Wrong, why: "answered more than 8 MiB"}
	case err != nil:
		return nil, broken(ctx)
	}
	return read(a.Body, len(texts))
}

// read takes the vectors of n texts from an answer.
func read(raw []byte, n int) ([][]float32, error) {
	var answer struct {
		Data []struct {
			Index     int       `json:"index"`
			Embedding []float32 `json:"embedding"`
		} `json:"data"`
	}
	wrong := func(why string) ([][]float32, error) { return nil, &Error{Outcome: Wrong, why: why} }
	if json.Unmarshal(raw, &answer) != nil {
		return wrong("answered something else than embeddings in JSON")
	}
	if len(answer.Data) != n {
		return wrong(fmt.Sprintf("answered %d vectors for %d texts", len(answer.Data), n))
	}
	vectors := make([][]float32, n)
	for _, d := range answer.Data {
		switch {
		case d.Index < 0 || d.Index >= n || vectors[d.Index] != nil:
			return wrong("numbered its vectors wrongly")
		case len(d.Embedding) != len(answer.Data[0].Embedding):
			return wrong("answered in two dimensions")
		case !unit(d.Embedding):
			return wrong("answered a vector without a direction")
		}
		vectors[d.Index] = d.Embedding
	}
	return vectors, nil
}

// unit makes the vector's length 1, and tells whether it has a direction.
func unit(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if length := math.Sqrt(sum); length > 0 && !math.IsInf(length, 0) {
		for i := range v {
			v[i] = float32(float64(v[i]) / length)
		}
		return true
	}
	return false // NaN too, though JSON has none
}
