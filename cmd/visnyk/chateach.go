package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"visnyk/bot"
)

// answerEach prints what the bot answers to every line of a file, each written by a
// person of their own who has just come, so that a reader may judge it. A line is a
// message, or columns of which the first is the language of the person's messenger
// and the last the message.
func answerEach(ctx context.Context, file string, out io.Writer, lang string, line *paperLine) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan(); {
		l, text := writtenIn(lines.Text(), lang)
		if text == "" {
			continue
		}
		n++
		t := terminal{out: io.Discard, chat: strconv.Itoa(n), profile: bot.Profile{Locale: l}, line: line}
		if err := t.turn(ctx, bot.Event{Kind: bot.Started}); err != nil {
			return err
		}
		fmt.Fprintf(out, "\n%d %s > %s\n", n, l, text)
		t.out = out
		if err := t.turn(ctx, bot.Event{Kind: bot.Typed, Text: text}); err != nil {
			return err
		}
	}
	return lines.Err()
}

// writtenIn returns the message of a line, and the language of its writer's messenger.
func writtenIn(line, lang string) (l, text string) {
	columns := strings.Split(line, "\t")
	if first := bot.Language(columns[0]); len(columns) > 1 && first.Known() {
		lang = columns[0]
	}
	return lang, strings.TrimSpace(columns[len(columns)-1])
}
