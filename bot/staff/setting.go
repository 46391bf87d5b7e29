package staff

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// Setting is something that people decide about the service while it runs.
type Setting struct {
	Name   string
	Value  string   // as it is in force
	Set    bool     // somebody set it; otherwise it is what it is unset
	Values []string // where it is one of a few
	Wants  string   // what a value may be, and
	Does   string   // what it decides: in English, for the command line
}

// companySettings are the settings of the company's name.
func companySettings() (all []Setting) {
	for l, of := range map[bot.Language]string{bot.Ukrainian: "Ukrainian", bot.Russian: "Russian"} {
		all = append(all, Setting{
			Name: bot.CompanySetting(l), Wants: fmt.Sprintf("up to %d characters, or nothing", bot.CompanyMost),
			Does: "the company's name to those who read " + of + "; to all where the other is not set",
		})
	}
	slices.SortFunc(all, func(a, b Setting) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// isCompany reports whether the setting is of the company's name, which customers read.
func (s Setting) isCompany() bool {
	return slices.ContainsFunc(companySettings(), func(one Setting) bool { return one.Name == s.Name })
}

// settings is the one table of what may be set here. Value is what each is unset.
func settings() []Setting {
	all := []Setting{
		{
			Name: bot.AloneSetting, Value: bot.SettingOff, Values: []string{bot.SettingOff, bot.SettingOn}, Wants: "off or on",
			Does: "one person may approve what they wrote, while no other user could approve",
		},
		{
			Name: bot.PriceSetting, Wants: fmt.Sprintf("up to %d characters, such as 0,02 €, or nothing", bot.PriceMost),
			Does: "what a message costs outside of a messenger's free time, said to operators before they send one",
		},
	}
	all = append(all, companySettings()...)
	for _, n := range storage.NumberSettings() {
		all = append(all, Setting{
			Name: n.Name, Value: strconv.FormatInt(n.Usual, 10), Wants: n.Wants(), Does: "so many " + n.Unit + " " + n.Does,
		})
	}
	return all
}

// good returns the fault of a value that the setting cannot have; nil when it can.
func (s Setting) good(value string) error {
	if s.isCompany() {
		return goodName(s.Name, value, bot.CompanyMost)
	}
	if s.Name == bot.PriceSetting {
		return goodName(s.Name, value, bot.PriceMost)
	}
	if n, ok := storage.NumberSettingOf(s.Name); ok {
		if _, _, err := n.Read(value); err != nil {
			return bot.Invalid(s.Name, bot.FaultChoice, bot.Data{"Choices": []string{s.Wants}})
		}
		return nil
	}
	if !slices.Contains(s.Values, value) {
		return bot.Invalid(s.Name, bot.FaultChoice, bot.Data{"Choices": s.Values})
	}
	return nil
}

// goodName returns the fault of a name that no sentence can hold; nil where there is
// none, nor a name.
func goodName(setting, value string, most int) error {
	if code, data := nameFault(value, most); code != "" {
		return bot.Invalid(setting, code, data)
	}
	return nil
}

// nameFault returns what is wrong with a name of at most so many characters; ""
// where nothing is, or there is no name.
func nameFault(name string, most int) (bot.FaultCode, bot.Data) {
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return bot.FaultNotText, nil
	case utf8.RuneCountInString(name) > most:
		return bot.FaultLong, bot.Data{"Max": most}
	case name != strings.TrimSpace(name):
		return bot.FaultSpaces, nil
	}
	return "", nil
}

// Settings returns the settings as they are in force.
func (s *Staff) Settings(ctx context.Context, by bot.Actor) ([]Setting, error) {
	if err := by.Require(bot.WriteSettings); err != nil {
		return nil, err
	}
	all := settings()
	for i, one := range all {
		value, ok, err := s.store.Setting(ctx, one.Name)
		if err != nil {
			return nil, err
		}
		if ok {
			all[i].Value, all[i].Set = value, true
		}
	}
	return all, nil
}

// Set sets a setting, which counts from the next thing that asks for it. A
// *bot.InvalidError says that there is no such setting, or no such value.
func (s *Staff) Set(ctx context.Context, by bot.Actor, name, value string) error {
	if err := by.Require(bot.WriteSettings); err != nil {
		return err
	}
	all := settings()
	i := slices.IndexFunc(all, func(one Setting) bool { return one.Name == name })
	if i < 0 {
		names := make([]string, len(all))
		for n, one := range all {
			names[n] = one.Name
		}
		return bot.Invalid("setting", bot.FaultChoice, bot.Data{"Choices": names})
	}
	if err := all[i].good(value); err != nil {
		return err
	}
	named := all[i].isCompany()
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		if named { // turns read it with the content
			if err := tx.EditContent(ctx); err != nil {
				return err
			}
		}
		was, ok, err := tx.Setting(ctx, name)
		if err != nil {
			return err
		}
		if !ok {
			was = all[i].Value
		}
		if err := tx.PutSetting(ctx, name, value); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: by, Action: "setting.set", Object: "setting/" + name, Detail: map[string]string{"from": was, "to": value},
		})
	})
	if err == nil && named {
		s.store.Notify("content")
	}
	return err
}
