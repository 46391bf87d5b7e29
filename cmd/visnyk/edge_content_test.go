package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// contentEdges are about what people send besides words, and edits.
func contentEdges() []edge {
	polite := func(n int, name, fields, word string, check func(s *scene, a bot.Attachment)) edge {
		return edge{n, name, func(s *scene) {
			s.greets()
			s.telegram(s.message(fields))
			s.hears("@" + word)
			if check != nil {
				check(s, s.attached())
			}
		}}
	}
	named := func(given, want string) edge {
		return edge{46, fmt.Sprintf("file name %.20q", given), func(s *scene) {
			s.greets()
			s.p.SendDocument(telegramtest.File{Name: given, Type: "text/plain", Data: []byte("x")}, "")
			s.hears("@polite.file")
			if got := s.attached().Name; got != want {
				s.t.Errorf("kept as %q, want %q", got, want)
			}
		}}
	}
	phone := func(n int, name, number, user, want string, own bool) edge {
		return edge{n, name, func(s *scene) {
			s.greets()
			user := strings.ReplaceAll(user, "ME", fmt.Sprint(s.id))
			s.telegram(s.message(fmt.Sprintf(`"contact":{"phone_number":%q,"first_name":"Олена"%s}`, number, user)))
			s.hears(map[bool]string{true: "@phone.none", false: "@polite.contact"}[own])
			if a := s.attached(); a.Phone != want || a.Own != own {
				s.t.Errorf("phone %q, own %v; want %q, %v", a.Phone, a.Own, want, own)
			}
		}}
	}
	place := func(name, fields, word string, want bot.AttachmentKind) edge {
		return polite(50, name, fields, word, func(s *scene, a bot.Attachment) {
			if a.Kind != want {
				s.t.Errorf("kept as %q", a.Kind)
			}
		})
	}
	const mine = `,"user_id":ME`
	return []edge{
		{38, "an answer edited after its step", func(s *scene) {
			s.greets()
			m := s.p.Write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.write("меню")
			s.hears("@menu.choose")
			if err := s.p.Edit(m.ID, "оператор"); err != nil {
				s.t.Fatal(err)
			}
			s.history("started", "say", "typed Скільки коштує інтернет?", "say", "typed меню", "say", "edited оператор")
			s.tickets(0)
			s.at("menu/main")
		}},
		{39, "an edit of what we never saw", func(s *scene) {
			s.telegram(s.updateOf("edited_message", s.private(time.Now().Unix())+fmt.Sprintf(`,"edit_date":%d,"text":"оператор"`, time.Now().Unix())))
			s.history("edited оператор")
			s.tickets(0)
		}},
		{40, "an edited caption", func(s *scene) {
			s.greets()
			s.telegram(s.updateOf("edited_message", s.private(time.Now().Unix())+`,"edit_date":1,"photo":[{"file_id":"f","width":1,"height":1}],"caption":"оператор"`))
			s.history("started", "say", "edited оператор")
		}},
		{40, "a live location moves", func(s *scene) {
			s.greets()
			for range 3 {
				s.telegram(s.updateOf("edited_message", s.private(time.Now().Unix())+`,"edit_date":1,"location":{"latitude":50.4,"longitude":30.5,"live_period":900}`))
			}
			s.history("started", "say", "edited", "edited", "edited")
		}},
		{41, "a sticker", func(s *scene) {
			s.greets()
			s.p.SendSticker("😀")
			s.hears("@polite.sticker")
			if a := s.attached(); a.Kind != bot.Sticker || a.Name != "😀" {
				s.t.Errorf("kept as %+v", a)
			}
		}},
		{41, "a sticker to an operator", func(s *scene) {
			s.taken()
			s.p.SendSticker("😀")
			if a := s.attached(); a.Kind != bot.Sticker {
				s.t.Errorf("the operator sees %+v", a)
			}
		}},
		{42, "a photo with a question under it", func(s *scene) {
			s.greets()
			s.p.SendPhoto([]byte("x"), "Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.history("started", "say", "attached Скільки коштує інтернет?", "say")
		}},
		{43, "an album of ten", func(s *scene) {
			s.greets()
			s.p.SendAlbum(make([]string, 10)...)
			s.hears("@polite.photo")
			s.idle()
			s.history(slices.Concat([]string{"started", "say"}, slices.Repeat([]string{"attached"}, 10), []string{"say"})...)
		}},
		{43, "an album whose last caption calls an operator", func(s *scene) {
			s.greets()
			s.p.SendAlbum("", "", "покличте людину, ось документи")
			s.hears()
			s.tickets(1)
			s.history("started", "say", "attached", "attached", "attached покличте людину, ось документи", "say")
		}},
		{43, "an album, and a word before its time is over", func(s *scene) {
			s.greets()
			s.p.SendAlbum("Скільки коштує інтернет?", "")
			s.p.Write("меню")
			s.hears("@faq.helped")
			s.hears("@menu.choose")
			s.history("started", "say", "attached Скільки коштує інтернет?", "attached", "typed меню", "say", "say")
		}},
		{43, "an album to an operator", func(s *scene) {
			s.taken()
			s.p.SendAlbum("", "договір")
			if a := s.attached(); a.Kind != bot.Photo {
				s.t.Errorf("the operator sees %+v", a)
			}
		}},
		{42, "pictures one after the other that are no album", func(s *scene) {
			s.greets()
			for range 5 {
				s.p.SendPhoto([]byte("x"), "")
			}
			s.hears("@polite.photo")
			s.history(slices.Concat([]string{"started", "say", "attached", "say"}, slices.Repeat([]string{"attached"}, 4))...)
		}},
		{43, "a text that the client splits", func(s *scene) {
			s.greets()
			s.p.WriteLong(strings.Repeat("так ", 1100) + "Скільки коштує інтернет?")
			s.hears()
			s.idle()
			if got := s.entries(); len(got) != 5 || got[2].Kind != "typed" || got[3].Kind != "typed" || !got[4].Out {
				s.t.Errorf("%d lines of history", len(got))
			}
		}},
		{44, "a voice message", func(s *scene) {
			s.greets()
			s.p.SendVoice(3)
			s.hears("@polite.voice")
			if a := s.attached(); a.Kind != bot.Voice || a.Ref == "" {
				s.t.Errorf("kept as %+v", a)
			}
		}},
		polite(44, "a video note", `"video_note":{"file_id":"f","length":240,"duration":3}`, "polite.video", nil),
		{45, "a document of 1 GB", func(s *scene) {
			s.greets()
			s.p.SendDocument(telegramtest.File{Name: "кіно.mkv", Type: "video/x-matroska", Size: 1 << 30}, "")
			s.hears("@polite.file")
			if a := s.attached(); a.Size != 1<<30 || a.Name != "кіно.mkv" || a.Ref == "" {
				s.t.Errorf("kept as %+v", a)
			}
		}},
		named("../../etc/passwd", "passwd"),
		named("a\r\nX:y", "aXy"),
		named(strings.Repeat("ї", 300)+".pdf", strings.Repeat("ї", 96)+".pdf"),
		named("чек\u202efdp.exe", "чекfdp.exe"),
		phone(47, "own contact, digits", "380501234567", mine, "+380501234567", true),
		phone(47, "own contact, plus", "+380 50 123-45-67", mine, "+380501234567", true),
		phone(47, "own contact, as at home", "0501234567", mine, "+380501234567", true),
		phone(48, "somebody else's contact", "380501234567", `,"user_id":5`, "+380501234567", false),
		phone(48, "a contact of no account", "380501234567", "", "+380501234567", false),
		{49, "a phone typed", func(s *scene) {
			s.greets()
			s.write("050 123 45 67")
			s.hears()
			s.history("started", "say", "typed 050 123 45 67", "say")
		}},
		place("zero island", `"location":{"latitude":0,"longitude":0}`, "polite.location", bot.Location),
		place("a venue", `"location":{"latitude":50.4,"longitude":30.5},"venue":{"location":{"latitude":50.4,"longitude":30.5},"title":"Офіс","address":"Садовий, 3"}`, "polite.location", bot.Location),
		place("a live location", `"location":{"latitude":50.4,"longitude":30.5,"live_period":900}`, "polite.location", bot.Location),
		place("nowhere on Earth", `"location":{"latitude":91,"longitude":30.5}`, "polite.unsupported", bot.Unsupported),
		{51, "what we cannot read, once a minute", func(s *scene) {
			s.greets()
			things := []string{
				`"poll":{"id":"1","question":"?","options":[]}`, `"dice":{"emoji":"🎲","value":3}`, `"story":{"id":1,"chat":{"id":5}}`,
				`"game":{"title":"g"}`, `"invoice":{"title":"i","total_amount":1}`, `"web_app_data":{"data":"not { json","button_text":"b"}`,
				`"something_of_2030":{"x":1}`, `"text2":"?"`,
			}
			for _, thing := range things {
				s.telegram(s.message(thing))
			}
			s.hears("@polite.unsupported")
			s.history("started", "say", "attached ?", "say", "attached 🎲 3", "attached", "attached g", "attached i",
				"attached b\nnot { json")
			s.became("done", "done", "done", "done", "done", "done",
				"done ignored: message/unknown/something_of_2030", "done ignored: message/unknown/text2")
		}},
	}
}
