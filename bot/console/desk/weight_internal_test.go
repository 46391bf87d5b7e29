package desk

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheDeskIsLight: what is written for the desk and its frame is small, unpacked.
func TestTheDeskIsLight(t *testing.T) {
	for _, of := range []struct {
		what  string
		most  int64
		files []string
	}{
		{"modules", 40 << 10, []string{"assets/*.js", "../assets/*.js"}},
		{"styles", 30 << 10, []string{"assets/*.css", "../assets/console.css", "../../web/assets/tokens.css"}},
	} {
		var all int64
		for _, pattern := range of.files {
			found, err := filepath.Glob(pattern)
			if err != nil || len(found) == 0 {
				t.Fatalf("%s: nothing, %v", pattern, err)
			}
			for _, name := range found {
				file, err := os.Stat(name)
				if err != nil {
					t.Fatal(err)
				}
				all += file.Size()
			}
		}
		if all > of.most {
			t.Errorf("the %s have %d bytes, at most %d", of.what, all, of.most)
		}
	}
}
