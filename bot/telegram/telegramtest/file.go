package telegramtest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// File is something a person sent, for the bot to fetch.
type File struct {
	ID, Name, Type string
	Size           int64
	Data           []byte

	folder string
}

// Limits of files, in bytes, and how long an address of one works.
const (
	maxFetch  = 20 << 20 // that a bot can fetch
	maxPhoto  = 10 << 20 // that a bot can send as a picture
	linkHours = 1
)

// link is an address that getFile has given.
type link struct {
	file  string // its id
	until time.Time
}

// File returns a file that somebody sent, or that the bot uploaded, by its id.
func (s *Server) File(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[id]
	return f, ok
}

// LoseFiles makes every file that was sent so far one that the server does not
// have any more.
func (s *Server) LoseFiles() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.files)
	clear(s.links)
}

// ExpireLinks makes every address of a file that was given so far one that does
// not work any more.
func (s *Server) ExpireLinks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.links)
}

// ServeFiles has f answer requests for files from now on, as a server that is slow,
// broken or somebody else's; nil serves them again.
func (s *Server) ServeFiles(f http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serves = f
}

// file keeps a file and gives it its id and path.
func (s *Server) file(folder string, f File) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	f.ID = fmt.Sprintf("FILE_%s_%d", folder, s.serial)
	f.folder = folder
	if f.Size == 0 {
		f.Size = int64(len(f.Data))
	}
	s.files[f.ID] = f
	return f
}

func (f File) fields() map[string]any {
	doc := map[string]any{"file_id": f.ID, "file_unique_id": strings.ToLower(f.ID), "file_size": f.Size}
	if f.Name != "" {
		doc["file_name"] = f.Name
	}
	if f.Type != "" {
		doc["mime_type"] = f.Type
	}
	return doc
}

// SendPhoto sends a picture.
func (p *Person) SendPhoto(data []byte, caption string) Message {
	return p.photo(data, caption, "")
}

// SendAlbum sends pictures at once, one for each caption, "" for none. Nothing tells
// the bot which is the last.
func (p *Person) SendAlbum(captions ...string) []Message {
	p.s.mu.Lock()
	p.s.serial++
	group := fmt.Sprintf("album%d", p.s.serial)
	p.s.mu.Unlock()
	sent := make([]Message, len(captions))
	for i, caption := range captions {
		sent[i] = p.photo(nil, caption, group)
	}
	return sent
}

func (p *Person) photo(data []byte, caption, group string) Message {
	small := p.s.file("photos", File{}).fields()
	small["width"], small["height"] = 90, 60
	large := p.s.file("photos", File{Data: data}).fields()
	large["width"], large["height"] = 1280, 853
	fields := map[string]any{"photo": []any{small, large}}
	if group != "" {
		fields["media_group_id"] = group
	}
	return p.Send("photo", caption, fields)
}

// SendDocument sends a file. Its size may be claimed without any data.
func (p *Person) SendDocument(f File, caption string) Message {
	return p.Send("document", caption, map[string]any{"document": p.s.file("documents", f).fields()})
}

// SendVoice sends a voice message of so many seconds.
func (p *Person) SendVoice(seconds int, data ...byte) Message {
	fields := p.s.file("voice", File{Type: "audio/ogg", Data: data}).fields()
	fields["duration"] = seconds
	return p.Send("voice", "", map[string]any{"voice": fields})
}

// SendSticker sends a sticker that stands for the emoji.
func (p *Person) SendSticker(emoji string) Message {
	fields := p.s.file("stickers", File{}).fields()
	fields["emoji"], fields["type"], fields["width"], fields["height"] = emoji, "regular", 512, 512
	return p.Send("sticker", "", map[string]any{"sticker": fields})
}

func (s *Server) getFile(v values) reply {
	f, known := s.files[v["file_id"]]
	switch {
	case !known:
		return bad("wrong file_id or the file is temporarily unavailable")
	case f.Size > maxFetch:
		return bad("file is too big")
	}
	doc := f.fields()
	delete(doc, "file_name")
	delete(doc, "mime_type")
	s.serial++
	path := fmt.Sprintf("%s/file_%d", f.folder, s.serial)
	s.links[path] = link{f.ID, time.Now().Add(linkHours * time.Hour)}
	doc["file_path"] = path
	return ok(doc)
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, path string) {
	s.mu.Lock()
	l, given := s.links[path]
	f, there := s.files[l.file]
	serves := s.serves
	s.mu.Unlock()
	switch {
	case serves != nil:
		serves(w, r)
	case !given || !there || time.Now().After(l.until):
		write(w, refuse(404, "Not Found"))
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Data)))
		_, _ = w.Write(f.Data)
	}
}
