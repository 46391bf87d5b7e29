package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"visnyk/bot/call"
)

// fetching returns what begins to read the file at an address that somebody has written, by
// a way that leads to the open net alone. Where it leads elsewhere nobody follows, and
// nothing goes along that would tell who asks. An error holds the address.
func fetching(way http.RoundTripper) func(ctx context.Context, address string) (io.ReadCloser, error) {
	net := call.New(way)
	return func(ctx context.Context, address string) (io.ReadCloser, error) {
		ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		came, err := net.Open(ask)
		if err != nil {
			return nil, err
		}
		if came.StatusCode != http.StatusOK {
			_ = came.Body.Close()
			return nil, fmt.Errorf("status %d", came.StatusCode)
		}
		return came.Body, nil
	}
}
