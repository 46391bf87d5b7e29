package main

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/viber/vibertest"
)

const gateway = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

// viberFaults are the ways in which a send goes wrong there.
func viberFaults() []vibertest.Fault {
	return []vibertest.Fault{
		vibertest.HTTP(http.StatusBadGateway, gateway),
		{Accept: true, HTTP: http.StatusBadGateway, Body: gateway}, // the page came from in between, the message went through
		vibertest.CutAfterAccept(),
		{Cut: true},
		vibertest.Refuse(12),
	}
}

// viberCrowd are people who write at Viber, which repeats every callback until
// it is answered.
type viberCrowd struct {
	viber  *vibertest.Server
	people []*vibertest.Person
	each   int
}

// newViberCrowd makes people, one in three of whom will have a send go wrong.
func (p *play) newViberCrowd(v *vibertest.Server, chats, each int) *viberCrowd {
	c := &viberCrowd{viber: v, each: each}
	for i := range chats {
		rng := rand.New(rand.NewPCG(p.seed, uint64(i)))
		id := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, rng.Uint64()), rng.Uint64())
		person := v.Person(base64.StdEncoding.EncodeToString(id), "Хаос", "uk")
		c.people = append(c.people, person)
		if i%3 == 0 {
			faults := make([]vibertest.Fault, rng.IntN(each), each) // so many sends go well before
			v.NextSend(person.ID(), append(faults, viberFaults()[i/3%len(viberFaults())])...)
		}
	}
	return c
}

// burst has everybody write all their words without waiting.
func (c *viberCrowd) burst(ctx context.Context) {
	for n := range c.each {
		for _, person := range c.people {
			if ctx.Err() == nil {
				person.Write(words()[n])
			}
		}
	}
}

// talk has a few at a time write their words, each after the answer to the last.
func (c *viberCrowd) talk(ctx context.Context) {
	var wg sync.WaitGroup
	waiting := make(chan *vibertest.Person)
	for range 4 {
		wg.Go(func() {
			for person := range waiting {
				for n := range c.each {
					_, _ = person.Write(words()[n]).Wait(ctx)
				}
			}
		})
	}
	for _, person := range c.people {
		select {
		case waiting <- person:
		case <-ctx.Done():
		}
	}
	close(waiting)
	wg.Wait()
}

// evidence returns what Viber knows when all is over.
func (c *viberCrowd) evidence() evidence {
	e := evidence{want: map[string]int{}, done: -1, heard: map[string][]int{}}
	for _, person := range c.people {
		e.want[person.ID()] = c.each
		for _, m := range person.Messages() {
			e.sends++
			if n, ok := answered(m.Text); ok {
				e.heard[person.ID()] = append(e.heard[person.ID()], n)
			}
		}
	}
	return e
}

// outwait waits until the line is empty, those included whom Viber asked us to
// leave alone: at first for seconds, and not after their next word.
func (p *play) outwait(db *sqlx.DB, c *viberCrowd) {
	p.Helper()
	p.awaitEmpty(db, time.Minute)
	asked := c.asked(12)
	p.Logf("status_12=%d", asked)
	if asked == 0 {
		p.Errorf("Viber asked to leave nobody alone")
	}
}

// asked counts the people of whom a send was answered with the status.
func (c *viberCrowd) asked(status int) int {
	people := map[string]bool{}
	for _, r := range c.viber.Requests() {
		var sent struct{ Receiver string }
		if r.Status == status && json.Unmarshal(r.Body, &sent) == nil {
			people[sent.Receiver] = true
		}
	}
	return len(people)
}

// playViber kills the service while people write at a Viber that answers sends
// with the page of a gateway, cuts connections, sends callbacks twice and asks
// to come later; with an even seed it also tells that a message was delivered
// before it has answered the send.
func playViber(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 4*time.Minute)
	defer cancel()
	early := p.seed%2 == 0
	retry := make([]time.Duration, 600)
	for i := range retry {
		retry[i] = 100 * time.Millisecond
	}
	v := vibertest.Start(p, vibertest.Options{HourlyLimit: -1, Copies: 2, Retry: retry, ReceiptsFirst: early})
	database, address := p.seededDatabase(), p.free()
	s := p.settings(database).onViber(v.URL(), v.Token()).with("VISNYK_PUBLIC_URL", "http://"+address)
	pr := p.start(s, address)
	p.run(s, "", "webhook", "set")
	c := p.newViberCrowd(v, of(p.size, 45, 90, 600), 6)
	if early {
		go c.talk(ctx)
	} else {
		c.burst(ctx)
	}
	db := p.open(database)
	total := len(c.people) * c.each
	kills := of(p.size, 1, 2, 10)
	for k := range kills {
		at := total*k/kills + p.rng.IntN(total/kills)
		p.until(ctx, "part of the words", 5*time.Millisecond, func() bool {
			var n int
			return db.GetContext(ctx, &n, `SELECT count(*) FROM history WHERE NOT outgoing AND kind = 'typed'`) == nil && n >= at
		})
		pr.kill()
		pr = p.start(s, address)
	}
	p.until(ctx, "all words", 20*time.Millisecond, func() bool {
		var n int
		return db.GetContext(ctx, &n, `SELECT count(*) FROM history WHERE NOT outgoing AND kind = 'typed'`) == nil && n >= total
	})
	p.must(v.Drain(ctx))
	p.outwait(db, c)
	p.must(v.Drain(ctx)) // receipts of the last ones
	p.conclude(db, "viber", c.evidence())
	if lost := v.Lost(); len(lost) > 0 {
		p.Errorf("%d callbacks were never answered by 200", len(lost))
	}
	if refused := v.Refused(); len(refused) > 0 {
		p.Errorf("Viber refused %d calls of ours: %s", len(refused), refused[0].Reason)
	}
}
