package library

import (
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/embed"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// asOne is how many articles are learnt together.
const asOne = 16

// meaning is one article to an embedding model.
type meaning struct {
	direction []float32 // the mean of its wordings'
	own       float64   // how alike each of them is to the others, on the mean; NaN where there is but one
}

// meanings are the articles of an index to the model that the client asks. They
// never change after they are made.
type meanings struct {
	client    *embed.Client
	index     *search.Index
	known     meaningCache
	of        map[string]meaning // by article
	own       float64            // of the usual article
	dimension int
}

type fingerprint [sha256.Size]byte

// meaningCache keeps the meanings of articles by their wordings, so that the model is
// asked again for those articles alone that have changed.
type meaningCache map[fingerprint]meaning

// embed asks for what is not known yet. What was learnt before an error is kept.
func (k meaningCache) embed(ctx context.Context, c *embed.Client, x *search.Index, articles []bot.Article) (*meanings, error) {
	var fresh []bot.Article
	for _, a := range articles {
		if _, known := k[fingerprintOf(a)]; !known {
			fresh = append(fresh, a)
		}
	}
	for some := range slices.Chunk(fresh, asOne) {
		var texts []string
		for _, a := range some {
			texts = append(texts, compared(a)...)
		}
		vectors, err := c.Vectors(ctx, texts, 0)
		if err != nil {
			return nil, err
		}
		for _, a := range some {
			n := len(compared(a))
			k[fingerprintOf(a)] = mean(vectors[:n])
			vectors = vectors[n:]
		}
	}
	m := k.put(c, x, articles)
	if m == nil {
		clear(k)
		return nil, errors.New("the embeddings endpoint has another model than before: all articles are learnt anew")
	}
	return m, nil
}

// put puts together what is known of the articles; nil when one is not known, or
// was learnt from another model. What no article needs is left out.
func (k meaningCache) put(c *embed.Client, x *search.Index, articles []bot.Article) *meanings {
	m := &meanings{client: c, index: x, known: meaningCache{}, of: map[string]meaning{}}
	var among []float64
	for i, a := range articles {
		key := fingerprintOf(a)
		of, known := k[key]
		if i == 0 {
			m.dimension = len(of.direction)
		}
		if !known || len(of.direction) != m.dimension {
			return nil
		}
		m.known[key], m.of[a.ID] = of, of
		if !math.IsNaN(of.own) {
			among = append(among, of.own)
		}
	}
	if slices.Sort(among); len(among) > 0 {
		m.own = among[len(among)/2]
	}
	return m
}

// compared are the texts of an article that a message is compared with: the ways
// to ask for it. Its answer is not among them, for what it says besides is like
// too much.
func compared(a bot.Article) (texts []string) {
	for _, w := range a.Wordings() {
		if strings.TrimSpace(w.Text) != "" {
			texts = append(texts, w.Text)
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

func fingerprintOf(a bot.Article) fingerprint {
	return sha256.Sum256([]byte(strings.Join(compared(a), "\x00")))
}

// mean returns the meaning of an article from the directions of its wordings,
// vectors of length 1.
func mean(vectors [][]float32) meaning {
	sum := make([]float64, len(vectors[0]))
	for _, v := range vectors {
		for i, x := range v {
			sum[i] += float64(x)
		}
	}
	square := 0.0
	for _, x := range sum {
		square += x * x
	}
	m := meaning{direction: make([]float32, len(sum)), own: math.NaN()}
	if square == 0 { // they cancel out: like to nothing
		return m
	}
	for i, x := range sum {
		m.direction[i] = float32(x / math.Sqrt(square))
	}
	if len(vectors) == 1 {
		return m
	}
	m.own = 0
	for _, v := range vectors {
		with := 0.0
		for i, x := range v {
			with += float64(x) * sum[i]
		}
		// The others' sum is this one without v.
		alike := (with - 1) / math.Sqrt(square-2*with+1)
		m.own += min(max(alike, -1), 1) / float64(len(vectors))
	}
	return m
}

// rerank returns the index with what the vectors say of the texts.
func (m *meanings) rerank(texts []string, vectors [][]float32) search.Reranked {
	alike := map[string]search.Alike{}
	for i, text := range texts {
		a := search.Alike{To: make(map[string]float64, len(m.of)), Own: m.own}
		for id, of := range m.of {
			a.To[id] = dot(of.direction, vectors[i])
		}
		alike[text] = a
	}
	return m.index.Rerank(alike)
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

// outward are texts as they leave the house: without the numbers and addresses
// that people are found by.
func outward(texts []string) []string {
	masked := make([]string, len(texts))
	for i, t := range texts {
		masked[i] = flows.Mask(t)
	}
	return masked
}
