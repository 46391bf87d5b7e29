package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// Password is everybody's who works at the sample company.
const Password = "одуд на Яблуневій"

// colleague works at the sample company.
type colleague struct {
	login string
	role  bot.Role
	known bot.Bilingual // as customers know them
}

// colleagues are those whom one can be at the desk, who answers first before all.
func colleagues() []colleague {
	return []colleague{
		{"maryna", bot.Operator, bot.Bilingual{UK: "Марина", RU: "Марина"}},
		{"oleh", bot.Operator, bot.Bilingual{UK: "Олег", RU: "Олег"}},
		{"sofiia", bot.Marketer, bot.Bilingual{UK: "Софія", RU: "София"}},
		{"taras", bot.Approver, bot.Bilingual{UK: "Тарас", RU: "Тарас"}},
		{"larysa", bot.Admin, bot.Bilingual{UK: "Лариса", RU: "Лариса"}},
	}
}

// Hire makes the people of the sample company, where there are none of these
// logins yet.
func Hire(ctx context.Context, s *staff.Staff) error {
	by := bot.System()
	for _, c := range colleagues() {
		u, err := s.User(ctx, by, c.login)
		if errors.Is(err, storage.ErrNotFound) {
			err = s.AddUser(ctx, by, c.login, c.role, Password)
		}
		if err == nil && u.Name == "" {
			err = s.SetProfile(ctx, by, c.login, staff.Profile{Name: c.known.UK, Known: c.known})
		}
		if err != nil {
			return fmt.Errorf("demo: %s: %w", c.login, err)
		}
	}
	return nil
}

// PrintLogins lists whom one can sign in as with Password alone.
func PrintLogins(w io.Writer, console string) {
	fmt.Fprintf(w, "The operators' desk:\n\n  %s\n", console)
	for _, c := range colleagues() {
		if !staff.NeedsFactor(c.role) {
			fmt.Fprintf(w, "  login %s, password %s\n", c.login, Password)
		}
	}
	fmt.Fprint(w, "\nThe page opens it without a password, also as a marketer, an approver, or an admin.\n")
}

// signIn opens the console as one of the sample company's people: by the same door
// as anybody, with a password and a second factor that the demo knows.
func (d *Demo) signIn(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("key") != d.key {
		http.Error(w, "open the address that visnyk demo printed", http.StatusForbidden)
		return
	}
	login := r.PathValue("login")
	if !hired(login) {
		http.NotFound(w, r)
		return
	}
	pass, err := d.prove(r.Context(), login, staff.Client{Agent: r.UserAgent()})
	if err == nil {
		err = d.parts.Load().Admit(w, r, pass, "/console", bot.Language(r.PostFormValue("lang")))
	}
	if err != nil {
		d.done(w, r, err, "desk-box")
	}
}

func hired(login string) bool {
	for _, c := range colleagues() {
		if c.login == login {
			return true
		}
	}
	return false
}

// prove does what somebody does who signs in. A password that was changed, or a
// second factor that the demo has not set up itself, is made anew.
func (d *Demo) prove(ctx context.Context, login string, from staff.Client) (staff.Pass, error) {
	d.door.Lock()
	defer d.door.Unlock()
	s, by := d.parts.Load().Staff, bot.System()
	pass, err := s.SignIn(ctx, login, Password, from)
	if errors.Is(err, staff.ErrUnauthenticated) {
		var link staff.Link
		if link, err = s.PasswordLink(ctx, by, login); err != nil {
			return pass, err
		}
		pass, err = s.Accept(ctx, link.Code, Password, from)
	}
	if err == nil && pass.Step == staff.WantsCode {
		if err = s.ResetFactor(ctx, by, login); err == nil {
			pass, err = s.SignIn(ctx, login, Password, from)
		}
	}
	if err != nil || pass.Step != staff.WantsFactor {
		return pass, err
	}
	factor, err := s.Factor(ctx, pass.Token, "Visnyk")
	if err != nil {
		return pass, err
	}
	pass, err = s.Confirm(ctx, pass.Token, consoletest.Code(factor.Secret, consoletest.Step(time.Now())), from)
	pass.Recovery = nil // nobody needs to write them down
	return pass, err
}
