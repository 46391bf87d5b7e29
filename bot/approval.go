package bot

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// AloneSetting is the setting that lets one person approve what they wrote:
// SettingOn, or SettingOff, which it is unset. It counts only while nobody else
// could approve anything.
const AloneSetting = "approval.alone"

// The values of a setting that is on or off.
const (
	SettingOn  = "on"
	SettingOff = "off"
)

// ApprovalReminderSetting is the setting of how many hours after the call to approve
// something those who may are reminded of it, once.
const ApprovalReminderSetting = "approval.reminder"

// Approval is what the approval of an article or a change is judged by: four eyes
// see what customers are told.
type Approval struct {
	// Writers are the users who wrote any part since it was made or last approved,
	// whether it still stands there or not, and who submitted it.
	Writers   []string
	Approvers []string // the enabled users whose role includes ApproveContent
	Alone     bool     // AloneSetting
}

// By returns whether who approves it alone, and a *ForbiddenError when who may not
// approve it. Users are compared: neither another token nor another role makes
// somebody else of them.
func (a Approval) By(who Actor) (alone bool, err error) {
	if err := who.Require(ApproveContent); err != nil {
		return false, err
	}
	if !slices.Contains(a.Writers, who.User) {
		return false, nil
	}
	if a.Alone && !slices.ContainsFunc(a.Approvers, func(user string) bool { return user != who.User }) {
		return true, nil
	}
	return false, &ForbiddenError{Permission: ApproveContent, Same: true}
}

// approvedV1 names what a hash of approved content is made of, and how. Another
// form gets another name, so that a hash in the audit always says what it covers.
const approvedV1 = "v1"

// ApprovedHash returns the hash of what is approved with the article, as
// "v1:" and the SHA-256 in hexadecimal: question, answer, dates and change, and where
// there are any, how its dates follow the change's and whose place it takes. Other
// wordings of the question are found, not told, so they are not in it.
func (a Article) ApprovedHash() string {
	fields := []string{"article", a.ID, a.Question.UK, a.Question.RU, a.Answer.UK, a.Answer.RU, moment(a.From), moment(a.Until), a.Change}
	if a.Span != "" || a.Replaces != "" {
		fields = append(fields, string(a.Span), a.Replaces)
	}
	if a.TellAskers {
		fields = append(fields, "tell askers")
	}
	return approvedHash(fields...)
}

// ApprovedHash returns the hash of what is approved with the change, in the form
// of an article's: its kind, every text, its date and whom it concerns, then every
// particular and what the approval binds beside them: every rendering, and our words in
// it. A change of before there were any has neither, and its hash is what it was.
func (c Change) ApprovedHash(bound Bound) string {
	fields := []string{"change", c.ID, string(c.Kind), moment(c.From), c.Audience.text()}
	for _, w := range []Bilingual{c.Title, c.Summary, c.Reason, c.Consequence, c.Benefit, c.ToDo} {
		fields = append(fields, w.UK, w.RU)
	}
	if particulars := c.Particulars.text(); particulars != noParticulars || len(bound.Hashes) > 0 {
		fields = append(fields, particulars, bound.text())
	}
	return approvedHash(fields...)
}

// noParticulars is what Particulars.text writes of none.
const noParticulars = "{}"

// text writes the particulars for a hash, moments as they are kept.
func (p Particulars) text() string {
	p.Dates, p.Stages = slices.Clone(p.Dates), slices.Clone(p.Stages)
	at := []*time.Time{&p.Until, &p.AcknowledgeBy, &p.AnnounceAt, &p.NextNews}
	for i := range p.Dates {
		at = append(at, &p.Dates[i].At)
	}
	for i := range p.Stages {
		at = append(at, &p.Stages[i].At)
	}
	for _, t := range at {
		*t = t.UTC().Truncate(time.Microsecond)
	}
	text, err := json.Marshal(p)
	if err != nil { // texts and moments can always be written
		panic("bot: a fact sheet is not JSON: " + err.Error())
	}
	return string(text)
}

// approvedHash hashes each field with its length before it, so that no two lists
// of fields read the same.
func approvedHash(fields ...string) string {
	b := []byte(approvedV1)
	for _, f := range fields {
		b = binary.BigEndian.AppendUint64(b, uint64(len(f)))
		b = append(b, f...)
	}
	sum := sha256.Sum256(b)
	return approvedV1 + ":" + hex.EncodeToString(sum[:])
}

// moment writes a date to the microsecond, which is what is kept of it.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)
}
