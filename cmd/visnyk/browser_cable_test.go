package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync/atomic"
	"testing"
)

// cable is the wire between somebody's browser and the world. Chromium's own
// word for offline leaves open streams alone; a cut cable does not.
type cable struct {
	proxy *httptest.Server
	cut   atomic.Bool
}

func newCable(t *testing.T) *cable {
	t.Helper()
	c := &cable{}
	wire := &http.Transport{} // no other proxy in between
	pass := &httputil.ReverseProxy{
		Rewrite:   func(*httputil.ProxyRequest) {}, // as it came
		Transport: wire,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {
			panic(http.ErrAbortHandler) // a wire has no answers of its own
		},
	}
	c.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		c.proxy.CloseClientConnections()
		c.proxy.Close()
		wire.CloseIdleConnections()
	})
	return c
}

// sever cuts the cable, through whatever is on it.
func (c *cable) sever() {
	c.cut.Store(true)
	c.proxy.CloseClientConnections()
}

func (c *cable) mend() { c.cut.Store(false) }
