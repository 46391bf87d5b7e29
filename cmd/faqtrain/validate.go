package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/search/eval"
)

// trial is how a cross-validation is run.
type trial struct {
	quick  bool   // with the intents of the written model, and with aliases only
	atlas  bool   // with the atlas of trades
	misses string // a company: list what is wrong there, and nothing else
}

// validate measures each company with a model that never saw it, with its
// aliases and without, and what learning gains for it.
func (t trial) validate(out io.Writer, bases []played, intents []said) error {
	var loss, all float64
	var with, without []eval.Score
	var scores [2][]eval.Score // by the atlas: without the company's trade, with it
	trades := [2]string{", no base", ", its trade"}
	var taught, taughtBare []gain
	models, err := t.fitEach(bases)
	if err != nil {
		return err
	}
	for i, b := range bases {
		m := models[i]
		if m == nil {
			continue
		}
		others := slices.Delete(slices.Clone(bases), i, i+1)
		if err := t.intents(m, others, intents); err != nil {
			return err
		}
		if t.misses != "" {
			misses(out, m, b)
			continue
		}
		if t.atlas {
			loss += b.loss(m)
			all += b.weight
			for i, own := range []bool{false, true} {
				predictions := b.predict(m, b.base, own)
				scores[i] = append(scores[i], eval.Measure(b.queries, predictions))
				report(out, b.name+trades[i], scores[i][len(scores[i])-1])
				reportKinds(out, b.queries, predictions)
			}
			continue
		}
		loss += b.loss(m)
		all += b.weight
		predictions := b.predict(m, b.base, false)
		with = append(with, eval.Measure(b.queries, predictions))
		report(out, b.name, with[len(with)-1])
		reportKinds(out, b.queries, predictions)
		taught = append(taught, learns(m, b.base))
		reportGain(out, "  with aliases", taught[len(taught)-1])
		if !t.quick {
			bare := b.bare()
			without = append(without, eval.Measure(bare.queries, b.predict(m, bare, false)))
			report(out, "  without aliases", without[len(without)-1])
			taughtBare = append(taughtBare, learns(m, bare))
			reportGain(out, "  without aliases", taughtBare[len(taughtBare)-1])
		}
	}
	for i := range scores {
		if len(scores[i]) > 0 {
			report(out, "mean"+trades[i], mean(scores[i]))
			fmt.Fprintf(out, "loss of a message %.4f\n", loss/all)
		}
	}
	if len(with) > 0 {
		report(out, "mean", mean(with))
		reportGain(out, "  with aliases", meanGain(taught))
		fmt.Fprintf(out, "loss of a message %.4f\n", loss/all)
	}
	if len(without) > 0 {
		report(out, "  without aliases", mean(without))
		reportGain(out, "  without aliases", meanGain(taughtBare))
	}
	return nil
}

// fitEach ranks for each company by the others, two at once; nil where only another one
// is wanted.
func (t trial) fitEach(bases []played) ([]*search.Model, error) {
	models := make([]*search.Model, len(bases))
	var all errgroup.Group
	all.SetLimit(2)
	for i, b := range bases {
		if t.misses != "" && t.misses != b.name {
			continue
		}
		all.Go(func() error {
			models[i] = &search.Model{}
			*b.ranking(models[i]) = *fit(slices.Delete(slices.Clone(bases), i, i+1))
			return nil
		})
	}
	return models, all.Wait()
}

// intents gives a model its intents.
func (t trial) intents(m *search.Model, bases []played, intents []said) error {
	if !t.quick {
		var plain []base
		for _, b := range bases {
			plain = append(plain, b.base)
		}
		fitIntents(m, plain, intents)
		return nil
	}
	old, err := writtenModel()
	if err != nil {
		return err
	}
	m.Intents, m.IntentScale = old.Intents, old.IntentScale
	m.Person, m.PersonScale = old.Person, old.PersonScale
	return nil
}

// loss returns what a model loses on the messages of a base.
func (p played) loss(m *search.Model) float64 {
	score, g, h := shape(p.examples), shape(p.examples), shape(p.examples)
	for i, e := range p.examples {
		for j, row := range e.rows {
			score[i][j] = p.ranking(m).Score(row)
		}
	}
	return gradients(p.examples, score, g, h) + lostLoss*p.lost
}

// lostLoss is the loss of a message whose article was not even a candidate.
const lostLoss = 4

func report(out io.Writer, name string, s eval.Score) {
	fmt.Fprintf(out, "%-18s helpful at 1 %% %.1f, at 2 %% %.1f, top-1 %.1f, top-3 %.1f, answered right %.1f, false %.2f, helped %.1f, clarified for nothing %.1f, human %.1f, taken for human %.1f\n",
		name, s.Helpful[0].Rate, s.Helpful[1].Rate, s.Top1, s.Top3, s.Right, s.False, s.Helped, s.Nuisance, s.HumanRecall, s.TakenForHuman)
}

func reportKinds(out io.Writer, q []eval.Query, p []eval.Prediction) {
	fmt.Fprint(out, "  top-1")
	for _, k := range eval.Kinds(q) {
		if s := eval.Measure(eval.Only(q, func(q eval.Query) bool { return q.Kind == k }), p); s.InDomain > 0 {
			fmt.Fprintf(out, " %s %.1f", k, s.Top1)
		}
	}
	fmt.Fprintln(out)
}

// mean returns the mean of what report prints.
func mean(scores []eval.Score) (m eval.Score) {
	n := float64(len(scores))
	for _, s := range scores {
		m.Helpful[0].Rate += s.Helpful[0].Rate / n
		m.Helpful[1].Rate += s.Helpful[1].Rate / n
		m.Top1 += s.Top1 / n
		m.Top3 += s.Top3 / n
		m.Right += s.Right / n
		m.False += s.False / n
		m.Helped += s.Helped / n
		m.Nuisance += s.Nuisance / n
		m.HumanRecall += s.HumanRecall / n
		m.TakenForHuman += s.TakenForHuman / n
	}
	return m
}

// misses lists the messages whose article did not come first, and those that
// were told or offered something for nothing.
func misses(out io.Writer, m *search.Model, b played) {
	predictions := b.predict(m, b.base, false)
	for i, q := range b.queries {
		p := predictions[i]
		if len(p.Top) > 0 && p.Top[0] == q.Expect || p.Action == eval.None && q.Expect == eval.ExpectNone || p.Action == q.Expect {
			continue
		}
		fmt.Fprintf(out, "%-10s %-8s %.2f %-18s %2d. in %v: %s\n",
			q.Kind, p.Action, p.Confidence, q.Expect, slices.Index(p.Top, q.Expect)+1, p.Top[:min(3, len(p.Top))], q.Text)
	}
}

// predict is what the bot would do with each message of the base, where its atlas knows
// its own trade or not.
func (at atlases) predict(m *search.Model, b base, own bool) []eval.Prediction {
	x := at.index(b.articles, m, own)
	var out []eval.Prediction
	for _, q := range b.queries {
		found := x.Find(q.Text, bot.Ukrainian, time.Now())
		p := eval.Prediction{ID: q.ID, Action: eval.None, Offered: len(found.Offered())}
		for i, c := range found.Matches {
			if i == 0 {
				p.Confidence = c.Score
			}
			p.Top = append(p.Top, c.Article.ID)
		}
		switch o := found.Outcome; {
		case o == flows.Sure:
			p.Action = eval.Answer
		case o == flows.Unclear:
			p.Action = eval.Clarify
		case o.ForHuman():
			p.Action = eval.Human
		}
		out = append(out, p)
	}
	return out
}
