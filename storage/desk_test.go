package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func move(t *testing.T, s *storage.Store, id string, m bot.TicketMove, user string) (ticket bot.Ticket, err error) {
	t.Helper()
	err = s.InTx(context.Background(), func(tx *storage.Tx) error {
		_, ticket, err = tx.MoveTicket(context.Background(), id, m, bot.Actor{User: user})
		return err
	})
	return ticket, err
}

func TestMoveTicket(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Open: &bot.Ticket{ID: "t", Address: at("1"), OpenedAt: noon}})
		if _, err := move(t, s, "none", bot.TicketTake, "olha"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no such ticket: %v", err)
		}
		for i, step := range []struct {
			move   bot.TicketMove
			actor  string
			state  bot.TicketState // "" when the move is refused
			holder string
			taken  bool
		}{
			{bot.TicketRelease, "olha", "", "", false},
			{bot.TicketTake, "olha", bot.TicketTaken, "olha", true},
			{bot.TicketTake, "ivan", "", "olha", true},
			{bot.TicketRelease, "ivan", "", "olha", true},
			{bot.TicketClose, "ivan", "", "olha", true},
			{bot.TicketTakeover, "olha", "", "olha", true},
			{bot.TicketTakeover, "ivan", bot.TicketTaken, "ivan", true},
			{bot.TicketRelease, "olha", "", "ivan", true},
			{bot.TicketRelease, "ivan", bot.TicketWaiting, "", false},
			{bot.TicketTakeover, "ivan", "", "", false},
			{bot.TicketTake, "olha", bot.TicketTaken, "olha", true},
			{bot.TicketRelease, bot.System().User, bot.TicketWaiting, "", false},
			{bot.TicketClose, "ivan", bot.TicketClosed, "ivan", true},
			{bot.TicketClose, "ivan", "", "ivan", true},
			{bot.TicketTake, "olha", "", "ivan", true},
		} {
			got, err := move(t, s, "t", step.move, step.actor)
			if step.state == "" {
				var refused *bot.MoveError
				if !errors.As(err, &refused) || refused.Holder != step.holder || refused.Move != string(step.move) {
					t.Errorf("step %d: %v", i, err)
				}
				continue
			}
			if err != nil || got.State != step.state || got.Holder != step.holder || got.TakenAt.IsZero() == step.taken {
				t.Errorf("step %d: %+v, %v", i, got, err)
			}
			if (got.State == bot.TicketClosed) == got.ClosedAt.IsZero() {
				t.Errorf("step %d: closed at %v", i, got.ClosedAt)
			}
		}
	})
}

func TestOneOperatorTakes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Open: &bot.Ticket{ID: "t", Address: at("1")}})
		const operators = 12
		var mu sync.Mutex
		var winners, told []string
		var wg sync.WaitGroup
		for i := range operators {
			wg.Go(func() {
				name := fmt.Sprint("operator ", i)
				_, err := move(t, s, "t", bot.TicketTake, name)
				mu.Lock()
				defer mu.Unlock()
				var refused *bot.MoveError
				switch {
				case err == nil:
					winners = append(winners, name)
				case errors.As(err, &refused):
					told = append(told, refused.Holder)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(winners) != 1 || len(told) != operators-1 {
			t.Fatalf("winners %v", winners)
		}
		for _, name := range told {
			if name != winners[0] {
				t.Errorf("told %q, but %q won", name, winners[0])
			}
		}
	})
}
