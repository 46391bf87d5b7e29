package flows

import "strings"

// staffLink begins the payload of a deep link by which somebody of the staff makes
// a chat of theirs the one where they hear of what waits for them.
const staffLink = "staff_"

// StaffCode returns the code of such a link; false for any other.
func StaffCode(payload string) (string, bool) {
	code, ok := strings.CutPrefix(payload, staffLink)
	return code, ok && code != ""
}

// StaffPayload is the payload of the link that carries the code.
func StaffPayload(code string) string { return staffLink + code }
