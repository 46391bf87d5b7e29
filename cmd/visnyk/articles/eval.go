package articles

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/bot/textfile"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/flows"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/search/eval"
	"visnyk/locales"
	"visnyk/storage"
)

// evaluate measures the FAQ search on a file of articles and a file of
// messages with what they should lead to. With a file it needs no database; with
// VISNYK_EMBEDDINGS_URL set it measures the search that weighs by meaning too.
func (f Commands) evaluate(ctx context.Context, c cli.Call) error {
	fs := c.Flags("faq eval")
	kb := fs.String("kb", "", "the articles, as faq export writes them, instead of the approved ones of the database")
	queries := fs.String("queries", "", "the messages, with what is expected of each")
	out := fs.String("out", "", "where to write the predictions, a JSON line each")
	explain := fs.Bool("explain", false, "say why each candidate scored as it did: of every message that went wrong, or of the text given as argument")
	learn := fs.Int("learn", 0, "let each article learn so many of its messages as aliases, and say what that gains on all others; by words alone")
	wanted := 0
	if err := fs.Parse(c.Args); err == nil && *explain && *queries == "" {
		wanted = fs.NArg()
	}
	if err := c.Parse(fs, wanted); err != nil {
		return err
	}
	text := strings.Join(fs.Args(), " ")
	if *queries == "" && text == "" {
		return cli.Usagef("want -queries FILE or -explain TEXT; with -kb FILE of these articles")
	}
	articles, err := measured(ctx, c, *kb)
	if err != nil {
		return err
	}
	now := time.Now()
	if text != "" {
		x, err := f.reranked(ctx, c, articles, []string{text}, now)
		if err == nil {
			fmt.Fprint(c.Out, x.Explain(text, now))
		}
		return err
	}
	list, err := readQueries(*queries)
	if err != nil {
		return err
	}
	if *learn > 0 {
		return evalLearning(c.Out, articles, list, *learn)
	}
	texts := make([]string, len(list))
	for i, q := range list {
		texts[i] = q.Text
	}
	x, err := f.reranked(ctx, c, articles, texts, now)
	if err != nil {
		return err
	}
	predictions := make([]eval.Prediction, 0, len(list))
	took := make([]time.Duration, 0, len(list))
	for _, q := range list {
		began := time.Now()
		p := predict(x, q, now)
		took = append(took, time.Since(began))
		if *explain && !right(q, p) {
			fmt.Fprintf(c.Out, "%s, want %s\n%s\n", q.ID, q.Expect, x.Explain(q.Text, now))
		}
		predictions = append(predictions, p)
	}
	if *out != "" {
		if err := writePredictions(*out, predictions); err != nil {
			return err
		}
	}
	sayLatency(c.Out, len(articles), took)
	return eval.Report(c.Out, list, predictions)
}

// sayLatency writes how long the search took for a message, one after the other.
func sayLatency(w io.Writer, articles int, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	fmt.Fprintf(w, "%s; a message takes %.2f ms at the median, %.2f at the 99th percentile\n", articlesOf(articles),
		took[len(took)/2].Seconds()*1e3, took[len(took)*99/100].Seconds()*1e3)
}

// measured reads the articles that are measured: those of the file, or the approved ones
// of the database where none is named.
func measured(ctx context.Context, c cli.Call, file string) (articles []bot.Article, err error) {
	if file != "" {
		return readApproved(file)
	}
	err = c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		all, err := store.Articles(ctx)
		articles = slices.DeleteFunc(all, func(a bot.Article) bool { return a.State != bot.ArticleApproved })
		return err
	})
	if err == nil && len(articles) == 0 {
		err = errors.New("the database holds no approved article; name a file by -kb")
	}
	return articles, err
}

// reranked returns the search over the articles. Where an embeddings endpoint is
// set, it is asked what it would be asked of these messages, and the search
// knows the answers.
func (f Commands) reranked(ctx context.Context, c cli.Call, articles []bot.Article, texts []string, now time.Time) (search.Reranked, error) {
	cfg, err := c.Config()
	if err != nil {
		return search.Reranked{}, err
	}
	x := Atlas().NewIndex(articles)
	client := f.Embed(cfg, cfg.NewLog(c.Err))
	if client == nil {
		return x.Rerank(nil), nil
	}
	texts = slices.DeleteFunc(texts, func(text string) bool {
		return flows.ParseCommand(text) != flows.None || !x.Find(text, bot.Unsure, now).Undecided()
	})
	slices.Sort(texts)
	texts = slices.Compact(texts)
	fmt.Fprintf(c.Out, "weighed by meaning too, with %s: %s\n", cfg.EmbeddingsModel, cli.Count(len(texts), "message", "messages"))
	if len(texts) == 0 {
		return x.Rerank(nil), nil
	}
	return library.Reranked(ctx, client, x, articles, texts)
}

// readApproved reads articles from a file; those of no state count as approved.
func readApproved(name string) ([]bot.Article, error) {
	articles, err := readArticles(name)
	for i := range articles {
		if articles[i].State == "" {
			articles[i].State = bot.ArticleApproved
		}
	}
	return articles, err
}

func readQueries(name string) ([]eval.Query, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if src, err = textfile.JSON(src); err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	return eval.ReadQueries(bytes.NewReader(src))
}

func writePredictions(name string, list []eval.Prediction) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return eval.WritePredictions(io.Writer(file), list)
}

// predict is what the bot would do on a first message: no language is known yet.
func predict(x flows.Finder, q eval.Query, now time.Time) eval.Prediction {
	heard, sure := locales.Detect(q.Text)
	known := heard
	if !sure {
		known = bot.Unsure
	}
	found := x.Find(q.Text, known, now)
	language := cmp.Or(known, found.Language, heard, bot.Ukrainian)
	p := eval.Prediction{ID: q.ID, Action: action(q.Text, found.Outcome), Offered: len(found.Offered()), Lang: string(language)}
	for i, m := range found.Matches {
		if i == 0 {
			p.Confidence = m.Score
		}
		p.Top = append(p.Top, m.Article.ID)
	}
	return p
}

// action is what the turn would do: a short word that works in any step comes
// before the search.
func action(text string, o flows.Outcome) string {
	switch flows.ParseCommand(text) {
	case flows.WantsHuman, flows.WantsToComplain:
		return eval.Human
	}
	switch {
	case o == flows.Sure:
		return eval.Answer
	case o == flows.Unclear:
		return eval.Clarify
	case o.ForHuman():
		return eval.Human
	}
	return eval.None
}

// right reports whether a prediction helps the person.
func right(q eval.Query, p eval.Prediction) bool {
	switch q.Expect {
	case eval.ExpectNone:
		return p.Action == eval.None
	case eval.ExpectHuman:
		return p.Action == eval.Human
	}
	return len(p.Top) > 0 && p.Top[0] == q.Expect && (p.Action == eval.Answer || p.Action == eval.Clarify)
}
