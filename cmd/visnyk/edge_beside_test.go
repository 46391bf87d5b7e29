package main

import (
	"encoding/json"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// besideWords is what the history keeps beside the words of the last thing the person did.
type besideWords struct {
	Links     []bot.Link
	Answers   *bot.Answered
	Forwarded *bot.Origin
}

func (s *scene) beside() (b besideWords) {
	s.t.Helper()
	s.idle()
	for _, e := range slices.Backward(s.entries()) {
		if e.Out {
			continue
		}
		if err := json.Unmarshal(e.Detail, &b); err != nil {
			s.t.Fatal(err)
		}
		return b
	}
	s.t.Fatal("the person did nothing")
	return b
}

// besideEdges are about words that are no ordinary text, and about what stands
// beside the person's own words.
func besideEdges() []edge {
	// reads wants the words of the content to be a message of the person.
	reads := func(name, content string) edge {
		return edge{51, name + " with words", func(s *scene) {
			s.greets()
			s.telegram(s.message(content))
			s.hears("@handoff.called")
			s.history("started", "say", "attached покличте людину", "say")
			s.tickets(1)
		}}
	}
	// keeps wants the words of the content to be kept, and one polite word.
	keeps := func(n int, name, content, words, polite string) edge {
		return edge{n, name + " keeps its words", func(s *scene) {
			s.greets()
			s.telegram(s.message(content))
			s.hears("@" + polite)
			s.history("started", "say", "attached "+words, "say")
			s.tickets(0)
		}}
	}
	return []edge{
		reads("paid media", `"paid_media":{"star_count":1,"paid_media":[]},"caption":"покличте людину"`),
		reads("a gift", `"gift":{"gift":{"id":"1","star_count":5},"text":"покличте людину"}`),
		reads("a kind of tomorrow", `"hologram":{"file_id":"f","text":["покличте ",{"type":"bold","text":"людину"}]}`),
		keeps(51, "a poll", `"poll":{"id":"1","question":"Покликати оператора?","options":[{"text":"стоп"},{"text":"меню"}]}`, "Покликати оператора?\nстоп\nменю", "polite.unsupported"),
		keeps(51, "an invoice", `"invoice":{"title":"оператор","description":"стоп"}`, "оператор\nстоп", "polite.unsupported"),
		keeps(50, "a venue", `"location":{"latitude":50.4,"longitude":30.5},"venue":{"location":{"latitude":50.4,"longitude":30.5},"title":"Офіс","address":"Садовий, 3"}`, "Офіс\nСадовий, 3", "polite.location"),

		{67, "commands in what is forwarded", func(s *scene) {
			s.greets()
			menu := s.said()[0]
			looked := func() { // it up, and did nothing else
				s.t.Helper()
				s.hears()
				if st := s.loaded().Conversation.State; st.Flow != "faq" {
					s.t.Errorf("the conversation stands at %s/%s", st.Flow, st.Step)
				}
			}
			for _, text := range []string{
				"стоп", "покличте людину", "меню", "русский", "/start", "/start change-office-move", "дякую", "хочу поскаржитися", menu.labels[0],
			} {
				s.p.Forward("Новини міста", text)
				looked()
			}
			s.p.Send("rich_message", "", map[string]any{
				"rich_message": map[string]any{"blocks": []any{telegramtest.Paragraph("стоп")}}, "forward_origin": telegramtest.ChannelOrigin("Новини"),
			})
			looked()
			s.p.Send("video", "стоп", map[string]any{"video": map[string]any{"file_id": "f"}, "forward_origin": map[string]any{"type": "hidden_user", "date": 1, "sender_user_name": "Петро"}})
			looked()
			s.tickets(0)
			if l := s.loaded(); l.Contact.Stopped || l.Conversation.Hushed || l.Contact.Chosen {
				s.t.Errorf("a stranger's words were obeyed: %+v", l.Contact)
			}
			if f := s.beside().Forwarded; f == nil || f.Name != "Петро" {
				s.t.Errorf("forwarded from %+v", f)
			}
			s.write("стоп")
			s.hears("@stop.done")
		}},
		{67, "questions in what is forwarded", func(s *scene) {
			s.greets()
			s.p.Forward("Новини міста", "Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.p.Forward("Новости", "Сколько стоит интернет?")
			s.hears("@faq.helped") // in Ukrainian, as before
			s.p.Forward("Новости", "Объясните, пожалуйста, почему интернет сегодня такой медленный")
			s.hears()
			if got := s.loaded().Contact.Language; got != bot.Ukrainian {
				s.t.Errorf("speaks %q since", got)
			}
		}},
		{68, "«стоп» is forwarded to an operator", func(s *scene) {
			s.taken()
			s.p.Forward("Новини міста", "стоп")
			f := s.beside().Forwarded
			if f == nil || f.Kind != "channel" || f.Name != "Новини міста" || f.At.IsZero() {
				s.t.Errorf("forwarded from %+v", f)
			}
			if s.loaded().Contact.Stopped {
				s.t.Error("stopped by a stranger's word")
			}
		}},
		{68, "an address behind a word", func(s *scene) {
			s.greets()
			s.p.WriteLink("😀 тут помилка", "тут", "https://example.com/tariffs?x=1")
			s.hears()
			s.idle()
			if got := s.beside().Links; len(got) != 1 || got[0] != (bot.Link{Words: "тут", URL: "https://example.com/tariffs?x=1"}) {
				s.t.Errorf("links %+v", got)
			}
			if got := s.entries()[2].Text; got != "😀 тут помилка" {
				s.t.Errorf("kept %q", got)
			}
			d, err := s.store().Dossier(s.t.Context(), s.loaded().Contact.ID)
			if err != nil {
				s.t.Fatal(err)
			}
			if doc, err := json.Marshal(d["history"]); err != nil || !strings.Contains(string(doc), "https://example.com/tariffs?x=1") {
				s.t.Errorf("the person's export does not have the address: %v", err)
			}
		}},
		{68, "an answer to what was said, with a quote", func(s *scene) {
			s.greets()
			own := s.p.Write("З 1 грудня зміниться тариф «Домашній»")
			s.hears()
			s.p.Reply(own, "", "а коли?")
			s.hears()
			if a := s.beside().Answers; a == nil || a.Ours || a.Text != own.Text || a.ID == "" {
				s.t.Errorf("answers %+v", a)
			}
			ours := s.box.telegram.Messages(s.id)[0]
			quote := strings.Fields(ours.Text)[0]
			s.p.Reply(ours, quote, "Скільки коштує інтернет?")
			s.hears("@faq.helped")
			if a := s.beside().Answers; a == nil || !a.Ours || a.Text != ours.Text || a.Quote != quote {
				s.t.Errorf("answers %+v", a)
			}
		}},
		{68, "a page is pasted", func(s *scene) {
			s.greets()
			s.p.Paste("Скільки коштує інтернет?", telegramtest.Paragraph("Скільки коштує ", map[string]any{
				"type": "url", "url": "https://example.com/", "text": map[string]any{"type": "bold", "text": "інтернет"},
			}, "?"))
			s.hears("@faq.helped")
			if got := s.beside().Links; len(got) != 1 || got[0].Words != "інтернет" {
				s.t.Errorf("links %+v", got)
			}
		}},
		{68, "side fields that are no shape of Telegram's", func(s *scene) {
			s.greets()
			s.telegram(s.message(`"text":"Скільки коштує інтернет?","entities":{},"quote":5,"reply_to_message":[],"external_reply":"x","reply_to_story":7`))
			s.hears("@faq.helped")
		}},
	}
}
