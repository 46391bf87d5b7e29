package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// shift is what the desk's pictures are taken of, in one language.
type shift struct {
	lang           string
	who, as        string // who asks for a person
	person, waits  string // the phrase, and a word of what comes of it
	change, told   string
	reply, caption string
	thanks         string
	sent           string // what stands at words that the messenger has
	segmentName    string
	segment        string // its text
}

func shifts() []shift {
	return []shift{
		{
			"uk", "Олена", "olena", "Покличте людину", "черзі", "Що змінюється?", "Ось що для Вас",
			"Доброго дня, Олено. Дивлюся Ваш тариф, хвилинку.", "Ось кнопка скидання: затисніть її на десять секунд.",
			"Дякую, запрацювало. А коли зміниться ціна?", "надіслано",
			"Клієнти Оболоні, яким не сказано", `хто = клієнт та (регіон = "Оболонь" або рівень = VIP, новий) та про зміну ще не сказано "office-move"`,
		},
		{
			"ru", "Игорь", "igor", "Позовите человека", "очереди", "Что меняется?", "Вот что для вас",
			"Здравствуйте, Игорь. Смотрю ваш тариф, минуту.", "Вот кнопка сброса: зажмите её на десять секунд.",
			"Спасибо, заработало. А когда изменится цена?", "отправлено",
			"Клиенты Оболони, которым не сказано", `кто = клиент и (регион = "Оболонь" или уровень = VIP, новый) и об изменении ещё не сказано "office-move"`,
		},
	}
}

// sketch is a picture that an operator sends: where the router's button is.
const sketch = `{
	const c = Object.assign(document.createElement("canvas"), { width: 420, height: 220 }), x = c.getContext("2d");
	x.fillStyle = "#e9eef2"; x.fillRect(0, 0, 420, 220);
	x.fillStyle = "#fff"; x.strokeStyle = "#52606b"; x.lineWidth = 3; x.beginPath(); x.roundRect(60, 90, 300, 80, 14); x.fill(); x.stroke();
	for (const [i, l] of ["#2e9e5b", "#2e9e5b", "#d8a200"].entries()) { x.fillStyle = l; x.beginPath(); x.arc(100 + 34 * i, 130, 7, 0, 7); x.fill(); }
	x.fillStyle = "#52606b"; x.fillRect(290, 40, 8, 50); x.fillRect(330, 40, 8, 50);
	x.strokeStyle = "#c2410c"; x.beginPath(); x.arc(250, 130, 20, 0, 7); x.stroke(); x.fillStyle = "#222"; x.beginPath(); x.arc(250, 130, 6, 0, 7); x.fill();
	const bytes = Uint8Array.from(atob(c.toDataURL("image/png").split(",")[1]), (b) => b.charCodeAt(0));
	const chosen = new DataTransfer(); chosen.items.add(new File([bytes], "router.png", { type: "image/png" }));
	const field = document.getElementById("file"); field.files = chosen.files; field.dispatchEvent(new Event("change", { bubbles: true }));
}`

// photograph plays the shift, and gives keep a picture of each page in each light on
// each window: PAGE-LANGUAGE-LIGHT-WIDTH.
func (s shift) photograph(ctx context.Context, address string, keep func(name string, picture []byte) error) error {
	b, end, err := openBrowser(ctx, address)
	if err != nil {
		return err
	}
	defer end()
	if err := s.play(b, keep); err != nil {
		return fmt.Errorf("the desk in %s: %w", s.lang, err)
	}
	return nil
}

func (s shift) play(b browser, keep func(string, []byte) error) error {
	shoot := func(page, path, what string) error { return b.shoot(page+"-"+s.lang, path, what, keep) }
	if err := b.look(1440, 900, false); err != nil {
		return err
	}
	err := b.play(
		act{"/console/login", "", fmt.Sprintf(drawn, ".languages")},
		act{"", fmt.Sprintf(click, ".languages [value="+s.lang+"]"), fmt.Sprintf(`document.documentElement.lang === %q && `, s.lang) + fmt.Sprintf(drawn, ".languages")},
	)
	if err != nil {
		return err
	}
	if err := shoot("login", "/console/login", ".sheet"); err != nil {
		return err
	}
	page := func(as string) string { return "?as=" + as + "&lang=" + s.lang }
	acts := []act{
		visits(page(s.as)), chooses("telegram", s.change, s.told), chooses("telegram", s.person, s.waits),
		visits(page("dmytro")), types("telegram", "покличте людину", "черзі"),
		enters("maryna"),
		{"/console/desk", "", fmt.Sprintf(drawn, ".queue-row + .queue-row")},
	}
	if err := b.play(acts...); err != nil {
		return err
	}
	if err := shoot("queue", "/console/desk", ".queue-row"); err != nil {
		return err
	}
	acts = append(takes(s.who),
		replies(s.reply), act{"", sketch, `Boolean(document.querySelector("#attached img")?.naturalWidth)`}, replies(s.caption),
	)
	if err := b.play(acts...); err != nil {
		return err
	}
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname`))
	if err != nil {
		return err
	}
	sent := fmt.Sprintf(`document.querySelector("#lines")?.innerText.includes(%q) && [...document.querySelectorAll("#lines .ours:not(.machine) .state")].every((state) => state.innerText.startsWith(%q))`, s.thanks, s.sent)
	if err := b.play(visits(page(s.as)), types("telegram", s.thanks, s.thanks), act{at, "", sent}); err != nil {
		return err
	}
	if err := shoot("ticket", at, "#lines .picture img"); err != nil {
		return err
	}
	if err := shoot("queue-closed", "/console/desk?tab=closed", "#empty:not([hidden])"); err != nil {
		return err
	}
	if err := s.watches(b, at, shoot); err != nil {
		return err
	}
	if err := b.play(visits(page(s.as)), enters("larysa")); err != nil {
		return err
	}
	return s.settings(b, keep)
}

// watches takes what a colleague sees: the ticket that somebody else holds, and one that
// waits.
func (s shift) watches(b browser, held string, shoot func(page, path, what string) error) error {
	if err := b.play(visits("?as="+s.as+"&lang="+s.lang), enters("oleh")); err != nil {
		return err
	}
	if err := shoot("ticket-held", held, ".composer-shut"); err != nil {
		return err
	}
	if err := b.play(act{"/console/desk", `document.querySelector(".queue-row a").click()`, fmt.Sprintf(drawn, "#take")}); err != nil {
		return err
	}
	waits, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname`))
	if err != nil {
		return err
	}
	return shoot("ticket-waits", waits, "#take")
}

// shoot takes the pictures of a page, once what is drawn on it, as far as a window
// shows it.
func (b browser) shoot(name, path, what string, keep func(string, []byte) error) error {
	return b.shootIn(name, path, what, func(tall int64) (int64, error) { return tall, nil }, keep)
}

// shootWhole takes the pictures of a page in windows that are as tall as it is.
func (b browser) shootWhole(name, path, what string, keep func(string, []byte) error, then ...act) error {
	return b.shootIn(name, path, what, func(tall int64) (int64, error) {
		page, err := chromedp.Run(b.ctx, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
		return max(tall, page), err
	}, keep, then...)
}

// shootIn takes them in windows of a height; then is what is done on the page first.
func (b browser) shootIn(name, path, what string, height func(tall int64) (int64, error), keep func(string, []byte) error, then ...act) error {
	there := fmt.Sprintf(drawn, what) + ` && [...document.images].every((i) => i.complete || i.loading === "lazy")`
	for _, width := range []int64{1440, 820, 390} {
		tall := map[int64]int64{1440: 900, 820: 1180, 390: 844}[width]
		for _, dark := range []bool{false, true} {
			light := map[bool]string{false: "light", true: "dark"}[dark]
			if err := b.look(width, tall, dark); err != nil {
				return err
			}
			if err := b.play(append([]act{{path, "", there}}, then...)...); err != nil {
				return err
			}
			high, err := height(tall)
			if err == nil {
				err = b.look(width, high, dark)
			}
			if err != nil {
				return err
			}
			picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				return err
			}
			if err := keep(strings.Join([]string{name, light, fmt.Sprint(width)}, "-"), picture); err != nil {
				return err
			}
		}
	}
	return b.look(1440, 900, false)
}
