package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// mood is a row of the table: messages of the letters, and what they are to come
// out as.
type mood struct {
	name    string
	letters string
	right   []flows.Outcome
}

func moods() []mood {
	person := []flows.Outcome{flows.AsksHuman, flows.Complains, flows.Threatens, flows.WantsRefund}
	return []mood{
		{"for a person", "h", person},
		{"questions, handed over", "q", person},
		{"too dear", "p", []flows.Outcome{flows.FindsDear}},
		{"the bot is insulted", "i", append(person, flows.Insults, flows.Unhelped)},
		{"it did not help", "u", []flows.Outcome{flows.Unhelped}},
		{"who is this, who am I", "wm", []flows.Outcome{flows.WondersWho, flows.WondersWhoAmI}},
		{"farewell", "b", []flows.Outcome{flows.SaysBye}},
		{"yes and no", "a", []flows.Outcome{flows.SaysYes, flows.SaysNo}},
		{"greetings, thanks, small talk", "gts", []flows.Outcome{flows.SaysHello, flows.SaysThanks, flows.Chats, flows.SaysYes}},
	}
}

// heard returns what the bot makes of a first message: its commands come before the
// search. offered is set where it is not handed over but a person is offered.
func heard(x *search.Index, text string) (o flows.Outcome, offered bool) {
	switch flows.ParseCommand(text) {
	case flows.WantsHuman, flows.WantsToComplain:
		return flows.AsksHuman, false
	case flows.Greets:
		return flows.SaysHello, false
	case flows.Thanks:
		return flows.SaysThanks, false
	}
	f := x.Find(text, bot.Ukrainian, time.Now())
	offers := f.Doubtful || f.Outcome == flows.Insults
	return f.Outcome, offers && !f.Outcome.ForHuman()
}

// held returns the messages held back, without those that stand word for word among
// the ones trained on.
func held(trained []said) (kept []said, dropped int, err error) {
	all, err := readIntents(data + "held.txt")
	if err != nil {
		return nil, 0, err
	}
	known := map[string]bool{}
	for _, s := range trained {
		known[strings.ToLower(s.text)] = true
	}
	kept = slices.DeleteFunc(slices.Clone(all), func(s said) bool { return known[strings.ToLower(s.text)] })
	return kept, len(all) - len(kept), nil
}

// reportMoods prints how the messages held back come out, over the articles of every
// company, by the written model or, unless quick, by one that saw nothing of the
// company; and how many of the companies' own questions are handed over.
func reportMoods(out io.Writer, quick bool) error {
	bases, intents, err := readData()
	if err != nil {
		return err
	}
	model, err := writtenModel()
	if err != nil {
		return err
	}
	messages, dropped, err := held(slices.Concat(requests(), intents))
	if err != nil {
		return err
	}
	rows := map[string]*tally{}
	var companies []string
	total := tally{}
	for i, b := range bases {
		m := *model
		if !quick {
			fitIntents(&m, slices.Delete(slices.Clone(bases), i, i+1), intents)
		}
		at, err := atlasesOf(b.name)
		if err != nil {
			return err
		}
		x := at.index(b.articles, &m, false)
		person, asked, own := tally{}, tally{}, tally{}
		for _, row := range moods() {
			t := rows[row.name]
			if t == nil {
				t = &tally{}
				rows[row.name] = t
			}
			for _, s := range messages {
				if strings.IndexByte(row.letters, search.IntentNames[s.intent]) < 0 {
					continue
				}
				o, offered := heard(x, s.text)
				such := slices.Contains(row.right, o)
				t.add(such, offered)
				switch row.letters {
				case "h":
					person.add(such, offered)
				case "q":
					asked.add(such, offered)
				}
			}
		}
		for _, q := range b.queries {
			if q.Expect != "none" && q.Expect != "human" {
				o, offered := heard(x, q.Text)
				own.add(o.ForHuman(), offered)
				total.add(o.ForHuman(), offered)
			}
		}
		companies = append(companies, fmt.Sprintf("| %s\t| %s\t| %s\t| %s\t|", b.name, person, asked, own))
	}
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "%d messages held back, %d more are word for word among those trained on\n", len(messages), dropped)
	fmt.Fprintf(w, "| messages held back\t| number\t| so, %%\t| so, or a person offered, %%\t|\n|---\t|---\t|---\t|---\t|\n")
	for _, row := range moods() {
		t := rows[row.name].over(len(bases))
		fmt.Fprintf(w, "| %s\t| %.0f\t| %s\t| %s\t|\n", row.name, t.of, t, tally{such: t.such + t.offered, of: t.of})
	}
	fmt.Fprintf(w, "| the companies' own questions, handed over\t| %.0f\t| %s\t| %s\t|\n", total.of, total, tally{such: total.such + total.offered, of: total.of})
	fmt.Fprintf(w, "\n| company\t| for a person\t| questions handed over\t| its own questions handed over\t|\n|---\t|---\t|---\t|---\t|\n%s\n", strings.Join(companies, "\n"))
	return w.Flush()
}

// tally counts how many of the messages are such, and to how many others a person is
// offered.
type tally struct{ such, offered, of float64 }

func (t *tally) add(such, offered bool) {
	t.of++
	switch {
	case such:
		t.such++
	case offered:
		t.offered++
	}
}

// over returns the mean of n tallies of the same messages, counted together.
func (t tally) over(n int) tally {
	return tally{t.such / float64(n), t.offered / float64(n), t.of / float64(n)}
}

// String returns the share with Wilson's interval of 95 %.
func (t tally) String() string {
	if t.of == 0 {
		return "–"
	}
	low, high := wilson(t.such, t.of)
	return fmt.Sprintf("%.1f (%.1f–%.1f)", 100*t.such/t.of, 100*low, 100*high)
}

// wilson returns the bounds, from 0 to 1, between which the share lies of which
// such of n were seen, at a confidence of 95 %.
func wilson(such, n float64) (low, high float64) {
	const z = 1.959964
	p := such / n
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}
