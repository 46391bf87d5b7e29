package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/embed/embedtest"
	"visnyk/storage/storagetest"
)

const (
	embedKey   = "sk-канарейка"
	embedModel = "multilingual-small"
	// Nothing in these is a word of the article that it means.
	meansPause = "законсервувати до березня"
	meansGift  = "порадувати бабусю"
)

// understanding is an endpoint whose model knows what a few words have to do
// with articles of the sample.
func understanding(t *testing.T) *embedtest.Server {
	t.Helper()
	return embedtest.Start(t, embedtest.Options{Key: embedKey, Model: embedModel, Concepts: [][]string{
		{"призупин", "приостанов", "пауз", "заморо", "відпуст", "отпуск", "тимчасово", "временно", "законсерв"},
		{"подарунк", "подар", "порадувати"},
		{"оплат"},
		{"роутер"},
		{"договор", "договір"},
		{"офіс", "офис"},
		{"тариф"},
		{"пароль"},
		{"баланс"},
	}})
}

func asks(srv *embedtest.Server) []string {
	return []string{
		"VISNYK_EMBEDDINGS_URL=" + srv.URL(), "VISNYK_EMBEDDINGS_KEY=" + embedKey, "VISNYK_EMBEDDINGS_MODEL=" + embedModel,
	}
}

// reranks waits until the service compares by meaning, or no longer does.
func (s *world) reranks(want bool) {
	s.t.Helper()
	what := map[bool]string{true: "meaning to count", false: "meaning to be left alone"}[want]
	s.await(what, func() bool { return s.service.parts.library.Now().Reranks() == want })
}

// asked counts the requests of turns that ended so.
func (s *world) asked(outcome string) float64 {
	s.t.Helper()
	all, err := s.service.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			if l := m.GetLabel(); family.GetName() == "visnyk_embeddings_requests_total" && l[0].GetValue() == "turn" && l[1].GetValue() == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// onEachWith puts on the story once on each database, with an endpoint.
func onEachWith(t *testing.T, budget time.Duration, story func(t *testing.T, s *world, srv *embedtest.Server)) {
	t.Helper()
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := understanding(t)
			s := newWorld(t, url(t), sandboxOptions{settings: asks(srv), budget: budget})
			s.withdrawAll()
			story(t, s, srv)
		})
	}
}

// TestMeaningCounts: with an endpoint, a question is understood that has no word
// in common with its article; while it refuses, the search answers as it always
// did; and nothing goes there that need not.
func TestMeaningCounts(t *testing.T) {
	t.Parallel()
	onEachWith(t, patience, func(t *testing.T, s *world, srv *embedtest.Server) {
		pause, err := s.service.parts.api.Articles.Read(t.Context(), writer, "pause")
		if err != nil {
			t.Fatal(err)
		}
		a := s.onTelegram(1001, "Олена", bot.Ukrainian)
		a.begins()
		s.reranks(true)
		a.write(meansPause)
		a.hears("@faq.mean")
		a.taps(pause.Question.UK)
		a.hears("@faq.helped")
		a.taps("@faq.yes")
		a.hears("@faq.glad")
		a.write("скільки років черепасі")
		a.hears("@faq.unknown")

		// It wants to be left alone, is, and is found again.
		srv.Misbehave(embedtest.Fault{Status: 429, RetryAfter: "1"})
		b := s.onTelegram(1002, "Петро", bot.Ukrainian)
		b.begins()
		b.write(meansPause)
		b.hears("@faq.unknown")
		if s.asked("refused") != 1 {
			t.Error("nothing was refused")
		}
		srv.Misbehave(embedtest.Fault{})
		s.reranks(true)
		b.write(meansPause)
		b.hears("@faq.mean")

		// The content changes: what is new is learnt.
		c := s.onTelegram(1003, "Ірина", bot.Ukrainian)
		c.begins()
		gift := bot.Article{
			ID: "gift", State: bot.ArticleApproved,
			Question: bot.Bilingual{UK: "Чи можна оформити подарунковий сертифікат?", RU: "Можно ли оформить подарочный сертификат?"},
			Answer:   bot.Bilingual{UK: "Так, на сайті.", RU: "Да, на сайте."},
		}
		c.write(meansGift)
		c.hears("@faq.unknown")
		if err := s.service.store.Load().PutArticles(t.Context(), []bot.Article{gift}); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		s.await("the new article to be learnt", func() bool { return srv.Asked(gift.Question.UK) })
		s.reranks(true)
		c.write(meansGift)
		if got := c.hears("@faq.mean"); !slices.Contains(got.labels, gift.Question.UK) {
			t.Errorf("offered %v", got.labels)
		}

		// What an operator will read is not for the endpoint, nor are presses,
		// words that work anywhere, and the numbers of people.
		c.taps("@faq.none")
		c.hears("@faq.offer")
		c.write("законсервований номер 0671234567")
		c.hears("@faq.mean")
		c.write("покличте людину")
		c.hears("@handoff.called")
		ticket := c.ticket("1003")
		c.taps("@button.menu")
		c.hears("@menu.choose")
		// Who takes the chat while the endpoint is asked is not talked over.
		srv.Misbehave(embedtest.Fault{Before: sync.OnceFunc(func() {
			if _, err := s.service.parts.desk.Move(context.Background(), ticket.ID, bot.TicketTake, maryna()); err != nil {
				t.Error(err)
			}
		})})
		c.write(meansPause)
		c.hears("Марина")
		srv.Misbehave(embedtest.Fault{})
		c.write("законсервуйте мою таємницю")
		c.silence()
		for _, texts := range srv.Requests() {
			for _, text := range texts {
				if strings.Contains(text, "0671") || strings.Contains(text, "таємницю") || strings.Contains(text, "покличте") || strings.Contains(text, s.words(bot.Ukrainian, "faq.none")) {
					t.Errorf("asked about %q", text)
				}
			}
		}
		for _, private := range []string{embedKey, "канарейка", "законсерв", "порадувати", "котиків"} {
			if strings.Contains(s.logs.String(), private) {
				t.Errorf("the log tells %q", private)
			}
		}
	})
}

// TestNobodyElseWaitsForMeaning: while questions wait for the endpoint, more of
// them than batches run at once, everybody else is answered, and those who wait
// are answered when it answers.
func TestNobodyElseWaitsForMeaning(t *testing.T) {
	onEachWith(t, time.Hour, func(t *testing.T, s *world, srv *embedtest.Server) {
		s.reranks(true)
		free := make(chan struct{})
		t.Cleanup(sync.OnceFunc(func() { close(free) }))
		entered := make(chan struct{}, 100)
		srv.Misbehave(embedtest.Fault{Before: func() { entered <- struct{}{}; <-free }})
		var asking []*actor
		for i := range 3 {
			p := s.onTelegram(int64(2001+i), "Олена", bot.Ukrainian)
			p.begins()
			p.asksUntil(entered) // alone: the next question comes later
			asking = append(asking, p)
		}
		asking[0].write("меню") // waits for the first, and nobody for it
		other := s.onTelegram(3001, "Петро", bot.Ukrainian)
		other.begins()
		other.write("меню")
		other.hears("@menu.choose")
		for _, p := range asking {
			if shown := p.shown(); len(shown) > p.read {
				t.Errorf("%q came before the endpoint answered", shown[p.read].text)
			}
		}
		if n := len(entered); n > 0 {
			t.Errorf("%d questions were given up and asked anew before the other was answered", n)
		}
		srv.Misbehave(embedtest.Fault{})
		for range asking {
			free <- struct{}{}
		}
		for _, p := range asking {
			p.hears("@faq.mean")
		}
		asking[0].hears("@menu.choose")
	})
}

// asksUntil asks what only the endpoint understands until the endpoint is asked. On
// a machine where a lease or a commit is late, a question may be answered by words
// alone, and is asked again.
func (a *actor) asksUntil(entered <-chan struct{}) {
	a.s.t.Helper()
	for range 3 {
		a.write(meansPause)
		asked := false
		a.s.await("the endpoint to be asked, or an answer without it", func() bool {
			select {
			case <-entered:
				asked = true
			default:
			}
			return asked || len(a.shown()) > a.read
		})
		if asked {
			return
		}
		a.hears()
	}
	a.s.t.Fatalf("%s is answered without the endpoint, which is up", a.name())
}

// TestMeaningIsLate: an endpoint that hangs is given up, and after some of that
// left alone.
func TestMeaningIsLate(t *testing.T) {
	onEachWith(t, 0, func(t *testing.T, s *world, srv *embedtest.Server) {
		s.reranks(true)
		srv.Misbehave(embedtest.Fault{Hang: true})
		a := s.onTelegram(1001, "Олена", bot.Ukrainian)
		a.begins()
		a.write(meansPause)
		a.hears("@faq.unknown")
		for range 100 { // the content may be read anew, and not be learnt yet, just then
			if s.asked("slow") > 0 && !s.service.parts.library.Now().Reranks() {
				break
			}
			a.write(meansPause)
			a.hears("@faq.offer")
		}
		if s.asked("slow") == 0 {
			t.Error("nobody asked the endpoint")
		}
	})
}

// TestMeaningIsOff: while the address is not set, nobody is asked anything.
func TestMeaningIsOff(t *testing.T) {
	srv := understanding(t)
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{settings: asks(srv)[1:]})
	s.withdrawAll()
	a := s.onTelegram(1001, "Олена", bot.Ukrainian)
	a.begins()
	a.write(meansPause)
	a.hears("@faq.unknown")
	s.idle()
	if s.service.parts.embed != nil || s.service.parts.library.Now().Reranks() || len(srv.Requests()) > 0 {
		t.Errorf("asked %v", srv.Requests())
	}
}

func TestEmbeddingsSettings(t *testing.T) {
	for address, good := range map[string]bool{
		"https://api.example.com/v1": true, "https://api.example.com/v1/": true, "http://127.0.0.1:8000/v1": true,
		"http://localhost:11434/v1": true, "http://10.1.2.3/v1": true, "http://[fd00::1]:80/v1": true,
		"http://api.example.com/v1": false, "http://8.8.8.8/v1": false, "ftp://10.1.2.3/v1": false, "api.example.com/v1": false,
		"https://": false, "https://me:hush@api.example.com/v1": false, "https://api.example.com/v1?key=hush": false,
		"https://api.example.com/v1#x": false, "https://api.example.com:port/v1": false,
	} {
		env := []string{"VISNYK_EMBEDDINGS_URL=" + address, "VISNYK_EMBEDDINGS_MODEL=m"}
		var out bytes.Buffer
		code := run(t.Context(), []string{"config"}, env, streams{In: strings.NewReader(""), Out: &out, Err: &out})
		if (code == exitDone) != good || !good && (code != exitUsage || !strings.Contains(out.String(), "VISNYK_EMBEDDINGS_URL: want")) {
			t.Errorf("%s: exit code %d, %s", address, code, out.String())
		}
		if strings.Contains(out.String(), "hush") {
			t.Errorf("%s: the refusal shows secrets", address)
		}
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(embedKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := readConfig([]string{"VISNYK_EMBEDDINGS_URL=https://x/v1", "VISNYK_EMBEDDINGS_MODEL=m", "VISNYK_EMBEDDINGS_KEY_FILE=" + file})
	if err != nil || cfg.EmbeddingsKey != embedKey {
		t.Errorf("%q, %v", cfg.EmbeddingsKey, err)
	}
}

// TestEvalWithMeaning: a company can measure what the endpoint gains.
func TestEvalWithMeaning(t *testing.T) {
	t.Parallel()
	const data = "../../flows/faq/search/testdata/water/"
	srv := embedtest.Start(t, embedtest.Options{Key: embedKey, Model: embedModel, Concepts: [][]string{
		{"центр", "фуркати"}, {"тариф"}, {"пломб"}, {"борг"}, {"лічильник"},
	}})
	measure := func(env []string, args ...string) (int, string) {
		var said bytes.Buffer
		code := run(t.Context(), append([]string{"faq", "eval", "-kb", data + "kb.json"}, args...), env, streams{In: strings.NewReader(""), Out: &said, Err: &said})
		return code, said.String()
	}
	if code, said := measure(asks(srv), "-explain", "фуркати", "жмайлик"); code != exitDone || !strings.Contains(said, "similarity ") || !strings.Contains(said, "unclear") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if code, said := measure(nil, "-explain", "фуркати", "жмайлик"); code != exitDone || strings.Contains(said, "similarity ") || !strings.Contains(said, "nothing") {
		t.Errorf("without: exit code %d:\n%s", code, said)
	}
	before := len(srv.Requests())
	if code, said := measure(asks(srv), "-queries", data+"queries.json"); code != exitDone || !strings.Contains(said, "weighed by meaning") || len(srv.Requests()) == before {
		t.Errorf("exit code %d, %d requests:\n%s", code, len(srv.Requests())-before, said)
	}
	srv.Misbehave(embedtest.Fault{Status: 500})
	if code, said := measure(asks(srv), "-queries", data+"queries.json"); code != exitFailed || !strings.Contains(said, "endpoint answered 500") {
		t.Errorf("a dead endpoint: exit code %d:\n%s", code, said)
	}
}
