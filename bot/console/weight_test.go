package console_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
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
