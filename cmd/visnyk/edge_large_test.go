package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// largeEdges are about texts that come as a tree of blocks, and about what is
// large because Telegram writes a letter in six bytes and repeats in a reply
// the message it answers.
func largeEdges() []edge {
	block := func(text string) string { return `{"type":"paragraph","text":` + text + `}` }
	rich := func(blocks ...string) string { return `"rich_message":{"blocks":[` + strings.Join(blocks, ",") + `]}` }
	const ask = "Доброго дня! Скільки коштує інтернет? "
	price := strings.TrimSpace(strings.Repeat(ask, 107))
	escaped := strconv.QuoteToASCII // as Telegram writes it: nothing here is beyond \uFFFF
	reply := func(fields string) string {
		return fmt.Sprintf(`,"reply_to_message":{"message_id":1,"date":%d,%s}`, time.Now().Unix(), fields)
	}
	large := func(name string, least int, fields, kept string) edge {
		return edge{68, name, func(s *scene) {
			s.greets()
			body := s.message(fields)
			if len(body) < least {
				s.t.Fatalf("%d bytes", len(body))
			}
			s.telegram(body)
			s.hears()
			s.idle()
			got := s.entries()[2]
			if got.Text != kept {
				s.t.Errorf("%d bytes kept, want %d", len(got.Text), len(kept))
			}
			if n := len(got.Detail); n > 32<<10 {
				s.t.Errorf("%d bytes beside them", n)
			}
			if a := s.beside().Answers; strings.Contains(fields, "reply_to") && (a == nil || !strings.HasPrefix(a.Text, ask[:20])) {
				s.t.Errorf("answers %+v", a)
			}
		}}
	}
	link := `{"offset":0,"length":12,"type":"text_link","url":"https://example.com/news/2026/` + strings.Repeat("x", 116) + `"}`
	linked := `"text":` + escaped(price) + `,"entities":[` + strings.Repeat(link+",", 99) + link + `]`
	blocks := strings.TrimSuffix(strings.Repeat(block(escaped(strings.Repeat(ask, 6)))+",", 140), ",")
	lines := strings.TrimSuffix(strings.Repeat(strings.Repeat(ask, 6)+"\n", 140), " \n")
	return []edge{
		{68, "a question as a tree of blocks", func(s *scene) {
			s.greets()
			s.telegram(s.message(rich(block(`["Скільки коштує ",{"type":"bold","text":"інтернет"},"?"]`))))
			s.hears("@faq.helped")
			s.history("started", "say", "typed Скільки коштує інтернет?", "say")
		}},
		{68, "an operator is called in trees of blocks", func(s *scene) {
			s.greets()
			for _, text := range []string{"у мене не працює інтернет", "покличте людину", "оператор!"} {
				s.telegram(s.message(rich(block(quoted(text)))))
				s.hears()
			}
			s.tickets(1)
		}},
		large("88 KB with links, a reply to such", 80_000, linked+reply(linked), price),
		large("334 KB of blocks, a reply to such", 330_000, rich(blocks)+reply(rich(blocks)), lines),
		large("a million bytes of links", 1_000_000, `"text":"x","entities":[`+strings.Repeat(link+",", 5_060)+link+`]`, "x"),
	}
}
