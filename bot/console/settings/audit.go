package settings

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// auditLines is how many entries a page shows.
const auditLines = 50

// auditPage is what was done, by whom and to what.
type auditPage struct {
	State          staff.AuditState
	Actor, Noun    string // what is chosen
	Object         string
	From, To       string // days
	Users          []choice
	Nouns          []noun
	Entries        int
	Lines          []auditLine
	Next           string // the address of older entries; "" where there are none
	Chosen, Broken bool
}

// choice is one of several.
type choice struct{ Value, Name string }

// auditLine is one entry.
type auditLine struct {
	ID     int64
	At     time.Time
	By     string // "" is the command line, or what goes by time
	Role   bot.Role
	Text   words // what was done: the key, or "" and the code alone
	Code   string
	Object string     // as the audit has it, to be chosen by
	Whom   string     // the user it was done to; "" where it is something else
	Noun   words      // of the object; "" of one there is no word for
	Which  words      // which of them it is, or
	Short  string     // its name, where there are no words for it
	Detail []factView // what else is known of it
}

// noun is a kind of thing that something is done to.
type noun string

// words is the key of what was done, or nothing where there are no words for it.
type words string

// nouns are what the audit speaks of, as in the glossary.
func nouns() []noun {
	return []noun{"user", "session", "token", "ticket", "article", "change", "contact", "attribute", "region", "topic", "import", "segment", "broadcast", "setting", "update"}
}

// actions are those there are words for.
func actions() map[string]bool {
	all := map[string]bool{}
	for noun, moves := range map[string]string{
		"user":      "add invite set_up disable enable role profile password reset factor factor_reset recovery recovery_new linked unlinked",
		"session":   "begin end end_all",
		"token":     "add revoke",
		"ticket":    "take reply takeover release return close sleep forgive takeback open transfer",
		"article":   "create edit submit approve return recall retire import accept negative reject confirm tell",
		"change":    "create edit submit approve return recall undo revise announce correct rehearse close withdraw import export prove late wait",
		"contact":   "upsert edit consent reveal erase export link split",
		"attribute": "declare take_back",
		"region":    "put drop",
		"topic":     "put",
		"import":    "add check run stop end fail report",
		"segment":   "create change drop count sample people explain links",
		"broadcast": "create fill edit submit approve return recall undo rehearse schedule start pause resume cancel mend retry plan open fallback halt remind ceiling stop export",
		"setting":   "set",
		"update":    "replay drop",
	} {
		for move := range strings.FieldsSeq(moves) {
			all[noun+"."+move] = true
		}
	}
	return all
}

// actionText is the key of an action's words.
func actionText(action string) string {
	return "settings.audit.did." + strings.ReplaceAll(action, ".", "_")
}

// auditQuery is what somebody chose on the page.
type auditQuery struct {
	Actor  string `form:"actor"`
	Noun   string `form:"noun"`
	Object string `form:"object"`
	From   string `form:"from"`
	To     string `form:"to"`
	Before string `form:"before"`
}

// read returns the query for the store. What is no day or number chooses nothing.
func (q auditQuery) read(zone *time.Location) storage.AuditQuery {
	of := storage.AuditQuery{Actor: q.Actor, Object: strings.TrimSpace(q.Object)}
	if slices.Contains(nouns(), noun(q.Noun)) {
		of.Action = q.Noun + "."
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.From, zone); err == nil {
		of.From = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.To, zone); err == nil {
		of.To = t.AddDate(0, 0, 1) // with the day itself
	}
	of.Before, _ = strconv.ParseInt(q.Before, 10, 64)
	return of
}

// next is the address of what is older than an entry.
func (q auditQuery) next(before int64) string {
	values := url.Values{"before": {strconv.FormatInt(before, 10)}}
	for name, value := range map[string]string{"actor": q.Actor, "noun": q.Noun, "object": q.Object, "from": q.From, "to": q.To} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return console.Prefix + "/settings/audit?" + values.Encode()
}

func (p pages) audit(v *console.Visit) error {
	var q auditQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	lines, err := p.Staff().Audit(v.Ctx(), v.Actor, q.read(p.Zone), auditLines+1)
	if err != nil {
		return err
	}
	users, err := p.Staff().Users(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := auditPage{
		Actor: q.Actor, Noun: q.Noun, Object: q.Object, From: q.From, To: q.To, Nouns: nouns(),
		Chosen: q != auditQuery{Before: q.Before},
	}
	if page.State, err = p.Staff().AuditState(v.Ctx(), v.Actor); err != nil {
		return err
	}
	page.Broken, page.Entries = page.State.Broken != nil, int(page.State.Entries)
	called := map[string]string{}
	for _, u := range users {
		page.Users = append(page.Users, choice{u.ID, u.Called()})
		called[u.ID] = u.Called()
	}
	if len(lines) > auditLines {
		lines = lines[:auditLines]
		page.Next = q.next(lines[auditLines-1].ID)
	}
	for _, l := range lines {
		page.Lines = append(page.Lines, lineOf(l, called))
	}
	return v.Page(http.StatusOK, "audit", page)
}

// lineOf is a line for people; users are what users are called, by the id.
func lineOf(l storage.AuditLine, users map[string]string) auditLine {
	line := auditLine{ID: l.ID, At: l.At, By: l.By, Role: l.Actor.Role, Code: l.Action, Object: l.Object, Whom: l.Whom, Detail: detail(l.Action, l.Detail, users)}
	line.Noun, line.Short = objectOf(l.Object)
	if name, ok := strings.CutPrefix(l.Object, "setting/"); ok && slices.Contains(namedSettings(), name) {
		line.Which = settingText(name)
	}
	if actions()[l.Action] {
		line.Text = words(actionText(l.Action))
	}
	if line.By == "" && l.Actor.User != bot.SystemUser {
		line.By = cmp.Or(l.Actor.User, "?")
	}
	if !line.Role.Known() {
		line.Role = ""
	}
	return line
}
