package main

import (
	"context"
	"sync"
	"time"

	"visnyk/bot"
	botcall "visnyk/bot/call"
)

// nameTime bounds one question for a bot's name.
const nameTime = 5 * time.Second

// nameRest is how long a messenger that did not tell it is left alone.
func nameRest() botcall.Doubling { return botcall.Doubling{First: time.Second, Most: time.Minute} }

// introduction is what a messenger must tell once before its chat can be opened
// by a link: the bot's name. Anybody may open such a link, so however many want
// it, one call at a time asks.
type introduction struct {
	mu     sync.Mutex
	made   bool
	asking chan struct{} // closed when the call under way has ended; nil while there is none
	err    error         // of the last call
	rest   time.Duration // after the last failure
	next   time.Time     // not before that
}

// make has the messenger asked, unless it has told already, and waits for what it
// says. Between two tries everybody gets the last failure.
func (i *introduction) make(ctx context.Context, ask func(context.Context) error) error {
	i.mu.Lock()
	switch {
	case i.made:
		i.mu.Unlock()
		return nil
	case i.asking != nil:
	case time.Now().Before(i.next):
		defer i.mu.Unlock()
		return i.err
	default:
		i.asking = make(chan struct{})
		go i.ask(ask)
	}
	asking := i.asking
	i.mu.Unlock()
	select {
	case <-asking:
	case <-ctx.Done():
		return ctx.Err()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.made {
		return nil
	}
	return i.err
}

// ask asks once. The call is many people's and ends with none of them.
func (i *introduction) ask(ask func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), nameTime)
	defer cancel()
	err := ask(ctx)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.made, i.err = err == nil, err; err != nil {
		i.rest = nameRest().Next(i.rest)
		i.next = time.Now().Add(i.rest)
	}
	close(i.asking)
	i.asking = nil
}

// introduced is a channel whose messenger is asked for its name in that way.
type introduced struct {
	bot.DeepLinker
	*introduction
}

// DeepLink implements bot.DeepLinker.
func (c introduced) DeepLink(ctx context.Context, payload string) (string, error) {
	err := c.make(ctx, func(ctx context.Context) error {
		_, err := c.DeepLinker.DeepLink(ctx, "") // which learns the name
		return err
	})
	if err != nil {
		return "", err
	}
	return c.DeepLinker.DeepLink(ctx, payload)
}
