package library

import (
	"context"
	"errors"
	"maps"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/embed"
	"visnyk/flows/faq/search"
)

// The pauses between tries to learn the articles.
const (
	leastPause = time.Second
	mostPause  = 2 * time.Minute
)

// Understand learns from the endpoint what the articles mean, each time the
// content changes, until ctx ends. Until it is done, and while the endpoint is
// away, the search goes by words alone.
func (l *Library) Understand(ctx context.Context, c *embed.Client) {
	known, pause := meaningCache{}, time.Duration(0)
	for {
		var again <-chan time.Time
		h := l.current.Load()
		if h.meanings != nil {
			known, pause = maps.Clone(h.meanings.known), 0 // without what is no longer needed
		} else if len(h.articles) >= search.FewestToRerank {
			m, err := known.embed(ctx, c, h.FAQ.(*search.Index), h.articles)
			switch {
			case ctx.Err() != nil:
				return
			case err == nil:
				pause, known = 0, maps.Clone(m.known)
				understood := *h
				understood.meanings = m
				if l.current.CompareAndSwap(h, &understood) { // or there is newer content already
					l.log.Info("articles learnt from the embeddings endpoint", "articles", len(h.articles))
				}
			default:
				if pause == 0 {
					l.log.Warn("articles not learnt from the embeddings endpoint yet, trying on", "err", err)
				}
				pause = call.Doubling{First: leastPause, Most: mostPause}.Next(pause)
				var e *embed.Error
				if errors.As(err, &e) {
					pause = max(pause, min(e.After, mostPause))
				}
				again = time.After(pause)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-l.changed:
		case <-again:
		}
	}
}

// put makes h what the library holds, with what is known of its articles if all
// are known. It reports false where somebody has put other content than have
// meanwhile: h may be older than that.
func (l *Library) put(have, h *loaded) bool {
	for {
		was := l.current.Load()
		if was.version != have.version {
			return false
		}
		if m := was.meanings; m != nil && len(h.articles) >= search.FewestToRerank {
			h.meanings = m.known.put(m.client, h.FAQ.(*search.Index), h.articles)
		}
		if l.current.CompareAndSwap(was, h) {
			break
		}
	}
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return true
}

// Reranks reports whether Rerank would ask now.
func (s Snapshot) Reranks() bool { return s.meanings != nil && s.meanings.client.Up() }

// Rerank returns the content with what the embeddings endpoint says of the texts;
// as it is when nothing comes within the budget of a turn.
func (s Snapshot) Rerank(ctx context.Context, texts []string) Snapshot {
	if vectors := s.meanings.client.Promptly(ctx, outward(texts), s.meanings.dimension); vectors != nil {
		s.FAQ = s.meanings.rerank(texts, vectors)
	}
	return s
}

// Reranked returns the index of the articles with what the endpoint says of the texts, however long
// that takes: for measuring.
func Reranked(ctx context.Context, c *embed.Client, x *search.Index, articles []bot.Article, texts []string) (search.Reranked, error) {
	m, err := meaningCache{}.embed(ctx, c, x, articles)
	if err != nil {
		return search.Reranked{}, err
	}
	vectors, err := c.Vectors(ctx, outward(texts), m.dimension)
	if err != nil {
		return search.Reranked{}, err
	}
	return m.rerank(texts, vectors), nil
}
