// Command faqtrain trains what the FAQ search and the language detection weigh
// their evidence by, from the texts of this repository. It is run by hand, from
// the top folder, when a feature or the data change:
//
//	go run ./cmd/faqtrain                # cross-validation by company, nothing written
//	go run ./cmd/faqtrain -atlas         # the same with the atlas of trades: the README's table
//	go run ./cmd/faqtrain -misses gym    # what the cross-validation of one got wrong
//	go run ./cmd/faqtrain -write         # flows/faq/search/model.json.gz, from all companies
//	go run ./cmd/faqtrain -intents       # the intents of it anew, the rest as it is
//	go run ./cmd/faqtrain -moods         # the README's table of moods, nothing written
//	go run ./cmd/faqtrain -languages     # locales/letters.json
//
// It knows nothing of the service and the service nothing of it: only the two
// files pass between them.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"visnyk/bot"
	"visnyk/flows/faq/search"
)

const (
	data        = "flows/faq/search/testdata/"
	modelFile   = "flows/faq/search/model.json.gz"
	lettersFile = "locales/letters.json"

	// The confidences from which an article is told, with another near it and alone,
	// and offered. Chosen on the cross-validation of all companies, with aliases and
	// without: false answers within 1.5 % of all messages and 2 % of any company's,
	// asking back on at most a third of those that nothing answers.
	tellFrom  = 0.84
	tellAlone = 0.75
	offerFrom = 0.33

	// The same with the atlas of trades, where likeness to what is asked elsewhere makes
	// most messages likely: told from tellClose on where the wordings are close, too, and
	// wrong to at most 1.5 % of the messages of any company.
	tellAtlas  = 0.95
	tellClose  = 0.70
	offerAtlas = 0.27
)

// companies are the folders below data, a base of articles and its messages each.
// The messages of bank and hotel were never looked at while features and lexicon
// were made: how they do tells what a new company may expect.
func companies() []string {
	return []string{"shop", "water", "clinic", "mobile", "gym", "bank", "hotel"}
}

func main() {
	write := flag.Bool("write", false, "train on all companies and write "+modelFile)
	moods := flag.Bool("moods", false, "print how moods are heard, on messages held back")
	fresh := flag.Bool("intents", false, "train the intents of "+modelFile+" anew")
	languages := flag.Bool("languages", false, "train the language detection and write "+lettersFile)
	quick := flag.Bool("quick", false, "cross-validate without training the intents, with aliases only; of moods, print those of the written model alone")
	atlas := flag.Bool("atlas", false, "cross-validate with the atlas of trades, first without those of the company; with -write, train only the ranking with it")
	only := flag.String("misses", "", "list what the cross-validation of this company got wrong")
	flag.Parse()
	log.SetFlags(0)
	var err error
	switch {
	case *moods:
		err = reportMoods(os.Stdout, *quick)
	case *fresh:
		err = rewriteIntents()
	default:
		err = run(os.Stdout, *write, *languages, trial{quick: *quick, misses: *only, atlas: *atlas})
	}
	if err != nil {
		log.Fatal("faqtrain: ", err)
	}
}

// readData reads what is trained on.
func readData() (bases []base, intents []said, err error) {
	if intents, err = readIntents(data + "intents.txt"); err != nil {
		return nil, nil, err
	}
	groups, err := readGroups(moodWords)
	if err != nil {
		return nil, nil, err
	}
	intents = append(intents, phrasesOf(groups)...)
	for _, name := range companies() {
		b, err := readBase(data + name)
		if err != nil {
			return nil, nil, err
		}
		bases = append(bases, b)
	}
	return bases, intents, nil
}

func run(out io.Writer, write, languages bool, t trial) error {
	bases, intents, err := readData()
	if err != nil {
		return err
	}
	if languages {
		words := map[bot.Language]string{}
		for _, l := range bot.Languages() {
			text, err := os.ReadFile("locales/active." + string(l) + ".toml")
			if err != nil {
				return err
			}
			words[l] = string(text)
		}
		return trainLanguages(corpus(bases, intents, words), lettersFile)
	}
	if !write {
		all, err := playAll(bases, t.atlas)
		if err != nil {
			return err
		}
		return t.validate(out, all, intents)
	}
	m, err := writtenModel()
	if err != nil {
		return err
	}
	all, err := playAll(bases, true)
	if err != nil {
		return err
	}
	m.Atlas = *fit(all)
	if !t.atlas {
		if all, err = playAll(bases, false); err != nil {
			return err
		}
		m.Ranking = *fit(all)
		fitIntents(m, bases, intents)
	}
	return writeModel(m)
}

// playAll plays all bases, by an atlas or by words alone, two at once.
func playAll(bases []base, atlas bool) ([]played, error) {
	all := make([]played, len(bases))
	var each errgroup.Group
	each.SetLimit(2)
	for i, b := range bases {
		each.Go(func() (err error) {
			var at atlases
			if atlas {
				if at, err = atlasesOf(b.name); err != nil {
					return err
				}
			}
			all[i] = play(b, at)
			return nil
		})
	}
	return all, each.Wait()
}

// rewriteIntents trains the intents of the written model anew and leaves the rest
// of it, to the byte.
func rewriteIntents() error {
	bases, intents, err := readData()
	if err != nil {
		return err
	}
	m, err := writtenModel()
	if err != nil {
		return err
	}
	fitIntents(m, bases, intents)
	return writeModel(m)
}

func writtenModel() (*search.Model, error) {
	written, err := os.Open(modelFile)
	if err != nil {
		return nil, err
	}
	defer written.Close()
	return search.ReadModel(written)
}

func writeModel(m *search.Model) error {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(m); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(modelFile, packed.Bytes(), 0o644)
}

// fit trains a ranking.
func fit(bases []played) *search.Ranking {
	var all []example
	for _, b := range bases {
		all = append(all, b.examples...)
	}
	// The trees are many and flat: deeper ones fit the companies they saw.
	m := train(all, settings{rounds: 200, trees: 150, depth: 3, rate: 0.06, shrink: 0.0003, leaf: 15, smallest: 10})
	m.Answer, m.Alone, m.Clarify = tellFrom, tellAlone, offerFrom
	if bases[0].own != nil {
		m.Answer, m.Alone, m.Clarify = tellAtlas, tellClose, offerAtlas
	}
	return m
}

// fitIntents trains the intents of a model.
func fitIntents(m *search.Model, bases []base, intents []said) {
	all := slices.Concat(questions(bases), requests(), intents)
	var both sync.WaitGroup
	both.Go(func() { trainIntents(m, all) })
	both.Go(func() { trainPerson(m, all) })
	both.Wait()
}
