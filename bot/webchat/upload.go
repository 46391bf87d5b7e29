package webchat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// piecesAtOnce are in the memory, and in one commit.
const piecesAtOnce = 8

// upload is a file on its way in.
type upload struct {
	*door
	ctx    context.Context
	of     bot.Address
	client string // "" when nobody can tell
	file   File   // Size as the page tells, or 0, until all of it has come
	body   io.Reader
}

// incoming returns the body as it comes, at most limit bytes of it, in its turn and
// at its pace. Its errors are answers.
func incoming(c echo.Context, at *web.Door, limit int64) (*arriving, error) {
	body, err := at.Open(c.Response(), c.Request(), limit)
	if err != nil {
		return nil, unread(err)
	}
	return &arriving{body}, nil
}

// arriving is a body on its way in.
type arriving struct{ *web.Body }

// Read implements io.Reader.
func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Body.Read(p)
	if err != nil && err != io.EOF {
		err = unread(err)
	}
	return n, err
}

// receive takes the file in. When it does not come whole, nothing of it stays.
func (u *upload) receive() (f File, err error) {
	limit, err := u.perDay()
	if err != nil {
		return File{}, err
	}
	buf := make([]byte, piecesAtOnce*PieceSize)
	told, came := u.file.Size, int64(0)
	if wait := u.rates.daily.room(u.client, told, limit, u.now()); wait > 0 {
		return File{}, tooMuch(wait)
	}
	for over := false; !over; {
		n, err := io.ReadFull(u.body, buf)
		switch over = err != nil; {
		case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
			return File{}, u.drop(err)
		case came == 0 && n == 0:
			return File{}, badBody()
		}
		if wait := u.rates.daily.take(u.client, int64(n), limit, u.now()); wait > 0 {
			return File{}, u.drop(tooMuch(wait))
		}
		if came == 0 {
			u.file.Type = mediaType(http.DetectContentType(buf[:n]))
		}
		if err := u.add(int(came/PieceSize), buf[:n]); err != nil {
			return File{}, u.drop(err)
		}
		came += int64(n)
	}
	u.file.Size = came
	err = u.concurrency.Do(u.ctx, func(ctx context.Context) error {
		f, err = u.threads.EndFile(ctx, u.of, u.file, u.limits.Files)
		return err
	})
	return f, u.drop(err)
}

func (u *upload) perDay() (limit int64, err error) {
	err = u.concurrency.Do(u.ctx, func(ctx context.Context) error {
		limit, err = u.threads.PerDay(ctx)
		return err
	})
	return limit, err
}

// add keeps what came, as pieces from number n on.
func (u *upload) add(n int, came []byte) error {
	var pieces [][]byte
	for ; len(came) > 0; came = came[min(PieceSize, len(came)):] {
		pieces = append(pieces, came[:min(PieceSize, len(came))])
	}
	if len(pieces) == 0 {
		return nil
	}
	return u.concurrency.Do(u.ctx, func(ctx context.Context) (err error) {
		if u.file.Key == "" {
			f := u.file
			if f.Size == 0 { // the page does not tell
				f.Size = maxFile
			}
			if u.file.Key, err = u.threads.BeginFile(ctx, u.of, f, u.limits.Files); err != nil {
				return err
			}
		}
		return u.threads.AddPieces(ctx, u.of, u.file.Key, n, pieces)
	})
}

// drop takes away what came before the error, and gives the error.
func (u *upload) drop(err error) error {
	if err == nil || u.file.Key == "" {
		return err
	}
	gone := u.concurrency.Do(context.WithoutCancel(u.ctx), func(ctx context.Context) error {
		return u.threads.DropFile(ctx, u.of, u.file.Key)
	})
	if gone != nil { // its time will come
		u.log.Warn("what came of a file is not taken away yet", "bot", u.name, "err", gone)
	}
	return err
}

// unkept is the answer where a file was not kept.
func unkept(err error) error {
	switch {
	case errors.Is(err, ErrFull):
		return newProblem(http.StatusConflict, codeFull, 0)
	case errors.Is(err, ErrNoRoom):
		return newProblem(http.StatusInsufficientStorage, codeNoRoom, 0)
	}
	return err
}

func tooMuch(wait time.Duration) error {
	return newProblem(http.StatusTooManyRequests, codeMuch, wait)
}
