package console_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	styleNames = regexp.MustCompile(`(--[a-z-]+):([^;}]*)`)
	styleUses  = regexp.MustCompile(`var\((--[a-z-]+)`)
)

// TestWhatStyleSheetsNameIsThere: a name of nothing, or of itself, has a browser drop the
// whole line, and no line is missed by any other test.
func TestWhatStyleSheetsNameIsThere(t *testing.T) {
	named, used := map[string]bool{}, map[string]string{}
	for _, folder := range []string{"assets", "*/assets", "../web/assets"} {
		found, err := filepath.Glob(folder + "/*.css")
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no style sheets, %v", folder, err)
		}
		for _, file := range found {
			sheet, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, is := range styleNames.FindAllStringSubmatch(string(sheet), -1) {
				if named[is[1]] = true; strings.Contains(is[2], "var("+is[1]+")") {
					t.Errorf("%s: %s is made of itself", file, is[1])
				}
			}
			for _, is := range styleUses.FindAllStringSubmatch(string(sheet), -1) {
				used[is[1]] = file
			}
		}
	}
	for name, file := range used {
		if !named[name] {
			t.Errorf("%s: nothing is called %s", file, name)
		}
	}
}

// TestBubblesAreDressed: what messengers show looks as they show it, on every page that has it.
func TestBubblesAreDressed(t *testing.T) {
	pages, err := filepath.Glob("*/pages/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages, %v", err)
	}
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(page); strings.Contains(text, `{{define "head"}}`) && strings.Contains(text, `class="shown-bubble`) && !strings.Contains(text, `{{asset "approval.css"}}`) {
			t.Errorf("%s shows bubbles without their style sheet", name)
		}
	}
}

// A fault has the colour of danger wherever a sheet of ours colours it: the last rule
// that says one for all faults counts.
func TestFaultsAreSeen(t *testing.T) {
	sheet, err := os.ReadFile("assets/console.css")
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for _, rule := range regexp.MustCompile(`(?m)^\s*([^{}@]*)\{([^{}]*)\}`).FindAllStringSubmatch(string(sheet), -1) {
		for selector := range strings.SplitSeq(rule[1], ",") {
			if colour := regexp.MustCompile(`(?:^|[\s;])color: ([^;]*);`).FindStringSubmatch(rule[2]); strings.TrimSpace(selector) == ".fault" && colour != nil {
				last = colour[1]
			}
		}
	}
	if last != "var(--danger)" {
		t.Errorf("faults are coloured %q", last)
	}
}
