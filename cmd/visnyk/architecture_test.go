package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed is the drawing of the house: which package of the module imports
// which, tests aside. It is exact: a pair that nobody uses goes, a new pair is
// written here on purpose. Paths are below the module.
func allowed() map[string][]string {
	return map[string][]string{
		// 0 and 1: the glossary imports nothing, what stands on it nearly nothing.
		"bot":        {},
		"bot/markup": {},
		"bot/web":    {},
		"bot/call":   {},

		"bot/textfile":           {"bot"},
		"bot/clarity":            {"bot"},
		"storage":                {"bot", "storage/db"},
		"storage/db":             {},
		"storage/upkeep":         {"bot", "storage", "storage/db"},
		"locales":                {"bot"},
		"flows":                  {"bot"},
		"flows/welcome":          {"bot", "flows"},
		"flows/menu":             {"bot", "flows"},
		"flows/faq":              {"bot", "flows"},
		"flows/faq/search":       {"bot", "flows"},
		"flows/faq/search/eval":  {},
		"flows/faq/starter":      {"bot"},
		"flows/change":           {"bot", "flows"},
		"flows/handoff":          {"bot", "flows"},
		"flows/settings":         {"bot", "flows"},
		"bot/telegram":           {"bot", "bot/call", "bot/markup"},
		"bot/viber":              {"bot", "bot/call", "bot/markup"},
		"bot/webchat":            {"bot", "bot/call", "bot/markup", "bot/web"},
		"bot/embed":              {"bot/call"},
		"bot/server":             {"bot", "bot/call", "bot/web", "storage"},
		"bot/library":            {"bot", "bot/call", "bot/embed", "bot/markup", "flows", "flows/faq/search", "storage"},
		"bot/editor":             {"bot", "bot/broadcast", "bot/draft", "bot/markup", "bot/textfile", "flows", "flows/faq/search", "flows/faq/starter", "locales", "storage"},
		"bot/draft":              {"bot", "storage"},
		"bot/desk":               {"bot", "locales", "storage"},
		"bot/outbox":             {"bot", "bot/call", "storage"},
		"bot/parked":             {"bot", "storage"},
		"bot/staff":              {"bot", "storage"},
		"bot/change":             {"bot", "bot/broadcast", "bot/clarity", "bot/contact", "bot/draft", "storage"},
		"bot/approval":           {"bot", "storage"},
		"bot/contact":            {"bot", "bot/textfile", "storage"},
		"bot/audience":           {"bot", "storage"},
		"bot/expand":             {"storage"},
		"bot/media":              {"bot", "bot/call", "bot/web", "storage"},
		"bot/link":               {"bot", "bot/web", "storage"},
		"bot/broadcast":          {"bot", "bot/clarity", "bot/contact", "bot/draft", "bot/markup", "locales", "storage"},
		"bot/api":                {"bot", "bot/approval", "bot/audience", "bot/broadcast", "bot/change", "bot/clarity", "bot/contact", "bot/desk", "bot/editor", "bot/staff", "bot/textfile", "bot/web", "storage"},
		"bot/console":            {"bot", "bot/staff", "bot/web", "locales", "storage"},
		"bot/console/articles":   {"bot", "bot/change", "bot/console", "bot/console/drafting", "bot/draft", "bot/editor", "flows/faq/starter", "locales", "storage"},
		"bot/console/approvals":  {"bot", "bot/approval", "bot/audience", "bot/broadcast", "bot/console", "storage"},
		"bot/console/broadcasts": {"bot", "bot/audience", "bot/broadcast", "bot/change", "bot/clarity", "bot/console", "bot/console/drafting", "bot/draft", "bot/markup", "locales", "storage"},
		"bot/console/changes":    {"bot", "bot/audience", "bot/broadcast", "bot/change", "bot/clarity", "bot/console", "bot/console/drafting", "bot/draft", "bot/markup", "locales", "storage"},
		"bot/console/drafting":   {"bot", "bot/console", "bot/draft", "storage"},
		"bot/console/desk":       {"bot", "bot/console", "bot/desk", "bot/markup", "storage"},
		"bot/console/people":     {"bot", "bot/audience", "bot/console", "bot/contact", "bot/textfile", "storage"},
		"bot/console/settings":   {"bot", "bot/console", "bot/parked", "bot/staff", "storage"},
		"bot/dialog":             {"bot", "bot/desk", "bot/library", "bot/markup", "flows", "locales", "storage"},
		"cmd/visnyk":             {"bot", "bot/api", "bot/approval", "bot/audience", "bot/broadcast", "bot/call", "bot/change", "bot/console", "bot/console/approvals", "bot/console/articles", "bot/console/broadcasts", "bot/console/changes", "bot/console/desk", "bot/console/people", "bot/console/settings", "bot/contact", "bot/desk", "bot/dialog", "bot/editor", "bot/embed", "bot/expand", "bot/library", "bot/link", "bot/markup", "bot/media", "bot/outbox", "bot/parked", "bot/server", "bot/staff", "bot/telegram", "bot/telegram/telegramtest", "bot/viber", "bot/viber/vibertest", "bot/web", "bot/webchat", "cmd/visnyk/articles", "cmd/visnyk/broadcasts", "cmd/visnyk/cli", "cmd/visnyk/config", "cmd/visnyk/contacts", "cmd/visnyk/database", "cmd/visnyk/demo", "cmd/visnyk/parked", "cmd/visnyk/sample", "cmd/visnyk/users", "flows", "flows/change", "flows/faq", "flows/handoff", "flows/menu", "flows/settings", "flows/welcome", "locales", "storage", "storage/upkeep"},
		"cmd/visnyk/demo":        {"bot", "bot/audience", "bot/broadcast", "bot/call", "bot/console/consoletest", "bot/contact", "bot/dialog", "bot/outbox", "bot/staff", "bot/telegram/telegramtest", "bot/viber/vibertest", "bot/web", "flows", "storage"},
		"cmd/visnyk/sample":      {"bot", "locales"},
		"cmd/chaos":              {"bot", "bot/telegram/telegramtest", "bot/viber/vibertest", "storage/storagetest"},
		"cmd/screens":            {},
		"cmd/botapi":             {"bot/telegram/telegramtest"},
		"cmd/bench":              {"bot", "bot/desk", "bot/editor", "bot/server", "bot/telegram", "bot/telegram/telegramtest", "flows/faq/starter", "storage", "storage/storagetest"},
		"cmd/pack":               {},
		"cmd/wordforms":          {"flows", "locales"},
		"cmd/faqtrain":           {"bot", "flows", "flows/faq/search", "flows/faq/search/eval", "flows/faq/starter", "locales"},
		"cmd/visnyk/articles":    {"bot", "bot/editor", "bot/embed", "bot/library", "bot/textfile", "cmd/visnyk/cli", "cmd/visnyk/config", "flows", "flows/faq/search", "flows/faq/search/eval", "flows/faq/starter", "locales", "storage"},
		"cmd/visnyk/broadcasts":  {"bot", "bot/broadcast", "cmd/visnyk/cli", "cmd/visnyk/config", "storage"},
		"cmd/visnyk/cli":         {"cmd/visnyk/config", "storage"},
		"cmd/visnyk/config":      {"bot", "bot/call", "bot/textfile", "bot/webchat"},
		"cmd/visnyk/contacts":    {"bot", "bot/contact", "cmd/visnyk/cli", "cmd/visnyk/config", "storage"},
		"cmd/visnyk/database":    {"bot", "bot/broadcast", "cmd/visnyk/cli", "cmd/visnyk/config", "storage", "storage/upkeep"},
		"cmd/visnyk/parked":      {"bot", "bot/parked", "cmd/visnyk/cli", "cmd/visnyk/config", "storage"},
		"cmd/visnyk/users":       {"bot", "bot/staff", "bot/textfile", "cmd/visnyk/cli", "cmd/visnyk/config", "storage"},

		// For tests.
		"bot/channeltest":           {"bot", "bot/markup"},
		"bot/console/consoletest":   {"bot", "bot/console", "bot/staff", "locales", "storage"},
		"bot/segmenttest":           {"bot"},
		"bot/embed/embedtest":       {},
		"bot/telegram/telegramtest": {},
		"bot/viber/vibertest":       {},
		"bot/webchat/webchattest":   {},
		"flows/flowtest":            {"bot", "flows"},
		"storage/storagetest":       {"bot", "storage", "storage/db"},
	}
}

// floor returns the floor of a package; -1 when the house has no such room. What
// is for tests stands over what it tests and under nobody.
func floor(pkg string) int {
	switch top := top(pkg); {
	case pkg == "bot":
		return 0
	case in(pkg, "bot/markup", "bot/web", "bot/call", "bot/textfile", "bot/clarity", "storage/db"):
		return 1
	case forTests(pkg):
		return 4
	case top == "storage", top == "locales", top == "flows", in(pkg, "bot/telegram", "bot/viber", "bot/webchat", "bot/hook", "bot/embed"):
		return 2
	case in(pkg, "bot/server", "bot/parked", "bot/staff", "bot/contact", "bot/audience", "bot/library", "bot/editor", "bot/desk", "bot/draft", "bot/change", "bot/approval", "bot/broadcast", "bot/survey", "bot/insight", "bot/outbox", "bot/expand", "bot/media", "bot/link"):
		return 3
	case in(pkg, "bot/dialog", "bot/console", "bot/api"), strings.HasPrefix(pkg, "bot/console/"):
		return 4
	case top == "cmd":
		return 5
	}
	return -1
}

// top is the room at the top level that a package is in.
func top(pkg string) string {
	name, _, _ := strings.Cut(pkg, "/")
	return name
}

func in(s string, all ...string) bool { return slices.Contains(all, s) }

// forTests reports whether a package helps tests: fakes and suites.
func forTests(pkg string) bool { return strings.HasSuffix(pkg, "test") }

// wrong says why a pair breaks the rules of the house; "" when it does not. The
// rules bind the list above too, so that nobody allows what must not be.
func wrong(from, to string) string {
	child := strings.HasPrefix(from, to+"/")
	switch f, t := floor(from), floor(to); {
	case f < 0 || t < 0:
		return "the house has no such room: give it a floor"
	case strings.HasPrefix(to, "cmd/"):
		if strings.HasPrefix(to, from+"/") { // what it carries
			return ""
		}
		// What a command carries shares its words and its settings, and no more.
		if own := path.Dir(from); own != "cmd" && in(to, own+"/cli", own+"/config") && from != own+"/config" {
			return ""
		}
		return "nobody imports a command"
	case forTests(to):
		if in(from, "cmd/visnyk", "cmd/visnyk/demo", "cmd/bench", "cmd/botapi", "cmd/chaos") {
			return ""
		}
		return "what is for tests is imported by tests, the demo, bench, botapi and chaos"
	case from == "bot/channeltest" && to == "bot/markup": // its messengers of paper are channels
		return ""
	case in(from, "bot/console/consoletest", "flows/flowtest", "storage/storagetest") && within(to, path.Dir(from)): // they play what they stand beneath
		return ""
	case from == "bot/console/consoletest" && in(to, "bot/staff", "locales", "storage"): // its house opens the console over them
		return ""
	case forTests(from) && to != "bot":
		return "a fake knows nothing of what it tests"
	case in(from, "bot/telegram", "bot/viber", "bot/webchat", "bot/hook") && !in(to, "bot", "bot/markup", "bot/web", "bot/call"):
		return "a channel sees bot, bot/markup, bot/web and bot/call"
	case strings.HasPrefix(from, "flows") && !forTests(from) && !child && to != "bot":
		return "flows see bot"
	case in(from, "storage", "locales") && to != "bot" && (from != "storage" || to != "storage/db"):
		return "storage and locales see bot, and storage its database"
	case from == "storage/db":
		return "a database knows no noun"
	case to == "storage/db" && top(from) != "storage", to == "storage/upkeep" && top(from) != "cmd":
		return "nobody above storage speaks SQL, and its upkeep is the commands'"
	case from == "bot/dialog" && t == 3 && !in(to, "bot/desk", "bot/library"):
		return "what else a turn must know comes as facts and rows"
	case child, t < f:
		return ""
	case in(from, "bot/change", "bot/editor") && to == "bot/broadcast":
		return ""
	case in(from, "bot/editor", "bot/change", "bot/broadcast") && to == "bot/draft": // before a version of each is made
		return ""
	case in(from, "bot/console/articles", "bot/console/changes", "bot/console/broadcasts") && to == "bot/console/drafting":
		return ""
	case in(from, "bot/desk", "bot/change", "bot/broadcast", "bot/survey") && in(to, "bot/contact", "bot/staff", "bot/expand"):
		return ""
	}
	return "nobody looks up or sideways"
}

// within reports whether the package is the other, or stands beneath it.
func within(pkg, other string) bool { return pkg == other || strings.HasPrefix(pkg, other+"/") }

// judge compares the imports there are with those allowed, and both with the
// rules. It gives one line per fault.
func judge(actual, allowed map[string][]string) []string {
	var faults []string
	for _, from := range slices.Sorted(maps.Keys(actual)) {
		if _, known := allowed[from]; !known {
			faults = append(faults, fmt.Sprintf("%s is not in the list", from))
		}
		for _, to := range actual[from] {
			if !slices.Contains(allowed[from], to) {
				faults = append(faults, fmt.Sprintf("%s imports %s, which is not in the list", from, to))
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(allowed)) {
		if _, exists := actual[from]; !exists {
			faults = append(faults, fmt.Sprintf("%s is in the list and does not exist", from))
		}
		for _, to := range allowed[from] {
			if why := wrong(from, to); why != "" {
				faults = append(faults, fmt.Sprintf("%s may not import %s: %s", from, to, why))
			}
			if !slices.Contains(actual[from], to) {
				faults = append(faults, fmt.Sprintf("%s does not import %s: take it off the list", from, to))
			}
		}
	}
	return faults
}

// imports reads what every package of the module imports of the module, and
// what bot imports of strangers.
func imports(t *testing.T) (own map[string][]string, strangersOfBot []string) {
	t.Helper()
	const module = "visnyk/"
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	own = map[string][]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return own, strangersOfBot
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		own[name] = nil
		for _, i := range p.Imports {
			if to, ours := strings.CutPrefix(i, module); ours {
				own[name] = append(own[name], to)
			} else if host, _, _ := strings.Cut(i, "/"); name == "bot" && strings.Contains(host, ".") {
				strangersOfBot = append(strangersOfBot, i)
			}
		}
	}
}

func TestHouse(t *testing.T) {
	own, strangers := imports(t)
	if len(own) < 10 {
		t.Fatalf("only %d packages found", len(own))
	}
	for _, fault := range judge(own, allowed()) {
		t.Error(fault)
	}
	for _, s := range strangers {
		t.Errorf("bot imports %s: the glossary needs the standard library alone", s)
	}
}

func TestHouseRules(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		ok       bool
	}{
		{"storage", "bot", true},
		{"storage", "storage/db", true},
		{"storage/upkeep", "storage", true},
		{"storage/upkeep", "storage/db", true},
		{"cmd/visnyk", "storage/upkeep", true},
		{"storage", "storage/upkeep", false},
		{"storage/db", "storage", false},
		{"storage/db", "bot", false},
		{"bot/desk", "storage/db", false},
		{"bot/desk", "storage/upkeep", false},
		{"flows/faq", "flows", true},
		{"bot/desk", "storage", true},
		{"bot/desk", "bot/contact", true},
		{"bot/dialog", "bot/desk", true},
		{"bot/library", "bot/embed", true},
		{"cmd/visnyk", "bot/telegram", true},
		{"cmd/visnyk", "bot/viber/vibertest", true},
		{"cmd/visnyk", "cmd/visnyk/sample", true},
		{"cmd/visnyk/demo", "bot/telegram/telegramtest", true},
		{"cmd/visnyk/sample", "bot/telegram/telegramtest", false},
		{"cmd/visnyk/articles", "cmd/visnyk/cli", true},
		{"cmd/visnyk/cli", "cmd/visnyk/config", true},
		{"cmd/visnyk/config", "cmd/visnyk/cli", false},
		{"cmd/visnyk/users", "cmd/visnyk/articles", false},
		{"cmd/visnyk/users", "cmd/visnyk", false},
		{"cmd/chaos", "cmd/visnyk/config", false},
		{"cmd/chaos", "storage/storagetest", true},
		{"bot/channeltest", "bot", true},
		{"bot/channeltest", "bot/markup", true},

		{"bot", "storage", false},
		{"bot", "bot/markup", false},
		{"bot/webchat", "bot/web", true},
		{"bot/web", "bot/webchat", false},
		{"bot/telegram", "bot/call", true},
		{"bot/outbox", "bot/call", true},
		{"bot/call", "bot/telegram", false},
		{"storage", "bot/call", false},
		{"storage", "bot/web", false},
		{"bot/markup", "storage", false},
		{"storage", "bot/markup", false},
		{"storage", "flows", false},
		{"flows", "flows/faq", false},
		{"flows/faq/search/eval", "flows/faq/search", true},
		{"flows/faq", "flows/menu", false},
		{"flows/faq", "storage", false},
		{"flows/faq", "locales", false},
		{"bot/telegram", "storage", false},
		{"bot/telegram", "bot/viber", false},
		{"bot/telegram", "bot/telegram/telegramtest", false},
		{"bot/telegram/telegramtest", "bot/telegram", false},
		{"bot/channeltest", "bot/viber", false},
		{"bot/editor", "bot/library", false},
		{"bot/editor", "bot/broadcast", true},
		{"bot/desk", "bot/broadcast", false},
		{"bot/dialog", "bot/change", false},
		{"bot/web", "bot", true},
		{"bot/web", "bot/call", false},
		{"locales", "storage", false},
		{"bot/console/consoletest", "storage", true},
		{"bot/console/consoletest", "bot/contact", false},
		{"flows/flowtest", "flows", true},
		{"flows/flowtest", "storage", false},
		{"storage/storagetest", "flows", false},
		{"bot/embed", "bot/library", false},
		{"bot/outbox", "bot/dialog", false},
		{"bot/dialog", "bot/console", false},
		{"bot/dialog", "cmd/visnyk", false},
		{"cmd/chaos", "cmd/visnyk", false},
		{"bot/server", "storage/storagetest", false},
		{"bot/newroom", "bot", false},
	} {
		if why := wrong(tt.from, tt.to); (why == "") != tt.ok {
			t.Errorf("%s → %s: %q", tt.from, tt.to, why)
		}
	}
}

// Store.DB is for storage/upkeep and tests: whoever else calls it speaks SQL
// without an import that the list would show.
func TestNobodyAboveStorageSpeaksSQL(t *testing.T) {
	files := 0
	for _, room := range []string{"bot", "cmd", "flows", "locales"} {
		err := filepath.WalkDir(filepath.Join("../..", room), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			if strings.Contains(string(text), ".DB()") {
				t.Errorf("%s takes the database from the store: give storage or storage/upkeep a method", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 100 {
		t.Fatalf("only %d files found", files)
	}
}

// drawn returns the floors of the README's house: every package it names, by
// full path, and on which floor. "a/{b,c}" names two.
func drawn(readme string) map[string]int {
	_, house, _ := strings.Cut(readme, "\n## The house\n\n```\n")
	house, _, _ = strings.Cut(house, "```")
	floors, at := map[string]int{}, -1
	for line := range strings.Lines(house) {
		if line[0] >= '0' && line[0] <= '9' {
			at = int(line[0] - '0')
			line = line[1:]
		}
		for _, word := range strings.Fields(line) {
			before, names, several := strings.Cut(strings.TrimSuffix(word, "}"), "{")
			if top := top(before); !several && !in(top, "bot", "storage", "locales", "flows", "cmd") {
				continue
			}
			for name := range strings.SplitSeq(names, ",") {
				if _, named := floors[before+name]; !named { // prose may name it again
					floors[before+name] = at
				}
			}
		}
	}
	return floors
}

func TestReadmeDrawsTheHouse(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	house := drawn(string(readme))
	for pkg := range allowed() {
		if at, named := house[pkg]; !forTests(pkg) && (!named || at != floor(pkg)) {
			t.Errorf("the README's house has %s on floor %d (named: %t), the tree on %d", pkg, at, named, floor(pkg))
		}
	}
	for pkg := range house {
		if _, exists := allowed()[pkg]; !exists {
			t.Errorf("the README's house names %s, which does not exist", pkg)
		}
	}
}

func TestHouseListCanFail(t *testing.T) {
	list := map[string][]string{"bot": nil, "storage": {"bot"}}
	for name, tt := range map[string]struct {
		actual map[string][]string
		want   string
	}{
		"as listed":    {map[string][]string{"bot": nil, "storage": {"bot"}}, ""},
		"new pair":     {map[string][]string{"bot": {"storage"}, "storage": {"bot"}}, "bot imports storage, which is not in the list"},
		"new package":  {map[string][]string{"bot": nil, "storage": {"bot"}, "x": nil}, "x is not in the list"},
		"unused pair":  {map[string][]string{"bot": nil, "storage": nil}, "storage does not import bot: take it off the list"},
		"gone package": {map[string][]string{"storage": {"bot"}}, "bot is in the list and does not exist"},
	} {
		if got := strings.Join(judge(tt.actual, list), "\n"); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
