package main

import (
	"math"
	"slices"
	"testing"

	"visnyk/flows/faq/search"
)

// TestMoodsHeldBack holds, over one company, what was measured on messages that no
// model is trained on, a little below it; go run ./cmd/faqtrain -moods -quick prints
// it over all of them.
func TestMoodsHeldBack(t *testing.T) {
	t.Chdir("../..")
	intents, err := readIntents(data + "intents.txt")
	if err != nil {
		t.Fatal(err)
	}
	messages, _, err := held(slices.Concat(requests(), intents))
	if err != nil {
		t.Fatal(err)
	}
	b, err := readBase(data + "water")
	if err != nil {
		t.Fatal(err)
	}
	model, err := writtenModel()
	if err != nil {
		t.Fatal(err)
	}
	at, err := atlasesOf(b.name)
	if err != nil {
		t.Fatal(err)
	}
	x := at.index(b.articles, model, false)
	var person, asked tally
	for _, s := range messages {
		switch search.IntentNames[s.intent] {
		case 'h':
			o, offered := heard(x, s.text)
			person.add(o.ForHuman(), offered)
		case 'q':
			o, offered := heard(x, s.text)
			asked.add(o.ForHuman(), offered)
		}
	}
	t.Logf("for a person %s of %.0f; questions handed over %s of %.0f", person, person.of, asked, asked.of)
	if person.of < 300 || asked.of < 900 {
		t.Errorf("%.0f requests and %.0f questions are held back", person.of, asked.of)
	}
	if person.such < 0.9*person.of || person.such+person.offered < 0.97*person.of {
		t.Errorf("%.0f of %.0f requests are handed over, %.0f more are offered a person", person.such, person.of, person.offered)
	}
	if asked.such > 0.008*asked.of {
		t.Errorf("%.0f of %.0f questions are handed over", asked.such, asked.of)
	}
}

func TestWilson(t *testing.T) {
	low, high := wilson(98, 100)
	if math.Abs(low-0.9300) > 0.0005 || math.Abs(high-0.9945) > 0.0005 {
		t.Errorf("98 of 100 lies between %.4f and %.4f", low, high)
	}
}
