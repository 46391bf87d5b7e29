package viber_test

import (
	"bytes"
	"io"
	"net/http"
)

// canned answers every request alike, without a network.
type canned struct {
	code int
	wait string
	body []byte
}

// RoundTrip implements http.RoundTripper.
func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.code, Header: http.Header{"Retry-After": {c.wait}},
		Body: io.NopCloser(bytes.NewReader(c.body)), Request: r,
	}, nil
}
