package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// barePath begins the addresses to which the bare loop posts.
const barePath = "/bare/"

// bareLoop posts the same bytes over and over, which is the least that a message to
// many can cost: it knows nobody, writes nothing down and forgets what was answered.
// A POST of a body to /run?n=N at its address has it post that N times; it answers
// when it has.
func bareLoop(address, api string) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /run", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var n int64
		if err == nil {
			_, err = fmt.Sscan(r.URL.Query().Get("n"), &n)
		}
		if err == nil {
			err = postAgain(client, api+barePath+"sendMessage", r.Header.Get("Content-Type"), body, n)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return http.ListenAndServe(address, mux)
}

func postAgain(client *http.Client, to, kind string, body []byte, n int64) error {
	var begun atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, connections)
	for range connections {
		all.Go(func() {
			for begun.Add(1) <= n {
				resp, err := client.Post(to, kind, bytes.NewReader(body))
				if err != nil {
					errs <- err
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}

// looped is what the bare loop took.
type looped struct {
	perSecond       float64
	cpu, messengers float64 // CPU seconds for 1,000 messages, of the loop and of who takes them
}

// bare has the loop post the message n times.
func (b *bench) bare(ctx context.Context, t *tally, n int) (l looped, err error) {
	bodies, kind := t.kept()
	s, err := b.startSide(ctx, "side-loop", "", t.url())
	if err != nil {
		return l, err
	}
	defer s.stop()
	run := func(n int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("http://%s/run?n=%d", s.address, n), bytes.NewReader(bodies[0]))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the bare loop answered %s", resp.Status)
		}
		return nil
	}
	if err := run(connections * 20); err != nil { // its connections
		return l, err
	}
	pid := s.cmd.Process.Pid
	loopBefore, ownBefore := cpu(pid), ownCPU()
	began := time.Now()
	err = run(n)
	l.perSecond = float64(n) / time.Since(began).Seconds()
	l.cpu, l.messengers = perThousand(cpu(pid)-loopBefore, n), perThousand(ownCPU()-ownBefore, n)
	return l, err
}
