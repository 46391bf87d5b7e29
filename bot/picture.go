package bot

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
)

// Picture is what the beginning of a picture tells of it.
type Picture struct {
	Type          string // image/png, image/jpeg or image/webp
	Width, Height int    // in pixels
	Moves         bool   // it is animated
}

// The sides that a picture may have, as the strictest messenger we know takes them:
// together, and one to the other. Whoever draws it makes at most 100 MB of it.
const (
	PictureSides = 10000
	PictureRatio = 20
)

// Drawable reports whether every messenger draws a picture with such sides.
func (p Picture) Drawable() bool {
	return p.Width+p.Height <= PictureSides && max(p.Width, p.Height) <= PictureRatio*min(p.Width, p.Height)
}

// ErrNoPicture says that what was read does not begin as a PNG, JPEG or WebP does.
var ErrNoPicture = errors.New("no picture")

// ReadPicture reads what a picture tells of itself, by its bytes and not by its name,
// without drawing it: a small file may hold more pixels than there is memory.
// ErrNoPicture where it is none; what r fails with is part of the error.
func ReadPicture(r io.Reader) (p Picture, err error) {
	in := bufio.NewReader(r)
	first, err := in.Peek(14)
	if err != nil && !errors.Is(err, io.EOF) {
		return p, err
	}
	switch p.Type = FileType(first); p.Type {
	case "image/png":
		err = p.readPNG(in)
	case "image/webp":
		err = p.readWebP(in)
	case "image/jpeg":
		size, wrong := jpeg.DecodeConfig(in)
		p.Width, p.Height, err = size.Width, size.Height, wrong
		if form, unread := jpeg.FormatError(""), jpeg.UnsupportedError(""); errors.As(err, &form) || errors.As(err, &unread) {
			err = ErrNoPicture
		}
	default:
		return p, ErrNoPicture
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && (p.Width < 1 || p.Height < 1):
		return p, ErrNoPicture
	case err != nil:
		return p, fmt.Errorf("a picture: %w", err)
	}
	return p, nil
}

// readPNG reads the chunks before the pixels: one that is animated says so there.
func (p *Picture) readPNG(in *bufio.Reader) error {
	if _, err := in.Discard(len("\x89PNG\r\n\x1a\n")); err != nil {
		return err
	}
	var chunk struct {
		Size uint32
		Name [4]byte
	}
	for {
		if err := binary.Read(in, binary.BigEndian, &chunk); err != nil {
			return err
		}
		switch name := string(chunk.Name[:]); {
		case p.Width == 0 && name != "IHDR":
			return ErrNoPicture
		case name == "IDAT":
			return nil
		case name == "acTL":
			p.Moves = true
		case name == "IHDR":
			var sides struct{ Width, Height uint32 }
			if err := binary.Read(in, binary.BigEndian, &sides); err != nil {
				return err
			}
			if chunk.Size != 13 || sides.Width-1 > 1<<24 || sides.Height-1 > 1<<24 { // so that sums of them are right
				return ErrNoPicture
			}
			p.Width, p.Height = int(sides.Width), int(sides.Height)
			chunk.Size -= 8
		}
		if _, err := io.CopyN(io.Discard, in, int64(chunk.Size)+4); err != nil { // its sum stands behind it
			return err
		}
	}
}

// readWebP reads the first chunk, of whose three kinds each has the sides elsewhere.
func (p *Picture) readWebP(in *bufio.Reader) error {
	head := make([]byte, 30)
	if _, err := io.ReadFull(in, head); err != nil {
		return err
	}
	kind, data := string(head[12:16]), head[20:]
	switch {
	case kind == "VP8X":
		p.Moves = data[0]&2 != 0
		p.Width, p.Height = 1+three(data[4:]), 1+three(data[7:])
	case kind == "VP8L" && data[0] == 0x2f:
		sides := binary.LittleEndian.Uint32(data[1:])
		p.Width, p.Height = 1+int(sides&0x3fff), 1+int(sides>>14&0x3fff)
	case kind == "VP8 " && bytes.Equal(data[3:6], []byte{0x9d, 0x01, 0x2a}):
		p.Width, p.Height = int(binary.LittleEndian.Uint16(data[6:])&0x3fff), int(binary.LittleEndian.Uint16(data[8:])&0x3fff)
	default:
		return ErrNoPicture
	}
	return nil
}

// three reads a number of three bytes.
func three(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
