package broadcast

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/viber"
	"visnyk/bot/webchat"
	"visnyk/locales"
	"visnyk/storage"
)

// What fills a shape is byte for byte what would be rendered for the reader alone, at
// every messenger; and whoever is called in plain words costs no rendering.
func TestShapesSayWhatRenderingSays(t *testing.T) {
	t.Parallel()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	tg, err := telegram.New(telegram.Config{Token: "123456:shape-shape-shape-shape-shape", Secret: "shape"})
	if err != nil {
		t.Fatal(err)
	}
	vb, err := viber.New(viber.Config{Token: "shape-shape-shape-shape-shape", SenderName: "Вісник"})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{
		"Олена", "Мар’яна", "Анна-Марія", "Jan van der Berg", "Ґанна Її", " Іван ", "", "  ",
		"В'ячеслав", "<b>", "*Зірка*", "5", "1.", "# Пан", "{{tier}}", "Ο Έλλην", "Ꙁ", "a\u3164", "-", "Ім'я\nдруге", "а  б", strings.Repeat("я", 41), "𝒜𝓁𝒾",
		"https://example.com", "_x_", "a&b", "\u202eтест", "Олена -", "O’",
	}
	bodies := []string{
		"Вітаємо!", "Вітаємо, {{name|клієнте}}!", "**{{name|Пане}}**, _{{tier|ви}}_: [умови](https://example.com/a) і [ще раз](https://example.com/a), [інше](https://example.com/b?x=1&y=2)",
		"{{name|1}}. Перше\n{{ city | місто }} — `{{name|код}}`", `\{{name}} і {{name|х}}{{tier|у}}`, `\\{{name|х}}`, "[{{name|сюди}}](https://example.com/{{external_id|0}})",
		"> {{name|цитата}}\n- {{name|рядок}}\n\n" + strings.Repeat("довго ", 680), "{{name|слово}}:" + strings.Repeat(" {{city|м}}", 30),
	}
	people := len(names) + len(names)/2
	r := rand.New(rand.NewPCG(1, 2))
	filled := map[string]int{}
	for kind, ch := range map[string]bot.Channel{"telegram": tg, "viber": vb, "webchat": new(webchat.Channel)} {
		for i, body := range bodies {
			for _, tracker := range []*bot.Tracker{nil, bot.NewTracker([]byte("shape"), "https://bot.example.com")} {
				m := storage.Mailing{Broadcast: bot.Broadcast{
					ID: fmt.Sprint("b", i), Topic: "tariff", Text: bot.Bilingual{UK: body, RU: body},
					Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Так", RU: "Да"}, Do: "ack"}, {Label: bot.Bilingual{UK: "Сайт", RU: "Сайт"}, URL: "https://example.com/c"}},
					Renderings: []bot.BroadcastRendering{
						{Channel: kind, Language: bot.Ukrainian, Hash: "v1:" + strings.Repeat("ab", 32)}, {Channel: kind, Language: bot.Russian, Hash: "v1:" + strings.Repeat("cd", 32)},
					},
				}}
				b := New(Config{Texts: texts, Tracker: tracker, Messengers: map[string]Messenger{"x": {Channel: ch, Kind: kind}}})
				w := b.Releaser(Release{Bot: "x"}).writer(m)
				for n := range people {
					to := storage.Waiting{Key: storage.NewID(), Language: []bot.Language{bot.Ukrainian, bot.Russian}[r.IntN(2)], Contact: bot.Contact{
						Name: names[n%len(names)], Tier: names[r.IntN(len(names))], External: fmt.Sprint("e", n),
					}}
					if n%7 == 0 {
						to.Key = strings.Repeat("key", 1+n%20)
					}
					if r.IntN(2) == 0 {
						to.Attributes = map[string]string{"city": names[r.IntN(8)]}
					}
					text, part, err := w.render(to.Language, Variables(to.Contact, to.Attributes), w.follow(m.ID, to.Key))
					got := w.write(to)
					if (err != nil) != (got.Fail != "") {
						t.Fatalf("%s: %q to %+v: %v, and the shape says %q", kind, body, to, err, got.Fail)
					}
					if err == nil && (got.TextHash != bot.HashText(text) || string(got.Part.Body) != string(part.Body) || got.Part.Kind != part.Kind) {
						t.Fatalf("%s: %q to %+v is rendered\n%s\nand filled\n%s", kind, body, to, part.Body, got.Part.Body)
					}
					if _, _, is := w.shaped(to); is {
						filled[kind]++
					}
				}
			}
		}
	}
	for kind, n := range filled {
		if all := len(bodies) * 2 * people; n < all/10 {
			t.Errorf("at %s %d of %d were filled", kind, n, all)
		}
	}
	if len(filled) != 3 {
		t.Errorf("only %v has shapes", filled)
	}
}
