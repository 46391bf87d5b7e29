package desk

import (
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/storage"
)

// done does something with a ticket.
type done[F any] func(v *console.Visit, d *deskwork.Desk, ticket string, form F) error

// with reads the form that the page of a ticket sends, and does what it says.
func with[F any](p pages, do done[F]) console.Handler {
	return func(v *console.Visit) error {
		var form F
		if err := v.Form(&form); err != nil {
			return err
		}
		parts := p.parts()
		if parts == nil {
			return console.ErrAway
		}
		return do(v, parts.Desk, v.Param("ticket"), form)
	}
}

// act is a press on the page of a ticket: it does what was pressed, and shows the
// ticket as it is then. What is refused stands on the page, with its reason.
func act[F any](p pages, do done[F]) console.Handler {
	return with(p, func(v *console.Visit, d *deskwork.Desk, id string, form F) error {
		err := do(v, d, id, form)
		if _, told := v.Faults(err); told {
			return p.again(v, id, err, nil)
		}
		if err != nil {
			return err
		}
		return v.See("/desk/" + id)
	})
}

// tell is what the page tells by itself, and shows nothing of.
func tell[F any](p pages, do done[F]) console.Handler {
	return with(p, func(v *console.Visit, d *deskwork.Desk, id string, form F) error {
		if err := do(v, d, id, form); err != nil {
			return err
		}
		return v.NoContent(http.StatusNoContent)
	})
}

// nothing is the form of a button that says all by itself.
type nothing struct{}

// open lets the reader write first to the person of a ticket, and shows the one that
// it opens.
func (p pages) open(v *console.Visit, d *deskwork.Desk, id string, _ nothing) error {
	opened, err := d.OpenAfter(v.Ctx(), id, v.Actor)
	if _, told := v.Faults(err); told {
		return p.again(v, id, err, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + opened.ID)
}

// move makes a move of the desk.
func (p pages) move(m bot.TicketMove) console.Handler {
	return act(p, func(v *console.Visit, d *deskwork.Desk, id string, _ nothing) error {
		_, err := d.Move(v.Ctx(), id, m, v.Actor)
		return err
	})
}

type endForm struct {
	Outcome bot.TicketOutcome `form:"outcome"`
}

// end closes the ticket with the outcome.
func end(v *console.Visit, d *deskwork.Desk, id string, form endForm) error {
	_, err := d.Close(v.Ctx(), id, form.Outcome, v.Actor)
	return err
}

// forgive takes back that the ticket was abuse.
func forgive(v *console.Visit, d *deskwork.Desk, id string, _ nothing) error {
	_, err := d.Forgive(v.Ctx(), id, v.Actor)
	return err
}

// naps are how long a ticket may be put aside by one press, as the page names them.
func naps() map[string]time.Duration {
	return map[string]time.Duration{
		"hour": time.Hour, "hours": 4 * time.Hour, "day": 24 * time.Hour, "days": 3 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
	}
}

type sleepForm struct {
	For string `form:"for"` // a name of naps; "" wakes it
}

// sleep puts the ticket aside for a while.
func sleep(v *console.Visit, d *deskwork.Desk, id string, form sleepForm) error {
	now := time.Now()
	var until time.Time
	if form.For != "" {
		nap, ok := naps()[form.For]
		if !ok {
			return storage.ErrNotFound
		}
		until = now.Add(nap)
	}
	return d.Sleep(v.Ctx(), id, until, now, v.Actor)
}

type causeForm struct {
	Cause string `form:"cause"`
}

// takeBack takes back a reply that waits.
func takeBack(v *console.Visit, d *deskwork.Desk, id string, form causeForm) error {
	return d.TakeBack(v.Ctx(), v.Actor, id, form.Cause)
}

type repeatForm struct {
	Cause   string `form:"cause"`
	PriceOK bool   `form:"price_ok"`
}

// repeat says once more what failed or may not have arrived.
func repeat(v *console.Visit, d *deskwork.Desk, id string, form repeatForm) error {
	_, err := d.Reply(v.Ctx(), v.Actor, deskwork.ReplyTo{Ticket: id, Again: form.Cause, PriceOK: form.PriceOK})
	return err
}
