package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot/contact"
	"visnyk/storage/storagetest"
)

// storageURL is a new database, where one kind is as good as the other.
func storageURL(t *testing.T) string { return storagetest.SQLiteURL(t) }

// upsert returns the id of a person in the company's records.
func (s *world) upsert(external string) string {
	s.t.Helper()
	outcomes, err := s.service.parts.api.Contacts.Upsert(s.t.Context(), admin, []contact.Record{{ExternalID: external}})
	if err != nil {
		s.t.Fatal(err)
	}
	return outcomes[0].ID
}

func TestContactsCommand(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			env := goodEnv("VISNYK_DATABASE_URL="+database(t), "VISNYK_SECRET=a secret for tests alone")
			call := func(wanted int, args ...string) (out, errOut string) {
				t.Helper()
				var stdout, stderr bytes.Buffer
				if code := run(t.Context(), args, env, streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}); code != wanted {
					t.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, wanted, stdout.String(), stderr.String())
				}
				return stdout.String(), stderr.String()
			}
			write := func(text string) string {
				file := filepath.Join(t.TempDir(), "people.csv")
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			good := write("external_id;name;tier\n1;=Олена;vip\n2;Петро;\n")
			if out, _ := call(exitDone, "contacts", "import", good); !strings.Contains(out, "2 rows: 2 people are new, 0 were there, 0 rows were rejected") {
				t.Error(out)
			}
			if out, _ := call(exitDone, "contacts", "import", good); !strings.Contains(out, "2 rows: 0 people are new, 2 were there") {
				t.Error(out)
			}
			out, errOut := call(exitFailed, "contacts", "import", write("external_id;tier\n3;gold\n4;vip\n"))
			if !strings.Contains(out, "line 2: tier must be one of") || !strings.Contains(out, "1 person is new") || !strings.Contains(errOut, "rows were rejected") {
				t.Error(out, errOut)
			}
			if out, _ := call(exitDone, "contacts", "import", write("external_id;name;tier\n1;=Олена\n")); !strings.Contains(out, "1 row: 0 people are new, 1 was there, 0 rows were rejected\n1 row ends before the last column: what is missing there was left as it is\n") {
				t.Error(out)
			}
			if out, errOut := call(exitFailed, "contacts", "import", write("external_id;name\n1;Олена\n2;\xcf\n")); !strings.Contains(out, "0 rows") || !strings.Contains(errOut, "line 3 is not UTF-8 at byte 3 (0xCF): save it as UTF-8") {
				t.Error(out, errOut)
			}
			if out, errOut := call(exitFailed, "contacts", "import", write("\xff\xfee\x00")); !strings.Contains(errOut, "UTF-16") {
				t.Error(out, errOut)
			}
			out, _ = call(exitDone, "contacts", "export")
			if strings.Count(out, "\n") != 4 || !strings.Contains(out, "'=Олена") {
				t.Error(out)
			}
			if out, _ := call(exitDone, "contacts", "import", write(out)); !strings.Contains(out, "3 were there") {
				t.Error(out)
			}
			call(exitUsage, "contacts")
			call(exitUsage, "contacts", "import")
			call(exitFailed, "contacts", "import", "nowhere.csv")
		})
	}
}

// What only looks makes no database of a misspelt name.
func TestMisspeltDatabase(t *testing.T) {
	for _, args := range [][]string{{"verify"}, {"contacts", "export"}} {
		dir := t.TempDir()
		var stdout, stderr bytes.Buffer
		env := goodEnv("VISNYK_DATABASE_URL=sqlite:" + filepath.Join(dir, "visnik.db"))
		code := run(t.Context(), args, env, streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
		if code != exitFailed || !strings.Contains(stderr.String(), "no such file") {
			t.Errorf("%v: %d %s%s", args, code, stdout.String(), stderr.String())
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("%v left %v, %v", args, left, err)
		}
	}
}
