package staff

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// passing makes everything of the door older, as time does.
func passing(t *testing.T, store *storage.Store, d time.Duration) {
	t.Helper()
	ok(t, store.DB().InTx(t.Context(), func(c db.Conn) error {
		for _, query := range []string{
			`UPDATE sessions SET made_at = made_at - $1, used_at = used_at - $1`,
			`UPDATE staff_codes SET open_until = open_until - $1`,
		} {
			if _, err := c.Exec(t.Context(), query, d); err != nil {
				return err
			}
		}
		return nil
	}))
}

// dump is every text and byte of the database.
func dump(t *testing.T, store *storage.Store) string {
	t.Helper()
	var all strings.Builder
	c := store.DB().Reader()
	schema := must[db.Schema](t)(c.Schema(t.Context()))
	for _, table := range schema.Tables {
		rows := must[interface {
			Next() bool
			Close() error
			SliceScan() ([]any, error)
		}](t)(c.Query(t.Context(), `SELECT * FROM `+table.Name))
		for rows.Next() {
			row, err := rows.SliceScan()
			ok(t, err)
			for _, v := range row {
				if b, is := v.([]byte); is {
					v = string(b)
				}
				fmt.Fprintln(&all, v)
			}
		}
		ok(t, rows.Close())
	}
	return all.String()
}

// enter signs an operator in, who needs no second factor.
func enter(t *testing.T, s *Staff, login string, from Client) Pass {
	t.Helper()
	p := must[Pass](t)(s.SignIn(t.Context(), login, password, from))
	if p.Step != SignedIn || p.Token == "" || p.Device == "" {
		t.Fatalf("not signed in: %+v", p)
	}
	return p
}

func signedIn(t *testing.T, s *Staff, token string) bool {
	t.Helper()
	one, err := s.Session(t.Context(), token)
	if err != nil && !errors.Is(err, ErrUnauthenticated) {
		t.Fatal(err)
	}
	return err == nil && one.User.Login != ""
}

func TestSignIn(t *testing.T) { // S31: one answer for every reason
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		must[Link](t)(s.Invite(ctx, bot.System(), Invitation{Login: "invited", Role: bot.Operator}))
		for _, login := range []string{"olena", "OLENA", " Olena "} {
			p := must[Pass](t)(s.SignIn(ctx, login, password, Client{}))
			if p.User.Login != "olena" || p.Step != SignedIn {
				t.Errorf("%q: %+v", login, p)
			}
		}
		ok(t, s.AddUser(ctx, bot.System(), "gone", bot.Operator, password))
		ok(t, s.DisableUser(ctx, bot.System(), "gone"))
		for name, c := range map[string][2]string{
			"wrong password":    {"olena", password + "."},
			"no password":       {"olena", ""},
			"nobody":            {"petro", password},
			"disabled":          {"gone", password},
			"invited":           {"invited", password},
			"invited, nothing":  {"invited", ""},
			"the command line":  {"system", password},
			"a login as an SQL": {"' OR 1=1 --", password},
		} {
			if p, err := s.SignIn(ctx, c[0], c[1], Client{}); err != ErrUnauthenticated || p.Token != "" {
				t.Errorf("%s: %v, %+v", name, err, p)
			}
		}
	})
}

// TestHashBudget shows that guessing passwords, of somebody or of nobody, takes
// two processors' time at most (S32), and that every refusal cost a whole hash (S31).
func TestHashBudget(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Approver)
		ok(t, s.AddUser(ctx, bot.System(), "gone", bot.Operator, password))
		ok(t, s.DisableUser(ctx, bot.System(), "gone"))
		s.hash.wait = time.Millisecond
		for range hashesAtOnce {
			s.hash.slots <- struct{}{}
		}
		for _, login := range []string{"olena", "nobody", "gone"} {
			for range triesOfAccount + 1 { // no password was looked at, so none of these counts
				if _, err := s.SignIn(ctx, login, password, Client{Address: "198.51.100.7"}); !errors.Is(err, ErrBusy) {
					t.Errorf("%s: %v", login, err)
				}
			}
		}
		if err := s.AddUser(ctx, bot.System(), "petro", bot.Admin, password); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
		<-s.hash.slots
		if _, err := s.SignIn(ctx, "nobody", password, Client{}); err != ErrUnauthenticated {
			t.Errorf("got %v", err)
		}
		// Others wait for their turn.
		s.hash.slots <- struct{}{}
		s.hash.wait = time.Minute
		came := make(chan error, 1)
		go func() { _, err := s.SignIn(ctx, "nobody", password, Client{}); came <- err }()
		<-s.hash.slots
		if err := <-came; err != ErrUnauthenticated {
			t.Errorf("who waited: %v", err)
		}
	})
}

func throttled(t *testing.T, err error) {
	t.Helper()
	var many *ThrottledError
	if !errors.As(err, &many) || many.After <= 0 || many.After > triesWithin {
		t.Errorf("got %v, want to be throttled", err)
	}
}

// S29: ten failures in fifteen minutes, whichever replica they come to, at once or
// one by one, of somebody or of nobody.
func TestThrottle(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		replicas := []*Staff{office(t, store, "olena", bot.Operator), replica(store)}
		for _, login := range []string{"olena", "nobody"} {
			var wrong, many atomic.Int64
			var all sync.WaitGroup
			for i := range 3 * triesOfAccount {
				all.Go(func() {
					_, err := replicas[i%2].SignIn(ctx, login, "not it", Client{Address: fmt.Sprint("a", i)})
					var throttled *ThrottledError
					switch {
					case err == ErrUnauthenticated:
						wrong.Add(1)
					case errors.As(err, &throttled):
						many.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			all.Wait()
			if wrong.Load() != triesOfAccount || many.Load() != 2*triesOfAccount {
				t.Errorf("%s: %d passwords were checked", login, wrong.Load())
			}
			for _, s := range replicas {
				_, err := s.SignIn(ctx, login, password, Client{})
				throttled(t, err)
			}
		}
		// One of the tries is fifteen minutes old: one more is open, and no other.
		ok(t, store.DB().InTx(ctx, func(c db.Conn) error {
			var moments string
			hash := newSubject("account", "olena", 1).hash
			if err := c.Get(ctx, &moments, `SELECT moments FROM attempts WHERE subject = $1`, hash); err != nil {
				return err
			}
			_, rest, _ := strings.Cut(moments, ",")
			_, err := c.Exec(ctx, `UPDATE attempts SET moments = $1 WHERE subject = $2`, "[1,"+rest, hash)
			return err
		}))
		if _, err := replicas[1].SignIn(ctx, "olena", "not it", Client{}); err != ErrUnauthenticated {
			t.Error(err)
		}
		_, err := replicas[0].SignIn(ctx, "olena", "not it", Client{})
		throttled(t, err)
	})
}

// S30: guessing elsewhere keeps nobody out of the browser they have signed in with;
// and that browser, stolen, may not guess without end.
func TestThrottleNotLockout(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		ok(t, s.AddUser(ctx, bot.System(), "petro", bot.Operator, password))
		mine := Client{Address: "203.0.113.1", Device: enter(t, s, "olena", Client{}).Device}
		for range triesOfAccount {
			_, _ = s.SignIn(ctx, "olena", "not it", Client{Address: "198.51.100.1"})
		}
		_, err := s.SignIn(ctx, "olena", password, Client{Address: "203.0.113.1"})
		throttled(t, err)
		if again := enter(t, s, "olena", mine); again.Device != mine.Device {
			t.Error("a known browser has another cookie now")
		}
		// The browser is not known to another's account.
		for range triesOfAccount {
			_, _ = s.SignIn(ctx, "petro", "not it", Client{})
		}
		_, err = s.SignIn(ctx, "petro", password, mine)
		throttled(t, err)
		for range triesOfDevice {
			_, _ = s.SignIn(ctx, "olena", "not it", mine)
		}
		_, err = s.SignIn(ctx, "olena", password, mine)
		throttled(t, err)
	})
}

// A cookie that somebody else put into the browser is not what it is known by.
func TestForeignDeviceIsNotKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		s := office(t, store, "olena", bot.Operator)
		for _, device := range []string{newToken(), "short", "", strings.Repeat("x", 4000)} {
			if p := enter(t, s, "olena", Client{Device: device}); p.Device == device || !tokenIsWhole(p.Device) {
				t.Errorf("%.10q is kept", device)
			}
		}
	})
}

func TestAddressIsThrottled(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		bad := Client{Address: "198.51.100.1"}
		address := newSubject("address", bad.Address, triesOfAddress)
		ok(t, store.InTx(ctx, func(tx *storage.Tx) error { // all but one, without their hashes
			for range triesOfAddress - 1 {
				if _, _, err := tx.Attempt(ctx, address.hash, address.tries); err != nil {
					return err
				}
			}
			return nil
		}))
		if _, err := s.SignIn(ctx, "guess", "not it", bad); err != ErrUnauthenticated {
			t.Fatal(err)
		}
		_, err := s.SignIn(ctx, "olena", password, bad)
		throttled(t, err)
		enter(t, s, "olena", Client{Address: "198.51.100.2"})
		enter(t, s, "olena", Client{}) // where nobody can tell, no address is to blame
	})
}

// S37: whatever ends a session counts for the next request of every replica.
func TestSessionsRevoked(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		here := office(t, store, "boss", bot.Admin)
		there := replica(store)
		for name, end := range map[string]func(login string, p Pass) error{
			"disabled": func(login string, _ Pass) error { return here.DisableUser(ctx, bot.System(), login) },
			"role":     func(login string, _ Pass) error { return here.SetRole(ctx, bot.System(), login, bot.Marketer, false) },
			"lead":     func(login string, _ Pass) error { return here.SetRole(ctx, bot.System(), login, bot.Operator, true) },
			"password": func(_ string, p Pass) error {
				_, err := here.ChangePassword(ctx, p.User.Actor(), password, password+"!", Client{})
				return err
			},
			"reset": func(login string, _ Pass) error {
				link, err := here.PasswordLink(ctx, bot.System(), login)
				if err == nil {
					_, err = here.Accept(ctx, link.Code, password+"!", Client{})
				}
				return err
			},
			"sign out": func(_ string, p Pass) error { return here.SignOut(ctx, p.Token) },
			"ended":    func(_ string, p Pass) error { return here.EndSession(ctx, p.User.Actor(), tokenHash(p.Token)) },
			"all ended": func(_ string, p Pass) error {
				_, err := here.EndSessions(ctx, p.User.Actor(), "")
				return err
			},
		} {
			t.Run(name, func(t *testing.T) {
				login := strings.ReplaceAll(name, " ", "-")
				ok(t, here.AddUser(ctx, bot.System(), login, bot.Operator, password))
				p := enter(t, here, login, Client{})
				if !signedIn(t, there, p.Token) {
					t.Fatal("not known to the other replica")
				}
				ok(t, end(login, p))
				for _, s := range []*Staff{there, here} {
					if signedIn(t, s, p.Token) {
						t.Error("it goes on")
					}
				}
				ok(t, here.SignOut(ctx, p.Token)) // again, as from another tab
			})
		}
	})
}

// What another does to their own sessions leaves mine alone.
func TestSessionsAreOnesOwn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		ok(t, s.AddUser(ctx, bot.System(), "petro", bot.Operator, password))
		phone := Client{Agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", IP: "203.0.113.77"}
		desk := enter(t, s, "olena", Client{Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", IP: "2001:db8:7:8::9"})
		mobile := enter(t, s, "olena", phone)
		his := enter(t, s, "petro", Client{})
		if err := s.EndSession(ctx, his.User.Actor(), tokenHash(desk.Token)); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		if !signedIn(t, s, desk.Token) {
			t.Error("it was ended by another user")
		}
		told := map[string]string{}
		for _, one := range must[[]storage.Session](t)(s.Sessions(ctx, desk.User.Actor())) {
			told[one.Client] = one.Network
		}
		if len(told) != 2 || told["Firefox, Linux"] != "2001:db8:7::/48" || told["Safari, iPhone"] != "203.0.113.0/24" {
			t.Errorf("my sessions are %v", told)
		}
		if n := must[int](t)(s.EndSessions(ctx, desk.User.Actor(), tokenHash(desk.Token))); n != 1 {
			t.Errorf("%d others", n)
		}
		if signedIn(t, s, mobile.Token) || !signedIn(t, s, desk.Token) || !signedIn(t, s, his.Token) {
			t.Error("not just the others of mine")
		}
		if _, err := s.Session(ctx, tokenHash(desk.Token)); err != ErrUnauthenticated {
			t.Errorf("the id of a session opens it: %v", err)
		}
	})
}

// S38: idle for eight hours, a day in all; and what is stored opens nothing.
func TestSessionExpiry(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Operator)
		p := enter(t, s, "olena", Client{})
		all := dump(t, store)
		for what, secret := range map[string]string{"session": p.Token, "browser": p.Device, "password": password} {
			if strings.Contains(all, secret) {
				t.Errorf("the cookie of the %s is stored", what)
			}
		}
		if !strings.Contains(all, tokenHash(p.Token)) {
			t.Error("the dump does not show the session")
		}
		for range 3 { // each request keeps it open
			passing(t, store, storage.SessionIdle-time.Minute)
			if one := must[storage.Session](t)(s.Session(ctx, p.Token)); !one.Stale {
				t.Error("its last use was written though it is no minute old")
			}
		}
		if one := must[storage.Session](t)(s.Session(ctx, p.Token)); one.Stale {
			t.Error("its use was not written")
		}
		passing(t, store, time.Minute*4)
		if signedIn(t, s, p.Token) {
			t.Error("it lasts for more than a day")
		}
		idle := enter(t, s, "olena", Client{})
		passing(t, store, storage.SessionIdle-time.Minute)
		_ = must[storage.Session](t)(s.WatchSession(ctx, idle.Token)) // a stream is no use
		passing(t, store, time.Minute)
		if signedIn(t, s, idle.Token) {
			t.Error("it lasts for more than eight hours without a use")
		}
		ok(t, store.EndRunOut(ctx))
		var open int
		ok(t, store.DB().Reader().Get(ctx, &open, `SELECT count(*) FROM sessions WHERE ended_at = 0`))
		if open != 0 {
			t.Errorf("%d that ran out are not told to be over", open)
		}
	})
}

// S34: a session is new with every sign-in, whatever cookie the browser came with.
func TestSessionFixation(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		s := office(t, store, "olena", bot.Operator)
		first, second := enter(t, s, "olena", Client{}), enter(t, s, "olena", Client{})
		if first.Token == second.Token || len(first.Token) != 43 {
			t.Errorf("%q, %q", first.Token, second.Token)
		}
		changed := must[Pass](t)(s.ChangePassword(t.Context(), first.User.Actor(), password, password+"!", Client{}))
		if signedIn(t, s, first.Token) || signedIn(t, s, second.Token) || !signedIn(t, s, changed.Token) {
			t.Error("another password did not give another session, and that alone")
		}
		wantWrong(t, errOf(s.ChangePassword(t.Context(), first.User.Actor(), password, password+"?", Client{})), "not your password")
		wantWrong(t, errOf(s.ChangePassword(t.Context(), first.User.Actor(), password+"!", "short", Client{})), "12 to 256")
	})
}

func errOf[T any](_ T, err error) error { return err }
