package eval

import (
	"cmp"
	"slices"
)

// Score is what predictions are worth; every share is of 100.
type Score struct {
	Queries, InDomain, OutOfDomain, Humans int

	Top1, Top3       float64 // of in-domain queries, whatever the action
	Right, Wrong     float64 // answered so, of in-domain queries
	False            float64 // false answers, of all queries
	FalseOfAnswers   float64 // false answers, of the answers given
	ClarifyRight     float64 // of in-domain queries
	Helped           float64 // answered right or asked back with the right one
	Nuisance         float64 // out-of-domain queries asked back, of those
	HumanRecall      float64
	TakenForHuman    float64 // in-domain queries taken for a request, of those
	Language         float64 // replies in the right language, of uk and ru queries
	Helpful          [3]Cut  // false answers at most 1, 2, 5 % of all queries
	HelpfulOfAnswers [3]Cut  // false answers at most 1, 2, 5 % of the answers
}

// Cut is the best place for a threshold under a limit.
type Cut struct {
	Limit float64 // percent
	Rate  float64 // right answers, of in-domain queries
	At    float64 // the confidence of the cut
}

var limits = [3]float64{1, 2, 5}

// Measure scores the predictions; a missing one counts as none.
func Measure(queries []Query, predictions []Prediction) Score {
	byID := make(map[string]Prediction, len(predictions))
	for _, p := range predictions {
		byID[p.ID] = p
	}
	s := Score{Queries: len(queries)}
	var top1, top3, right, wrong, falseOnes, answers, clarified, nuisance, human, taken, spoken, lang int
	for _, q := range queries {
		p, ok := byID[q.ID]
		if !ok {
			p.Action = None
		}
		first := len(p.Top) > 0 && p.Top[0] == q.Expect
		among := slices.Contains(p.Top[:min(3, len(p.Top))], q.Expect)
		answers += count(p.Action == Answer)
		if q.inDomain() {
			s.InDomain++
			top1 += count(first)
			top3 += count(among)
			right += count(p.Action == Answer && first)
			wrong += count(p.Action == Answer && !first)
			clarified += count(p.Action == Clarify && slices.Contains(p.Top[:min(cmp.Or(p.Offered, 3), len(p.Top))], q.Expect))
			taken += count(p.Action == Human)
		} else {
			s.OutOfDomain++
			falseOnes += count(p.Action == Answer)
			nuisance += count(p.Action == Clarify)
		}
		if q.Expect == ExpectHuman {
			s.Humans++
			human += count(p.Action == Human)
		}
		if q.Lang == "uk" || q.Lang == "ru" {
			spoken++
			lang += count(p.Lang == q.Lang)
		}
	}
	s.Top1, s.Top3 = share(top1, s.InDomain), share(top3, s.InDomain)
	s.Right, s.Wrong = share(right, s.InDomain), share(wrong, s.InDomain)
	s.False = share(wrong+falseOnes, s.Queries)
	s.FalseOfAnswers = share(wrong+falseOnes, answers)
	s.ClarifyRight = share(clarified, s.InDomain)
	s.Helped = share(right+clarified, s.InDomain)
	s.Nuisance = share(nuisance, s.OutOfDomain)
	s.HumanRecall = share(human, s.Humans)
	s.TakenForHuman = share(taken, s.InDomain)
	s.Language = share(lang, spoken)
	s.sweep(queries, byID)
	return s
}

// sweep finds the cuts. Queries of equal confidence are never split.
func (s *Score) sweep(queries []Query, byID map[string]Prediction) {
	type shot struct {
		confidence float64
		right      bool
	}
	var shots []shot
	for _, q := range queries {
		p, ok := byID[q.ID]
		if !ok || p.Action == Human || len(p.Top) == 0 {
			continue
		}
		shots = append(shots, shot{p.Confidence, p.Top[0] == q.Expect})
	}
	slices.SortStableFunc(shots, func(a, b shot) int { return cmp.Compare(b.confidence, a.confidence) })
	for i, l := range limits {
		s.Helpful[i].Limit, s.HelpfulOfAnswers[i].Limit = l, l
	}
	var right, wrong int
	for i, shot := range shots {
		right += count(shot.right)
		wrong += count(!shot.right)
		if i+1 < len(shots) && shots[i+1].confidence == shot.confidence {
			continue
		}
		rate := share(right, s.InDomain)
		for i, l := range limits {
			if c := &s.Helpful[i]; share(wrong, s.Queries) <= l && rate > c.Rate {
				c.Rate, c.At = rate, shot.confidence
			}
			if c := &s.HelpfulOfAnswers[i]; share(wrong, right+wrong) <= l && rate > c.Rate {
				c.Rate, c.At = rate, shot.confidence
			}
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
