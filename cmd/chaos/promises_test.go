package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	source "go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The rows that there must be.
const (
	lastFault  = 24
	lastThreat = 80
)

// TestPromises: PROMISES.md has a row for each promise, and every test that a row
// names exists, with the case it names.
func TestPromises(t *testing.T) {
	text, err := os.ReadFile("PROMISES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range promiseFaults(string(text), "../..") {
		t.Error(fault)
	}
}

// TestPromisesCanFail: a row that is missing, is there twice, names a test that
// is none or no test at all is found.
func TestPromisesCanFail(t *testing.T) {
	text, err := os.ReadFile("PROMISES.md")
	if err != nil {
		t.Fatal(err)
	}
	first := "| F1 | x | `cmd/chaos/TestPromises` | |\n"
	for name, test := range map[string]struct{ row, want string }{
		"twice":              {first, "F1 stands 2 times"},
		"no such test":       {"| F99 | x | `cmd/chaos/TestNobody` | |\n", "cmd/chaos/TestNobody"},
		"no such package":    {"| F99 | x | `cmd/nothing/TestPromises` | |\n", "cmd/nothing/TestPromises"},
		"no such case":       {"| F99 | x | `cmd/chaos/TestScenarios/flood" + " of frogs` | |\n", "there is no such case"},
		"neither":            {"| F99 | x | | |\n", "F99 names no test"},
		"not a name of ours": {"| F99 | x | `TestPromises` | |\n", "TestPromises"},
	} {
		if all := strings.Join(promiseFaults(string(text)+test.row, "../.."), "\n"); !strings.Contains(all, test.want) {
			t.Errorf("%s: says %q", name, all)
		}
	}
	if all := strings.Join(promiseFaults("", "../.."), "\n"); !strings.Contains(all, "S80 stands 0 times") {
		t.Errorf("an empty file: says %q", all)
	}
}

var promiseRow = regexp.MustCompile(`(?m)^\| ([FS]\d+) \| (.+?) \|\s*(.*?)\s*\|\s*(.*?)\s*\|$`)

// promiseFaults returns a line for each thing wrong with the text.
func promiseFaults(text, root string) (faults []string) {
	times := map[string]int{}
	houses := map[string]testHouse{}
	for _, row := range promiseRow.FindAllStringSubmatch(text, -1) {
		n, shown, missing := row[1], row[3], row[4]
		times[n]++
		if shown == "not built" {
			if missing == "" {
				faults = append(faults, n+" is not built and does not say what")
			}
			continue
		}
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(shown, -1)
		if len(names) == 0 {
			faults = append(faults, n+" names no test and is not said to be not built")
		}
		for _, name := range names {
			if why := exists(houses, root, name[1]); why != "" {
				faults = append(faults, fmt.Sprintf("%s names %s: %s", n, name[1], why))
			}
		}
	}
	for kind, last := range map[string]int{"F": lastFault, "S": lastThreat} {
		for i := 1; i <= last; i++ {
			if n := kind + strconv.Itoa(i); times[n] != 1 {
				faults = append(faults, fmt.Sprintf("%s stands %d times", n, times[n]))
			}
		}
	}
	return faults
}

// testHouse is what the tests of a package hold.
type testHouse struct {
	functions map[string]bool
	words     map[string]bool // constant strings
}

var testName = regexp.MustCompile(`^([a-z/]+)/((?:Test|Fuzz)[A-Za-z0-9]+)(?:/(.+))?$`)

// exists says why there is no such test; "" where there is.
func exists(houses map[string]testHouse, root, name string) string {
	m := testName.FindStringSubmatch(name)
	if m == nil {
		return "not the name of a test"
	}
	h, known := houses[m[1]]
	if !known {
		var err error
		if h, err = readTests(filepath.Join(root, m[1])); err != nil {
			return err.Error()
		}
		houses[m[1]] = h
	}
	switch {
	case !h.functions[m[2]]:
		return "there is no such function"
	case m[3] != "" && !h.words[m[3]]:
		return "there is no such case"
	}
	return ""
}

// readTests parses the Go files of a package: cases may stand beside the tests.
func readTests(dir string) (testHouse, error) {
	h := testHouse{functions: map[string]bool{}, words: map[string]bool{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return h, fmt.Errorf("no Go files there")
	}
	for _, path := range files {
		file, err := parser.ParseFile(source.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return h, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && strings.HasSuffix(path, "_test.go") {
					h.functions[n.Name.Name] = true
				}
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil {
					h.words[s] = true
				}
			}
			return true
		})
	}
	return h, nil
}
