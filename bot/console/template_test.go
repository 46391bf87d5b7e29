package console_test

import (
	"testing"

	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
)

// TestTemplates executes every page of the door with nothing, everything and
// hostile words, in both languages.
func TestTemplates(t *testing.T) {
	consoletest.Templates(t, paper(t), console.Pages(), console.Samples())
}
