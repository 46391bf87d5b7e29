package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	albumEach  = 4 // albums and split texts of a chat
	albumItems = 3
)

// albums are people who send albums, and texts that their clients split: a word of
// theirs stands under any item, or at the end of the second part.
type albums struct {
	*crowd // whose updates are sent as they are
}

func (p *play) newAlbums(chats int, address string) *albums {
	c := p.newCrowd(chats, albumEach*albumItems, address)
	c.first = 9_000_000
	return &albums{c}
}

// write delivers everything; between what belongs together and the next a chat waits
// for the answer, or does not.
func (a *albums) write(ctx context.Context) error {
	var all sync.WaitGroup
	for chat := range a.chats {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(a.seed, uint64(a.first+chat)))
			for n := range albumEach {
				for i, body := range a.parts(chat, n, rng.IntN(albumItems)) {
					a.bring(ctx, chat, body)
					if rng.Float64() < a.doubles {
						a.bring(ctx, chat, body)
					}
					if i > 0 && rng.IntN(4) == 0 { // one that comes late
						pause(ctx, 1600*time.Millisecond)
					}
				}
				pause(ctx, time.Duration(rng.IntN(2))*1600*time.Millisecond)
			}
		})
	}
	all.Wait()
	return ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// parts are the updates of what a chat sends as its n-th: one in four is a text.
func (a *albums) parts(chat, n, worded int) (bodies []string) {
	if n == albumEach-1 {
		first, rest := a.updateID(chat, n*albumItems), a.updateID(chat, n*albumItems+1)
		at := time.Now().Add(a.off())
		return []string{
			typed(first, a.chat(chat), first, at, strings.Repeat(". ", 2048)),
			typed(rest, a.chat(chat), rest, at, words()[n]),
		}
	}
	for i := range albumItems {
		caption := ""
		if i == worded {
			caption = words()[n]
		}
		id := a.updateID(chat, n*albumItems+i)
		bodies = append(bodies, fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"Chaos","language_code":"uk"},"media_group_id":"%d-%d","photo":[{"file_id":"f","width":1,"height":1}],"caption":%q}}`,
			id, id, time.Now().Add(a.off()).Unix(), a.chat(chat), a.chat(chat), chat, n, caption))
	}
	return bodies
}

// judge wants each word acted on exactly once, and every item in the history.
func (a *albums) judge(p *play, db *sqlx.DB) {
	p.Helper()
	said := map[string]int{}
	var rows []struct{ Chat, Text string }
	p.must(db.Select(&rows, `SELECT chat, text FROM history WHERE bot = 'telegram' AND outgoing`))
	for _, r := range rows {
		if n, ok := answered(r.Text); ok {
			said[fmt.Sprint(r.Chat, "/", n)]++
		}
	}
	lost, twice := 0, 0
	for chat := range a.chats {
		for n := range albumEach {
			switch got := said[fmt.Sprint(a.chat(chat), "/", n)]; {
			case got == 0:
				lost++
			case got > 1:
				twice++
			}
		}
	}
	var items int
	p.must(db.Get(&items, `SELECT count(*) FROM history WHERE bot = 'telegram' AND NOT outgoing AND CAST(chat AS BIGINT) >= $1`, a.first))
	want := a.chats * ((albumEach-1)*albumItems + 2)
	p.Logf("albums=%d words_lost=%d words_twice=%d items=%d of %d", a.chats*albumEach, lost, twice, items, want)
	if lost > 0 || twice > 0 {
		p.Errorf("of the words of %d albums and split texts %d were not acted on, %d twice", a.chats*albumEach, lost, twice)
	}
	if items != want {
		p.Errorf("%d items are in the history, want %d", items, want)
	}
}
