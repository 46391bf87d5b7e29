// Command wordforms holds what the bot takes for a command against every word
// form of both languages. It is run by hand, from the top folder, when the words
// of a command change, and wants the dictionaries for that run only:
//
//	apt-get install hunspell-uk hunspell-ru
//	go run ./cmd/wordforms           # prints every form that is taken for a command and is none
//	go run ./cmd/wordforms -write    # flows/confusable.txt, the words that are no slips
//	go run ./cmd/wordforms -alike    # the words of both languages that decide one
//
// It knows nothing of the service and the service nothing of it: only the file
// passes between them.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"visnyk/flows"
)

const confusableFile = "flows/confusable.txt"

func main() {
	names := flag.String("dictionaries", "/usr/share/hunspell/uk_UA,/usr/share/hunspell/ru_RU", "the dictionaries, without .dic and .aff")
	write := flag.Bool("write", false, "write "+confusableFile)
	only := flag.String("way", "", "try one way of typing alone, such as \"in Latin letters\"")
	alike := flag.Bool("alike", false, "print the words of both languages that are taken for one of them")
	flag.Parse()
	log.SetFlags(0)
	if *alike {
		if err := reportAlike(os.Stdout, strings.Split(*names, ",")); err != nil {
			log.Fatal("wordforms: ", err)
		}
		return
	}
	words, err := readForms(strings.Split(*names, ","))
	if err == nil && *write {
		err = writeConfusable(words)
	}
	if err == nil && !*write {
		err = report(os.Stdout, words, *only)
	}
	if err != nil {
		log.Fatal("wordforms: ", err)
	}
}

// readForms returns every form of the words of the dictionaries, in their order.
func readForms(names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		d, err := readDictionary(name)
		if err != nil {
			return nil, err
		}
		d.eachForm(func(form string) { all = append(all, strings.ToLower(form)) })
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// report prints what is taken for a command and is none, by how it was typed, and
// how many that are. Each way reads some twenty million texts, so that they are read
// on all processors, and what was found is printed as it is.
// Where only is not empty, that way alone is tried.
func report(out io.Writer, words []string, only string) error {
	if _, err := fmt.Fprintf(out, "%d word forms\n", len(words)); err != nil {
		return err
	}
	for _, way := range ways {
		if only != "" && only != way.name {
			continue
		}
		var total tally
		for block := range slices.Chunk(words, blockSize) {
			found := taken(block, way.typed)
			if _, err := io.WriteString(out, found.wrong.String()); err != nil {
				return err
			}
			total.wrongs, total.shared = total.wrongs+found.wrongs, total.shared+found.shared
		}
		if _, err := fmt.Fprintf(out, "%d wrong %s, %d more by the very keys of a form\n", total.wrongs, way.name, total.shared); err != nil {
			return err
		}
	}
	return nil
}

// blockSize is after how many words what was found is printed.
const blockSize = 100_000

// tally is what of some words is taken for a command: those that are none, and how
// many nobody can tell.
type tally struct {
	wrong          strings.Builder
	wrongs, shared int
}

// taken reads a block of words on all processors and counts them in their order.
func taken(block []string, typed func(string) []string) (total tally) {
	parts := slices.Collect(slices.Chunk(block, (len(block)+runtime.NumCPU()-1)/runtime.NumCPU()))
	tallies := make([]tally, len(parts))
	var all sync.WaitGroup
	for i, words := range parts {
		all.Go(func() {
			for _, word := range words {
				tallies[i].read(word, typed(word))
			}
		})
	}
	all.Wait()
	for i := range tallies {
		total.wrong.WriteString(tallies[i].wrong.String())
		total.wrongs, total.shared = total.wrongs+tallies[i].wrongs, total.shared+tallies[i].shared
	}
	return total
}

// read counts a word as it is typed.
func (t *tally) read(word string, typed []string) {
	for _, text := range typed {
		c := flows.ParseCommand(text)
		switch {
		case c == flows.None || flows.Listed(word):
		case sharesKeys(text):
			t.shared++
		default:
			fmt.Fprintf(&t.wrong, "%s\t%s\t%s\n", c, word, text)
			t.wrongs++
		}
	}
}

// sharesKeys reports whether what was typed are the keys of a form of a command too,
// or is one itself: nobody can tell which of the two was meant.
func sharesKeys(typed string) bool {
	bare := strings.TrimRight(typed, ",.")
	return flows.Listed(bare) || slices.ContainsFunc(append(flows.OtherLayouts(typed), flows.OtherCyrillic(typed)...), flows.Listed)
}

// writeConfusable keeps the words that stand beside a form of a command, and those kept
// before that still do: each release of the dictionaries has words that others lack.
func writeConfusable(words []string) error {
	before, err := os.ReadFile(confusableFile)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(append(slices.Clone(words), strings.Fields(string(before))...), func(w string) bool { return !flows.Resembles(w) })
	slices.Sort(kept)
	return os.WriteFile(confusableFile, []byte(strings.Join(slices.Compact(kept), "\n")+"\n"), 0o644)
}
