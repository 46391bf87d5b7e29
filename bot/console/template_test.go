package console_test

import (
	"testing"

	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
)

func TestTemplates(t *testing.T) {
	c, _ := paper(t)
	consoletest.Templates(t, c, console.Pages(), console.Samples())
}
