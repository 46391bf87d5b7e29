package telegramtest_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines that outlive their test: every queue of
// deliveries and every call left hanging has one.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
