package console_test

import (
	"net/http"
	"testing"

	"visnyk/bot"
	"visnyk/bot/console/consoletest"
)

// TestAuthzMatrix tries every route of the door as every role and as nobody (S47).
func TestAuthzMatrix(t *testing.T) {
	everybody := []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin}
	c, e := paper(t)
	consoletest.Matrix(t, e, c.Routes(), map[string]consoletest.Row{
		"GET /console":       {May: everybody, Want: http.StatusSeeOther},
		"GET /console/login": {May: everybody, Want: http.StatusSeeOther, Stranger: http.StatusOK},
	}, asRole)
}
