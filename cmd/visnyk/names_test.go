package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// messengers finds the name of a messenger in source text.
var messengers = regexp.MustCompile(`(?i)telegram|viber|webchat`)

// innocent are names of other things: settings of the environment, and the
// tables that hold the threads of our own page.
var innocent = regexp.MustCompile(`VISNYK_(TELEGRAM|VIBER)_\w+|webchat_(lines|heads)`)

// naming are the files that may name a messenger, with the reason. Whoever else
// must know something of one asks bot.Capabilities.
func naming() map[string]string {
	return map[string]string{
		"cmd/visnyk/wire.go":          "the table of kinds",
		"cmd/visnyk/config/config.go": "the settings of the environment",
		"cmd/visnyk/config/check.go":  "the same, whether they make sense",
		"cmd/visnyk/config/bots.go":   "the same, the accounts they make",
		"cmd/visnyk/webchat.go":       "the page whose messenger we are: its threads in storage",
		"cmd/visnyk/webchat_file.go":  "the same, its files",
		"cmd/visnyk/demo.go":          "the demo",
		"cmd/visnyk/sandbox.go":       "the demo",
		"flows/mask_address.go":       "what people write, which is masked",
		"storage/number.go":           "the setting of how long the page's lines are kept",
		"storage/upkeep/retention.go": "the name under which the page's lines are kept for so long",
		"storage/webchat.go":          "the tables of the page",
	}
}

// namesMessenger reports whether source text names a messenger.
func namesMessenger(source string) bool {
	return messengers.MatchString(innocent.ReplaceAllString(source, ""))
}

// mayNotName reports whether a file is one of those looked at: code of the house,
// but for the messengers' own folders, the demo's pages and what is for tests.
func mayNotName(path string) bool {
	dir, _, _ := strings.Cut(strings.TrimPrefix(path, "bot/"), "/")
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
		!strings.Contains(path, "test/") && !strings.HasPrefix(path, "cmd/visnyk/demo/") &&
		!(strings.HasPrefix(path, "bot/") && slices.Contains([]string{"telegram", "viber", "webchat"}, dir))
}

func TestNobodyElseNamesAMessenger(t *testing.T) {
	house, found := os.DirFS("../.."), map[string]bool{}
	looked := 0
	for _, root := range []string{"bot", "cmd/visnyk", "flows", "locales", "storage"} {
		err := fs.WalkDir(house, root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !mayNotName(path) {
				return err
			}
			source, err := fs.ReadFile(house, path)
			if looked++; err == nil && namesMessenger(path+"\n"+string(source)) {
				found[path] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 200 {
		t.Fatalf("only %d files were looked at", looked)
	}
	for _, fault := range misnamed(found, naming()) {
		t.Error(fault)
	}
}

// misnamed compares the files that name a messenger with those that may.
func misnamed(found map[string]bool, may map[string]string) (faults []string) {
	for _, path := range slices.Sorted(maps.Keys(found)) {
		if may[path] == "" {
			faults = append(faults, fmt.Sprintf("%s names a messenger: ask its capabilities", path))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(may)) {
		if !found[path] {
			faults = append(faults, fmt.Sprintf("%s names no messenger: take it off the list", path))
		}
	}
	return faults
}

func TestNamesAreFound(t *testing.T) {
	for source, want := range map[string]bool{
		`if b.Channel == "telegram" {`:             true,
		"// Viber wants it":                        true,
		`const site = "webchat"`:                   true,
		"set VISNYK_TELEGRAM_TOKEN":                false,
		"DELETE FROM webchat_lines WHERE bot = $1": false,
		"DELETE FROM webchat_others":               true,
		"ch.Capabilities().Visited":                false,
	} {
		if got := namesMessenger(source); got != want {
			t.Errorf("%s: %v", source, got)
		}
	}
	got := misnamed(map[string]bool{"a.go": true, "b.go": true}, map[string]string{"b.go": "why", "c.go": "why"})
	if len(got) != 2 || !strings.HasPrefix(got[0], "a.go names") || !strings.HasPrefix(got[1], "c.go names no") {
		t.Errorf("faults %q", got)
	}
}
