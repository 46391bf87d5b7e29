package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/storage"
)

// takers is how many operators take one ticket at once.
const takers = 1000

// takes measures how long operators wait who take one ticket at once: one wins, the
// others are told who.
func (b *bench) takes(ctx context.Context, o options) error {
	fmt.Printf("\n(f) %d operators take one ticket at once\n\n", takers)
	fmt.Println("| database | won | told who | p50 ms | p99 ms | at most |")
	fmt.Println("|---|---|---|---|---|---|")
	for range o.rounds {
		postgres, err := b.postgresURL(ctx)
		if err != nil {
			return err
		}
		for _, c := range []struct{ name, url string }{{"PostgreSQL", postgres}, {"SQLite", b.sqliteURL()}} {
			if err := takeAtOnce(ctx, c.name, c.url); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	return nil
}

func takeAtOnce(ctx context.Context, name, url string) error {
	if err := migrated(ctx, url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	ticket, err := waiting(ctx, store)
	if err != nil {
		return err
	}
	d := desk.New(store, nil, time.UTC, slog.New(slog.DiscardHandler))
	var (
		mu        sync.Mutex
		wg        sync.WaitGroup
		won, told int
		failed    error
		took      []time.Duration
		start     = make(chan struct{})
	)
	for i := range takers {
		a := bot.Actor{User: fmt.Sprint("user", i), Login: fmt.Sprint("user", i), Role: bot.Operator}
		wg.Go(func() {
			<-start
			begun := time.Now()
			_, err := d.Move(ctx, ticket, bot.TicketTake, a)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(begun))
			var refused *bot.MoveError
			switch {
			case err == nil:
				won++
			case errors.As(err, &refused) && refused.Holder != "":
				told++
			default:
				failed = err
			}
		})
	}
	close(start)
	wg.Wait()
	if failed != nil || won != 1 || told != takers-1 {
		return fmt.Errorf("%d won, %d were told who: %w", won, told, failed)
	}
	slices.Sort(took)
	fmt.Printf("| %s | %d | %d | %.0f | %.0f | %.0f |\n", name, won, told,
		milliseconds(percentile(took, 0.5)), milliseconds(percentile(took, 0.99)), milliseconds(percentile(took, 1)))
	return nil
}

// waiting has somebody ask for an operator, and returns the ticket.
func waiting(ctx context.Context, store *storage.Store) (string, error) {
	at := bot.Address{Bot: "telegram", Chat: "1"}
	lease, _, _, err := store.Acquire(ctx, at.Bot, "bench", time.Minute)
	if err != nil {
		return "", err
	}
	if _, err := store.Receive(ctx, []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: at.Bot, ID: "1", Chat: at.Chat, Payload: []byte("{}")}}}); err != nil {
		return "", err
	}
	t := bot.Ticket{ID: storage.NewID(), Address: at, Contact: "person", Reason: bot.ReasonAsked}
	_, err = store.CommitTurns(ctx, lease, []storage.TurnWrite{{
		Bot: at.Bot, InboxID: "1", Open: &t, Contact: &bot.Contact{ID: t.Contact},
		Conversation: &bot.Conversation{Address: at, Contact: t.Contact, Version: 1, Reach: bot.Reachable},
	}})
	return t.ID, err
}
