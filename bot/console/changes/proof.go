package changes

import (
	"errors"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/markup"
)

// proofPage is the sheet that says what one person was told.
type proofPage struct {
	Head              headView
	Company           string
	Person, External  string
	PersonID          string
	Title             string
	From              time.Time
	Level             levelKey
	Told              []provedView
	Acknowledged      time.Time
	Version           int
	Asked, Complained time.Time
	Reason            reasonKey
	Passed            time.Time
	Hash, Key         string
	Exports           bool
	Made              time.Time
	Nothing           bool // nothing was sent to them
	ChangeID          string
}

// provedView is one message.
type provedView struct {
	Version                         int
	Channel                         channelKey
	Address, Message                string
	Language                        bot.Language
	Text                            string
	TextHash                        string
	Outcome                         outcomeKey
	Sent, Delivered, Seen, Approved time.Time
	By, Hash                        string
	TellsSeen, Mentions             bool
}

type outcomeKey string

func outcomeOf(o string) outcomeKey {
	switch bot.Outcome(o) {
	case bot.Sent, bot.Unknown, bot.Outcome(bot.OutcomeFailed):
		return outcomeKey(o)
	}
	return "unsent"
}

func (p pages) proof(v *console.Visit) error {
	if !v.Actor.May(bot.ReadContacts) {
		return console.ErrNothing
	}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	stated, hash, err := p.Changes().State(v.Ctx(), v.Actor, is.ID, v.Param("contact"))
	if errors.Is(err, change.ErrNothingProved) {
		return console.ErrNothing
	}
	if err != nil {
		return err
	}
	page := proofPage{
		Head: p.head(v, is, "ledger"), Company: stated.Company.In(v.Lang), Person: stated.Person.Name, External: stated.Person.External, PersonID: stated.Person.ID,
		Title: stated.Change.Title.In(v.Lang), From: stated.Change.From, Level: levelOf(stated.Change.Level), Acknowledged: stated.Acknowledged, Version: stated.Version,
		Asked: stated.Asked, Complained: stated.Complained, Passed: stated.UnreachedAt, Hash: hash, Exports: v.Actor.May(bot.ExportContacts), Made: time.Now(),
		ChangeID: stated.Change.ID,
	}
	if stated.Unreached != "" {
		page.Reason = reasonOf(stated.Unreached)
	}
	if page.Key, err = p.Changes().ProofKey(v.Actor); err != nil {
		return err
	}
	for _, t := range stated.Tellings {
		page.Told = append(page.Told, provedView{
			Version: t.Version, Channel: channelKey(t.Channel), Address: t.Address, Message: t.Message, Language: t.Language, Text: markup.Parse(t.Text).Plain(), TextHash: t.TextHash,
			Outcome: outcomeOf(t.Outcome), Sent: t.Sent, Delivered: t.Delivered, Seen: t.Seen, Approved: t.Approved, By: t.ApprovedBy, Hash: t.ApprovalHash,
			TellsSeen: t.TellsSeen, Mentions: t.Part.Mark() == bot.MarkMentioned,
		})
	}
	page.Nothing = len(page.Told) == 0
	return v.Page(http.StatusOK, "proof", page)
}

// proofFile hands out the signed file behind the sheet.
func (p pages) proofFile(v *console.Visit) error {
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	file, _, err := p.Changes().Prove(v.Ctx(), v.Actor, v.Param("id"), v.Param("contact"))
	if errors.Is(err, change.ErrNothingProved) {
		return console.ErrNothing
	}
	if err != nil {
		return err
	}
	_, err = v.Download("proof.txt", "text/plain; charset=utf-8").Write(file)
	return err
}
