package bot

import "strings"

// PhoneNumber returns a phone number in its one form: "+" and digits, as in
// +380671234567. A Ukrainian number may lack its beginning (067…, 80 67…, 380…);
// any other begins with "+" or "00" and has 8 to 15 digits. ok is false where the
// text is no number.
func PhoneNumber(text string) (number string, ok bool) {
	var b strings.Builder
	plus := false
	for i, c := range strings.TrimSpace(text) {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == '+' && i == 0:
			plus = true
		case strings.ContainsRune(" -().\u00a0\u2011\u2013\u2009\u202f", c):
		default:
			return "", false
		}
	}
	digits := b.String()
	if rest, abroad := strings.CutPrefix(digits, "00"); abroad && !plus {
		digits, plus = rest, true
	}
	switch n := len(digits); {
	case strings.HasPrefix(digits, "380"):
		return "+" + digits, n == 12
	case plus:
		return "+" + digits, n >= 8 && n <= 15 && digits[0] != '0'
	case n == 11 && strings.HasPrefix(digits, "80"):
		return "+3" + digits, true
	case n == 10 && digits[0] == '0':
		return "+38" + digits, true
	case n == 9 && digits[0] != '0':
		return "+380" + digits, true
	}
	return "", false
}

// PhoneWords returns how people begin to type a number: its digits, and without
// the country where that is Ukraine.
func PhoneWords(number string) []string {
	digits := strings.TrimPrefix(number, "+")
	if home, ours := strings.CutPrefix(digits, "38"); ours && strings.HasPrefix(home, "0") {
		return []string{digits, home}
	}
	return []string{digits}
}

// SharedPhone returns the number that the person gives as their own, in its one form:
// vouched tells that the messenger knows it to be theirs. ok is false where the event
// brings none. What messengers write without a "+" is whole all the same.
func (e Event) SharedPhone() (number string, vouched, ok bool) {
	a := e.Attachment
	if e.Kind != Attached || a == nil || a.Kind != Phone || !a.Own && !a.Given || e.Forwarded != nil {
		return "", false, false
	}
	if number, ok = PhoneNumber(a.Phone); !ok {
		number, ok = PhoneNumber("+" + a.Phone)
	}
	return number, a.Own, ok
}
