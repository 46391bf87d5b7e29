package editor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/textfile"
)

// articleID is what may stand as an article's or a change's id: it travels in
// button actions and deep links.
var articleID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// reserved is the one id that no article has: it would hide behind a path.
const reserved = "wanted"

// ReadArticles reads articles in their exchange form, a JSON list in UTF-8. Every
// article that is wrong is named with what is wrong, all at once.
func ReadArticles(r io.Reader) ([]bot.Article, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	if src, err = textfile.JSON(src); err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	var articles []bot.Article
	if err := strictJSON(bytes.NewReader(src), &articles); err != nil {
		return nil, fmt.Errorf("articles: %w", inWords(src, err))
	}
	seen := map[string]bool{}
	var errs []error
	for i, a := range articles {
		if err := checkArticle(a, seen); err != nil {
			errs = append(errs, fmt.Errorf("article %d (%q): %w", i+1, a.ID, err))
		}
		seen[a.ID] = true
	}
	return articles, errors.Join(errs...)
}

func checkArticle(a bot.Article, seen map[string]bool) error {
	wrong := faults(a)
	if seen[a.ID] {
		wrong = append(wrong, bot.Fault{Field: "id", Code: bot.FaultTwice})
	}
	if wrong != nil {
		return &bot.InvalidError{Faults: wrong}
	}
	return nil
}

// faults returns what is wrong with an article as it stands alone.
func faults(a bot.Article) (wrong []bot.Fault) {
	say := func(field string, code bot.FaultCode, data bot.Data) {
		wrong = append(wrong, bot.Fault{Field: field, Code: code, Data: data})
	}
	if !articleID.MatchString(a.ID) {
		say("id", bot.FaultForm, nil)
	}
	if a.ID == reserved {
		say("id", bot.FaultReserved, bot.Data{"Name": reserved})
	}
	if !a.Question.Complete() {
		say("question", bot.FaultBlank, nil)
	}
	if !a.Answer.Complete() {
		say("answer", bot.FaultBlank, nil)
	}
	if states := bot.ArticleStates(); a.State != "" && !slices.Contains(states, a.State) {
		say("state", bot.FaultChoice, bot.Data{"Choices": bot.Choices(states)})
	}
	if a.Span != "" && !slices.Contains(bot.ArticleSpans(), a.Span) {
		say("span", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.ArticleSpans())})
	}
	if a.Span != "" && a.Change == "" {
		say("span", bot.FaultNoChange, nil)
	}
	from, until := a.From.IsZero() || bot.ValidMoment(a.From), a.Until.IsZero() || bot.ValidMoment(a.Until)
	if !from {
		say("valid_from", bot.FaultMoment, nil)
	}
	if !until {
		say("valid_to", bot.FaultMoment, nil)
	}
	if from && until && !a.From.IsZero() && !a.Until.IsZero() && !a.From.Before(a.Until) {
		say("valid_from", bot.FaultOrder, bot.Data{"Other": "valid_to"})
	}
	return wrong
}

// WriteArticles writes the articles in their exchange form.
func WriteArticles(w io.Writer, articles []bot.Article) error {
	for i := range articles { // a list is a list, also when it is empty
		articles[i].Version, articles[i].Note = 0, "" // they speak of what is done here, and mean nothing elsewhere
		if articles[i].Aliases.UK == nil {
			articles[i].Aliases.UK = []string{}
		}
		if articles[i].Aliases.RU == nil {
			articles[i].Aliases.RU = []string{}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(articles)
}

// strictJSON reads exactly one document of known fields.
func strictJSON(r io.Reader, v any) error {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows the list")
	}
	return nil
}

// inWords says of what is no list of articles where it is wrong, and how, to
// whoever wrote it; the names of our types are nothing to them.
func inWords(src []byte, err error) error {
	line := func(offset int64) int { return 1 + bytes.Count(src[:min(int(offset), len(src))], []byte("\n")) }
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d is no JSON: %w", line(syntax.Offset), err)
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf(`line %d: want a list of articles, [{"id": …}, …], and this is a JSON %s`, line(kind.Offset), kind.Value)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s cannot be a JSON %s", line(kind.Offset), kind.Field, kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New(`the file ends before the list of articles, [{"id": …}, …], does`)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}
