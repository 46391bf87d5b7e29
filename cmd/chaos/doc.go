// Package chaos breaks real processes of the service on purpose and counts what
// became of every update: kill -9, a stopped database, a held lock. It holds
// tests alone; each can fail, and says what was lost, doubled or reordered.
package chaos
