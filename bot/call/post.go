package call

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// Target is where posts go that differ only in their bodies: its address is read, and its
// headers are written, once for all of them.
type Target struct{ like *http.Request }

// To returns the target at the address. The headers are the target's from then on. An
// error may hold the address.
func To(address string, h http.Header) (*Target, error) {
	like, err := http.NewRequest(http.MethodPost, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	like.Header = h
	return &Target{like}, nil
}

// Post posts a body and reads the answer, as Do does.
func (c *Client) Post(ctx context.Context, to *Target, body []byte, most int64) (Answer, error) {
	req, sent := traced(ctx, to.like)
	fill(req, body)
	return c.exchange(req, sent, most)
}

// fill gives the request its body, which the transport may begin again where nothing of it
// was written (there is deliberately no Idempotency-Key).
func fill(req *http.Request, body []byte) {
	if len(body) == 0 {
		req.Body, req.ContentLength = http.NoBody, 0
		return
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(body))
}
