// Command faqtrain trains what the FAQ search and the language detection weigh
// their evidence by, from the texts of this repository. It is run by hand, from
// the top folder, when a feature or the data change:
//
//	go run ./cmd/faqtrain                # cross-validation by company, nothing written
//	go run ./cmd/faqtrain -write         # flows/faq/model.json, from all companies
//	go run ./cmd/faqtrain -languages     # locales/letters.json
//
// It knows nothing of the service and the service nothing of it: only the two
// files pass between them.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq"
	"visnyk/flows/faq/eval"
)

const (
	data        = "flows/faq/testdata/"
	modelFile   = "flows/faq/model.json"
	lettersFile = "locales/letters.json"

	// The confidences from which an article is told and offered. Chosen on the
	// cross-validation of all companies, with aliases and without: false answers
	// within 1.5 % of all messages, asking back on at most a third of those that
	// nothing answers.
	tellFrom  = 0.84
	offerFrom = 0.30
)

// companies are the folders below data, a base of articles and its messages each.
func companies() []string { return []string{"shop", "water", "clinic"} }

func main() {
	write := flag.Bool("write", false, "train on all companies and write "+modelFile)
	languages := flag.Bool("languages", false, "train the language detection and write "+lettersFile)
	full := flag.Bool("full", false, "the whole report of the cross-validation")
	flag.Parse()
	log.SetFlags(0)
	if err := run(os.Stdout, *write, *languages, *full); err != nil {
		log.Fatal("faqtrain: ", err)
	}
}

func run(out io.Writer, write, languages, full bool) error {
	tones, err := readTones(data + "intents.txt")
	if err != nil {
		return err
	}
	var bases []base
	for _, name := range companies() {
		b, err := readBase(data + name)
		if err != nil {
			return err
		}
		bases = append(bases, b)
	}
	switch {
	case languages:
		words := map[bot.Language]string{}
		for _, l := range bot.Languages() {
			text, err := os.ReadFile("locales/active." + string(l) + ".toml")
			if err != nil {
				return err
			}
			words[l] = string(text)
		}
		return trainLanguages(corpus(bases, tones, words), lettersFile)
	case write:
		model, err := json.Marshal(fit(bases, tones))
		if err != nil {
			return err
		}
		return os.WriteFile(modelFile, append(model, '\n'), 0o644)
	}
	return validate(out, bases, tones, full)
}

// fit trains a whole model.
func fit(bases []base, tones []said) *faq.Model {
	// The trees are few and flat: deeper ones fit the companies they saw.
	m := train(examples(bases), settings{rounds: 300, trees: 60, depth: 2, rate: 0.08, shrink: 0.0003, leaf: 5, smallest: 3})
	trainTones(m, slices.Concat(questions(bases), requests(), tones))
	m.Answer, m.Clarify = tellFrom, offerFrom
	return m
}

// validate measures each company with a model that never saw it, with its
// aliases and without.
func validate(out io.Writer, bases []base, tones []said, full bool) error {
	for i, b := range bases {
		m := fit(slices.Delete(slices.Clone(bases), i, i+1), tones)
		fmt.Fprintf(out, "%s, by a model of the others:\n", b.name)
		if full {
			if err := eval.Report(out, b.queries, predict(m, b)); err != nil {
				return err
			}
			continue
		}
		brief(out, "with aliases", b.queries, predict(m, b))
		bare := b
		bare.articles = slices.Clone(b.articles)
		for k := range bare.articles {
			bare.articles[k].Aliases = bot.Aliases{}
		}
		brief(out, "without", b.queries, predict(m, bare))
	}
	return nil
}

func brief(out io.Writer, name string, q []eval.Query, p []eval.Prediction) {
	s := eval.Measure(q, p)
	fmt.Fprintf(out, "  %-12s helpful %.1f / %.1f / %.1f, top-1 %.1f, top-3 %.1f, answered right %.1f, false %.2f, helped %.1f, clarified for nothing %.1f, human %.1f, taken for human %.1f\n ",
		name, s.Helpful[0].Rate, s.Helpful[1].Rate, s.Helpful[2].Rate, s.Top1, s.Top3, s.Right, s.False, s.Helped, s.Nuisance, s.HumanRecall, s.TakenForHuman)
	for _, k := range eval.Kinds(q) {
		if s := eval.Measure(eval.Only(q, func(q eval.Query) bool { return q.Kind == k }), p); s.InDomain > 0 {
			fmt.Fprintf(out, " %s %.1f", k, s.Top1)
		}
	}
	fmt.Fprintln(out)
}

func predict(m *faq.Model, b base) []eval.Prediction {
	x := faq.NewIndexWith(b.articles, m)
	var out []eval.Prediction
	for _, q := range b.queries {
		p := eval.Prediction{ID: q.ID, Action: eval.None}
		found := x.Find(q.Text, bot.Ukrainian, time.Now())
		for i, c := range found.Matches {
			if i == 0 {
				p.Confidence = c.Score
			}
			p.Top = append(p.Top, c.Article.ID)
		}
		switch found.Outcome {
		case flows.Sure:
			p.Action = eval.Answer
		case flows.Unclear:
			p.Action = eval.Clarify
		case flows.AsksHuman, flows.Complains:
			p.Action = eval.Human
		}
		out = append(out, p)
	}
	return out
}
