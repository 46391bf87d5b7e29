package channeltest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"visnyk/bot"
)

// asWritten: what a person wrote to another is shown as they wrote it, however much
// it looks like markup, and so is what an author wrote without meaning to style it.
func asWritten(t *testing.T, c Case) {
	w := c.New(t)
	for _, s := range append(plainWords(), drawnWords(30)...) {
		w.shows(t, bot.Message{Text: s, Plain: true}, s)
	}
	for _, s := range unstyled() {
		w.shows(t, bot.Message{Text: s}, s)
	}
	for _, s := range drawnWords(3) { // in several parts
		s = strings.Repeat(s+" *111*4# _а_ ", 400)
		w.shows(t, bot.Message{Text: s, Plain: true}, s)
	}
}

// shows says m and wants s to be seen, but for spaces and for what no one sees.
func (w World) shows(t *testing.T, m bot.Message, s string) {
	t.Helper()
	var seen strings.Builder
	for _, part := range w.say(t, m) {
		seen.WriteString(part.Text + "\n")
	}
	bare := func(s string) string {
		return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u2060", "")), "")
	}
	if got, want := bare(seen.String()), bare(s); got != want {
		t.Errorf("%.200q is shown as %.200q", s, seen.String())
	}
}

// unstyled are texts of authors with no style in them.
func unstyled() []string {
	return []string{
		"*111*4#", "Наберіть *111*4#, *101# або **21*0501234567#", "2*2=4, 5 * 3 * 2, 5*3*2", "ціна* 100 грн\n*без ПДВ", "*.ua і *.com",
		"file_name_v2 __init__ _v2_", "https://x.ua/*a*/_b_?c=~~d~~", "ivan_p_@x.ua, x.ua/_next_/", "п`ять об`єктів", "+ 380 50 123 45 67",
		"> 18 років", "готель 4*, 5*", "**** **** **** 1234", "~5 хв, ~10 хв", "a<b & c>d &amp; <b>x</b>",
	}
}

// plainWords are texts of operators.
func plainWords() []string {
	return append(unstyled(),
		"**жирно** *курсив* _так_ ~~ні~~ `код`", "*b* _i_ ~s~ ```m```", "[сайт](https://x.ua) ![фото](https://x.ua/1.png) <https://x.ua>",
		"# 5 корпус\n- раз\n- два\n> цитата\n1. один\n3. три", "```\nкод\n```", `C:\_new\*.txt \* \\server`, "{{name}} {{.Title}} %s %d", "---\n***\n===",
		"replace_me_with_user_name", "*", "_", "~~", "\\", "`",
	)
}

// drawnWords are n texts of such pieces, the same in every run.
func drawnWords(n int) []string {
	pieces := []string{
		"*", "**", "_", "__", "~", "~~", "`", "[", "](", ")", "<b>", "</b>", "&", "\\", "#", ">", "-", "1.", " ", " ", "\n", "слово", "a_b", "5", "🔥", "https://x.ua/", ".",
		"«", "»", "(", "ї",
	}
	r := rand.New(rand.NewPCG(4, 8))
	texts := make([]string, n)
	for i := range texts {
		s := "я"
		for range 12 {
			s += pieces[r.IntN(len(pieces))]
		}
		texts[i] = s + "я"
	}
	return texts
}
