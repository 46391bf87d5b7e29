package call

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Posts to one target have its headers and their own bodies, many of them at once too.
func TestPostsToOneTarget(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %d %s", r.Method, r.URL.Path, r.Header.Get("Content-Type"), r.ContentLength, body)
	}))
	t.Cleanup(srv.Close)
	to, err := To(srv.URL+"/say", http.Header{"Content-Type": {"text/x"}})
	if err != nil {
		t.Fatal(err)
	}
	c := New(Transport(8))
	defer c.Close()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 4 {
				body := fmt.Sprintf("body %d.%d", i, j)
				a, err := c.Post(t.Context(), to, []byte(body), 100)
				if want := "POST /say text/x 8 " + body; err != nil || string(a.Body) != want {
					t.Errorf("%q, %v, want %q", a.Body, err, want)
				}
			}
		})
	}
	all.Wait()
	if a, err := c.Post(t.Context(), to, nil, 100); err != nil || string(a.Body) != "POST /say text/x 0 " {
		t.Errorf("without a body: %q, %v", a.Body, err)
	}
}

func TestNoTarget(t *testing.T) {
	if _, err := To("http://a b/", nil); err == nil {
		t.Error("there is a target at no address")
	}
}
