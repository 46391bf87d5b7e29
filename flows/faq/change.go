package faq

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// ofChange is what a question turns out to be that a change answers.
const ofChange flows.Outcome = "change"

// beyondDoubt is the score of an article that answers whatever else may.
const beyondDoubt = 0.97

// aChange marks a change among the options; no id begins with it.
const aChange = "\t"

// option is how a match stands among the options.
func option(m flows.Match) string {
	if m.Change != "" {
		return aChange + m.Change
	}
	return m.Article.ID
}

// changeOf returns the change that the option is; "" for an article.
func changeOf(option string) string {
	id, ok := strings.CutPrefix(option, aChange)
	if !ok {
		return ""
	}
	return id
}

// articles are those of the options that are articles.
func articles(t flows.Turn) []string {
	return slices.DeleteFunc(options(t), func(o string) bool { return changeOf(o) != "" })
}

// open leads to the change that was chosen.
func open(t flows.Turn) []flows.Effect {
	return tell(changeOf(chosen(t)), bot.PartCard)
}

// tell leads to a part of a change: it is the answer, and no more is asked of it.
func tell(change string, part bot.RenderingPart) []flows.Effect {
	return []flows.Effect{
		flows.Set{Name: flows.VarChange, Value: change},
		flows.Set{Name: flows.VarPart, Value: string(part)},
		flows.Set{Name: varTold, Value: change + "/" + string(part)},
		flows.Set{Name: flows.VarTopic},
		flows.Set{Name: flows.VarAsked},
		flows.Set{Name: flows.VarMisses},
	}
}

// within decides between a change and the articles. A question about the change that
// is read stays with it: its own parts answer first, then articles that surely do;
// one beyond doubt before them.
// Where the person said that it is about the change, no part answers twice in a row,
// and what is only like it is not what was asked. part is "" where no change
// answers.
func within(t flows.Turn, found flows.Finding) (as flows.Finding, change string, part bot.RenderingPart) {
	n, within := t.Entry(t.Var(flows.VarTopic))
	alone := t.Var(flows.VarAlone) != ""
	asks := found.Undecided() || found.Outcome == flows.Sure
	fresh := func(change string, part bot.RenderingPart) bool {
		return !within || !alone || t.Var(varTold) != change+"/"+string(part)
	}
	article := found.Outcome == flows.Sure && found.Matches[0].Change == "" && found.Matches[0].Score >= beyondDoubt
	if within && asks && !article {
		if p, ok := found.Parts[n.Change.ID]; ok && fresh(n.Change.ID, p) {
			return found, n.Change.ID, p
		}
	}
	if found.Outcome == flows.Sure && found.Matches[0].Change != "" {
		if c := found.Matches[0].Change; fresh(c, bot.PartCard) {
			return found, c, bot.PartCard
		}
		return flows.Finding{}, "", ""
	}
	if within && alone && found.Outcome == flows.Unclear {
		return flows.Finding{}, "", ""
	}
	return found, "", ""
}
