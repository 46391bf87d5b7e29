package desk

import (
	"errors"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/storage"
)

// answerForm is what the reader has written.
type answerForm struct {
	Key        string   `form:"key"`
	Text       string   `form:"text"`
	Markup     bool     `form:"markup"`
	Files      []string `form:"file"`
	Seen       int64    `form:"seen"`
	LanguageOK bool     `form:"language_ok"`
	PriceOK    bool     `form:"price_ok"`
	Do         string   `form:"do"` // "" sends
}

func (f answerForm) words() bot.Words { return bot.Words{Text: f.Text, Markup: f.Markup} }

// written puts what the reader has written back into the page.
func (f answerForm) written(c *compose) {
	c.Text, c.Markup, c.LanguageOK, c.PriceOK = f.Text, f.Markup, f.LanguageOK, f.PriceOK
}

// answer sends what the reader has written, shows how it will look, or keeps it.
func (p pages) answer(v *console.Visit, d *deskwork.Desk, id string, form answerForm) error {
	switch form.Do {
	case "preview":
		return p.preview(v, d, id, form)
	case "save":
		if err := keep(v, d, id, form); err != nil {
			return err
		}
		return v.See("/desk/" + id)
	}
	_, err := d.Reply(v.Ctx(), v.Actor, deskwork.ReplyTo{
		Ticket: id, Key: form.Key, Words: form.words(), Files: form.Files, Seen: form.Seen,
		LanguageOK: form.LanguageOK, PriceOK: form.PriceOK, Undo: time.Duration(v.User.Preferences.Undo) * time.Second,
	})
	return p.answered(v, d, id, err, form)
}

// answered shows the ticket after a reply; one that was refused stays written, and
// what must be confirmed stands beside it.
func (p pages) answered(v *console.Visit, d *deskwork.Desk, id string, err error, form answerForm) error {
	if _, told := v.Faults(err); !told {
		if err != nil {
			return err
		}
		return v.See("/desk/" + id)
	}
	kept := keep(v, d, id, form)
	if kept != nil && !errors.Is(kept, storage.ErrConflict) && !errors.Is(kept, storage.ErrNotFound) {
		if _, told := v.Faults(kept); !told {
			return kept
		}
	}
	return p.again(v, id, err, func(c *compose) {
		form.written(c)
		var refused *bot.RefusedError
		if !errors.As(err, &refused) {
			return
		}
		switch refused.Code {
		case bot.FaultOtherTongue:
			c.Ask = "language"
		case bot.FaultPaid:
			c.Ask = "price"
		}
	})
}

// preview shows what the customer will see.
func (p pages) preview(v *console.Visit, d *deskwork.Desk, id string, form answerForm) error {
	shown, err := d.Preview(v.Ctx(), v.Actor, id, form.words(), form.Files)
	if _, told := v.Faults(err); told {
		return p.again(v, id, err, form.written)
	}
	if err != nil {
		return err
	}
	page, err := p.ticketPage(v, id, 0, "")
	if err != nil {
		return err
	}
	form.written(&page.Compose)
	page.Compose.Previews = true
	for _, b := range shown {
		runs := b.Runs
		if b.File != "" {
			runs = append(runs, bot.Run{Text: "\n📎"})
		}
		page.Compose.Preview = append(page.Compose.Preview, runs)
	}
	return v.Page(http.StatusOK, "ticket", page)
}

// keep keeps what the reader writes, as they write it.
func keep(v *console.Visit, d *deskwork.Desk, id string, form answerForm) error {
	return d.SetDraft(v.Ctx(), v.Actor, id, form.Key, form.words())
}

// typing shows the customer that the reader writes.
func typing(v *console.Visit, d *deskwork.Desk, id string, _ nothing) error {
	return d.Typing(v.Ctx(), id, v.Actor)
}

// again shows the ticket with what was refused, and what the reader had written.
func (p pages) again(v *console.Visit, id string, refused error, written func(*compose)) error {
	page, err := p.ticketPage(v, id, 0, "")
	if err != nil {
		return err
	}
	if written != nil {
		written(&page.Compose)
	}
	if faults, ok := v.Faults(refused); ok {
		for _, words := range faults {
			page.Compose.Fault = words
		}
	}
	return v.Page(http.StatusConflict, "ticket", page)
}
