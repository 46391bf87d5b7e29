package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// recipe is what the Makefile says of the tests.
type recipe struct {
	t    *testing.T
	text string
}

func readRecipe(t *testing.T) recipe {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	return recipe{t, strings.ReplaceAll(string(text), "\\\n", " ")}
}

// words are those of a variable.
func (r recipe) words(variable string) []string {
	r.t.Helper()
	m := regexp.MustCompile(`(?m)^` + variable + ` = (.+)$`).FindStringSubmatch(r.text)
	if m == nil {
		r.t.Fatalf("the Makefile does not say %s", variable)
	}
	return strings.Fields(m[1])
}

// unwatched are the names of the tests, and the folders they are run in.
func (r recipe) unwatched() (names, run []string) {
	r.t.Helper()
	run = strings.Fields(regexp.MustCompile(`-run '\$\(UNWATCHED\)'((?: \./\S+)+)`).FindStringSubmatch(r.text)[1])
	pattern := strings.NewReplacer("^(", "", ")$$", "").Replace(r.words("UNWATCHED")[0])
	return strings.Split(pattern, "|"), run
}

// testsOf are the functions in the tests of a folder, by their names.
func testsOf(t *testing.T, dir string) map[string]*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	all := map[string]*ast.FuncDecl{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				all[f.Name.Name] = f
			}
		}
	}
	return all
}

var isTest = regexp.MustCompile(`^(Test[^a-z]|Fuzz)`)

// starts reports whether something runs beside the function by its own doing, or by
// that of a helper in the same folder. A server that is asked one question after the
// other does nothing beside: newHouse starts one.
func starts(name string, all map[string]*ast.FuncDecl, seen map[string]bool) (found bool) {
	if seen[name] || name == "newHouse" {
		return false
	}
	seen[name] = true
	ast.Inspect(all[name].Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			found = found || n.Sel.Name == "Go" // of a group
		case *ast.Ident:
			found = found || all[n.Name] != nil && starts(n.Name, all, seen)
		}
		return !found
	})
	return found
}

// Where the Makefile has little or nothing watched for races, what starts something
// beside itself is watched all the same.
func TestWhatRunsBesideIsWatched(t *testing.T) {
	r := readRecipe(t)
	beside, mostly := r.words("BESIDE"), r.words("MOSTLY")
	found := map[string]bool{}
	for _, dir := range slices.Concat(mostly, r.words("SEQUENTIAL")) {
		all := testsOf(t, dir)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			listed := slices.Contains(beside, name) && slices.Contains(mostly, dir)
			found[name] = found[name] || listed
			if isTest.MatchString(name) && !listed && starts(name, all, map[string]bool{}) {
				t.Errorf("%s of %s starts something beside itself: it belongs to BESIDE of the Makefile, and its folder to MOSTLY", name, dir)
			}
		}
	}
	for _, name := range beside {
		if !found[name] {
			t.Errorf("%s is in BESIDE and in no folder of MOSTLY", name)
		}
	}
}

// What the Makefile does not have watched for races it runs in these folders, and
// skips everywhere: a name that stood elsewhere too would not be run there at all.
func TestUnwatchedTestsAreRun(t *testing.T) {
	r := readRecipe(t)
	names, run := r.unwatched()
	elsewhere := slices.Concat(r.words("MOSTLY"), r.words("SEQUENTIAL")) // nothing is skipped there
	where := map[string][]string{}
	for _, dir := range foldersWithTests(t) {
		if slices.Contains(elsewhere, dir) {
			continue
		}
		for name := range testsOf(t, dir) {
			where[name] = append(where[name], dir)
		}
	}
	for _, name := range names {
		if len(where[name]) == 0 {
			t.Errorf("%s is skipped and does not exist", name)
		}
		for _, dir := range where[name] {
			if !slices.Contains(run, dir) {
				t.Errorf("%s is skipped everywhere and stands in %s; run are %q", name, dir, run)
			}
		}
	}
}

// foldersWithTests are those of the whole project, as the Makefile writes them.
func foldersWithTests(t *testing.T) (dirs []string) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			dir, _ := filepath.Rel(root, filepath.Dir(path)) // path is below it
			dirs = append(dirs, "./"+filepath.ToSlash(dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Compact(slices.Sorted(slices.Values(dirs)))
}
