package search

import (
	"math"
	"slices"
	"sync"

	"visnyk/bot"
)

// Atlas holds what customers of many companies ask, an article a page. Two texts are
// alike when they are like the same of its pages, whether or not they share a word
// (explicit semantic analysis: Gabrilovich and Markovitch, 2007). It never changes
// after NewAtlas and may be used by many goroutines at once.
type Atlas struct {
	traits  numbers
	on      []portion     // the pages of all traits, of one after the other
	from    []int32       // by trait: where in on its own begin; the next one's begin where they end
	rarity  []float32     // by how many pages have a trait: the log of how few they are
	aliases []bot.Aliases // by page
}

// Trade is what an atlas learns of one kind of company: its articles, and how customers
// ask for each of them, by its id.
type Trade struct {
	Articles []bot.Article
	Asked    map[string][]string
}

// portion is what a numbered thing weighs in another one.
type portion struct {
	of     int32
	weight float32
}

const (
	saidInAnswer  = 0.3  // what a word of an answer counts beside one of a question
	mostProfile   = 40   // pages of a profile
	everyPage     = 0.5  // what this share of the pages have tells nothing
	wordOfSubject = 0.25 // from what weight on a word is a trait
)

// NewAtlas draws an atlas of the trades.
func NewAtlas(trades ...Trade) *Atlas {
	met := readPages(trades)
	room := 0
	for _, page := range met {
		room += len(page)
	}
	all := make([]uint64, 0, room)
	for _, page := range met {
		for _, m := range page {
			all = append(all, mix(m.trait))
		}
	}
	at := &Atlas{traits: newNumbers(all)}
	pages := make([][]portion, len(met))
	for i, page := range met {
		pages[i] = make([]portion, len(page))
		for j, m := range page {
			n, _ := at.traits.of(m.trait)
			pages[i][j] = portion{n, m.times}
		}
	}
	for _, t := range trades {
		for _, a := range t.Articles {
			at.aliases = append(at.aliases, a.Aliases)
		}
	}
	at.weigh(pages)
	return at
}

// met says how often a page has a trait.
type met struct {
	trait trait
	times float32
}

// readPages reads the articles of the trades, all trades at once.
func readPages(trades []Trade) (pages [][]met) {
	general()
	of := make([][][]met, len(trades))
	var all sync.WaitGroup
	for i, t := range trades {
		all.Go(func() {
			for _, a := range t.Articles {
				of[i] = append(of[i], readPage(a, t.Asked[a.ID]))
			}
		})
	}
	all.Wait()
	return slices.Concat(of...)
}

// readPage returns the traits of an article and of what is asked of it.
func readPage(a bot.Article, asked []string) (page []met) {
	place := map[trait]int{}
	count := func(times float32, texts ...string) {
		for _, text := range texts {
			ts := tokens(text)
			eachTrait(ts, general().hear(ts, false), func(t trait) {
				i, ok := place[t]
				if !ok {
					i = len(page)
					place[t] = i
					page = append(page, met{trait: t})
				}
				page[i].times += times
			})
		}
	}
	count(1, a.Question.UK, a.Question.RU)
	count(1, a.Aliases.UK...)
	count(1, a.Aliases.RU...)
	count(1, asked...)
	count(saidInAnswer, a.Answer.UK, a.Answer.RU)
	return page
}

// weigh makes a trait weigh the more the rarer it is, and every page as much as any other.
func (at *Atlas) weigh(pages [][]portion) {
	held := make([]int32, len(at.traits.mixed)) // by trait: how many pages have it
	for _, page := range pages {
		for _, p := range page {
			held[p.of]++
		}
	}
	at.rarity = make([]float32, len(pages)+1)
	for n := 1; float64(n) < everyPage*float64(len(pages)+1); n++ {
		at.rarity[n] = float32(math.Log(float64(len(pages)) / float64(n)))
	}
	at.from = make([]int32, len(held)+1)
	for n, pages := range held {
		if at.rarity[pages] == 0 {
			pages = 0
		}
		at.from[n+1] = at.from[n] + pages
	}
	at.on = make([]portion, at.from[len(held)])
	next := slices.Clone(at.from)
	for i, page := range pages {
		sum := 0.0
		for j, p := range page {
			v := float64(p.weight)
			if v >= 1 {
				v = 1 + math.Log(v)
			}
			v *= float64(at.rarity[held[p.of]])
			page[j].weight = float32(v)
			sum += v * v
		}
		for _, p := range page {
			if p.weight > 0 {
				at.on[next[p.of]] = portion{int32(i), p.weight / float32(math.Sqrt(sum))}
				next[p.of]++
			}
		}
	}
}

// having returns the pages that have the trait, and how rare that makes it: 0 where it
// tells nothing.
func (at *Atlas) having(trait int32) (on []portion, rarity float32) {
	on = at.on[at.from[trait]:at.from[trait+1]]
	return on, at.rarity[len(on)]
}

// trait is what texts of an atlas are compared by: a stem, two in a row, or a group of
// the lexicon.
type trait uint64

// eachTrait calls f with the traits of a text that names the groups, some of them more
// than once.
func eachTrait(ts []token, heards []heard, f func(trait)) {
	last := trait(0)
	for _, t := range ts {
		if t.weight < wordOfSubject {
			continue
		}
		now := traitOf(firstTrait, t.stem)
		f(now)
		if last != 0 {
			f(traitOf(last*31, t.stem))
		}
		last = now
	}
	for i, h := range heards {
		for at := h.from; at < h.to; at++ {
			again := slices.ContainsFunc(heards[:i], func(o heard) bool { return o.concept == h.concept && o.from <= at && at < o.to })
			if !again {
				f(trait(h.concept) + 1)
			}
		}
	}
}

// firstTrait is where the names of traits begin (FNV-1a of 64 bits).
const firstTrait trait = 14695981039346656037

func traitOf(from trait, s string) trait {
	for i := range len(s) {
		from = (from ^ trait(s[i])) * 1099511628211
	}
	return from
}

// steep makes the likest pages count more.
func steep(v float64) float64 { return v * math.Sqrt(v) }

// profile is what a text is like: pages of an atlas, the likest first, of length 1.
type profile []portion

// draft is the room in which profiles are made; it is used again and again.
type draft struct {
	counts []portion
	score  []float32 // by page
	seen   []int32   // pages
	ranked []uint64  // pages, with their scores as the upper bits
	out    profile
}

// profile returns what a text that names the groups is like. It is good until the draft is used again.
func (at *Atlas) profile(d *draft, ts []token, heards []heard) profile {
	d.counts, d.seen, d.ranked, d.out = d.counts[:0], d.seen[:0], d.ranked[:0], d.out[:0]
	if len(d.score) < len(at.aliases) {
		d.score = make([]float32, len(at.aliases))
	}
	eachTrait(ts, heards, func(t trait) {
		n, ok := at.traits.of(t)
		if !ok || at.from[n] == at.from[n+1] {
			return
		}
		for i := range d.counts {
			if d.counts[i].of == n {
				d.counts[i].weight++
				return
			}
		}
		d.counts = append(d.counts, portion{n, 1})
	})
	for _, c := range d.counts {
		on, rarity := at.having(c.of)
		v := rarity
		if c.weight > 1 {
			v *= float32(1 + math.Log(float64(c.weight)))
		}
		for _, p := range on {
			if d.score[p.of] == 0 {
				d.seen = append(d.seen, p.of)
			}
			d.score[p.of] += v * p.weight
		}
	}
	for _, page := range d.seen {
		d.keep(page, d.score[page])
		d.score[page] = 0
	}
	sum := 0.0
	for _, is := range d.ranked {
		v := steep(float64(math.Float32frombits(uint32(is >> 32))))
		d.out = append(d.out, portion{int32(^uint32(is)), float32(v)})
		sum += v * v
	}
	for i := range d.out {
		d.out[i].weight /= float32(math.Sqrt(sum))
	}
	return d.out
}

// keep puts a page where it belongs, if it is one of the likest: those that are as like to
// a text are in the order of their numbers.
func (d *draft) keep(page int32, score float32) {
	is := uint64(math.Float32bits(score))<<32 | uint64(^uint32(page)) // no score is negative
	i := len(d.ranked)
	switch {
	case i < mostProfile:
		d.ranked = append(d.ranked, is)
	case is < d.ranked[i-1]:
		return
	default:
		i--
	}
	for ; i > 0 && d.ranked[i-1] < is; i-- {
		d.ranked[i] = d.ranked[i-1]
	}
	d.ranked[i] = is
}
