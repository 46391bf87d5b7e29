package desk

import (
	"context"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
)

// fileState names what became of a file, for which the page has words.
type fileState string

// fileView is a file that was sent.
type fileView struct {
	ID, Name string
	Kind     bot.AttachmentKind
	State    fileState // what became of it; "" where it is here
	Picture  bool
	Size     int64
}

// KiB is the size as people read it.
func (f fileView) KiB() int64 { return max(1, (f.Size+1023)>>10) }

// fileOf is what the customer sent.
func fileOf(a bot.Attachment, files map[string]bot.KeptFile) fileView {
	f := fileView{ID: a.File, Name: a.Name, Kind: a.Kind, Size: a.Size}
	if kept, ok := files[a.File]; ok {
		return keptView(kept, f)
	}
	f.State = "none"
	return f
}

// keptView adds what is known of a file that we keep.
func keptView(kept bot.KeptFile, f fileView) fileView {
	f.ID, f.Size = kept.ID, kept.Size
	if kept.Name != "" {
		f.Name = kept.Name
	}
	if kept.State != bot.FileKept {
		f.State = fileState(strings.ReplaceAll(string(kept.State), " ", "_"))
	}
	f.Picture = f.State == "" && strings.HasPrefix(kept.Type, "image/")
	return f
}

// attached are the files that go with a reply.
func (p pages) attached(ctx context.Context, v *console.Visit, parts *Parts, t bot.Ticket, ids []string) (all []fileView, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	kept, err := parts.Desk.Files(ctx, v.Actor, t, ids)
	for _, f := range kept {
		all = append(all, keptView(f, fileView{Kind: bot.File}))
	}
	return all, err
}
