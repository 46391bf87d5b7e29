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
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"visnyk/flows"
)

const confusableFile = "flows/confusable.txt"

func main() {
	names := flag.String("dictionaries", "/usr/share/hunspell/uk_UA,/usr/share/hunspell/ru_RU", "the dictionaries, without .dic and .aff")
	write := flag.Bool("write", false, "write "+confusableFile)
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
		err = report(os.Stdout, words)
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
// how many that are.
func report(out io.Writer, words []string) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%d word forms\n", len(words))
	for _, way := range ways {
		wrong, shared := 0, 0
		for _, word := range words {
			for _, typed := range way.typed(word) {
				c := flows.ParseCommand(typed)
				switch {
				case c == flows.None || flows.Listed(word):
				case sharesKeys(typed):
					shared++
				default:
					fmt.Fprintf(w, "%s\t%s\t%s\n", c, word, typed)
					wrong++
				}
			}
		}
		fmt.Fprintf(w, "%d wrong %s, %d more by the very keys of a form\n", wrong, way.name, shared)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// sharesKeys reports whether what was typed are the keys of a form of a command too,
// or is one itself: nobody can tell which of the two was meant.
func sharesKeys(typed string) bool {
	bare := strings.TrimRight(typed, ",.")
	return flows.Listed(bare) || slices.ContainsFunc(append(flows.OtherLayouts(typed), flows.OtherCyrillic(typed)...), flows.Listed)
}

// writeConfusable keeps the words that stand beside a form of a command.
func writeConfusable(words []string) error {
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !flows.Resembles(w) })
	return os.WriteFile(confusableFile, []byte(strings.Join(kept, "\n")+"\n"), 0o644)
}
