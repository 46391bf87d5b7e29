// Package eval measures how well questions find their articles, by the scoring
// of the project's development data. It knows nothing of the engine that it
// measures, and the service never imports it: only commands and tests do.
package eval

import (
	"encoding/json"
	"fmt"
	"io"
)

// What a query may expect besides an article's id.
const (
	ExpectNone  = "none"
	ExpectHuman = "human"
)

// The actions of a prediction.
const (
	Answer  = "answer"
	Clarify = "clarify"
	Human   = "human"
	None    = "none"
)

// Query is one message of a customer with what it should lead to.
type Query struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Lang   string `json:"lang"` // ru, uk or mixed
	Kind   string `json:"kind"`
	Expect string `json:"expect"` // an article's id, none or human
}

// inDomain reports whether the base holds an answer.
func (q Query) inDomain() bool { return q.Expect != ExpectNone && q.Expect != ExpectHuman }

// Prediction is what an engine makes of one query.
type Prediction struct {
	ID         string   `json:"id"`
	Top        []string `json:"top"`               // articles, best first
	Offered    int      `json:"offered,omitempty"` // how many of them are offered to choose from; 0 is three
	Confidence float64  `json:"confidence"`
	Action     string   `json:"action"`
	Lang       string   `json:"lang,omitempty"` // the language of the reply
}

// ReadQueries reads a JSON list of queries.
func ReadQueries(r io.Reader) ([]Query, error) {
	var queries []Query
	if err := json.NewDecoder(r).Decode(&queries); err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	for i, q := range queries {
		if q.ID == "" || q.Expect == "" {
			return nil, fmt.Errorf("queries: query %d has no id or expects nothing", i+1)
		}
	}
	return queries, nil
}

// WritePredictions writes one JSON line per prediction.
func WritePredictions(w io.Writer, list []Prediction) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range list {
		if p.Top == nil {
			p.Top = []string{} // a list is a list, also when it is empty
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}
