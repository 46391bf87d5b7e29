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
// A POST of a body to /run?n=N&at=C at its address has it post that N times over C
// connections; it answers when it has.
func bareLoop(address, api string) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /run", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var n int64
		var at int
		if err == nil {
			_, err = fmt.Sscan(r.URL.Query().Get("n")+" "+r.URL.Query().Get("at"), &n, &at)
		}
		if err == nil {
			err = postAgain(client, api+barePath+"sendMessage", r.Header.Get("Content-Type"), body, n, at)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return http.ListenAndServe(address, mux)
}

func postAgain(client *http.Client, to, kind string, body []byte, n int64, at int) error {
	var begun atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, at)
	for range at {
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
	oneByOne        float64 // messages a second over one connection, each after the answer to the one before
	perSecond       float64 // over as many connections as ours
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
	run := func(n, at int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("http://%s/run?n=%d&at=%d", s.address, n, at), bytes.NewReader(bodies[0]))
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
	if err := run(connections*20, connections); err != nil { // its connections
		return l, err
	}
	lone := time.Now()
	if err := run(n/4, 1); err != nil {
		return l, err
	}
	l.oneByOne = float64(n/4) / time.Since(lone).Seconds()
	pid := s.cmd.Process.Pid
	loopBefore, ownBefore := cpu(pid), ownCPU()
	began := time.Now()
	err = run(n, connections)
	l.perSecond = float64(n) / time.Since(began).Seconds()
	l.cpu, l.messengers = perThousand(cpu(pid)-loopBefore, n), perThousand(ownCPU()-ownBefore, n)
	return l, err
}
