package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// News is what a broadcast tells of the roll-out of its change, in the words that were
// approved with the change: a stage, what was wrong of earlier versions, or both. Whom it
// tells follows from it: who follows the change, and who was told one of those versions
// and no right one since. Each is told once, whatever of it is for them.
type News struct {
	Stage int        `json:"stage,omitempty"` // its place among the stages of the version, from 1; 0: none
	Wrong []int      `json:"wrong,omitempty"` // versions that it corrects
	Topic string     `json:"topic"`           // by which people have said where they hear of it; nobody refuses news, for they are asked for or owed
	Texts []NewsText `json:"texts"`
	// Still is a later version in whose place it is still told, for that says the same of
	// what it corrects; 0: none.
	Still int `json:"still,omitempty"`
}

// NewsText is one text of the news, as one kind of messenger is given it.
type NewsText struct {
	Channel  string        `json:"channel"` // the kind of messenger
	Language Language      `json:"language"`
	Part     RenderingPart `json:"part"`
	Hash     string        `json:"hash"` // of its Rendering
	Message  Message       `json:"message"`
}

// Text returns the text of the part; false where there is none.
func (n News) Text(channel string, l Language, part RenderingPart) (NewsText, bool) {
	i := slices.IndexFunc(n.Texts, func(t NewsText) bool { return t.Channel == channel && t.Language == l && t.Part == part })
	if i < 0 {
		return NewsText{}, false
	}
	return n.Texts[i], true
}

// Parts of the news of a change begin so.
const (
	stagePart      = "stage "
	correctionPart = "correction of "
	cardPart       = string(PartCard) + ", " + stagePart
)

// StagePart names the message that tells the stage with the number, from 1.
func StagePart(n int) RenderingPart { return RenderingPart(stagePart + strconv.Itoa(n)) }

// CorrectionPart names the message that says what was wrong of an earlier version, and
// with a stage also tells that; 0 is none.
func CorrectionPart(version, stage int) RenderingPart {
	part := correctionPart + strconv.Itoa(version)
	if stage > 0 {
		part += ", " + stagePart + strconv.Itoa(stage)
	}
	return RenderingPart(part)
}

// StageCardPart names the card of the change as it is since the stage with the number.
func StageCardPart(stage int) RenderingPart { return RenderingPart(cardPart + strconv.Itoa(stage)) }

// FollowedCardPart names that card as it stands in the chat of who follows the change, and
// may have acknowledged it.
func FollowedCardPart(stage int, acknowledged bool) RenderingPart {
	part := StageCardPart(stage) + ", followed"
	if acknowledged {
		part += ", acknowledged"
	}
	return part
}

// Kind returns the part without the numbers in it: what sort of text it is.
func (p RenderingPart) Kind() RenderingPart {
	switch {
	case p == PartStageCard: // a sort already, and begins like a stage
	case strings.HasPrefix(string(p), stagePart):
		return PartStage
	case strings.HasPrefix(string(p), correctionPart):
		return PartCorrection
	case strings.HasPrefix(string(p), cardPart):
		return PartStageCard
	}
	return p
}

// StageAt returns the place, from 1, of the last stage that has come by now; 0: none has.
func (p Particulars) StageAt(now time.Time) (n int) {
	for i, s := range p.Stages {
		if !s.At.After(now) && (n == 0 || !s.At.Before(p.Stages[n-1].At)) {
			n = i + 1
		}
	}
	return n
}

// StageNewsID returns the id of the broadcast that tells a stage of the change: its moment
// names the stage, whatever is said of it and in whichever version.
func StageNewsID(change string, at time.Time) string { return newsID("stage", change, moment(at)) }

// CorrectionNewsID returns the id of the broadcast by which the version corrects earlier
// ones.
func CorrectionNewsID(change string, version int) string {
	return newsID("correction", change, strconv.Itoa(version))
}

// newsID names a broadcast by what it tells. It fits what may stand as a broadcast's id, whatever a change is called.
func newsID(what, change, which string) string {
	sum := sha256.Sum256([]byte(what + "\x00" + change + "\x00" + which))
	return what + "-" + hex.EncodeToString(sum[:10])
}

// Corrected returns those of the earlier versions that say of a fact, or where that is
// what was wrong of them, anywhere in their texts, something else than the version does.
// Without Wrong it corrects none.
func (c Change) Corrected(earlier []Change) (wrong []Change) {
	if !c.Wrong.Complete() {
		return nil
	}
	texts := func(c Change) [7]Bilingual {
		return [7]Bilingual{c.Title, c.Summary, c.Reason, c.Consequence, c.Benefit, c.ToDo, c.Questions}
	}
	for _, was := range earlier {
		if c.Corrects(was) {
			wrong = append(wrong, was)
		}
	}
	if len(wrong) == 0 { // what was wrong stands in the texts alone
		for _, was := range earlier {
			if texts(c) != texts(was) {
				wrong = append(wrong, was)
			}
		}
	}
	return wrong
}

// Difference is a fact that a version says otherwise than an earlier one. Of the two
// moments or texts that it is, one may be missing: then it was added, or is gone.
type Difference struct {
	Field    string    // as in the sheet: from, until, acknowledge_by, sums, dates, addresses, links
	What     Bilingual // of a list
	Was, Now Bilingual
	WasAt    time.Time
	NowAt    time.Time
}

// fact is one of the facts of a sheet that have a name there.
type fact struct {
	what Bilingual
	says Bilingual
	at   time.Time
}

// Differences returns what the version says otherwise of its facts than the earlier one,
// in the order of the sheet.
func (c Change) Differences(was Change) (all []Difference) {
	for _, m := range []struct {
		field    string
		was, now time.Time
	}{{"from", was.From, c.From}, {"until", was.Until, c.Until}, {"acknowledge_by", was.AcknowledgeBy, c.AcknowledgeBy}} {
		if moment(m.was) != moment(m.now) {
			all = append(all, Difference{Field: m.field, WasAt: m.was, NowAt: m.now})
		}
	}
	before := was.facts()
	for _, list := range c.facts() {
		for _, other := range before {
			if other.field == list.field {
				all = append(all, differ(list.field, other.all, list.all)...)
			}
		}
	}
	return all
}

type factList struct {
	field string
	all   []fact
}

// facts are the lists of facts of the sheet.
func (p Particulars) facts() []factList {
	lists := []factList{{field: "sums"}, {field: "dates"}, {field: "addresses"}, {field: "links"}}
	for _, s := range p.Sums {
		lists[0].all = append(lists[0].all, fact{what: s.What, says: s.Bilingual()})
	}
	for _, d := range p.Dates {
		lists[1].all = append(lists[1].all, fact{what: d.What, at: d.At.UTC().Truncate(time.Microsecond)})
	}
	for _, a := range p.Places {
		lists[2].all = append(lists[2].all, fact{what: a.What, says: a.Address})
	}
	for _, l := range p.Links {
		lists[3].all = append(lists[3].all, fact{what: l.What, says: Bilingual{UK: l.URL, RU: l.URL}})
	}
	return lists
}

// differ compares a list of facts with what it was. A fact is known by its name, and
// where that is another too, by its place among those that no name joins.
func differ(field string, was, now []fact) (all []Difference) {
	named := func(list []fact, what Bilingual) int {
		return slices.IndexFunc(list, func(f fact) bool { return f.what == what })
	}
	var gone []fact
	for _, f := range was {
		if named(now, f.what) < 0 {
			gone = append(gone, f)
		}
	}
	for _, f := range now {
		d := Difference{Field: field, What: f.what, Now: f.says, NowAt: f.at}
		switch i := named(was, f.what); {
		case i >= 0 && was[i] == f:
			continue
		case i >= 0:
			d.Was, d.WasAt = was[i].says, was[i].at
		case len(gone) > 0:
			d.Was, d.WasAt = gone[0].says, gone[0].at
			gone = gone[1:]
		}
		all = append(all, d)
	}
	for _, f := range gone {
		all = append(all, Difference{Field: field, What: f.what, Was: f.says, WasAt: f.at})
	}
	return slices.DeleteFunc(all, func(d Difference) bool { return d.Was == d.Now && d.WasAt.Equal(d.NowAt) })
}

// Bilingual returns the amount as people read it.
func (s Sum) Bilingual() Bilingual {
	amount := strings.Replace(strings.TrimSuffix(s.Amount, ".00"), ".", ",", 1)
	currency := s.Currency
	if currency == "UAH" {
		currency = "грн"
	}
	return Bilingual{UK: amount + " " + currency, RU: amount + " " + currency}
}
