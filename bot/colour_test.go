package bot

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#767676", "#ffffff", 4.54}, {"#0b6161", "#fbfaf8", 6.93}} {
		a, ok1 := ParseColour(c.a)
		b, ok2 := ParseColour(c.b)
		if got := Contrast(a, b); !ok1 || !ok2 || math.Abs(got-c.want) > 0.05 || a.String() != c.a {
			t.Errorf("%s on %s: %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// Whatever colour a company has, both looks of the page have a shade of it that is
// read everywhere it stands; a colour that is read stays itself.
func TestEveryColourIsRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := Colour{rapid.Uint8().Draw(r, "r"), rapid.Uint8().Draw(r, "g"), rapid.Uint8().Draw(r, "b")}
		light, dark := c.Schemes()
		for _, s := range []Scheme{light, dark} {
			if got := min(Contrast(s.Accent, s.On), Contrast(s.Accent, s.Mine)); got < Readable {
				r.Fatalf("%s, dark %v: %+v is read with %.2f", c, s.Dark, s, got)
			}
			if s.Readable() != (s.Accent == c) {
				r.Fatalf("%s, dark %v: %+v is said to be read", c, s.Dark, s)
			}
		}
	})
}

func TestSpansAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": "", "9-18": "9:00–18:00", "9:00–13:00, 14:00–18:00": "9:00–13:00, 14:00–18:00",
		"14.00 - 18.00; 09:00—13:00": "9:00–13:00, 14:00–18:00", "0-24": "0:00–24:00",
	} {
		s, err := ParseSpans(text)
		if err != nil || s.String() != want {
			t.Errorf("%q: %q, %v, want %q", text, s, err, want)
		}
		if again, err := ParseSpans(s.String()); err != nil || again.String() != want {
			t.Errorf("%q is not read again: %v", s, err)
		}
	}
	for _, wrong := range []string{"9", "x", "18-9", "9-12, 11-13", "9-25", "9:60-10", "-", "9--12"} {
		if s, err := ParseSpans(wrong); err == nil {
			t.Errorf("%q is %q", wrong, s)
		}
	}
}
