package locales

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
)

// Who is known to speak a language is answered in the other one only by what
// that one alone has: over the messages of all companies, nobody by a slip.
func TestKnownLanguageStays(t *testing.T) {
	files, err := filepath.Glob("../flows/faq/search/testdata/*/queries.json")
	if err != nil || len(files) != 7 {
		t.Fatal(files, err)
	}
	said := map[bot.Language]int{}
	wrong := map[bot.Language]int{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var queries []struct {
			Text string       `json:"text"`
			Lang bot.Language `json:"lang"`
		}
		if err := json.Unmarshal(raw, &queries); err != nil {
			t.Fatal(err)
		}
		for _, q := range queries {
			if !q.Lang.Known() { // of both languages
				continue
			}
			said[q.Lang]++
			if l, sure := Detect(q.Text); sure && l != q.Lang {
				wrong[q.Lang]++
				t.Logf("%s: %q is surely %s", q.Lang, q.Text, l)
			}
		}
	}
	if said[bot.Ukrainian] < 1200 || said[bot.Russian] < 1100 {
		t.Fatalf("read %v", said)
	}
	if wrong[bot.Ukrainian] > 0 || wrong[bot.Russian] > 3 {
		t.Errorf("overruled wrongly: %v of %v", wrong, said)
	}
}

// Words that both languages spell alike say nothing, one or several.
func TestWordsOfBothLanguages(t *testing.T) {
	for _, text := range []string{
		"завтра", "онлайн", "багаж", "скоро", "канал", "модем", "у вас", "у вас тут", "уже", "уже дома", "я дома", "вам", "нам",
		"адреса", "номер", "карта", "тариф", "перед", "через", "про вас", "без вас", "номер карти", "договору", "плачу",
	} {
		if l, sure := Detect(text); sure {
			t.Errorf("%q is surely %s", text, l)
		}
	}
	for _, word := range []string{"завтра", "онлайн", "багаж", "скоро", "канал", "модем", "дома", "вас", "номера", "послуга"} {
		if l, _ := Detect(word); l.Known() {
			t.Errorf("the lone word %q is taken for %s", word, l)
		}
	}
}

// The same of messages that were written for this, by somebody who knew neither
// the words nor the letters that decide.
func TestKnownLanguageStaysInNewMessages(t *testing.T) {
	for _, l := range bot.Languages() {
		raw, err := os.ReadFile("testdata/" + string(l) + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		said, right := 0, 0
		for text := range strings.Lines(string(raw)) {
			said++
			switch heard, sure := Detect(text); {
			case heard == l:
				right++
			case sure:
				t.Errorf("%s: %q is surely %s", l, text, heard)
			}
		}
		if said < 2000 || right*100 < said*90 {
			t.Errorf("%s: %d of %d messages are taken for what they are", l, right, said)
		}
	}
}
