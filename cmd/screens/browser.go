package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser is one window of a real Chromium, with cookies of its own.
type browser struct {
	ctx     context.Context
	address string // of the demo, with the last slash
}

// openBrowser starts one; what it returns ends it.
func openBrowser(ctx context.Context, address string) (browser, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.DisableGPU)
	if os.Geteuid() == 0 { // as in a container, where Chromium has no sandbox to offer
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	ctx, cancel := chromedp.NewContext(ctx)
	end := func() { cancel(); stop() }
	if err := chromedp.Do(ctx); err != nil {
		end()
		return browser{}, nil, fmt.Errorf("start Chromium: %w", err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Kyiv"}); err != nil {
		end()
		return browser{}, nil, err
	}
	return browser{ctx, address}, end, nil
}

// look gives the window its size and its light.
func (b browser) look(width, height int64, dark bool) error {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1,
	})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	return err
}

// play does one thing after the other.
func (b browser) play(acts ...act) error {
	for _, a := range acts {
		if a.goes != "" {
			if err := chromedp.Do(b.ctx, chromedp.Navigate(b.address+a.goes[1:])); err != nil {
				return fmt.Errorf("%s: %w", a.goes, err)
			}
		}
		if a.does != "" {
			if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](a.does+"; 0")); err != nil {
				return fmt.Errorf("%s: %w", a.does, err)
			}
		}
		if err := b.wait(a.until); err != nil {
			return fmt.Errorf("waiting for %s: %w", a.until, err)
		}
	}
	return nil
}

// wait waits until it is true, also on the page that takes this one's place.
func (b browser) wait(until string) error {
	for {
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](until))
		if err == nil || b.ctx.Err() != nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			return err
		}
	}
}
