package bot

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// FileLimits are what a messenger allows of a file that goes out. Zero is no limit
// of its own.
type FileLimits struct {
	Photos string // the MIME types that it shows as pictures, with spaces between; anything else goes as a file
	Photo  int64  // how many bytes a picture may have; a larger one goes as a file
	File   int64  // how many bytes a file may have
	Barred string // extensions that it does not carry, with their dots and spaces between
}

// Fit returns a kept file as the messenger takes it: as a picture where it can, as
// a file otherwise. A *RefusedError says why it cannot go at all, before it is
// sent.
func (c Capabilities) Fit(f KeptFile) (Media, error) {
	m := Media{Kind: File, File: f.ID, Name: Named(f.Name, f.Type), Type: f.Type, Size: f.Size}
	l := c.Limits.Files
	switch ext := strings.ToLower(path.Ext(m.Name)); {
	case !c.Files:
		return m, Refused("media", FaultMediaNone, nil)
	case slices.Contains(strings.Fields(l.Photos), f.Type) && (l.Photo == 0 || f.Size <= l.Photo):
		m.Kind = Photo
	case l.File != 0 && f.Size > l.File:
		return m, Refused("media", FaultMediaLarge, Data{"Max": l.File >> 20})
	case slices.Contains(strings.Fields(l.Barred), ext):
		return m, Refused("media", FaultMediaBarred, Data{"Extension": ext})
	}
	return m, nil
}

// extensions are those that a file of the type gets where its name has none.
var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "video/mp4": ".mp4",
	"video/webm": ".webm", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/wave": ".wav", "application/pdf": ".pdf",
	"text/plain": ".txt", "application/zip": ".zip",
}

// Extension returns what names of files of the type end in, with the dot: ".bin"
// where nobody can tell.
func Extension(kind string) string {
	if ext, ok := extensions[kind]; ok {
		return ext
	}
	return ".bin"
}

// Named returns a safe name for a file of the type: one that has none gets one, and
// an extension where that is what it lacks.
func Named(name, kind string) string {
	if name = FileName(name); name == "" {
		name = "file"
	}
	if path.Ext(name) == "" {
		return name + Extension(kind)
	}
	return name
}

// FileType returns the MIME type that a file's first bytes look like, whatever
// anybody says of it.
func FileType(first []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(first), ";")
	if kind == "application/ogg" { // what messengers keep voices in
		return "audio/ogg"
	}
	return kind
}

// Showable reports whether a browser may show files of the type beside our own pages:
// pictures without a program in them, sounds and films.
func Showable(kind string) bool {
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp",
		"audio/mpeg", "audio/ogg", "audio/wave", "video/mp4", "video/webm":
		return true
	}
	return false
}

// KindOf returns as what a file of the type is shown.
func KindOf(kind string) AttachmentKind {
	main, _, _ := strings.Cut(kind, "/")
	switch {
	case !Showable(kind):
		return File
	case main == "image":
		return Photo
	case main == "audio":
		return Audio
	}
	return Video
}
