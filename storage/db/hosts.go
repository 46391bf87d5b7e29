package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// hosts are those that the URL names, of which one writes. It is tried first where it
// was found last, and the next as soon as that fails or hesitates: a machine that is
// gone refuses nobody, and whoever needs a connection has no time to wait for it.
type hosts struct {
	all   []*pq.Connector
	found atomic.Int64 // in all
}

// hesitates is how long a host may take before the next one is tried beside it.
const hesitates = 300 * time.Millisecond

func newHosts(url string, d dialer) (*hosts, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		return nil, err
	}
	each := append([]pq.ConfigMultihost{{Host: cfg.Host, Hostaddr: cfg.Hostaddr, Port: cfg.Port}}, cfg.Multi...)
	h := &hosts{}
	for _, host := range each {
		one := cfg.Clone()
		one.Host, one.Hostaddr, one.Port, one.Multi = host.Host, host.Hostaddr, host.Port, nil
		c, err := pq.NewConnectorConfig(one)
		if err != nil {
			return nil, err
		}
		c.Dialer(d)
		h.all = append(h.all, c)
	}
	return h, nil
}

func (h *hosts) Driver() driver.Driver { return h.all[0].Driver() }

// tried is what came of one host.
type tried struct {
	host int
	conn driver.Conn
	err  error
}

// Connect connects to the host that answers as the URL wants it.
func (h *hosts) Connect(ctx context.Context) (driver.Conn, error) {
	first, begun := int(h.found.Load()), 0
	came := make(chan tried)
	enough := make(chan struct{})
	defer close(enough)
	begin := func() {
		if begun == len(h.all) {
			return
		}
		host := (first + begun) % len(h.all)
		begun++
		go func() {
			c, err := h.all[host].Connect(ctx)
			select {
			case came <- tried{host, c, err}:
			case <-enough:
				if err == nil {
					_ = c.Close()
				}
			}
		}()
	}
	begin()
	next := time.NewTicker(hesitates)
	defer next.Stop()
	var errs []error
	for {
		select {
		case <-ctx.Done():
			return nil, errors.Join(append(errs, ctx.Err())...)
		case <-next.C:
			begin()
		case t := <-came:
			if t.err == nil {
				h.found.Store(int64(t.host))
				return t.conn, nil
			}
			if errs = append(errs, t.err); len(errs) == len(h.all) {
				return nil, errors.Join(errs...)
			}
			begin()
		}
	}
}
