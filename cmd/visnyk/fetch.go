package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"visnyk/bot/call"
)

// fetching returns what begins to read the file at an address that somebody has written: on
// the open net alone, and it leads nowhere else. An error holds the address.
func fetching() func(ctx context.Context, address string) (io.ReadCloser, error) {
	net := call.New(call.Public(1, ""))
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
