package library

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
	"visnyk/bot/embed"
	"visnyk/bot/embed/embedtest"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// subjects are articles about one thing each, and how people call it who do not
// use the article's words.
func subjects() (articles []bot.Article, concepts [][]string) {
	for i, s := range [][]string{
		{"доставка посилки", "доставка посылки", "кур'єр", "привезете"},
		{"повернення грошей", "возврат денег", "відшкодування", "передумала"},
		{"оплата карткою", "оплата картой", "visa", "розрахуватися"},
		{"графік роботи", "график работы", "зачиняєтеся"},
		{"знижка студентам", "скидка студентам", "дешевше"},
		{"ремонт взуття", "ремонт обуви", "підбори"},
		{"подарункова листівка", "подарочная открытка", "сюрприз"},
	} {
		articles = append(articles, bot.Article{
			ID: fmt.Sprint("a", i), State: bot.ArticleApproved,
			Question: bot.Bilingual{UK: s[0], RU: s[1]}, Answer: bot.Bilingual{UK: "Так.", RU: "Да."},
		})
		concepts = append(concepts, s)
	}
	return articles, concepts
}

// scholar is a library that learns from an endpoint which listens nowhere.
type scholar struct {
	*Library
	t    *testing.T
	srv  *embedtest.Server
	log  *strings.Builder
	read int // requests already looked at
}

// study runs a library within a time of its own.
func study(t *testing.T, story func(s *scholar)) {
	synctest.Test(t, func(t *testing.T) {
		_, concepts := subjects()
		s := &scholar{t: t, log: &strings.Builder{}, srv: embedtest.New(t, embedtest.Options{Key: "key", Model: "small", Concepts: concepts})}
		log := slog.New(slog.NewTextHandler(s.log, nil))
		s.Library = NewLibrary(nil, func(a []bot.Article, _ ...bot.Change) flows.Finder { return search.NewIndex(a) }, log)
		client := embed.New(embed.Config{URL: s.srv.URL(), Key: "key", Model: "small", Transport: s.srv, Log: log, Now: time.Now})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Understand(ctx, client) }()
		synctest.Wait()
		story(s)
		cancel()
		<-done
	})
}

// holds gives the library new content.
func (s *scholar) holds(articles []bot.Article) {
	s.put(s.current.Load(), &loaded{articles: articles, Snapshot: Snapshot{FAQ: s.index(articles)}})
	synctest.Wait()
}

// asked returns the texts asked for since the last time.
func (s *scholar) asked() []string {
	requests := s.srv.Requests()
	texts := slices.Concat(requests[s.read:]...)
	s.read = len(requests)
	slices.Sort(texts)
	return texts
}

func (s *scholar) wantAsked(what string, want ...string) {
	s.t.Helper()
	want = slices.Sorted(slices.Values(want))
	if got := s.asked(); !slices.Equal(got, want) {
		s.t.Errorf("%s: asked for %q, want %q", what, got, want)
	}
}

func TestUnderstand(t *testing.T) {
	study(t, func(s *scholar) {
		articles, _ := subjects()
		var all []string
		for _, a := range articles {
			all = append(all, a.Question.UK, a.Question.RU)
		}
		if s.Now().Reranks() {
			t.Error("it weighs with an empty shelf")
		}
		s.wantAsked("nothing to learn")

		s.srv.Misbehave(embedtest.Fault{Status: 500})
		s.holds(articles)
		<-time.After(time.Minute)
		if s.Now().Reranks() || strings.Count(s.log.String(), "level=WARN") != 1 {
			t.Errorf("with a dead endpoint it weighs, or warns often:\n%s", s.log)
		}
		s.asked()
		s.srv.Misbehave(embedtest.Fault{})
		<-time.After(mostPause)
		if !s.Now().Reranks() {
			t.Fatalf("the endpoint is back, and nothing is learnt:\n%s", s.log)
		}
		s.wantAsked("everything, once", all...)

		changed := slices.Clone(articles)
		changed[2].Aliases = bot.Aliases{UK: []string{"термінал"}}
		s.srv.Misbehave(embedtest.Fault{Status: 429, RetryAfter: "40"})
		s.holds(changed)
		if s.Now().Reranks() {
			t.Error("it weighs content that it has not learnt")
		}
		s.asked()
		s.srv.Misbehave(embedtest.Fault{})
		<-time.After(39 * time.Second)
		s.wantAsked("before the endpoint allows it")
		<-time.After(2 * time.Second)
		s.wantAsked("the article that changed", "термінал", articles[2].Question.UK, articles[2].Question.RU)

		s.holds(slices.Clone(changed)[1:])
		s.wantAsked("one article less")
		if !s.Now().Reranks() {
			t.Error("what is known already is not used")
		}
		s.holds(slices.Clone(changed)[2:]) // known since before the last change
		s.wantAsked("two articles less")
		s.holds(changed)
		s.wantAsked("they were forgotten with their articles", all[:4]...)

		s.srv.Misbehave(embedtest.Fault{Dimension: 20})
		changed = slices.Clone(changed)
		changed[0].Aliases = bot.Aliases{UK: []string{"посилка"}}
		s.holds(changed)
		<-time.After(mostPause)
		if m := s.Now().meanings; m == nil || m.dimension != 20 {
			t.Error("a new model is not learnt from anew")
		}

		s.srv.Misbehave(embedtest.Fault{})
		s.holds(changed[:search.FewestToRerank-1])
		if s.asked(); s.Now().Reranks() {
			t.Error("it weighs among too few articles")
		}
	})
}

func TestRerank(t *testing.T) {
	study(t, func(s *scholar) {
		articles, _ := subjects()
		s.holds(articles)
		s.asked()
		snapshot := s.Now()
		const text = "а коли привезете, мій номер 0671234567"
		rerank := func(text string) flows.Finding {
			return snapshot.Rerank(s.t.Context(), []string{text}).FAQ.Find(text, bot.Ukrainian, time.Now())
		}
		if f := snapshot.FAQ.Find(text, bot.Ukrainian, time.Now()); f.Outcome != flows.Nothing {
			t.Fatalf("the words alone find %v", f)
		}
		if f := rerank(text); f.Outcome != flows.Unclear || f.Matches[0].Article.ID != "a0" {
			t.Errorf("%+v", f)
		}
		s.wantAsked("without the number", "а коли привезете, мій номер "+flows.Masked)
		if f := rerank("чи ростуть у вас кактуси"); f.Outcome != flows.Nothing {
			t.Errorf("what the articles say nothing of: %+v", f)
		}
		if f := snapshot.FAQ.Find(text, bot.Ukrainian, time.Now()); f.Outcome != flows.Nothing {
			t.Error("the snapshot itself was changed")
		}

		for name, fault := range map[string]embedtest.Fault{
			"slow": {Hang: true}, "dead": {Status: 503}, "of another model": {Dimension: 20},
		} {
			s.srv.Misbehave(fault)
			began := time.Now()
			if f := rerank(text); f.Outcome != flows.Nothing || time.Since(began) > embed.Budget {
				t.Errorf("%s: %+v after %v", name, f, time.Since(began))
			}
			s.srv.Misbehave(embedtest.Fault{})
			if f := rerank(text); f.Outcome != flows.Unclear {
				t.Errorf("after %s: %+v", name, f)
			}
		}
	})
}

func TestMean(t *testing.T) {
	root := float32(math.Sqrt(0.5))
	for name, c := range map[string]struct {
		vectors [][]float32
		want    []float32
		own     float64
	}{
		"one":             {[][]float32{{1, 0}}, []float32{1, 0}, math.NaN()},
		"the same twice":  {[][]float32{{0, 1}, {0, 1}}, []float32{0, 1}, 1},
		"across":          {[][]float32{{1, 0}, {0, 1}}, []float32{root, root}, 0},
		"three":           {[][]float32{{1, 0}, {0, 1}, {1, 0}}, []float32{2 / float32(math.Sqrt(5)), 1 / float32(math.Sqrt(5))}, (math.Sqrt(0.5)*2 + 0) / 3},
		"they cancel out": {[][]float32{{1, 0}, {-1, 0}}, []float32{0, 0}, math.NaN()},
	} {
		m := mean(c.vectors)
		for i := range c.want {
			if math.Abs(float64(m.direction[i]-c.want[i])) > 1e-6 {
				t.Errorf("%s: %v, want %v", name, m.direction, c.want)
			}
		}
		if math.IsNaN(c.own) != math.IsNaN(m.own) || math.Abs(m.own-c.own) > 1e-6 {
			t.Errorf("%s: its own likeness is %v, want %v", name, m.own, c.own)
		}
	}
}
