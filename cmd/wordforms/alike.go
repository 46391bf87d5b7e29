package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"visnyk/locales"
)

// reportAlike prints how many words the dictionaries share, and which of them are
// taken for one language all the same: alone, as somebody types them.
func reportAlike(out io.Writer, names []string) error {
	if len(names) != 2 {
		return fmt.Errorf("words of both languages need two dictionaries, not %d", len(names))
	}
	first, err := readForms(names[:1])
	if err != nil {
		return err
	}
	second, err := readForms(names[1:])
	if err != nil {
		return err
	}
	var all int
	var decide []string
	for _, word := range first {
		if _, both := slices.BinarySearch(second, word); !both {
			continue
		}
		all++
		if l, _ := locales.Detect(word); l.Known() {
			decide = append(decide, word)
		}
	}
	_, err = fmt.Fprintf(out, "%d words are spelt alike in both languages; %d of them decide one: %s\n", all, len(decide), strings.Join(decide, ", "))
	return err
}
