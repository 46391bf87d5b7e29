package main

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
)

// scene is one picture of the demo's page: whose it is, how the window looks, and
// what is done on it before.
type scene struct {
	name          string
	query         string
	width, height int64
	dark          bool
	acts          []act
	shows         string // the element whose top is the picture's; "" for the page's
}

// act goes to a page, does one thing on it, and waits for what comes of it. The
// last two are JavaScript; without a page or a thing to do it only waits.
type act struct{ goes, does, until string }

// The pieces of acts.
const (
	click  = `document.querySelector(%q).click()`
	label  = `[...document.querySelectorAll(%q)].filter((b) => b.dataset.label.startsWith(%q)).at(-1).click()`
	writes = `{ const t = document.querySelector(%q); t.value = %q; t.form.requestSubmit(t.form.querySelector("button")); }`
	reads  = `document.querySelector(%q)?.innerText.includes(%q)`
	drawn  = `document.readyState === "complete" && Boolean(document.querySelector(%q))`
)

func clicks(what, piece, words string) act {
	return act{"", fmt.Sprintf(click, what), fmt.Sprintf(reads, piece, words)}
}

func presses(phone, button, words string) act {
	return act{"", fmt.Sprintf(label, "#"+phone+" .key", button), fmt.Sprintf(reads, "#"+phone, words)}
}

func types(phone, text, words string) act {
	return act{"", fmt.Sprintf(writes, "#"+phone+"-text", text), fmt.Sprintf(reads, "#"+phone, words)}
}

// chooses sends one of the suggested phrases.
func chooses(phone, text, words string) act {
	return act{"", fmt.Sprintf(click, "#"+phone+" .try [value=\""+text+"\"]"), fmt.Sprintf(reads, "#"+phone, words)}
}

// visits comes to the demo's page as somebody.
func visits(query string) act {
	return act{goes: "/" + query, until: `document.documentElement.dataset.live === "on"`}
}

// enters signs in at the desk, from the demo's page.
func enters(login string) act {
	way := fmt.Sprintf(`{ const b = document.getElementById("desk-%s"); b.form.removeAttribute("target"); b.form.action = "/demo/as/%s"; b.click(); }`, login, login)
	return act{"", way, fmt.Sprintf(drawn, ".top .menu")}
}

// takes opens the ticket of somebody in the queue and takes it.
func takes(who string) []act {
	opens := fmt.Sprintf(`[...document.querySelectorAll(".queue-row")].find((row) => row.innerText.includes(%q)).querySelector("a").click()`, who)
	return []act{
		{"/console/desk", "", fmt.Sprintf(drawn, ".queue-row")},
		{"", opens, fmt.Sprintf(drawn, "#take button")},
		{"", fmt.Sprintf(click, "#take button"), `Boolean(document.getElementById("text"))`},
	}
}

// replies answers at the desk and waits until the messenger has it.
func replies(text string) act {
	return act{
		"", fmt.Sprintf(`{ const t = document.getElementById("text"); t.value = %q; document.getElementById("send").click(); }`, text),
		fmt.Sprintf(`[...document.querySelectorAll("#lines .ours:not(.machine)")].some((line) => line.innerText.includes(%q) && line.querySelector(".state"))`, text),
	}
}

func scenes() []scene {
	ru := []act{
		{"", fmt.Sprintf(click, "#engineers > summary"), `document.querySelector("#engineers").open`},
		clicks(`#telegram-faults [data-fault="429"]`, "#telegram-faults", "подождёт"),
		types("telegram", "где ваш офис", "Садовом, 3"),
		clicks(`#telegram-faults [data-fault="twice"]`, "#telegram-faults", "дважды"),
		types("telegram", "позовите человека", "очереди"),
		enters("maryna"),
	}
	ru = append(ru, takes("Игорь")...)
	ru = append(ru, replies("Здравствуйте, я здесь. Чем помочь?"), visits("?as=igor&lang=ru"),
		act{"", "", fmt.Sprintf(reads, "#telegram", "Чем помочь")})
	return []scene{
		{
			name: "demo-uk", query: "?as=olena&lang=uk", width: 1440, height: 900,
			acts: []act{
				chooses("telegram", "Що змінюється?", "Ось що для Вас"),
				presses("telegram", "Нові тарифи з", "коштуватиме"),
				clicks("#viber-start", "#viber", "Вітаємо"),
				presses("viber", "Українська", "Оберіть"),
				types("viber", "скільки коштує інтернет?", "220 грн"),
			},
		},
		{name: "demo-ru", query: "?as=igor&lang=ru", width: 1440, height: 900, dark: true, shows: "#engineers", acts: ru},
	}
}

// play opens the page in a browser of its own, plays the scene and gives the
// picture.
func (s scene) play(ctx context.Context, address string) ([]byte, error) {
	b, end, err := openBrowser(ctx, address)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := b.look(s.width, s.height, s.dark); err != nil {
		return nil, err
	}
	if err := b.play(append([]act{visits(s.query)}, s.acts...)...); err != nil {
		return nil, err
	}
	if s.shows != "" {
		top := fmt.Sprintf(`document.querySelector(%q).scrollIntoView(); scrollBy(0, -24)`, s.shows)
		if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](top+"; 0")); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
}
