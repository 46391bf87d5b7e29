package bot

import (
	"fmt"
	"math"
	"strconv"
)

// Colour is a colour of a screen: red, green and blue, from 0 to 255.
type Colour struct{ R, G, B uint8 }

// ParseColour reads "#0b6161". False where that is no colour.
func ParseColour(s string) (Colour, bool) {
	if len(s) != 7 || s[0] != '#' || s[1] == '+' || s[1] == '-' {
		return Colour{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

// String writes it as ParseColour reads it.
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// luminance is how bright WCAG has it, from 0 to 1.
func (c Colour) luminance() float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

// Contrast returns how well two colours stand apart, as WCAG counts it: from 1 to 21.
func Contrast(a, b Colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Readable is the contrast that text needs: AA of WCAG.
const Readable = 4.5

// mixed is the colour with so much of another, from 0 to 1, in it.
func (c Colour) mixed(other Colour, share float64) Colour {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return Colour{part(c.R, other.R), part(c.G, other.G), part(c.B, other.B)}
}

// Scheme is how a company's colour does on one of the two looks of a page.
type Scheme struct {
	Dark     bool
	Contrast float64 // of the company's own colour, where it is the least
	Accent   Colour  // the shade that is read there: the company's own where that is
	On       Colour  // of text on the accent
	Mine     Colour  // of the bubble with the visitor's own words
}

// Readable reports whether the company's own colour is read there.
func (s Scheme) Readable() bool { return s.Contrast >= Readable }

// Schemes returns how the colour does on the light look of our pages and on the dark
// one. Where it cannot be read, the nearest shade that can stands in for it.
func (c Colour) Schemes() (light, dark Scheme) {
	white := Colour{255, 255, 255}
	light = c.scheme(Colour{0xfb, 0xfa, 0xf8}, white, Colour{}, 0.14)
	dark = c.scheme(Colour{0x16, 0x15, 0x14}, Colour{0x20, 0x1f, 0x1d}, white, 0.16)
	dark.Dark = true
	light.On, dark.On = white, Colour{0x16, 0x15, 0x14}
	return light, dark
}

// shades is in how many steps a colour goes to the end of its scale.
const shades = 50

// scheme finds the shade, on the way to end, that is read on the ground, on what is
// raised from it, and on the ground with some of the shade in it.
func (c Colour) scheme(ground, raised, end Colour, tint float64) (s Scheme) {
	for step := range shades + 1 {
		s.Accent = c.mixed(end, float64(step)/shades)
		s.Mine = ground.mixed(s.Accent, tint)
		least := min(Contrast(s.Accent, ground), Contrast(s.Accent, raised), Contrast(s.Accent, s.Mine))
		if step == 0 {
			s.Contrast = least
		}
		if least >= Readable {
			break
		}
	}
	return s
}
