package webchat

import (
	"sync"
	"time"
)

// daily counts what comes from each client in a day (UTC), in this process.
type daily struct {
	most int // clients that are remembered

	mu   sync.Mutex
	day  time.Time
	came map[string]int64
}

const aDay = 24 * time.Hour

// room tells how long to wait where n bytes more would be above the limit; 0
// when they are not. It counts nothing.
func (d *daily) room(client string, n, limit int64, now time.Time) (wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wait(client, n, limit, now)
}

// take is room, and counts the bytes.
func (d *daily) take(client string, n, limit int64, now time.Time) (wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if wait = d.wait(client, n, limit, now); wait == 0 && n > 0 && client != "" {
		if _, known := d.came[client]; !known && len(d.came) >= d.most {
			d.forget()
		}
		d.came[client] += n
	}
	return wait
}

func (d *daily) wait(client string, n, limit int64, now time.Time) time.Duration {
	if day := now.UTC().Truncate(aDay); day.After(d.day) { // a clock that is set back opens no new day
		d.day, d.came = day, map[string]int64{}
	}
	if client == "" || d.came[client]+n <= limit { // "" is everybody
		return 0
	}
	return max(time.Second, d.day.Add(aDay).Sub(now))
}

// forget makes room for others: a tenth, whoever it is.
func (d *daily) forget() {
	for who := range d.came {
		if len(d.came) <= d.most*9/10 {
			return
		}
		delete(d.came, who)
	}
}
