package staff

import (
	"context"
	"errors"
	"slices"

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

	check func(s Setting, value string) error // nil: it is one of Values
}

// Shown returns the value as people read it: of a picture, which one it is.
func (s Setting) Shown() string { return shown(s.Name, s.Value) }

func shown(name, value string) string {
	if logo, err := bot.ParseLogo(value); name == bot.LogoSetting && err == nil && logo != nil {
		return logo.Name
	}
	return value
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
	return s.SetAll(ctx, by, Edit{Name: name, Value: value})
}

// Edit is a setting as somebody wants it.
type Edit struct {
	Name, Value string
	// Was is the value that they saw. Where it is another by now, nothing is set, unless
	// Value is Was: who left it alone has nothing against it. nil sets it in any case.
	Was *string
}

// untouched reports whether somebody left the value as they saw it.
func (e Edit) untouched() bool { return e.Was != nil && *e.Was == e.Value }

// MeanwhileError says that settings were set by others since they were looked at.
type MeanwhileError struct{ bot.InvalidError }

// Error implements error.
func (e *MeanwhileError) Error() string { return "settings: " + e.InvalidError.Error() }

// Unwrap makes it a *bot.InvalidError.
func (e *MeanwhileError) Unwrap() error { return &e.InvalidError }

// SetAll sets several settings, or none of them: a *bot.InvalidError names all that
// is wrong, a *MeanwhileError what others have set since.
func (s *Staff) SetAll(ctx context.Context, by bot.Actor, edits ...Edit) error {
	if err := by.Require(bot.WriteSettings); err != nil {
		return err
	}
	all, err := checked(edits)
	if err != nil {
		return err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil { // turns read some with the content; and of two who set one waits
			return err
		}
		var meanwhile MeanwhileError
		for i, e := range edits {
			if e.untouched() {
				continue
			}
			was, ok, err := tx.Setting(ctx, e.Name)
			if err != nil {
				return err
			}
			if !ok {
				was = all[i].Value
			}
			if e.Was != nil && *e.Was != was && was != e.Value {
				meanwhile.Faults = append(meanwhile.Faults, bot.Fault{Field: e.Name, Code: bot.FaultMeanwhile, Data: bot.Data{"Now": shown(e.Name, was)}})
				continue
			}
			if err := tx.PutSetting(ctx, e.Name, e.Value); err != nil {
				return err
			}
			if err := tx.Audit(ctx, storage.AuditEntry{
				Actor: by, Action: "setting.set", Object: "setting/" + e.Name,
				Detail: map[string]string{"from": shown(e.Name, was), "to": shown(e.Name, e.Value)},
			}); err != nil {
				return err
			}
		}
		if len(meanwhile.Faults) > 0 {
			return &meanwhile
		}
		return nil
	})
	if err == nil {
		s.store.Notify("content")
	}
	return err
}

// CheckSettings returns what SetAll would say of the values, with nothing set.
func CheckSettings(edits ...Edit) error {
	_, err := checked(edits)
	return err
}

// checked returns the settings that edits are of, in their order.
func checked(edits []Edit) (of []Setting, err error) {
	all := settings()
	var wrong bot.InvalidError
	for _, e := range edits {
		i := slices.IndexFunc(all, func(one Setting) bool { return one.Name == e.Name })
		if i < 0 {
			names := make([]string, len(all))
			for n, one := range all {
				names[n] = one.Name
			}
			return nil, bot.Invalid("setting", bot.FaultChoice, bot.Data{"Choices": names})
		}
		of = append(of, all[i])
		if e.untouched() {
			continue
		}
		var fault *bot.InvalidError
		if errors.As(all[i].good(e.Value), &fault) {
			wrong.Faults = append(wrong.Faults, fault.Faults...)
		}
	}
	if len(wrong.Faults) > 0 {
		return nil, &wrong
	}
	return of, nil
}
