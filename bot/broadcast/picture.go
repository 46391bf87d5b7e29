package broadcast

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// pictureAt is how the address of a kept picture begins, as colleagues open it.
const pictureAt = "/media/"

// fetchFor is how long a picture may take from its address to us.
const fetchFor = 30 * time.Second

// PictureURL is the address of what a broadcast shows: its own, or that of the one we keep.
func PictureURL(m bot.Media) string {
	if m.URL == "" && m.File != "" {
		return pictureAt + m.File
	}
	return m.URL
}

// PictureOf returns what an address is of: PictureURL gives it back.
func PictureOf(kind bot.AttachmentKind, address, name string) *bot.Media {
	if id, ours := strings.CutPrefix(address, pictureAt); ours {
		return &bot.Media{Kind: kind, File: id, Name: name}
	}
	return &bot.Media{Kind: kind, URL: address, Name: name}
}

// Picture returns what a draft shows with all that is known of it. What stands on the net
// is not fetched before it is submitted. *bot.RefusedError where it is not kept here.
func (s *Broadcasts) Picture(ctx context.Context, m *bot.Media) (*bot.Media, error) {
	if m = m.Unsubmitted(); m == nil || m.File == "" {
		return m, nil
	}
	all, err := s.store.KeptFiles(ctx, []string{m.File})
	if err != nil {
		return nil, err
	}
	f, is := all[m.File]
	if !is || f.Address != storage.Pictures() || f.State != bot.FileKept {
		return nil, bot.Refused("attachment", bot.FaultPictureGone, nil)
	}
	return mediaOf(m.Kind, "", f), nil
}

// keep keeps the bytes of what a broadcast shows.
func (s *Broadcasts) keep(ctx context.Context, m bot.Media, body io.Reader) (*bot.Media, error) {
	most, err := s.store.LargestFile(ctx)
	if err != nil {
		return nil, err
	}
	f, err := s.store.KeepOutgoing(ctx, bot.KeptFile{Address: storage.Pictures(), Name: bot.FileName(m.Name)}, body, most, func(first []byte) (bot.AttachmentKind, string) {
		return m.Kind, bot.FileType(first)
	})
	if err != nil {
		return nil, attachmentFault(storage.UnkeptFile(err, most))
	}
	made := mediaOf(m.Kind, m.URL, f)
	if err := s.takes(*made); err != nil {
		return nil, errors.Join(err, s.store.DropUnused(context.WithoutCancel(ctx), f.Address, f.ID)) // else its time will come
	}
	return made, nil
}

func mediaOf(kind bot.AttachmentKind, url string, f bot.KeptFile) *bot.Media {
	return &bot.Media{Kind: kind, URL: url, File: f.ID, Name: bot.Named(f.Name, f.Type), Type: f.Type, Size: f.Size}
}

// takes fails where a messenger does not take what is kept as what it is.
func (s *Broadcasts) takes(m bot.Media) error {
	for _, to := range s.messengers {
		as, err := to.Capabilities().Fit(bot.KeptFile{ID: m.File, Name: m.Name, Type: m.Type, Size: m.Size})
		if err != nil {
			return attachmentFault(err)
		}
		if m.Kind == bot.Photo && as.Kind != bot.Photo {
			return bot.Refused("attachment", bot.FaultPicture, bot.Data{"Channel": to.Kind})
		}
	}
	if m.Kind == bot.Photo && bot.KindOf(m.Type) != bot.Photo { // there is no messenger yet
		return bot.Refused("attachment", bot.FaultPictureKind, nil)
	}
	return nil
}

// attachmentFault says of a broadcast's field what is wrong with a file.
func attachmentFault(err error) error {
	if refused := new(bot.RefusedError); errors.As(err, &refused) {
		return bot.Refused("attachment", refused.Fault.Code, refused.Fault.Data)
	}
	return err
}

// keptPicture returns what is shown with the digest of its bytes, which are here: from then
// on it is the same, whatever its address on the net gives.
func (s *Broadcasts) keptPicture(ctx context.Context, m *bot.Media) (_ *bot.Media, err error) {
	if m == nil {
		return nil, nil
	}
	if m.URL != "" {
		m, err = s.fetch(ctx, *m)
	} else if m, err = s.Picture(ctx, m); err == nil {
		err = s.takes(*m)
	}
	if err != nil {
		return nil, err
	}
	_, m.Hash, err = s.store.FileDigest(ctx, storage.Pictures(), m.File)
	return m, err
}

// fetch keeps what the address gives just now.
func (s *Broadcasts) fetch(ctx context.Context, m bot.Media) (*bot.Media, error) {
	ctx, stop := context.WithTimeout(ctx, fetchFor)
	defer stop()
	away := bot.Refused("attachment", bot.FaultPictureAway, nil)
	came, err := s.fetches(ctx, m.URL)
	if err != nil {
		return nil, away
	}
	defer func() { _ = came.Close() }()
	body := &arriving{Reader: came}
	kept, err := s.keep(ctx, m, body)
	if err != nil && body.broken {
		return nil, away
	}
	return kept, err
}

// arriving knows whether what is read broke off.
type arriving struct {
	io.Reader
	broken bool
}

// Read implements io.Reader.
func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.broken = err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// usePicture lets messengers have what is shown, from the commit on.
func usePicture(ctx context.Context, tx *storage.Tx, m *bot.Media) error {
	if m == nil || m.File == "" {
		return nil
	}
	_, err := tx.UseFile(ctx, storage.Pictures(), m.File)
	if errors.Is(err, storage.ErrNotFound) {
		err = bot.Refused("attachment", bot.FaultPictureGone, nil)
	}
	return err
}

// sameBytes reports whether what is shown is what was approved; what was approved before
// its bytes were kept has none to compare.
func (s *Broadcasts) sameBytes(ctx context.Context, m *bot.Media) (bool, error) {
	if m == nil || m.Hash == "" {
		return true, nil
	}
	_, hash, err := s.store.FileDigest(ctx, storage.Pictures(), m.File)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return hash == m.Hash, err
}
