package main

import (
	"context"
	"fmt"
	"os"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// scene is one picture: whose page it is, how the window looks, and what is done
// on it before.
type scene struct {
	name          string
	query         string
	width, height int64
	dark          bool
	acts          []act
	shows         string // the element whose top is the picture's; "" for the page's
}

// act does one thing on the page and waits for what comes of it. Both are
// JavaScript.
type act struct{ does, until string }

// The pieces of acts.
const (
	click  = `document.querySelector(%q).click()`
	label  = `[...document.querySelectorAll(%q)].filter((b) => b.dataset.label.startsWith(%q)).at(-1).click()`
	writes = `{ const t = document.querySelector(%q); t.value = %q; t.form.requestSubmit(t.form.querySelector("button")); }`
	reads  = `document.querySelector(%q).innerText.includes(%q)`
)

func clicks(what, piece, words string) act {
	return act{fmt.Sprintf(click, what), fmt.Sprintf(reads, piece, words)}
}

func presses(phone, button, words string) act {
	return act{fmt.Sprintf(label, "#"+phone+" .key", button), fmt.Sprintf(reads, "#"+phone, words)}
}

func types(phone, text, words string) act {
	return act{fmt.Sprintf(writes, "#"+phone+"-text", text), fmt.Sprintf(reads, "#"+phone, words)}
}

// chooses sends one of the suggested phrases.
func chooses(phone, text, words string) act {
	return act{fmt.Sprintf(click, "#"+phone+" .try [value=\""+text+"\"]"), fmt.Sprintf(reads, "#"+phone, words)}
}

func scenes() []scene {
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
		{
			name: "demo-ru", query: "?as=igor&lang=ru", width: 1440, height: 900, dark: true, shows: "#engineers",
			acts: []act{
				{fmt.Sprintf(click, "#engineers > summary"), `document.querySelector("#engineers").open`},
				clicks(`#telegram-faults [data-fault="429"]`, "#telegram-faults", "подождёт"),
				types("telegram", "где ваш офис", "Садовом, 3"),
				clicks(`#telegram-faults [data-fault="twice"]`, "#telegram-faults", "дважды"),
				types("telegram", "позовите человека", "очереди"),
				clicks(`#desk [data-move="take"]`, "#telegram", "Вам отвечает"),
				{fmt.Sprintf(writes, "#desk textarea", "Здравствуйте, я здесь. Чем помочь?"), fmt.Sprintf(reads, "#telegram", "Чем помочь")},
			},
		},
	}
}

// play opens the page in a browser of its own, plays the scene and gives the
// picture.
func (s scene) play(ctx context.Context, address string) ([]byte, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.DisableGPU)
	if os.Geteuid() == 0 { // as in a container, where Chromium has no sandbox to offer
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, cancel := chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1,
	}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Kyiv"}); err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address+s.query)); err != nil {
		return nil, err
	}
	acts := append([]act{{"0", `document.documentElement.dataset.live === "on"`}}, s.acts...)
	for _, a := range acts {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](a.does+"; 0")); err != nil {
			return nil, fmt.Errorf("%s: %w", a.does, err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](a.until)); err != nil {
			return nil, fmt.Errorf("waiting for %s: %w", a.until, err)
		}
	}
	if s.shows != "" {
		top := fmt.Sprintf(`document.querySelector(%q).scrollIntoView(); scrollBy(0, -24)`, s.shows)
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](top+"; 0")); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
