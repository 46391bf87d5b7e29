package settings

import (
	"net/http"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// limitsPage is how much one person is told unasked, and how long what is over is kept.
type limitsPage struct {
	Told    []rule // messages
	Kept    []rule // days
	Shorter bool   // the reader has ticked that what is older leaves for good
	Was     []string
	Faults  console.Faults
	Done    bool
}

// limits are the settings of the page, in the order in which its form sends them: those of
// the cap, then all that say how long something is kept.
func limits() (told, kept []string) {
	for _, n := range storage.NumberSettings() {
		if strings.HasPrefix(n.Name, "keep.") {
			kept = append(kept, n.Name)
		}
	}
	return []string{bot.CapDaySetting, bot.CapWeekSetting}, kept
}

// allLimits are both.
func allLimits() []string {
	told, kept := limits()
	return slices.Concat(told, kept)
}

// shownLimit is the value of a setting as its field has it: no limit is nothing.
func shownLimit(name, value string) string {
	if n, _ := storage.NumberSettingOf(name); value == n.Unlimited {
		return ""
	}
	return value
}

// limitOf is the value of a setting as somebody wrote it into its field.
func limitOf(name, written string) string {
	if written = strings.TrimSpace(written); written != "" {
		return written
	}
	n, _ := storage.NumberSettingOf(name)
	return n.Unlimited
}

// shortens reports whether rows that were kept leave by the new value.
func shortens(name, was, value string) bool {
	n, _ := storage.NumberSettingOf(name)
	days, limited, err := n.Read(value)
	before, bounded, unread := n.Read(was)
	return err == nil && limited && (unread != nil || !bounded || days < before)
}

func (p pages) limits(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.limitsSaved(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	page.fill(page.Was)
	return v.Page(http.StatusOK, "limits", page)
}

// limitsSaved is the page as it is saved, without its rows.
func (p pages) limitsSaved(v *console.Visit) (page limitsPage, err error) {
	values, err := p.values(v)
	for _, name := range allLimits() {
		page.Was = append(page.Was, shownLimit(name, values[name]))
	}
	return page, err
}

// fill makes the rows of what is written in them.
func (page *limitsPage) fill(written []string) {
	told, _ := limits()
	for i, name := range allLimits() {
		r := rule{ID: ruleField(name), Value: written[i], Fault: page.Faults[name]}
		if i < len(told) {
			page.Told = append(page.Told, r)
		} else {
			page.Kept = append(page.Kept, r)
		}
	}
}

func (p pages) setLimits(v *console.Visit) error {
	var form struct {
		Numbers    []string `form:"number"`
		WasNumbers []string `form:"was_number"`
		Shorter    bool     `form:"shorter"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	names := allLimits()
	if len(form.Numbers) != len(names) || len(form.WasNumbers) != len(names) {
		return console.ErrForm
	}
	_, kept := limits()
	var edits []staff.Edit
	shorter := false
	for i, name := range names {
		was := limitOf(name, form.WasNumbers[i])
		edit := staff.Edit{Name: name, Value: limitOf(name, form.Numbers[i]), Was: &was}
		shorter = shorter || slices.Contains(kept, name) && shortens(name, was, edit.Value)
		edits = append(edits, edit)
	}
	unsure := shorter && !form.Shorter
	err := staff.CheckSettings(edits...)
	if err == nil && !unsure {
		if err = p.Staff().SetAll(v.Ctx(), v.Actor, edits...); err == nil {
			return v.See("/settings/limits?done=1")
		}
	}
	status, faults, err := refused(v, err)
	if err != nil {
		return err
	}
	page, err := p.limitsSaved(v)
	if err != nil {
		return err
	}
	if page.Faults, page.Shorter = faults, form.Shorter; unsure {
		status = http.StatusUnprocessableEntity
		page.Faults = console.Faults{"shorter": v.T("settings.limits.unsure")}
		for name, words := range faults {
			page.Faults[name] = words
		}
		page.Was = form.WasNumbers
	}
	page.fill(form.Numbers)
	return v.Page(status, "limits", page)
}
