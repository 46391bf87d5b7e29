package telegram_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// bearing are the fields of Telegram that hold words, whatever stands around them.
var bearing = []string{
	"text", "caption", "title", "description", "question", "label", "summary", "credit", "alternative_text", "expression",
	"blocks", "items", "rows", "cells", "options", "tasks", "address", "explanation", "performer", "prize_description",
}

// whose are the fields that hold people and chats.
var whose = regexp.MustCompile(`^(.*_)?(chat|user|bot)$|^(chats|users|from|winners|author)$`)

// containers are where a content can stand in a message, and where its words must
// be found. depth is how deep the content stands in what is read as one.
var containers = []struct {
	name, before, after string
	field               string
	depth               int
	people              bool // of which no name is a word
	kept                func(bot.Event) string
}{
	{"rich_message", `"rich_message":`, ``, "text", 0, true, textOf},
	{"poll", `"poll":`, ``, "", 0, true, wordsOf},
	{"gift", `"gift":`, ``, "", 0, true, textOf},
	{"a kind of tomorrow", `"hologram":`, ``, "hologram", 1, true, textOf},
	{"quote", `"text":"x","quote":`, ``, "", 0, true, func(e bot.Event) string { return answered(e).Quote }},
	{"rich reply", `"text":"x","reply_to_message":{"message_id":1,"rich_message":`, `}`, "text", 0, true, func(e bot.Event) string { return answered(e).Text }},
	{"poll elsewhere", `"text":"x","external_reply":{"poll":`, `}`, "poll", 1, true, func(e bot.Event) string { return answered(e).Text }},
}

func textOf(e bot.Event) string { return e.Text }

func wordsOf(e bot.Event) string {
	if e.Attachment == nil {
		return ""
	}
	return e.Attachment.Words
}

func answered(e bot.Event) bot.Answered {
	if e.Answers == nil {
		return bot.Answered{}
	}
	return *e.Answers
}

var legible = regexp.MustCompile(`[\pL\pN]`)

// escapedKey is a key that is none of Telegram's: they are spelled plainly.
var escapedKey = regexp.MustCompile(`"[^"]*\\[^"]*"\s*:`)

// FuzzTelegramContent: whatever a content is made of, wherever it stands, its words
// are kept, and reading them costs no more than a few readings of it.
func FuzzTelegramContent(f *testing.F) {
	for _, s := range []string{
		`{"blocks":[{"type":"paragraph","text":["Скільки коштує ",{"type":"bold","text":"інтернет"},"?"]}]}`,
		`{"blocks":[{"type":"list","items":[{"label":"1.","blocks":[{"type":"paragraph","text":"а"},{"type":"list","items":[{"label":"–","blocks":[{"text":"б"}]}]}]}]},` +
			`{"type":"blockquote","blocks":[{"text":"в"}],"credit":"г"},{"type":"table","cells":[[{"text":"1"},{"text":{"type":"url","url":"https://a.b/c","text":"2"}}]],"caption":"д"},` +
			`{"type":"details","summary":"е","blocks":[{"type":"photo","photo":[{"file_id":"P"}],"caption":{"text":"є","credit":"ж"}}]},{"type":"mathematical_expression","expression":"x+1"}]}`,
		`{"id":"1","question":"Коли?","options":[{"text":"Зранку"},{"text":"Ввечері"}],"explanation":"так"}`,
		`{"title":"a","chat":{"title":"чужий"},"x":[{"text":"раз"},{"text":"два"}],"url":"https://a.b","y":{"url":{"text":"z"}}}`,
		`{"text":"\ud83d","x":{"text":"\ude00 і слово"}}`, `{"text":"a\u0000b"}`, `"слово"`, `["слово",["два"]]`, `null`, `7`, `{"text":null}`,
		strings.Repeat(`{"text":[`, 300) + `"глибоко"` + strings.Repeat(`]}`, 300),
		strings.Repeat(`{"url":"https://a.b","text":[`, 120) + `"слово"` + strings.Repeat(`]}`, 120),
		`[` + strings.Repeat(`{"url":"https://a.b/`+strings.Repeat("x", 3000)+`","text":"слово"},`, 5) + `0]`,
		`{"text":"` + strings.Repeat(`\u0457`, 1000) + `"}`, `{"entities":[{"type":"text_link","offset":0,"length":1,"url":"https://a.b"}],"text":"a"}`,
	} {
		for i := range containers {
			f.Add(uint8(i), []byte(s))
		}
	}
	c := channel(f)
	f.Fuzz(func(t *testing.T, n uint8, content []byte) {
		in := containers[int(n)%len(containers)]
		began := time.Now()
		var tree any
		if json.Unmarshal(content, &tree) != nil {
			return
		}
		reading := time.Since(began) // once, on this machine as it is now
		head := `{"update_id":1,"message":{"message_id":2,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1},`
		u, _ := accepted(t, c, signed(), []byte(head+in.before+string(content)+in.after+"}}"))
		began = time.Now()
		events, err := c.Decode(u)
		if took := time.Since(began); took > 5*time.Second && took > 1000*reading {
			t.Errorf("took %s, and reading it once %s", took, reading)
		}
		if err != nil || len(events) != 1 { // not of Telegram's shape
			return
		}
		if again := reencoded(t, events[0]); len(again.Links) > 256 {
			t.Errorf("%d links", len(again.Links))
		}
		got := solid(in.kept(events[0]))
		if escapedKey.Match(content) || len([]rune(in.kept(events[0]))) >= 4000 { // what is answered is cut
			return
		}
		for _, s := range said(tree, in.field, in.depth, in.people) {
			if want := solid(strings.ReplaceAll(s, "\x00", "")); !strings.Contains(got, want) {
				t.Errorf("%s: %q is lost in %q", in.name, want, got)
			}
		}
	})
}

// said lists the strings in the fields that hold words, but for what nobody could
// read, or what is broken.
func said(v any, field string, depth int, people bool) (all []string) {
	switch v := v.(type) {
	case string:
		if slices.Contains(bearing, field) && depth <= 256 && legible.MatchString(v) && !strings.ContainsAny(v, "\uFFFD\u115f\u1160\u3164\uffa0") {
			all = append(all, v)
		}
	case []any:
		if field == "rows" {
			field = "cells"
		}
		for _, e := range v {
			all = append(all, said(e, field, depth+1, people)...)
		}
	case map[string]any:
		for k, e := range v {
			if people && whose.MatchString(k) {
				continue
			}
			all = append(all, said(e, k, depth+1, people)...)
		}
	}
	return all
}
