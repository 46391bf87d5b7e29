package bot

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures that a logo may be
	_ "image/png"
	"net/http"
	"strings"
)

// Look is how the company's chat looks and greets, besides its name. Its zero value
// is ours.
type Look struct {
	Greeting Bilingual // what is said after «Вітаємо»; "" is our own text in that language
	Colour   string    // as ParseColour reads it; "" is ours
	Logo     *Logo     // nil is ours
}

// The settings of the look.
const (
	ColourSetting = "company.colour"
	LogoSetting   = "company.logo"
)

// GreetingSetting is the setting with the greeting in language l.
func GreetingSetting(l Language) string { return "company.greeting." + string(l) }

// GreetingMost is how many characters a greeting has at most: a messenger shows that
// much without cutting, and people read less.
const GreetingMost = 500

// Logo is a picture that stands at the head of the chat.
type Logo struct {
	Name string // of the very picture: another one has another
	Kind string // image/png or image/jpeg
	Data []byte
}

// Of a logo.
const (
	LogoMost = 256 << 10 // bytes
	LogoSide = 4096      // pixels
)

// What is wrong with a logo.
var (
	ErrLogoLarge = errors.New("the logo is larger than 256 KiB")
	ErrLogoSide  = fmt.Errorf("a side of the logo is longer than %d pixels", LogoSide)
	ErrLogoKind  = errors.New("the logo is no PNG or JPEG")
)

// NewLogo returns the logo that data is, by what it holds and not by its name: one of
// the errors above where it is none. A vector picture, which may hold programs, is
// none.
func NewLogo(data []byte) (*Logo, error) {
	if len(data) > LogoMost {
		return nil, ErrLogoLarge
	}
	kind := http.DetectContentType(data)
	size, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil || "image/"+format != kind || size.Width < 1 || size.Height < 1:
		return nil, ErrLogoKind
	case size.Width > LogoSide || size.Height > LogoSide:
		return nil, ErrLogoSide
	}
	sum := sha256.Sum256(data)
	return &Logo{Name: hex.EncodeToString(sum[:8]) + "." + format, Kind: kind, Data: data}, nil
}

// logoPrefix begins the setting of a logo.
const logoPrefix = "base64:"

// Setting returns the logo as it stands among the settings; "" of nil.
func (l *Logo) Setting() string {
	if l == nil {
		return ""
	}
	return logoPrefix + base64.StdEncoding.EncodeToString(l.Data)
}

// ParseLogo reads the setting; nil where there is none.
func ParseLogo(setting string) (*Logo, error) {
	if setting == "" {
		return nil, nil
	}
	text, ok := strings.CutPrefix(setting, logoPrefix)
	if !ok || base64.StdEncoding.DecodedLen(len(text)) > LogoMost+2 {
		return nil, ErrLogoKind
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrLogoKind
	}
	return NewLogo(data)
}

// Address names the file with the style of a page, by what it holds: that of another
// colour has another name. It is "" where the company has no colour of its own.
func (l Look) Address() string {
	style := l.Style(":root")
	if style == nil {
		return ""
	}
	sum := sha256.Sum256(style)
	return hex.EncodeToString(sum[:8]) + ".css"
}

// Painted returns a drawing of ours, an SVG in our own colour, in the company's. It is
// the drawing itself where the company has none.
func (l Look) Painted(drawing []byte) []byte {
	c, ok := ParseColour(l.Colour)
	if !ok {
		return drawing
	}
	light, _ := c.Schemes()
	return bytes.ReplaceAll(drawing, []byte(OwnColour), []byte(light.Accent.String()))
}

// OwnColour is ours, as our drawings have it.
const OwnColour = "#0b6161"

// Style returns the stylesheet that colours what the selector names; nil where the
// company has no colour of its own. It stands in no layer, so that it outweighs the
// tokens of the page.
func (l Look) Style(selector string) []byte {
	c, ok := ParseColour(l.Colour)
	if !ok {
		return nil
	}
	light, dark := c.Schemes()
	return fmt.Appendf(nil, "%s { --accent: light-dark(%s, %s); --on-accent: light-dark(%s, %s); --mine: light-dark(%s, %s); }\n",
		selector, light.Accent, dark.Accent, light.On, dark.On, light.Mine, dark.Mine)
}
