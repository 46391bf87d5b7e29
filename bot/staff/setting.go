package staff

import (
	"context"
	"slices"
	"strconv"

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

// settings is the one table of what may be set here. Value is what each is unset.
func settings() []Setting {
	all := []Setting{
		{
			Name: bot.AloneSetting, Value: bot.SettingOff, Values: []string{bot.SettingOff, bot.SettingOn}, Wants: "off or on",
			Does: "one person may approve what they wrote, while no other user could approve",
		},
	}
	for _, n := range storage.NumberSettings() {
		all = append(all, Setting{
			Name: n.Name, Value: strconv.FormatInt(n.Usual, 10), Wants: n.Wants(), Does: "so many " + n.Unit + " " + n.Does,
		})
	}
	return all
}

// good returns the fault of a value that the setting cannot have; nil when it can.
func (s Setting) good(value string) error {
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
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
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
}
