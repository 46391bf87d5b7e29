package staff

import (
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func base32Of(text string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
}

func TestInvitation(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "boss", bot.Admin)
		invitation := Invitation{
			Login: "Olena", Role: bot.Operator, Lead: true,
			Profile: Profile{Name: "Олена К.", Known: bot.Bilingual{UK: "Олена", RU: "Елена"}, Language: bot.Russian},
		}
		link := must[Link](t)(s.Invite(ctx, bot.System(), invitation))
		if link.Path != "/console/invite/"+link.Code || len(link.Code) != 43 || strings.Contains(dump(t, store), link.Code) {
			t.Errorf("%+v", link)
		}
		wantWrong(t, errOf(s.Invite(ctx, bot.System(), invitation)), "taken")
		for range 2 { // a messenger's preview opens it too
			u, first, err := s.Invited(ctx, link.Code)
			if err != nil || !first || u.Login != "olena" {
				t.Errorf("%+v, %v, %v", u, first, err)
			}
		}
		ok(t, s.SetRole(ctx, bot.System(), "olena", bot.Marketer, false)) // thought better of, twice
		ok(t, s.SetRole(ctx, bot.System(), "olena", bot.Operator, true))
		wantWrong(t, errOf(s.Accept(ctx, link.Code, "short", Client{})), "12 to 256")
		wantWrong(t, errOf(s.Accept(ctx, link.Code, "Olena-Olena-1", Client{})), "must not contain")
		p := must[Pass](t)(s.Accept(ctx, link.Code, password, Client{}))
		if p.Step != SignedIn || !signedIn(t, s, p.Token) {
			t.Errorf("%+v", p)
		}
		a := p.User.Actor()
		if a.Name.In(bot.Russian) != "Елена" || !a.Lead || !a.May(bot.LeadDesk) || a.May(bot.ManageStaff) || p.User.Called() != "Олена К." {
			t.Errorf("%+v", p.User)
		}
		for _, code := range []string{link.Code, newToken(), "", "x"} {
			if _, err := s.Accept(ctx, code, password, Client{}); err != ErrOver {
				t.Errorf("%.5q: %v", code, err)
			}
		}
		// One after another: the newest counts, for seven days.
		first := must[Link](t)(s.Invite(ctx, bot.System(), Invitation{Login: "petro", Role: bot.Operator}))
		second := must[Link](t)(s.PasswordLink(ctx, bot.System(), "petro"))
		if _, err := s.Accept(ctx, first.Code, password, Client{}); err != ErrOver {
			t.Errorf("the earlier: %v", err)
		}
		passing(t, store, InviteOpen-time.Minute)
		_, _, err := s.Invited(ctx, second.Code)
		ok(t, err)
		passing(t, store, time.Minute)
		if _, err := s.Accept(ctx, second.Code, password, Client{}); err != ErrOver {
			t.Errorf("past: %v", err)
		}
	})
}

func TestPasswordLink(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "boss", bot.Admin)
		ok(t, s.AddUser(ctx, bot.System(), "olena", bot.Operator, password))
		link := must[Link](t)(s.PasswordLink(ctx, bot.System(), "olena"))
		enter(t, s, "olena", Client{}) // the old one counts until the link is used
		var won, over atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				switch _, err := s.Accept(ctx, link.Code, password+"!", Client{}); err {
				case nil:
					won.Add(1)
				case ErrOver:
					over.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || over.Load() != 7 {
			t.Errorf("the link counted %d times", won.Load())
		}
		if _, err := s.SignIn(ctx, "olena", password, Client{}); err != ErrUnauthenticated {
			t.Errorf("the old password: %v", err)
		}
		// It is for an hour, and not for who is disabled.
		link = must[Link](t)(s.PasswordLink(ctx, bot.System(), "olena"))
		passing(t, store, ResetOpen)
		if _, err := s.Accept(ctx, link.Code, password, Client{}); err != ErrOver {
			t.Errorf("past: %v", err)
		}
		link = must[Link](t)(s.PasswordLink(ctx, bot.System(), "olena"))
		ok(t, s.DisableUser(ctx, bot.System(), "olena"))
		if _, err := s.Accept(ctx, link.Code, password, Client{}); err != ErrOver {
			t.Errorf("disabled: %v", err)
		}
		wantWrong(t, errOf(s.PasswordLink(ctx, bot.System(), "olena")), "disabled")
		// And back: with a new password.
		again := must[Link](t)(s.EnableUser(ctx, bot.System(), "olena"))
		if _, err := s.SignIn(ctx, "olena", password+"!", Client{}); err != ErrUnauthenticated {
			t.Errorf("the password of before: %v", err)
		}
		_ = must[Pass](t)(s.Accept(ctx, again.Code, password, Client{}))
		wantWrong(t, errOf(s.EnableUser(ctx, bot.System(), "olena")), "may work already")
	})
}

func TestSetUp(t *testing.T) { // S33
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		here, there := replica(store), replica(store)
		at := withClock(here, there)
		past := must[Link](t)(here.SetUpLink(ctx))
		passing(t, store, SetUpOpen)
		if err := here.CanSetUp(ctx, past.Code); err != ErrOver {
			t.Errorf("past: %v", err)
		}
		one, two := must[Link](t)(here.SetUpLink(ctx)), must[Link](t)(there.SetUpLink(ctx))
		if one.Path != "/setup/"+one.Code {
			t.Error(one.Path)
		}
		wantWrong(t, errOf(here.SetUp(ctx, one.Code, "a b", "short", Profile{Language: "de"}, Client{})), "login must be")
		ok(t, there.CanSetUp(ctx, one.Code))
		var won, over atomic.Int64
		var all sync.WaitGroup
		entered := make(chan Pass, 8)
		for i := range 8 {
			s, code, login := here, one.Code, "olena"
			if i%2 == 1 {
				s, code, login = there, two.Code, "petro"
			}
			all.Go(func() {
				p, err := s.SetUp(ctx, code, login, password, Profile{}, Client{})
				switch err {
				case nil:
					won.Add(1)
					entered <- p
				case ErrOver:
					over.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		users := must[[]storage.UserEntry](t)(here.Users(ctx, bot.System()))
		if won.Load() != 1 || len(users) != 1 || users[0].Role != bot.Admin {
			t.Fatalf("%d set up, %d users", won.Load(), len(users))
		}
		if _, in := enrols(t, here, at, <-entered); in.User.Role != bot.Admin {
			t.Errorf("%+v", in.User)
		}
		for _, code := range []string{one.Code, two.Code} {
			if err := here.CanSetUp(ctx, code); err != ErrOver {
				t.Errorf("after it: %v", err)
			}
		}
		if _, err := here.SetUpLink(ctx); err != ErrOver {
			t.Errorf("a link where there is a user: %v", err)
		}
		if _, err := here.Accept(ctx, one.Code, password, Client{}); err != ErrOver {
			t.Errorf("a set-up as an invitation: %v", err)
		}
	})
}

// The last admin stays one, whoever asks, and of two who end each other at once
// one is left.
func TestLastAdmin(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Admin)
		must[Link](t)(s.Invite(ctx, bot.System(), Invitation{Login: "invited", Role: bot.Admin})) // who cannot sign in yet
		wantWrong(t, s.DisableUser(ctx, bot.System(), "olena"), "last admin")
		wantWrong(t, s.SetRole(ctx, bot.System(), "olena", bot.Approver, false), "last admin")
		ok(t, s.DisableUser(ctx, bot.System(), "invited"))
		ok(t, s.AddUser(ctx, bot.System(), "petro", bot.Admin, password))
		var refused atomic.Int64
		var all sync.WaitGroup
		for i, login := range []string{"olena", "petro", "olena", "petro"} {
			all.Go(func() {
				err := s.DisableUser(ctx, bot.System(), login)
				if i >= 2 {
					err = s.SetRole(ctx, bot.System(), login, bot.Operator, false)
				}
				var no *bot.RefusedError
				if errors.As(err, &no) {
					refused.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		left := 0
		for _, u := range must[[]storage.UserEntry](t)(s.Users(ctx, bot.System())) {
			if u.Role == bot.Admin && !u.Disabled {
				left++
			}
		}
		if left != 1 || refused.Load() == 0 {
			t.Errorf("%d admins are left", left)
		}
	})
}

func TestOnlyAdminsManageStaff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Admin)
		ok(t, s.AddUser(ctx, bot.System(), "petro", bot.Operator, password))
		before := entries(t, store)
		for _, role := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, ""} {
			by := bot.Actor{User: "x", Login: "x", Role: role, Lead: true}
			for name, err := range map[string]error{
				"invite":    errOf(s.Invite(ctx, by, Invitation{Login: "new", Role: bot.Operator})),
				"link":      errOf(s.PasswordLink(ctx, by, "petro")),
				"disable":   s.DisableUser(ctx, by, "petro"),
				"enable":    errOf(s.EnableUser(ctx, by, "petro")),
				"role":      s.SetRole(ctx, by, "x", bot.Admin, true),
				"profile":   s.SetProfile(ctx, by, "petro", Profile{Name: "x"}),
				"factor":    s.ResetFactor(ctx, by, "petro"),
				"audit":     errOf(s.Audit(ctx, by, storage.AuditQuery{}, 1)),
				"the chain": errOf(s.AuditState(ctx, by)),
			} {
				var no *bot.ForbiddenError
				if !errors.As(err, &no) {
					t.Errorf("%s %s: %v", role, name, err)
				}
			}
		}
		if n := entries(t, store); n != before {
			t.Errorf("%d entries of what was refused", n-before)
		}
	})
}

func TestProfile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		me := must[storage.User](t)(store.User(ctx, "olena")).Actor()
		p := Profile{Name: "Олена", Known: bot.Bilingual{UK: "Олена", RU: "Елена"}, Language: bot.Ukrainian}
		ok(t, s.SetProfile(ctx, me, "olena", p))
		before := entries(t, store)
		ok(t, s.SetProfile(ctx, me, "olena", p)) // nothing else
		liked := storage.Preferences{Theme: "dark", Sound: "off", Undo: 10, KeysOff: true}
		ok(t, s.SetPreferences(ctx, me, bot.Russian, liked))
		u := must[storage.User](t)(store.User(ctx, "olena"))
		if u.Known.RU != "Елена" || u.Language != bot.Russian || u.Preferences != liked || entries(t, store) != before {
			t.Errorf("%+v", u)
		}
		for name, bad := range map[string]error{
			"long":     s.SetProfile(ctx, me, "olena", Profile{Name: strings.Repeat("а", nameMost+1)}),
			"control":  s.SetProfile(ctx, me, "olena", Profile{Known: bot.Bilingual{UK: "а\u202eб"}}),
			"space":    s.SetProfile(ctx, me, "olena", Profile{Known: bot.Bilingual{RU: " а"}}),
			"language": s.SetProfile(ctx, me, "olena", Profile{Language: "de"}),
			"theme":    s.SetPreferences(ctx, me, "", storage.Preferences{Theme: "pink", Undo: 5}),
			"undo":     s.SetPreferences(ctx, me, "", storage.Preferences{Undo: 3600}),
		} {
			var wrong *bot.InvalidError
			if !errors.As(bad, &wrong) {
				t.Errorf("%s: %v", name, bad)
			}
		}
	})
}
