package webchat_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"visnyk/bot"
	"visnyk/bot/webchat"
)

// files keeps files in memory, as Shelf promises.
type files struct {
	lock   sync.Mutex
	kept   map[string]*kept // by their keys
	begun  int
	perDay int64
	noRoom bool
	// asked, when not nil, gets the number of each piece that is read, and the
	// reader waits until it is taken.
	asked chan int
}

type kept struct {
	of    bot.Address
	file  webchat.File
	data  []byte
	whole bool
}

func (s *files) BeginFile(_ context.Context, of bot.Address, f webchat.File, most int64) (string, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if err := s.fits(of, f, most); err != nil {
		return "", err
	}
	s.begun++
	f.Key = fmt.Sprint("key", s.begun)
	s.kept[f.Key] = &kept{of: of, file: f}
	return f.Key, nil
}

func (s *files) fits(of bot.Address, f webchat.File, most int64) error {
	if s.noRoom {
		return webchat.ErrNoRoom
	}
	for _, k := range s.kept {
		if k.whole && k.of == of && k.file.ID != f.ID {
			most -= k.file.Size
		}
	}
	if f.Size > most {
		return webchat.ErrFull
	}
	return nil
}

func (s *files) AddPieces(_ context.Context, of bot.Address, key string, n int, pieces [][]byte) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	k := s.kept[key]
	if k == nil || k.whole || len(k.data) != n*webchat.PieceSize {
		return fmt.Errorf("piece %d of %q does not follow", n, key)
	}
	k.data = append(k.data, bytes.Join(pieces, nil)...)
	return nil
}

func (s *files) EndFile(_ context.Context, of bot.Address, f webchat.File, most int64) (webchat.File, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if old := s.find(of, f.ID); old != nil {
		delete(s.kept, f.Key)
		return old.file, nil
	}
	if err := s.fits(of, f, most); err != nil {
		return f, err
	}
	k := s.kept[f.Key]
	if k == nil || int64(len(k.data)) != f.Size {
		return f, webchat.ErrNoFile
	}
	k.file, k.whole = f, true
	return f, nil
}

func (s *files) find(of bot.Address, id string) *kept {
	for _, k := range s.kept {
		if k.whole && k.of == of && k.file.ID == id {
			return k
		}
	}
	return nil
}

func (s *files) DropFile(_ context.Context, _ bot.Address, key string) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if k := s.kept[key]; k != nil && !k.whole {
		delete(s.kept, key)
	}
	return nil
}

func (s *files) File(_ context.Context, of bot.Address, id string) (webchat.File, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if k := s.find(of, id); k != nil {
		return k.file, nil
	}
	return webchat.File{}, webchat.ErrNoFile
}

func (s *files) Piece(ctx context.Context, of bot.Address, key string, n int) ([]byte, error) {
	if s.asked != nil {
		select {
		case s.asked <- n:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	k := s.kept[key]
	if k == nil || k.of != of || n*webchat.PieceSize >= len(k.data) {
		return nil, webchat.ErrNoFile
	}
	return k.data[n*webchat.PieceSize : min(len(k.data), (n+1)*webchat.PieceSize)], nil
}

func (s *files) PerDay(context.Context) (int64, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.perDay, nil
}

// set changes what the shelf does.
func (s *files) set(change func(*files)) {
	s.lock.Lock()
	defer s.lock.Unlock()
	change(s)
}

// count tells how many files are there, whole or not.
func (s *files) count() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return len(s.kept)
}
