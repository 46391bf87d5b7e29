package webchat_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"visnyk/bot"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestRender compares what pages get with testdata/render.
func TestRender(t *testing.T) {
	ch := channel(t, config(newThreads(), roomy()))
	for name, m := range map[string]bot.Message{
		"menu": {Text: "Оберіть **тему**", Screen: 4, Buttons: [][]bot.Button{
			{{Label: "Що змінюється", Action: "menu.changes"}}, {{Label: "Сайт", URL: "https://example.com/?a=1&b=2"}, {Label: "Так", Word: true}, {Label: "Мій номер", Phone: true}},
		}},
		"markup": {Text: "# Заголовок\n\n**жирний _і курсив_** ~~ні~~ `код`\n\n- раз\n  - два\n3. три\n\n> цитата\n\n```\n<код>\n```\n\n[сайт](https://a.ua) [дзвоніть](tel:+380441112233) [ні](javascript:alert(1)) <script>alert(1)</script>"},
		"photo":  {Text: "Підпис", Media: &bot.Media{Kind: bot.Photo, URL: "https://a.ua/x.png", Name: "x.png"}},
		"file":   {Media: &bot.Media{Kind: bot.File, URL: "https://a.ua/x.pdf", Name: "../рахунок.pdf", Size: 12}},
		"kept":   {Text: "Підпис", Media: &bot.Media{Kind: bot.Photo, File: "01a2-kept", Name: "x.png", Type: "image/png", Size: 12}},
		"answer": {Press: "1", Text: "Готово"},
	} {
		t.Run(name, func(t *testing.T) {
			parts, err := ch.Render(m)
			ok(t, err)
			var out bytes.Buffer
			for _, p := range parts {
				ok(t, json.Indent(&out, p.Body, "", " "))
				out.WriteByte('\n')
			}
			file := filepath.Join("testdata", "render", name+".json")
			if *update {
				ok(t, os.WriteFile(file, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(file)
			ok(t, err)
			if out.String() != string(want) {
				t.Errorf("rendered:\n%s\nwant:\n%s", out.String(), want)
			}
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	ch := channel(t, config(newThreads(), roomy()))
	for name, m := range map[string]bot.Message{
		"media of nowhere":     {Media: &bot.Media{Kind: bot.Photo, URL: "http://a.ua/x.png"}},
		"media of a script":    {Media: &bot.Media{Kind: bot.Photo, URL: "javascript:alert(1)"}},
		"a file that is no id": {Media: &bot.Media{Kind: bot.File, File: "../x", Name: "x.pdf"}},
		"a voice":              {Media: &bot.Media{Kind: bot.Voice, URL: "https://a.ua/x.ogg"}},
		"a screen too large":   {Text: "x", Screen: 1 << 40, Buttons: [][]bot.Button{{{Label: "x", Action: "a"}}}},
	} {
		if parts, err := ch.Render(m); err == nil {
			t.Errorf("%s: %d parts", name, len(parts))
		}
	}
}
