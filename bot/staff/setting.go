package staff

import (
	"context"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Setting is something that people decide about the service while it runs.
type Setting struct {
	Name   string
	Value  string // as it is in force
	Set    bool   // somebody set it; otherwise it is what it is unset
	Values []string
	Does   string // in English, for the command line
}

// settings is the one table of what may be set here. Value is what each is unset.
func settings() []Setting {
	return []Setting{
		{
			Name: bot.AloneSetting, Value: bot.SettingOff, Values: []string{bot.SettingOff, bot.SettingOn},
			Does: "one person may approve what they wrote, while no other user could approve",
		},
	}
}

// Settings gives the settings as they are in force.
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
	if !slices.Contains(all[i].Values, value) {
		return bot.Invalid(name, bot.FaultChoice, bot.Data{"Choices": all[i].Values})
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
