package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// office runs commands on one database.
type office struct {
	t   *testing.T
	url string
}

func (o office) run(wanted int, in string, args ...string) (out, errOut string) {
	o.t.Helper()
	return o.runWith("a secret for tests alone", wanted, in, args...)
}

// runWith is run with another secret, or with none.
func (o office) runWith(secret string, wanted int, in string, args ...string) (out, errOut string) {
	o.t.Helper()
	var stdout, stderr bytes.Buffer
	env := goodEnv("VISNYK_DATABASE_URL=" + o.url)
	if secret != "" {
		env = append(env, "VISNYK_SECRET="+secret)
	}
	if code := run(o.t.Context(), args, env, streams{In: strings.NewReader(in), Out: &stdout, Err: &stderr}); code != wanted {
		o.t.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, wanted, stdout.String(), stderr.String())
	}
	return stdout.String(), stderr.String()
}

// lists wants these lines of a list, whatever day it is, and no more.
func (o office) lists(noun string, lines ...string) {
	o.t.Helper()
	out, _ := o.run(exitDone, "", noun, "list")
	var got []string
	for line := range strings.Lines(out) {
		line = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d`).ReplaceAllString(strings.Join(strings.Fields(line), " "), "MOMENT")
		got = append(got, regexp.MustCompile(`\d{4}-\d\d-\d\d`).ReplaceAllString(line, "DAY"))
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		o.t.Errorf("%s list: %s", noun, diff)
	}
}

// Lists say who may do what now, and show nothing that opens a door.
func TestStaffLists(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			o := office{t, url(t)}
			o.lists("user", "LOGIN NAME ROLE SINCE SEEN SECOND FACTOR TOKENS LAST USED STATE")
			store := storagetest.Open(t, o.url)
			err := store.InTx(t.Context(), func(tx *storage.Tx) error {
				for _, u := range []storage.User{{ID: "1", Login: "olena", Role: bot.Marketer}, {ID: "2", Login: "boss", Role: bot.Admin}} {
					u.Password = "hash of a password"
					if err := tx.AddUser(t.Context(), u); err != nil {
						return err
					}
				}
				for _, k := range []storage.Token{
					{Hash: "hash-crm", UserID: "1", Name: "crm", Role: bot.Marketer},
					{Hash: "hash-old", UserID: "1", Name: "old", Role: bot.Admin},
					{Hash: "hash-site", UserID: "2", Name: "site", Role: bot.Operator},
				} {
					if err := tx.AddToken(t.Context(), k); err != nil {
						return err
					}
				}
				return tx.RevokeToken(t.Context(), "2", "site")
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := store.UseToken(t.Context(), "hash-crm"); err != nil {
				t.Fatal(err)
			}
			o.lists("user", "LOGIN NAME ROLE SINCE SEEN SECOND FACTOR TOKENS LAST USED STATE",
				"boss - admin DAY never with the next sign-in 0 never may work",
				"olena - marketer DAY never with the next sign-in 2 MOMENT may work")
			o.lists("token", "USER NAME ROLE SINCE LAST USED STATE", "boss site operator DAY never revoked on MOMENT",
				"olena crm marketer DAY MOMENT in force", "olena old admin DAY never refused: its user has become marketer")
			for _, noun := range []string{"user", "token"} {
				if out, errOut := o.run(exitDone, "", noun, "list"); strings.Contains(out+errOut, "hash") {
					t.Errorf("%s list shows a hash:\n%s", noun, out)
				}
				o.run(exitUsage, "", noun, "list", "-login", "olena")
			}
		})
	}
}

func TestStaffCommands(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			o := office{t, url(t)}
			const password = "a long enough secret"
			o.run(exitDone, password+"\r\n", "user", "add", "-login", "Olena", "-role", "marketer")
			token, note := o.run(exitDone, "", "token", "add", "-user", "olena", "-name", "crm")
			if strings.Count(token, "\n") != 1 || !strings.HasPrefix(token, "visnyk_") || !strings.Contains(note, "cannot be shown again") {
				t.Errorf("%q, %q", token, note)
			}
			for what, args := range map[string][]string{
				"no words":     {"user"},
				"other word":   {"user", "delete", "-login", "olena"},
				"no login":     {"user", "add", "-role", "admin"},
				"no role":      {"user", "add", "-login", "petro"},
				"other role":   {"user", "add", "-login", "petro", "-role", "root"},
				"bad login":    {"user", "add", "-login", "Ол", "-role", "admin"},
				"as argument":  {"user", "add", "-login", "petro", "-role", "admin", password},
				"no name":      {"token", "add", "-user", "olena"},
				"more rights":  {"token", "add", "-user", "olena", "-name", "x", "-role", "admin"},
				"no setting":   {"setting", "set", "approval.speed", "on"},
				"no value":     {"setting", "set", "approval.alone", "maybe"},
				"wrong known":  {"verify", "-known", "5"},
				"wrong number": {"verify", "-known", "x:" + strings.Repeat("a", 64)},
			} {
				if out, errOut := o.run(exitUsage, password, args...); strings.Contains(out+errOut, password) && what != "as argument" {
					t.Errorf("%s: the password shows: %s", what, errOut)
				}
			}
			link, note := o.run(exitDone, "\n", "user", "add", "-login", "Ivan", "-role", "admin")
			if !strings.HasPrefix(link, "http://localhost:8080/console/invite/") || strings.Count(link, "\n") != 1 || !strings.Contains(note, "Give ivan this link") {
				t.Errorf("%q, %q", link, note)
			}
			o.run(exitFailed, password, "user", "add", "-login", "olena", "-role", "admin")
			o.run(exitFailed, "", "token", "add", "-user", "petro", "-name", "x")
			o.run(exitDone, "", "token", "revoke", "-user", "olena", "-name", "crm")
			o.run(exitFailed, "", "token", "revoke", "-user", "olena", "-name", "crm")
			o.run(exitDone, "", "user", "disable", "-login", "olena")
			again, _ := o.run(exitDone, "", "user", "link", "-login", "ivan")
			if !strings.HasPrefix(again, "http://localhost:8080/console/invite/") || again == link {
				t.Errorf("%q", again)
			}
			o.run(exitFailed, "", "user", "link", "-login", "ivan", "-factor") // which ivan has not
			o.run(exitFailed, "", "user", "link", "-login", "olena")
			o.lists("user", "LOGIN NAME ROLE SINCE SEEN SECOND FACTOR TOKENS LAST USED STATE",
				"ivan - admin DAY never with the next sign-in 0 never invited",
				"olena - marketer DAY never with the next sign-in 0 never disabled on MOMENT")
			o.lists("token", "USER NAME ROLE SINCE LAST USED STATE", "olena crm marketer DAY never revoked on MOMENT")
			out, _ := o.run(exitDone, "", "verify")
			lines := strings.Split(strings.TrimSpace(out), "\n")
			head := lines[len(lines)-1]
			if !strings.Contains(out, "audit: 6 entries") || !strings.HasPrefix(head, "6:") {
				t.Errorf("%s", out)
			}
			o.run(exitDone, "", "verify", "-known", head)
			_, errOut := o.run(exitFailed, "", "verify", "-known", "6:"+strings.Repeat("a", 64))
			if !strings.Contains(errOut, "audit entry 6") {
				t.Errorf("%s", errOut)
			}
		})
	}
}

// What is set stands in the list and in the audit.
func TestSettingCommand(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			o := office{t, url(t)}
			for _, want := range []string{"off", "on"} {
				if out, _ := o.run(exitDone, "", "setting", "list"); !slices.Equal(strings.Fields(out)[:2], []string{"approval.alone", want}) {
					t.Errorf("%s, want %s", out, want)
				}
				o.run(exitDone, "", "setting", "set", "approval.alone", "on")
			}
			for _, wrong := range []string{"soon", "0", "-1", "100001", ""} {
				if _, errOut := o.run(exitUsage, "", "setting", "set", "keep.history", wrong); !strings.Contains(errOut, "a whole number from 1 to 100000, or never") {
					t.Errorf("%q: %s", wrong, errOut)
				}
			}
			if _, errOut := o.run(exitUsage, "", "setting", "set", "disk.reserve", "none"); !strings.HasSuffix(errOut, "a whole number from 0 to 1073741824\n") {
				t.Errorf("%s", errOut) // nothing would ever be taken in
			}
			for _, good := range []string{"never", "200"} {
				o.run(exitDone, "", "setting", "set", "keep.history", good)
				if out, _ := o.run(exitDone, "", "setting", "list"); !strings.Contains(strings.Join(strings.Fields(out), " "), "keep.history "+good+" so many days") {
					t.Errorf("%s, want %s", out, good)
				}
			}
			logo := filepath.Join(t.TempDir(), "logo.png")
			var picture bytes.Buffer
			if err := errors.Join(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))), os.WriteFile(logo, picture.Bytes(), 0o600)); err != nil {
				t.Fatal(err)
			}
			for _, set := range [][2]string{{"desk.return", "30"}, {"desk.hours", `{"days":[[],[{"from":"09:00","to":"13:00"}]]}`}, {"company.logo", logo}, {"company.colour", "#0b6161"}} {
				o.run(exitDone, "", "setting", "set", set[0], set[1])
			}
			o.run(exitUsage, "", "setting", "set", "desk.hours", "9-18")
			o.run(exitFailed, "", "setting", "set", "company.logo", logo+".none")
			if out, _ := o.run(exitDone, "", "setting", "list"); strings.Contains(out, "base64") || !strings.Contains(out, `{"from":"09:00","to":"13:00"}`) {
				t.Errorf("%s", out)
			}
			if out, _ := o.run(exitDone, "", "verify"); !strings.Contains(out, "audit: 8 entries") || !strings.Contains(out, "approved: 0 ") {
				t.Errorf("%s", out)
			}
		})
	}
}

// Another replica hears of the company's name as it does of content; what no sentence
// can hold is refused.
func TestSettingOfTheCompanysName(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			o := office{t, url(t)}
			o.run(exitDone, "", "migrate")
			lib := library.NewLibrary(storagetest.Open(t, o.url), newFinder, slog.New(slog.DiscardHandler))
			named := func() bot.Bilingual {
				if err := lib.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
				return lib.Now().Company
			}
			if got := named(); got.Complete() {
				t.Errorf("unset: %+v", got)
			}
			o.run(exitDone, "", "setting", "set", "company.name.uk", "ТОВ «Одуд» & Ко")
			if got := named(); got.UK != "ТОВ «Одуд» & Ко" || got.RU != got.UK {
				t.Errorf("%+v", got)
			}
			o.run(exitDone, "", "setting", "set", "company.name.uk", "")
			if got := named(); got.Complete() {
				t.Errorf("unset again: %+v", got)
			}
			for _, wrong := range []string{"два\nрядки", " Одуд", strings.Repeat("ї", bot.CompanyMost+1), "\xff"} {
				if _, errOut := o.run(exitUsage, "", "setting", "set", "company.name.ru", wrong); !strings.Contains(errOut, "company.name.ru") {
					t.Errorf("%q: %s", wrong, errOut)
				}
			}
			if out, _ := o.run(exitDone, "", "verify"); !strings.Contains(out, "audit: 2 entries") {
				t.Error(out)
			}
		})
	}
}

// What was changed after it was approved is named, and is a failure. The sample
// company is taken in by the system, which the audit tells.
func TestVerifyNamesWhatWasNotApproved(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		o := office{t, s.cfg.DatabaseURL}
		for _, table := range []string{"articles", "changes"} {
			out, _ := o.run(exitDone, "", "verify")
			if strings.Contains(out, "approved: 0 ") || !strings.Contains(out, "are as they were when they were approved") {
				t.Errorf("%s", out)
			}
			spoil(t, s.cfg.DatabaseURL, `UPDATE `+table+` SET valid_from = valid_from + 1 WHERE id = (SELECT min(id) FROM `+table+` WHERE state IN ('approved', 'announced'))`)
			out, errOut := o.run(exitFailed, "", "verify")
			if !strings.Contains(out, "wrong: "+strings.TrimSuffix(table, "s")+"/") || !strings.Contains(out, "is not what was approved in entry") ||
				!strings.Contains(errOut, "1 article, change or broadcast is not as approved") {
				t.Error(out, errOut)
			}
			spoil(t, s.cfg.DatabaseURL, `UPDATE `+table+` SET valid_from = valid_from - 1 WHERE id = (SELECT min(id) FROM `+table+` WHERE state IN ('approved', 'announced'))`)
		}
	})
}

// verify says what it checked of the marks, and with which secret.
func TestVerifyOfMarks(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			const password, first, second = "a long enough secret", "the first secret of all", "the second secret of all"
			o := office{t, url(t)}
			says := func(secret string, code int, want ...string) {
				t.Helper()
				out, errOut := o.runWith(secret, code, "", "verify")
				for _, w := range want {
					if !strings.Contains(out+errOut, w) {
						t.Errorf("verify with %q does not say %q:\n%s%s", secret, w, out, errOut)
					}
				}
			}
			says("", exitDone, "marks: none yet")
			o.runWith(first, exitDone, password, "user", "add", "-login", "olena", "-role", "marketer")
			o.runWith(first, exitDone, password, "user", "add", "-login", "petro", "-role", "approver")
			says(first, exitDone, "marks: every entry from 1 on has one; 2 checked and right")
			says("", exitDone, "audit: 2 entries", "they were not checked, for VISNYK_SECRET is not set")
			says(second, exitFailed, "entries 1 to 2 are marked with another secret", "it was changed, or somebody without it wrote them")
			o.runWith(second, exitDone, password, "user", "add", "-login", "ivan", "-role", "operator")
			says(second, exitDone, "1 checked and right", "entries 1 to 2 are marked with another secret (its key is ")
			says(first, exitFailed, "entries 3 to 3 are marked with another secret")
			if strings.HasPrefix(o.url, "postgres") {
				_, errOut := o.runWith("", exitFailed, password, "user", "add", "-login", "oleh", "-role", "operator")
				if !strings.Contains(errOut, "VISNYK_SECRET is not set") {
					t.Errorf("%s", errOut)
				}
			}
			for _, guard := range []string{"audit_append_only", "audit_append_only_too"} {
				if strings.HasPrefix(o.url, "sqlite") {
					spoil(t, o.url, `DROP TRIGGER `+guard)
				}
			}
			if strings.HasPrefix(o.url, "postgres") {
				spoil(t, o.url, `ALTER TABLE audit DISABLE TRIGGER audit_append_only`)
				defer spoil(t, o.url, `ALTER TABLE audit ENABLE TRIGGER audit_append_only`) // the next test has this database
			}
			spoil(t, o.url, `UPDATE audit SET mark = 'aa' WHERE id = 3`)
			says(second, exitFailed, "audit entry 3 has a mark that is not right")
			spoil(t, o.url, `UPDATE audit SET mark = '', mark_key = '' WHERE id = 2`)
			says("", exitFailed, "audit entry 2 has no mark")
		})
	}
}

// A token of the command line opens the REST API of the running service at once,
// and closes it at once.
func TestTokenOpensTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		o := office{t, s.cfg.DatabaseURL}
		o.run(exitDone, "a long enough secret", "user", "add", "-login", "olena", "-role", "operator")
		token, _ := o.run(exitDone, "", "token", "add", "-user", "olena", "-name", "crm")
		get := func() (int, string) {
			t.Helper()
			r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+s.address+"/api/v1/articles?limit=1", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			return answer.StatusCode, string(body)
		}
		if status, body := get(); status != http.StatusOK || !strings.Contains(body, `"state":"approved"`) {
			t.Errorf("%d %s", status, body)
		}
		o.run(exitDone, "", "user", "disable", "-login", "olena")
		if status, body := get(); status != http.StatusUnauthorized {
			t.Errorf("disabled: %d %s", status, body)
		}
		if strings.Contains(s.logs.String(), strings.TrimSpace(token)) {
			t.Error("the token is in the log")
		}
	})
}
