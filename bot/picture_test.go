package bot_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"visnyk/bot"
)

// drawn is an empty picture, as the library writes it.
func drawn(t *testing.T, write func(io.Writer, image.Image) error, width, height int) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func asJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }

// chunk is one of a PNG, without its sum, which nobody looks at.
func chunk(name, data string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(data)))) + name + data + "SUM."
}

// webP is the beginning of one, of which data is the first chunk.
func webP(kind, data string) string {
	return "RIFF\x00\x00\x00\x00WEBP" + kind + "\x0a\x00\x00\x00" + data
}

func TestReadPicture(t *testing.T) {
	small := drawn(t, png.Encode, 30, 20)
	signature, header, pixels := small[:8], small[8:33], small[33:]
	huge := signature + chunk("IHDR", "\x00\x00\xff\xff\x00\x00\xff\xff\x08\x00\x00\x00\x00") + chunk("IDAT", "")
	for what, tt := range map[string]struct {
		data string
		want bot.Picture
		is   bool
	}{
		"a PNG":                 {small, bot.Picture{Type: "image/png", Width: 30, Height: 20}, true},
		"a JPEG":                {drawn(t, asJPEG, 31, 21), bot.Picture{Type: "image/jpeg", Width: 31, Height: 21}, true},
		"an animated PNG":       {signature + header + chunk("tEXt", "x") + chunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00") + pixels, bot.Picture{Type: "image/png", Width: 30, Height: 20, Moves: true}, true},
		"a name within a PNG":   {signature + header + chunk("tEXt", "acTL") + pixels, bot.Picture{Type: "image/png", Width: 30, Height: 20}, true},
		"a bomb":                {huge, bot.Picture{Type: "image/png", Width: 65535, Height: 65535}, true},
		"a WebP":                {webP("VP8 ", "\x00\x00\x00\x9d\x01\x2a\x40\x01\xf0\x40"), bot.Picture{Type: "image/webp", Width: 320, Height: 240}, true},
		"a WebP without losses": {webP("VP8L", "\x2f\x3f\xc1\x3b\x00\x00\x00\x00\x00\x00"), bot.Picture{Type: "image/webp", Width: 320, Height: 240}, true},
		"a large WebP":          {webP("VP8X", "\x10\x00\x00\x00\x3f\x01\x00\xef\x00\x00"), bot.Picture{Type: "image/webp", Width: 320, Height: 240}, true},
		"an animated WebP":      {webP("VP8X", "\x02\x00\x00\x00\x3f\x01\x00\xef\x00\x00"), bot.Picture{Type: "image/webp", Width: 320, Height: 240, Moves: true}, true},

		"nothing":                  {"", bot.Picture{}, false},
		"a page":                   {"<!doctype html><title>x</title>", bot.Picture{}, false},
		"a vector picture":         {`<svg xmlns="http://www.w3.org/2000/svg"/>`, bot.Picture{}, false},
		"a GIF":                    {"GIF89a\x01\x00\x01\x00\x00\x00\x00;", bot.Picture{}, false},
		"the signature of a PNG":   {signature, bot.Picture{}, false},
		"a PNG of no width":        {signature + chunk("IHDR", "\x00\x00\x00\x00\x00\x00\x00\x01\x08\x00\x00\x00\x00") + pixels, bot.Picture{}, false},
		"a PNG without its header": {signature + pixels, bot.Picture{}, false},
		"a PNG that is cut":        {signature + header + "\xff\xff\xff\xfftEXtx", bot.Picture{}, false},
		"half a JPEG":              {"\xff\xd8\xff\xe0\x00\x10JFIF\x00", bot.Picture{}, false},
		"a JPEG that is none":      {"\xff\xd8\xff\xff" + strings.Repeat("x", 100), bot.Picture{}, false},
		"half a WebP":              {webP("VP8X", "")[:20], bot.Picture{}, false},
		"a WebP of no kind":        {webP("VP9 ", "0123456789"), bot.Picture{}, false},
	} {
		got, err := bot.ReadPicture(iotest.OneByteReader(strings.NewReader(tt.data)))
		switch {
		case tt.is && (err != nil || got != tt.want):
			t.Errorf("%s: %+v, %v", what, got, err)
		case !tt.is && !errors.Is(err, bot.ErrNoPicture):
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
	for _, cut := range []string{small[:20], "\xff\xd8\xff\xe0\x00\x10JF"} {
		if _, err := bot.ReadPicture(io.MultiReader(strings.NewReader(cut), iotest.ErrReader(io.ErrClosedPipe))); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("what cannot be read on: %v", err)
		}
	}
}

func TestDrawable(t *testing.T) {
	for sides, want := range map[[2]int]bool{
		{1280, 853}: true, {5000, 5000}: true, {5000, 5001}: false, {2000, 100}: true, {2001, 100}: false, {100, 2001}: false, {65535, 65535}: false,
	} {
		if got := (bot.Picture{Width: sides[0], Height: sides[1]}).Drawable(); got != want {
			t.Errorf("%v: %v", sides, got)
		}
	}
}

func FuzzReadPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte(webP("VP8X", "\x10\x00\x00\x00\x3f\x01\x00\xef\x00\x00")))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := bot.ReadPicture(bytes.NewReader(data))
		if err == nil && (p.Width < 1 || p.Height < 1) {
			t.Errorf("a picture of %d by %d", p.Width, p.Height)
		}
	})
}
