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
	return mediaOf(*m, f), nil
}

// AttachPicture keeps a picture that a draft may show from then on: *bot.RefusedError where
// it is none that every messenger of ours shows, or there is no room. What body fails with
// is part of the error.
func (s *Broadcasts) AttachPicture(ctx context.Context, by bot.Actor, name string, body io.Reader) (*bot.Media, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return nil, err
	}
	return s.keep(ctx, bot.Media{Kind: bot.Photo, Name: name}, body)
}

// LargestPicture is how many bytes a picture may have.
func (s *Broadcasts) LargestPicture(ctx context.Context) (int64, error) {
	most, _, err := s.largest(ctx, bot.Photo)
	return most, err
}

// keep keeps the bytes of what a broadcast shows.
func (s *Broadcasts) keep(ctx context.Context, m bot.Media, body io.Reader) (*bot.Media, error) {
	most, by, err := s.largest(ctx, m.Kind)
	if err != nil {
		return nil, err
	}
	f, err := s.store.KeepOutgoing(ctx, bot.KeptFile{Address: storage.Pictures(), Name: bot.FileName(m.Name)}, body, most, func(first []byte) (bot.AttachmentKind, string) {
		return m.Kind, bot.FileType(first)
	})
	if errors.Is(err, storage.ErrTooLarge) && by != "" {
		return nil, bot.Refused("attachment", bot.FaultPictureLarge, bot.Data{"Channel": by, "Max": most >> 20})
	}
	if err != nil {
		return nil, attachmentFault(storage.UnkeptFile(err, most))
	}
	made := mediaOf(m, f)
	if err := s.takes(ctx, *made); err != nil {
		return nil, errors.Join(err, s.store.DropUnused(context.WithoutCancel(ctx), f.Address, f.ID)) // else its time will come
	}
	return made, nil
}

// largest is how many bytes a picture or a file may have, and the kind of messenger that
// shows no larger ones: "" where the setting has it.
func (s *Broadcasts) largest(ctx context.Context, kind bot.AttachmentKind) (most int64, by string, err error) {
	most, err = s.store.LargestFile(ctx)
	for _, to := range s.messengers {
		if photo := to.Capabilities().Limits.Files.Photo; kind == bot.Photo && photo != 0 && photo < most {
			most, by = photo, to.Kind
		}
	}
	return most, by, err
}

// mediaOf is what is shown with all that is known of its file.
func mediaOf(m bot.Media, f bot.KeptFile) *bot.Media {
	m.File, m.Name, m.Type, m.Size = f.ID, bot.Named(f.Name, f.Type), f.Type, f.Size
	return &m
}

// takes fails where a messenger does not take what is kept as what it is.
func (s *Broadcasts) takes(ctx context.Context, m bot.Media) error {
	if m.Kind == bot.Photo {
		if err := s.draws(ctx, m); err != nil {
			return err
		}
	}
	for _, to := range s.messengers {
		as, err := to.Capabilities().Fit(bot.KeptFile{ID: m.File, Name: m.Name, Type: m.Type, Size: m.Size})
		if err != nil {
			return attachmentFault(err)
		}
		if m.Kind == bot.Photo && as.Kind != bot.Photo {
			return bot.Refused("attachment", bot.FaultPicture, bot.Data{"Channel": to.Kind})
		}
	}
	return nil
}

// draws fails where what is kept is no picture that messengers draw and that stands still.
func (s *Broadcasts) draws(ctx context.Context, m bot.Media) error {
	_, body, err := s.store.OpenFile(ctx, m.File)
	if err != nil {
		return err
	}
	is, err := bot.ReadPicture(body)
	switch {
	case errors.Is(err, bot.ErrNoPicture):
		return bot.Refused("attachment", bot.FaultPictureKind, nil)
	case err != nil:
		return err
	case is.Moves:
		return bot.Refused("attachment", bot.FaultPictureMoves, nil)
	case !is.Drawable():
		return bot.Refused("attachment", bot.FaultPictureSides, bot.Data{"Width": is.Width, "Height": is.Height, "Sides": bot.PictureSides, "Ratio": bot.PictureRatio})
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
		err = s.takes(ctx, *m)
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
