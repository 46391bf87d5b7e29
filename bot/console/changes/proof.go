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
	From              string
	Level             levelKey
	Told              []provedView
	Acknowledged      string
	Version           int
	Asked, Complained string
	Reason            reasonKey
	Passed            string
	Hash, Key         string
	Exports           bool
	Made              string
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
	Sent, Delivered, Seen, Approved string
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
		Title: stated.Change.Title.In(v.Lang), From: p.stamp(stated.Change.From), Level: levelOf(stated.Change.Level), Acknowledged: p.stamp(stated.Acknowledged), Version: stated.Version,
		Asked: p.stamp(stated.Asked), Complained: p.stamp(stated.Complained), Passed: p.stamp(stated.UnreachedAt), Hash: hash, Exports: v.Actor.May(bot.ExportContacts), Made: p.stamp(time.Now()),
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
			Outcome: outcomeOf(t.Outcome), Sent: p.stamp(t.Sent), Delivered: p.stamp(t.Delivered), Seen: p.stamp(t.Seen), Approved: p.stamp(t.Approved), By: t.ApprovedBy, Hash: t.ApprovalHash,
			TellsSeen: t.TellsSeen, Mentions: t.Part.Mark() == bot.MarkMentioned,
		})
	}
	page.Nothing = len(page.Told) == 0
	return v.Page(http.StatusOK, "proof", page)
}

// stamp writes a moment whole, with how far its clock is from UTC: the sheet is read
// elsewhere and later. "" where there is none.
func (p pages) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.Zone).Format("02.01.2006, 15:04:05 UTC-07:00")
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
