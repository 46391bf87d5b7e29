package console_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"visnyk/bot/web"
)

// TestTheConsoleIsLight: all that the pages of the console can load, as a browser gets it,
// unpacked.
func TestTheConsoleIsLight(t *testing.T) {
	for ending, most := range map[string]int{".js": 90 << 10, ".css": 45 << 10} {
		all := 0
		for _, folder := range []string{"assets", "*/assets", "../web/assets"} {
			found, err := filepath.Glob(folder + "/*" + ending)
			if err != nil || len(found) == 0 {
				t.Fatalf("%s: no %s, %v", folder, ending, err)
			}
			for _, name := range found {
				data, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				got := httptest.NewRecorder()
				if err := web.NewAsset(filepath.Base(name), data).Serve(got, httptest.NewRequest("GET", "/", nil), "no-cache"); err != nil {
					t.Fatal(err)
				}
				all += got.Body.Len()
			}
		}
		if t.Logf("%s: %d bytes", ending, all); all > most {
			t.Errorf("%s: %d bytes, at most %d", ending, all, most)
		}
	}
}

// Every name that a style uses is given somewhere, and none by itself: a border whose name
// says nothing is no border.
func TestStyleNames(t *testing.T) {
	var all []byte
	for _, folder := range []string{"assets", "*/assets", "../web/assets"} {
		found, err := filepath.Glob(folder + "/*.css")
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no styles, %v", folder, err)
		}
		for _, name := range found {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
	}
	given := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[\w-]+):([^;}]*)`).FindAllSubmatch(all, -1) {
		name := string(m[1])
		given[name] = true
		if regexp.MustCompile(`var\(` + name + `\)`).Match(m[2]) {
			t.Errorf("%s is given by itself", name)
		}
	}
	for _, m := range regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllSubmatch(all, -1) {
		if !given[string(m[1])] {
			t.Errorf("%s is given nowhere", m[1])
		}
	}
}
