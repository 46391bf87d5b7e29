package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the Makefile does not have watched for races it runs in these folders, and
// skips everywhere: a name that stood elsewhere too would not be run there at all.
func TestUnwatchedTestsAreRun(t *testing.T) {
	root := filepath.Join("..", "..")
	recipe, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^UNWATCHED = \^\((.+)\)\$\$$`).FindSubmatch(recipe)
	if names == nil {
		t.Fatal("the Makefile does not say what is unwatched")
	}
	where := map[string][]string{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(source, -1) {
			dir, _ := filepath.Rel(root, filepath.Dir(path)) // path is below it
			where[string(m[1])] = append(where[string(m[1])], filepath.ToSlash(dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	run := strings.Fields(string(regexp.MustCompile(`-run '\$\(UNWATCHED\)'[^\n]*\n\t\t((?: ?\./\S+)+)\n`).FindSubmatch(recipe)[1]))
	for name := range strings.SplitSeq(string(names[1]), "|") {
		in := where[name]
		if len(in) == 0 {
			t.Errorf("%s is skipped and does not exist", name)
		}
		for _, dir := range in {
			if !slices.Contains(run, "./"+dir) {
				t.Errorf("%s is skipped everywhere and stands in %q; run are %q", name, dir, run)
			}
		}
	}
}
