package viber_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// said renders and reads back the parts.
func said(t *testing.T, m bot.Message) []map[string]any {
	t.Helper()
	parts, err := channel(t, nil).Render(m)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, p := range parts {
		var body map[string]any
		if p.Kind != bot.Say || json.Unmarshal(p.Body, &body) != nil {
			t.Fatalf("part %s %s", p.Kind, p.Body)
		}
		if len(p.Body) > 30<<10-40 {
			t.Errorf("a body of %d bytes", len(p.Body))
		}
		out = append(out, body)
	}
	return out
}

func textOf(t *testing.T, p bot.Part) string {
	t.Helper()
	var body struct{ Text string }
	if err := json.Unmarshal(p.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Text
}

func TestText(t *testing.T) {
	const j = "\u2060"
	tests := []struct{ name, in, want string }{
		{"plain", "Доброго дня", "Доброго дня"},
		{"styles", "**жирний** *похилий* ~~старий~~", "*жирний* _похилий_ ~старий~"},
		{"nested", "***разом***", "*_разом_*"},
		{"heading", "# Новий тариф\n\nЗ 1 грудня", "*Новий тариф*\n\nЗ 1 грудня"},
		{"list", "- раз\n- два", "• раз\n• два"},
		{"quote", "> так\n> сказано", "> так\n> сказано"},
		{"link", "[умови](https://x.example/a_b_c)", "умови (https://x.example/a_b_c)"},
		{"link that is its words", "https://x.example/_a_", "https://x.example/_a_"},
		{"inside a word", "сло**во**", "сло" + j + "*" + j + "*" + j + "во" + j + "*" + j + "*" + j},
		{"before punctuation", "**слово**, друге", "*слово*, друге"},
		{"code is verbatim", "`a b`", "a b"},
		{"a mark inside its own style", `**5\*3\*2**`, "5*3*2"},
		{"user's pair", markup.Escape("*не жирний*"), j + "*" + j + "не жирний" + j + "*" + j},
		{"user's underscores", markup.Escape("_ні_ і ~ні~"), j + "_" + j + "ні" + j + "_" + j + " і " + j + "~" + j + "ні" + j + "~" + j},
		{"snake case", markup.Escape("snake_case_name 5*3*2"), "snake_case_name 5*3*2"},
		{"short codes", markup.Escape("*111# або *161#"), "*111# або *161#"},
		{"about", markup.Escape("~100 грн, ~200 грн"), "~100 грн, ~200 грн"},
		{"user's mark beside ours", markup.Escape("*увага") + " **це**", j + "*" + j + "увага *це*"},
		{"addresses", markup.Escape("x.ua/_a_/b, _i_@x.ua і https://x.ua/*a*/*b*"), "x.ua/_a_/b, _i_@x.ua і https://x.ua/*a*/*b*"},
		{"an operator's codes", markup.Escape("*111*4#, 2*2, _так_"), "*111*4#, 2*2, " + j + "_" + j + "так" + j + "_" + j},
		{"another line", markup.Escape("*раз\nдва*"), "*раз\nдва*"},
		{"placeholder", markup.Escape("replace_me_with_user_name"), "replace" + j + "_me_with_user_name"},
		{"placeholder in a link", "[x](https://x.example/?u=replace_me_with_receiver_id)", "x (https://x.example/?u=%72eplace_me_with_receiver_id)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := said(t, bot.Message{Text: tt.in})[0]["text"]; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestRender pins whole requests, byte for byte.
func TestRender(t *testing.T) {
	row := func(labels ...string) (r []bot.Button) {
		for _, l := range labels {
			r = append(r, bot.Button{Label: l, Action: "a." + l})
		}
		return r
	}
	long := strings.Repeat("Дуже довгий підпис. ", 40)
	tests := []struct {
		name string
		m    bot.Message
	}{
		{"text", bot.Message{Text: "Тариф <b>«Родина»</b> & інше"}},
		{"keyboard", bot.Message{Text: "Меню", Screen: 361, Buttons: [][]bot.Button{
			row("1"), row("1", "2"), row("1", "2", "3"), row("1", "2", "3", "4"), row("1", "2", "3", "4", "5"),
		}}},
		{"buttons", bot.Message{Text: "Меню", Screen: 1, Buttons: [][]bot.Button{
			{{Label: "Сайт <&> \"А\"", URL: "https://x.example/?a=1&b=replace_me_with_user_name"}},
			{{Label: "Мій номер", Phone: true}},
			{{Label: "Так & ні", Word: true}},
		}}},
		{"picture", bot.Message{Text: "**Підпис**", Media: &bot.Media{Kind: bot.Photo, URL: "https://x.example/media/1.jpg"}}},
		{"picture alone", bot.Message{Media: &bot.Media{Kind: bot.Photo, URL: "https://x.example/media/1.jpg"}}},
		{"picture with a long caption", bot.Message{Text: long, Buttons: [][]bot.Button{row("1")}, Media: &bot.Media{Kind: bot.Photo, URL: "https://x.example/media/1.jpg"}}},
		{"file", bot.Message{Text: "Договір", Buttons: [][]bot.Button{row("1")}, Media: &bot.Media{Kind: bot.File, URL: "https://x.example/media/2", Name: "Договір.pdf", Size: 204800}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts, err := channel(t, nil).Render(tt.m)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, p := range parts {
				out.WriteString(string(p.Kind) + " " + string(p.Body) + "\n")
			}
			golden(t, filepath.Join("testdata", "requests", strings.ReplaceAll(tt.name, " ", "-")+".golden"), []byte(out.String()))
		})
	}
}

func TestPressAnswerIsNothing(t *testing.T) {
	for _, text := range []string{"", "Готово"} {
		parts, err := channel(t, nil).Render(bot.Message{Press: "1", Text: text})
		if err != nil || len(parts) != 0 {
			t.Errorf("%d parts, error %v", len(parts), err)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	buttons := func(b bot.Button) bot.Message { return bot.Message{Text: "x", Buttons: [][]bot.Button{{b}}} }
	media := func(m bot.Media) bot.Message { return bot.Message{Text: "x", Media: &m} }
	for name, m := range map[string]bot.Message{
		"nothing":              {},
		"blanks":               {Text: " \n\n "},
		"only invisible":       {Text: "\u200b\u2060\ufe0f"},
		"for two things":       buttons(bot.Button{Label: "x", Action: "x", URL: "https://x.example"}),
		"a word and a link":    buttons(bot.Button{Label: "x", Word: true, URL: "https://x.example"}),
		"invisible label":      buttons(bot.Button{Label: "\u200b", Action: "x"}),
		"no label":             buttons(bot.Button{Action: "x"}),
		"no action":            buttons(bot.Button{Label: "x"}),
		"long action":          buttons(bot.Button{Label: "x", Action: strings.Repeat("a", bot.MaxAction+1)}),
		"upper case action":    buttons(bot.Button{Label: "x", Action: "A"}),
		"script address":       buttons(bot.Button{Label: "x", URL: "javascript:alert(1)"}),
		"media without scheme": media(bot.Media{Kind: bot.Photo, URL: "/media/1"}),
		"voice":                media(bot.Media{Kind: bot.Voice, URL: "https://x.example/1"}),
		"file without size":    media(bot.Media{Kind: bot.File, URL: "https://x.example/1", Name: "a.pdf"}),
		"file of 51 MB":        media(bot.Media{Kind: bot.File, URL: "https://x.example/1", Name: "a.pdf", Size: 51 << 20}),
		"file without a kind":  media(bot.Media{Kind: bot.File, URL: "https://x.example/1", Name: "a", Size: 1}),
	} {
		t.Run(name, func(t *testing.T) {
			if parts, err := channel(t, nil).Render(m); err == nil {
				t.Errorf("rendered to %s", parts[0].Body)
			}
		})
	}
}

func TestSplit(t *testing.T) { // E120
	tests := map[string]string{
		"words":        strings.Repeat("слово ", 4000),
		"no space":     strings.Repeat("ї", 15000),
		"emoji":        strings.Repeat("😀", 7001),
		"quotes":       strings.Repeat(`"`, 20000),
		"seven":        strings.Repeat("ї", 7001),
		"paragraphs":   strings.Repeat(strings.Repeat("я", 3000)+"\n\n", 5),
		"one by bytes": strings.Repeat("€", 6999) + strings.Repeat("€", 5000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			m := bot.Message{Text: text, Screen: 1, Buttons: [][]bot.Button{{{Label: "Далі", Action: "next"}}, {{Label: "Номер", Phone: true}}}}
			got := said(t, m)
			if len(got) < 2 {
				t.Fatalf("%d parts", len(got))
			}
			var joined strings.Builder
			for i, p := range got {
				s := p["text"].(string)
				joined.WriteString(s)
				if n := len(utf16.Encode([]rune(s))); n > 7000 || n == 0 {
					t.Errorf("part %d has %d characters", i, n)
				}
				last := i == len(got)-1
				if _, has := p["keyboard"]; has != last {
					t.Errorf("part %d of %d: keyboard %v", i, len(got), has)
				}
				if level := p["min_api_version"].(float64); last != (level == 3) {
					t.Errorf("part %d of %d: min_api_version %v", i, len(got), level)
				}
			}
			strip := strings.NewReplacer(" ", "", "\n", "", "\u2060", "")
			if strip.Replace(joined.String()) != strip.Replace(text) {
				t.Error("something was lost on the way")
			}
		})
	}
	if got := said(t, bot.Message{Text: strings.Repeat("ї", 7000)}); len(got) != 1 {
		t.Errorf("7000 characters made %d parts", len(got))
	}
}

func TestLabelLimit(t *testing.T) {
	for _, label := range []string{strings.Repeat("ї", 300), strings.Repeat("&", 250), strings.Repeat("<", 60), strings.Repeat(`"`, 220)} {
		got := said(t, bot.Message{Text: "x", Buttons: [][]bot.Button{{{Label: label, Action: "x"}}}})
		text := got[0]["keyboard"].(map[string]any)["Buttons"].([]any)[0].(map[string]any)["Text"].(string)
		if n := len([]rune(text)); n > 250 || n < 200 {
			t.Errorf("label of %d characters", n)
		}
		if strings.HasSuffix(text, "&") || strings.HasSuffix(text, "&am") {
			t.Errorf("cut inside an escape: %q", text)
		}
	}
}

func TestGoldensAreUsed(t *testing.T) {
	inputs, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil {
		t.Fatal(err)
	}
	goldens, err := os.ReadDir("testdata/callbacks")
	if err != nil {
		t.Fatal(err)
	}
	if len(goldens) != 2*len(inputs) {
		t.Errorf("%d files for %d callbacks", len(goldens), len(inputs))
	}
}
