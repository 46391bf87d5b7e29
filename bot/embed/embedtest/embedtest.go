// Package embedtest is a strict stand-in for an OpenAI-compatible embeddings
// endpoint on loopback. Its model knows concepts by the words that a test gives
// it, and it misbehaves on demand. It knows nothing of Visnyk, and only tests
// import it.
package embedtest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Options say what the endpoint is. Every field is required but Concepts.
type Options struct {
	Key, Model string
	// Concepts are what the model understands: a text means those of whose words
	// it holds one, in any case of letters.
	Concepts [][]string
}

// Fault is how the endpoint misbehaves; the zero Fault is good behaviour.
type Fault struct {
	Hang       bool   // until the other side gives up
	Before     func() // is done before the answer
	Status     int    // 0 is 200
	RetryAfter string // the header
	Body       string // instead of embeddings, where it is not empty
	Dimension  int    // of the vectors; 0 is Dimension
	Fewer      int    // so many vectors are missing
}

// Dimension is how many numbers a vector of the model has.
const Dimension = 48

// mostInputs is what small servers take at once.
const mostInputs = 32

// Server is the endpoint. Its methods may be called by many goroutines at once.
type Server struct {
	Options
	http *httptest.Server

	mu       sync.Mutex
	fault    Fault
	requests [][]string // the texts of each
	broken   []string
}

// T is what Start needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
}

// Start starts an endpoint that lives as long as the test, which fails when the
// endpoint was asked in a way that it does not understand.
func Start(t T, o Options) *Server {
	t.Helper()
	s := New(t, o)
	s.http = httptest.NewServer(s)
	t.Cleanup(func() {
		s.http.CloseClientConnections()
		s.http.Close()
	})
	return s
}

// New returns an endpoint that listens nowhere: it is its own transport, for tests
// in a time of their own.
func New(t T, o Options) *Server {
	t.Helper()
	s := &Server{Options: o}
	t.Cleanup(func() {
		for _, b := range s.Broken() {
			t.Errorf("the embeddings endpoint was asked wrongly: %s", b)
		}
	})
	return s
}

// URL is the base that a client is given.
func (s *Server) URL() string {
	if s.http == nil {
		return "http://127.0.0.1/v1"
	}
	return s.http.URL + "/v1"
}

// RoundTrip answers a request without a network.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), r.Body.Close()
}

// Misbehave makes every request from now on end so.
func (s *Server) Misbehave(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Requests returns the texts of every request, in order.
func (s *Server) Requests() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Asked reports whether some request held the text.
func (s *Server) Asked(text string) bool {
	return slices.ContainsFunc(s.Requests(), func(texts []string) bool { return slices.Contains(texts, text) })
}

// Broken lists what was wrong with requests.
func (s *Server) Broken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.broken)
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	texts, err := s.read(r)
	s.mu.Lock()
	f := s.fault
	if err != nil {
		s.broken = append(s.broken, err.Error())
	} else {
		s.requests = append(s.requests, texts)
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case f.Hang:
		<-r.Context().Done()
		return
	}
	if f.Before != nil {
		f.Before()
	}
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	w.Header().Set("Content-Type", "application/json")
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	if f.Body != "" {
		_, _ = io.WriteString(w, f.Body) // whether anybody reads it is not our business
		return
	}
	type vector struct {
		Object    string    `json:"object"`
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	answer := struct {
		Object string   `json:"object"`
		Data   []vector `json:"data"`
		Model  string   `json:"model"`
	}{"list", nil, s.Model}
	for i, text := range slices.Backward(texts) { // the index counts, not the order
		if i < len(texts)-f.Fewer {
			answer.Data = append(answer.Data, vector{"embedding", i, s.vector(text, f.Dimension)})
		}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// read takes the texts of a request that is as the API wants it.
func (s *Server) read(r *http.Request) ([]string, error) {
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/v1/embeddings" || r.URL.RawQuery != "":
		return nil, fmt.Errorf("%s %s", r.Method, r.URL.Path)
	case r.Header.Get("Authorization") != "Bearer "+s.Key:
		return nil, fmt.Errorf("the key is not ours")
	case r.Header.Get("Content-Type") != "application/json":
		return nil, fmt.Errorf("the content is said to be %q", r.Header.Get("Content-Type"))
	}
	var asked struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil {
		return nil, fmt.Errorf("the request is not as it should be: %w", err)
	}
	switch {
	case asked.Model != s.Model:
		return nil, fmt.Errorf("the model is %q", asked.Model)
	case len(asked.Input) == 0 || len(asked.Input) > mostInputs:
		return nil, fmt.Errorf("%d texts at once", len(asked.Input))
	case slices.ContainsFunc(asked.Input, func(t string) bool { return strings.TrimSpace(t) == "" }):
		return nil, fmt.Errorf("a text is blank")
	}
	return asked.Input, nil
}

// vector is what the model makes of a text: something that all texts share, the
// concepts it means, and some noise of its own.
func (s *Server) vector(text string, dimension int) []float64 {
	if dimension == 0 {
		dimension = Dimension
	}
	h := fnv.New64a()
	h.Write([]byte(text)) // never fails
	noise := rand.New(rand.NewPCG(h.Sum64(), 1))
	v := make([]float64, dimension)
	for i := range v {
		v[i] = 0.04 * noise.NormFloat64()
	}
	v[0]++
	text = strings.ToLower(text)
	for i, words := range s.Concepts {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
			v[1+i%(dimension-1)] += 2
		}
	}
	return v
}
