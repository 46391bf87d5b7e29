package storage_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// gallery is a messenger that shows pictures.
type gallery struct{ paper }

func (gallery) Render(m bot.Message) ([]bot.Part, error) {
	body, err := json.Marshal(m)
	return []bot.Part{{Kind: bot.Say, Body: body}}, err
}

// site is the net with one picture on it.
type site struct{ picture string }

func (n *site) fetch(ctx context.Context, _ string) (io.ReadCloser, error) {
	if at, bounded := ctx.Deadline(); !bounded || time.Until(at) > time.Minute {
		return nil, errors.New("a slow site would keep whoever submits")
	}
	if n.picture == "" {
		return nil, errors.New("status 404")
	}
	return io.NopCloser(strings.NewReader(n.picture)), nil
}

// drawing is a picture of 30 by 20 pixels, as far as anybody looks at it, and what tells it
// from another.
func drawing(what string) string {
	return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", "\x00\x00\x00\x1e\x00\x00\x00\x14\x08\x00\x00\x00\x00") + pngChunk("IDAT", "") + what
}

func pngChunk(name, data string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(data)))) + name + data + "SUM."
}

// What is approved of a picture is its bytes: another one behind its address changes
// nothing that is sent, nobody sees it before the broadcast begins, and what is kept may
// not be changed either.
func TestBroadcastShowsThePictureThatWasApproved(t *testing.T) {
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("reader"), bot.Contact{ID: "id", Language: bot.Ukrainian}, "")
		net := &site{}
		shows := gallery{paper{can: bot.Capabilities{Files: true, Limits: bot.Limits{Files: bot.FileLimits{Photos: "image/png", Photo: 100, File: 1 << 20}}}}}
		m := &mailing{t: t, s: s, tries: map[string]int{}}
		fresh := func() *broadcast.Broadcasts { // which has checked nothing yet
			return broadcast.New(broadcast.Config{
				Store: s, Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: time.Now, Fetch: net.fetch,
				Messengers: map[string]broadcast.Messenger{telegram: {Channel: shows, Kind: telegram}},
			})
		}
		m.b = fresh()
		moved := func(is storage.Mailing, by bot.Actor, move bot.BroadcastMove) (storage.Mailing, error) {
			return m.b.Move(ctx, by, is.ID, move, is.Version, broadcast.Moved{})
		}
		refused := func(what string, err error, code bot.FaultCode) {
			t.Helper()
			if is := new(bot.RefusedError); !errors.As(err, &is) || is.Fault.Code != code {
				t.Errorf("%s: %v, want %s", what, err, code)
			}
		}
		draft := func(text string, picture *bot.Media) storage.Mailing {
			t.Helper()
			return must[storage.Mailing](t)(m.b.Create(ctx, writer, bot.Broadcast{Topic: "tariff", Text: bot.Bilingual{UK: text, RU: text}, Media: picture}))
		}
		for what, tt := range map[string]struct {
			picture string
			code    bot.FaultCode
		}{
			"no answer": {"", bot.FaultPictureAway}, "a page": {"<!doctype html>", bot.FaultPictureKind}, "a large one": {drawing(strings.Repeat("x", 100)), bot.FaultPictureLarge},
		} {
			net.picture = tt.picture
			_, err := moved(draft(what, broadcast.PictureOf(bot.Photo, "https://a.ua/1.png", "")), writer, bot.BroadcastSubmit)
			refused(what, err, tt.code)
		}

		net.picture = drawing("approved")
		shown := broadcast.PictureOf(bot.Photo, "https://a.ua/1.png", "")
		shown.Alt.UK = "графік"
		_, err := moved(draft("опис", shown), writer, bot.BroadcastSubmit)
		if is := new(bot.InvalidError); !errors.As(err, &is) || is.Faults[0].Field != "alt" {
			t.Errorf("described in one language: %v", err)
		}
		shown.Alt.RU = "график"
		first := must[storage.Mailing](t)(moved(draft("перша", shown), writer, bot.BroadcastSubmit))
		hash := must[string](t)(m.b.Approvable(first))
		net.picture = drawing("another")
		back := must[storage.Mailing](t)(moved(first, writer, bot.BroadcastRecall))
		if back.Media.File != "" || back.Media.URL == "" || back.Media.Alt != shown.Alt {
			t.Errorf("a draft still shows what was fetched: %+v", back.Media)
		}
		again := must[storage.Mailing](t)(moved(back, writer, bot.BroadcastSubmit))
		if other := must[string](t)(m.b.Approvable(again)); other == hash || again.Media.Hash == first.Media.Hash {
			t.Error("other bytes are approved by the same hash")
		}
		approved := must[storage.Mailing](t)(moved(again, approver, bot.BroadcastApprove))
		net.picture = drawing("a third")
		seen := func() (string, error) {
			_, body, err := s.OpenSentFile(ctx, again.Media.File)
			if err != nil {
				return "", err
			}
			data, err := io.ReadAll(body)
			return string(data), err
		}
		if _, err := seen(); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("it is public before it begins: %v", err)
		}
		if _, err := s.File(ctx, at("reader"), again.Media.File); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a visitor has it before it begins: %v", err)
		}
		m.id = must[storage.Mailing](t)(moved(approved, writer, bot.BroadcastStart)).ID
		m.awake()
		expanded(t, s)
		m.release(lease(t, s, telegram, "me"))
		rows := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 10))
		if len(rows) != 1 || !strings.Contains(string(rows[0].Part.Body), again.Media.File) || !strings.Contains(string(rows[0].Part.Body), `"said":"графік"`) {
			t.Fatalf("it leaves as %+v", rows)
		}
		if got := must[string](t)(seen()); got != drawing("another") {
			t.Errorf("what is sent is %q", got)
		}
		f := must[storage.File](t)(s.File(ctx, at("reader"), again.Media.File))
		if piece := must[[]byte](t)(s.Piece(ctx, at("reader"), f.Key, 0)); string(piece) != drawing("another") {
			t.Errorf("a visitor sees %q", piece)
		}

		up := must[*bot.Media](t)(m.b.AttachPicture(ctx, writer, "знижки.png", strings.NewReader(drawing("uploaded"))))
		if up.Name != "знижки.png" || up.Type != "image/png" || up.File == "" {
			t.Errorf("an upload is kept as %+v", up)
		}
		mine := draft("друга", broadcast.PictureOf(bot.Photo, broadcast.PictureURL(*up), ""))
		mine = must[storage.Mailing](t)(moved(must[storage.Mailing](t)(moved(mine, writer, bot.BroadcastSubmit)), approver, bot.BroadcastApprove))
		must[int](t)(s.Exec(ctx, `UPDATE file_pieces SET data = $1 WHERE key = $2`, []byte(drawing("tampered")), up.File))
		m.b = fresh()
		_, err = moved(mine, writer, bot.BroadcastStart)
		refused("begun with other bytes", err, bot.FaultNotApproved)
		_, err = m.b.Create(ctx, writer, bot.Broadcast{Topic: "tariff", Media: broadcast.PictureOf(bot.Photo, "/media/nothing", "")})
		refused("one that nobody uploaded", err, bot.FaultPictureGone)

		dropped := must[*bot.Media](t)(m.b.AttachPicture(ctx, writer, "a.png", strings.NewReader(drawing("replaced"))))
		typed := must[*bot.Media](t)(m.b.AttachPicture(ctx, writer, "a.png", strings.NewReader(drawing("typed"))))
		must[*bot.Media](t)(m.b.AttachPicture(ctx, writer, "a.png", strings.NewReader(drawing("chosen"))))
		is := draft("третя", broadcast.PictureOf(bot.Photo, broadcast.PictureURL(*typed), ""))
		is.Media = broadcast.PictureOf(bot.Photo, broadcast.PictureURL(*dropped), "")
		must[int](t)(m.b.Drafts().Keep(ctx, writer, is.Broadcast, 0))
		older(t, s, "files", "created_at", "name <> 'a.png' OR key IN ('"+typed.File+"','"+dropped.File+"')", 25*hour)
		sweeps := func(n int) {
			t.Helper()
			removed, err := retain(t, s)
			if err != nil || removed["pictures"] != n {
				t.Errorf("%v pictures are swept, want %d: %v", removed, n, err)
			}
		}
		sweeps(2) // what was fetched for a review that was refused, or taken back
		ok(t, m.b.Drafts().Discard(ctx, writer, is.ID))
		sweeps(1)
		if _, _, err := s.FileDigest(ctx, storage.Pictures(), dropped.File); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("what was replaced stays: %v", err)
		}

		before := must[int](t)(s.Exec(ctx, `UPDATE files SET kind = kind`))
		for what, tt := range map[string]struct {
			picture string
			code    bot.FaultCode
		}{
			"nothing": {"", bot.FaultMediaEmpty}, "a drawing with a program in it": {"<svg/>", bot.FaultPictureKind},
			"a large one":                     {drawing(strings.Repeat("x", 100)), bot.FaultPictureLarge},
			"a WebP, which nobody shows here": {"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x1d\x00\x00\x13\x00\x00", bot.FaultPicture},
			"an animated one":                 {strings.Replace(drawing(""), pngChunk("IDAT", ""), pngChunk("acTL", "")+pngChunk("IDAT", ""), 1), bot.FaultPictureMoves},
			"a bomb":                          {strings.Replace(drawing(""), "\x00\x00\x00\x1e", "\x00\x00\xff\xff", 1), bot.FaultPictureSides},
		} {
			_, err := m.b.AttachPicture(ctx, writer, "a.png", strings.NewReader(tt.picture))
			refused(what, err, tt.code)
		}
		if left := must[int](t)(s.Exec(ctx, `UPDATE files SET kind = kind`)); left != before {
			t.Errorf("%d files stay of what was refused", left-before)
		}
		_, err = m.b.AttachPicture(ctx, bot.Actor{User: "approver", Role: bot.Operator}, "a.png", strings.NewReader(drawing("")))
		if is := new(bot.ForbiddenError); !errors.As(err, &is) {
			t.Errorf("uploaded by who may not write: %v", err)
		}
	})
}
