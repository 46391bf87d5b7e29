package staff

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Profile is what people call a user.
type Profile struct {
	Name     string        // colleagues; "" is the login
	Known    bot.Bilingual // customers
	Language bot.Language  // of their pages; bot.Unsure is as the browser asks
}

const nameMost = 80 // characters

func (p Profile) check() error {
	var faults []bot.Fault
	for _, one := range []struct{ field, name string }{{"name", p.Name}, {"name_uk", p.Known.UK}, {"name_ru", p.Known.RU}} {
		if code, data := nameFault(one.name, nameMost); code != "" {
			faults = append(faults, bot.Fault{Field: one.field, Code: code, Data: data})
		}
	}
	if p.Language != bot.Unsure && !p.Language.Known() {
		faults = append(faults, bot.Fault{Field: "language", Code: bot.FaultChoice, Data: bot.Data{"Choices": bot.Choices(bot.Languages())}})
	}
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	return nil
}

// SetProfile says what people call a user: by an admin, or the user's own.
func (s *Staff) SetProfile(ctx context.Context, actor bot.Actor, login string, p Profile) error {
	if actor.Login != fold(login) {
		if err := actor.Require(bot.ManageStaff); err != nil {
			return err
		}
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.change(ctx, login, func(tx *storage.Tx, u storage.User) error {
		was := u
		u.Name, u.Known, u.Language = p.Name, p.Known, p.Language
		if u == was {
			return nil
		}
		if err := tx.PutUser(ctx, u); err != nil || u.Name == was.Name && u.Known == was.Known {
			return err // the language of pages is nobody else's business
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.profile", Object: "user/" + u.ID,
			Detail: map[string]any{"name": u.Name, "known": u.Known},
		})
	})
}

// SetPreferences keeps how the actor wants their pages, and the language of these.
// It is no entry of the audit.
func (s *Staff) SetPreferences(ctx context.Context, actor bot.Actor, l bot.Language, p storage.Preferences) error {
	for _, one := range []struct {
		field, value string
		choices      []string
	}{
		{"theme", p.Theme, []string{"", "light", "dark"}},
		{"sound", p.Sound, []string{"", "on", "off"}},
		{"language", string(l), []string{"", string(bot.Ukrainian), string(bot.Russian)}},
	} {
		if !slices.Contains(one.choices, one.value) {
			return bot.Invalid(one.field, bot.FaultChoice, bot.Data{"Choices": one.choices[1:]})
		}
	}
	if !slices.Contains([]int{0, 5, 10}, p.Undo) {
		return bot.Invalid("undo", bot.FaultChoice, bot.Data{"Choices": []string{"0", "5", "10"}})
	}
	return s.change(ctx, actor.Login, func(tx *storage.Tx, u storage.User) error {
		u.Language, u.Preferences = l, p
		return tx.PutUser(ctx, u)
	})
}

// SetSound keeps whether the actor wants to hear that somebody waits: "on" or "off".
func (s *Staff) SetSound(ctx context.Context, actor bot.Actor, sound string) error {
	if choices := []string{"on", "off"}; !slices.Contains(choices, sound) {
		return bot.Invalid("sound", bot.FaultChoice, bot.Data{"Choices": choices})
	}
	return s.change(ctx, actor.Login, func(tx *storage.Tx, u storage.User) error {
		u.Preferences.Sound = sound
		return tx.PutUser(ctx, u)
	})
}

// ChangePassword gives the actor another password for the one they have. All
// of their sessions end; the Pass is of a new one.
func (s *Staff) ChangePassword(ctx context.Context, actor bot.Actor, old, password string, from Client) (Pass, error) {
	forgive, err := s.tries(ctx, actor.Login, from)
	if err != nil {
		return Pass{}, err
	}
	u, err := s.store.User(ctx, actor.Login)
	if err != nil {
		return Pass{}, err
	}
	fits, err := s.hash.fits(ctx, old, u.Password)
	if err != nil {
		return Pass{}, errors.Join(err, forgive(ctx))
	}
	if !fits {
		return Pass{}, bot.Refused("old", bot.FaultPasswordNot, nil)
	}
	if err := errors.Join(forgive(ctx), checkPassword(u.Login, password)); err != nil {
		return Pass{}, err
	}
	hashed, err := s.hash.make(ctx, password)
	if err != nil {
		return Pass{}, err
	}
	var p Pass
	err = s.change(ctx, u.Login, func(tx *storage.Tx, now storage.User) error {
		p = Pass{}
		if now.Disabled || now.Password != u.Password {
			return ErrUnauthenticated
		}
		now.Password = hashed
		if err := errors.Join(tx.PutUser(ctx, now), shut(ctx, tx, now.ID)); err != nil {
			return err
		}
		if err := tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.password", Object: "user/" + now.ID, Detail: map[string]string{"by": "password"},
		}); err != nil {
			return err
		}
		return s.begin(ctx, tx, now, from, &p) // their second factor was proved when they signed in
	})
	return p, err
}
