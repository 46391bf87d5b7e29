package settings

import (
	"net/http"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// rulesPage is how early a change is told, and how it is approved.
type rulesPage struct {
	Notice   []rule // by kind, in days
	Approval []rule
	Alone    bool
	Was      rulesWere
	Faults   console.Faults
	Done     bool
}

// rulesWere are the settings as they are saved: those that are numbers in their order.
type rulesWere struct {
	Numbers []string
	Alone   string
}

// rule is a setting that is a number.
type rule struct {
	ID           field          // also the key of its words
	Kind         bot.ChangeKind // whose notice it is
	Value, Fault string
}

// approvalRules are the numbers that go for changes of every kind, in their order.
func approvalRules() []string {
	return []string{bot.ChangeReviewSetting, bot.ApprovalReminderSetting, bot.KnowsAfterSetting}
}

// numberRules are all numbers of the page, in the order in which its form sends them.
func numberRules() (all []string) {
	for _, k := range bot.ChangeKinds() {
		all = append(all, bot.ChangeNoticeSetting(k))
	}
	return append(all, approvalRules()...)
}

// ruleField is the id of the field of a setting.
func ruleField(setting string) field { return field(strings.ReplaceAll(setting, ".", "_")) }

func (p pages) rules(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.rulesSaved(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	page.fill(page.Was.Numbers)
	return v.Page(http.StatusOK, "rules", page)
}

// rulesSaved is the page as it is saved, without its rows.
func (p pages) rulesSaved(v *console.Visit) (rulesPage, error) {
	values, err := p.values(v)
	if err != nil {
		return rulesPage{}, err
	}
	page := rulesPage{Alone: values[bot.AloneSetting] == bot.SettingOn, Was: rulesWere{Alone: values[bot.AloneSetting]}}
	for _, name := range numberRules() {
		page.Was.Numbers = append(page.Was.Numbers, values[name])
	}
	return page, nil
}

// fill makes the rows of what is written in them.
func (page *rulesPage) fill(written []string) {
	for i, name := range numberRules() {
		r := rule{ID: ruleField(name), Value: written[i], Fault: page.Faults[name]}
		if i < len(bot.ChangeKinds()) {
			r.Kind = bot.ChangeKinds()[i]
			page.Notice = append(page.Notice, r)
		} else {
			page.Approval = append(page.Approval, r)
		}
	}
}

func (p pages) setRules(v *console.Visit) error {
	var form struct {
		Numbers    []string `form:"number"`
		WasNumbers []string `form:"was_number"`
		Alone      bool     `form:"alone"`
		WasAlone   string   `form:"was_alone"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if all := len(numberRules()); len(form.Numbers) != all || len(form.WasNumbers) != all {
		return console.ErrForm
	}
	alone := bot.SettingOff
	if form.Alone {
		alone = bot.SettingOn
	}
	edits := []staff.Edit{{Name: bot.AloneSetting, Value: alone, Was: &form.WasAlone}}
	for i, name := range numberRules() {
		edits = append(edits, staff.Edit{Name: name, Value: strings.TrimSpace(form.Numbers[i]), Was: &form.WasNumbers[i]})
	}
	err := p.Staff().SetAll(v.Ctx(), v.Actor, edits...)
	if err == nil {
		return v.See("/settings/rules?done=1")
	}
	status, faults, err := refused(v, err)
	if err != nil {
		return err
	}
	page, err := p.rulesSaved(v)
	if err != nil {
		return err
	}
	page.Faults, page.Alone = faults, form.Alone
	page.fill(form.Numbers)
	return v.Page(status, "rules", page)
}
