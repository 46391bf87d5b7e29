package telegramtest

import (
	"fmt"
	"net/http"
	"strings"
)

// File is something a person sent, for the bot to fetch.
type File struct {
	ID, Path, Name, Type string
	Size                 int64
	Data                 []byte
}

// maxFetch is the largest file a bot can fetch, in bytes.
const maxFetch = 20 << 20

// file keeps a file and gives it its id and path.
func (s *Server) file(folder string, f File) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	f.ID = fmt.Sprintf("FILE_%s_%d", folder, s.serial)
	f.Path = fmt.Sprintf("%s/file_%d", folder, s.serial)
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
func (p *Person) SendVoice(seconds int) Message {
	fields := p.s.file("voice", File{Type: "audio/ogg"}).fields()
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
	doc["file_path"] = f.Path
	return ok(doc)
}

func (s *Server) serveFile(w http.ResponseWriter, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.Path == path {
			_, _ = w.Write(f.Data)
			return
		}
	}
	write(w, refuse(404, "Not Found"))
}
