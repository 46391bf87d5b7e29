package embed

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot/call"
)

// Outcome is how a request ended that gave no vectors.
type Outcome string

// The outcomes.
const (
	Slow    Outcome = "slow"
	Failed  Outcome = "failed"  // there was no whole answer
	Refused Outcome = "refused" // the status was not 200
	Wrong   Outcome = "wrong"   // the answer holds no vectors of the texts
)

// Error says why there are no vectors, in words that hold nothing of the texts,
// the key or the answer.
type Error struct {
	Outcome Outcome
	After   time.Duration // the endpoint asked to be left alone so long
	why     string
}

func (e *Error) Error() string { return "the embeddings endpoint " + e.why }

// failure is what the breaker learns from an error; nil from none.
func failure(err error) *call.Failure {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return &call.Failure{After: min(e.After, mostOff)}
	}
	return &call.Failure{}
}

// broken tells why no answer came.
func broken(ctx context.Context) error {
	if ctx.Err() != nil {
		return &Error{Outcome: Slow, why: "did not answer in time"}
	}
	return &Error{Outcome: Failed, why: "cannot be reached, or hung up"}
}

// metrics are the figures of an endpoint.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_embeddings_requests_total",
			Help: "Requests to the embeddings endpoint, by who asked (a turn or the background) and how it ended.",
		}, []string{"for", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_embeddings_seconds", Help: "Time of a request to the embeddings endpoint.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 13),
		}, []string{"for"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.seconds)
	}
	return m
}

func (m *metrics) asked(who, outcome string, took time.Duration) {
	m.requests.WithLabelValues(who, outcome).Inc()
	m.seconds.WithLabelValues(who).Observe(took.Seconds())
}
