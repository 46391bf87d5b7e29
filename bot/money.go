package bot

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Money is a sum, or none.
type Money struct {
	Sum      int64  // in hundredths of a hundredth of the currency
	Currency string // as whoever wrote it calls it; "" may stand with any sum
}

// moneyForm finds the number in a sum, and what it is in.
var moneyForm = regexp.MustCompile(`^([^\d]*?)\s*(\d{1,9})(?:[.,](\d{1,4}))?\s*([^\d]*)$`)

// ParseMoney reads a sum as people write it, such as "0,05 €" or "500 грн"; ok is false
// where there is no number in it, or more than one.
func ParseMoney(text string) (m Money, ok bool) {
	found := moneyForm.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil || found[1] != "" && found[4] != "" {
		return m, false
	}
	sum, err := strconv.ParseInt(found[2]+(found[3] + "0000")[:4], 10, 64)
	return Money{sum, strings.TrimSpace(found[1] + found[4])}, err == nil
}

// IsZero reports whether it is no sum at all: of nothing there is a currency still.
func (m Money) IsZero() bool { return m == Money{} }

// String writes the sum as people do, to the last hundredth of a hundredth: "12,50 грн".
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	number := strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%d,%04d", m.Sum/10_000, m.Sum%10_000), "0"), "0")
	return strings.TrimSpace(number + " " + m.Currency)
}

// Up returns the sum as a bill has it, which knows no parts of a hundredth and rounds up.
func (m Money) Up() Money { return Money{(m.Sum + 99) / 100 * 100, m.Currency} }

// MarshalText writes it as String does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote; "" is none.
func (m *Money) UnmarshalText(text []byte) error {
	if *m = (Money{}); len(text) == 0 {
		return nil
	}
	var ok bool
	if *m, ok = ParseMoney(string(text)); !ok {
		return fmt.Errorf("%q is no sum", text)
	}
	return nil
}
