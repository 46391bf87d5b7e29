package db

import "fmt"

// What leaves in one transaction of work that others should not notice.
const (
	// RemoveAtOnce rows are removed: a writer that comes meanwhile waits for no
	// more than these.
	RemoveAtOnce = 200
	// RemoveBytes is about how much of them leaves: SQLite writes over all of it.
	RemoveBytes = 1 << 20
)

// AtMost selects the keys of the first rows, by their order, that have
// RemoveBytes together, and of one more. rows is a query of the columns of key
// and order, and of size, in bytes.
func AtMost(key, order, rows string) string {
	return fmt.Sprintf(`
SELECT %[1]s FROM (
	SELECT %[1]s, sum(size) OVER (ORDER BY %[2]s, %[1]s ROWS UNBOUNDED PRECEDING) - size AS earlier FROM (%[3]s) first
) sized WHERE earlier < %[4]d`, key, order, rows, RemoveBytes)
}
