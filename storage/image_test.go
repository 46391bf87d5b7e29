package storage_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// The image has nothing but the program and a folder for the database: no /tmp,
// and a working directory in which nothing can be made. An erasure, a backup, a
// copy and verify want no more, on either database.
func TestInTheImage(t *testing.T) {
	if data := os.Getenv("VISNYK_TEST_DATA"); data != "" {
		inTheImage(t, data, os.Getenv("VISNYK_TEST_POSTGRES"))
		return
	}
	program := must[string](t)(os.Executable())
	c := exec.CommandContext(t.Context(), program, "-test.run=^TestInTheImage$", "-test.v")
	c.Dir = t.TempDir()
	data := t.TempDir()
	c.Env = []string{
		"TMPDIR=" + filepath.Join(data, "nowhere"), "VISNYK_TEST_DATA=" + data,
		"VISNYK_TEST_POSTGRES=" + storagetest.PostgresURL(t),
	}
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

func inTheImage(t *testing.T, data, postgres string) {
	ctx := t.Context()
	_ = os.Remove(must[string](t)(os.Getwd())) // binds root too, as permissions do not
	for _, dir := range []string{"", "."} {
		if f, err := os.CreateTemp(dir, "x"); err == nil {
			t.Fatalf("%s can be made, so this test shows nothing", f.Name())
		}
	}
	lite := "sqlite:" + filepath.Join(data, "visnyk.db")
	fresh := storagetest.Open(t, lite)
	must[[]string](t)(fresh.Migrate(ctx))
	for name, url := range map[string]string{"sqlite": lite, "postgres": postgres} {
		s := storagetest.Open(t, url)
		const canary, chat = "КанарейкаQX7", "778899001122"
		id := lives(t, s, chat, canary)
		longLife(t, s, chat, canary, 250)
		presses(t, s, chat, id, "press")
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, canary, id)); len(found) > 0 {
			t.Errorf("%s: still there: %v", name, found)
		}
		if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
			t.Errorf("%s: verify: %q", name, problems)
		}
		lapse(t, s)
		backup := filepath.Join(data, name+".backup")
		ok(t, upkeep.Backup(ctx, url, backup, storage.Options{}))
		must[[]upkeep.Copied](t)(upkeep.Copy(ctx, "sqlite:"+backup, "sqlite:"+backup+".back", storage.Options{}, nil))
		back := storagetest.Open(t, "sqlite:"+backup+".back")
		if problems := must[[]string](t)(upkeep.Verify(ctx, back)); len(problems) > 0 {
			t.Errorf("%s: verify of the copy: %q", name, problems)
		}
	}
}
