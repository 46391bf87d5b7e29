package broadcast

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// idForm is what may stand as a broadcast's id: it travels in addresses and causes.
var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// The longest texts of a broadcast, in characters: with its buttons each still fits
// one message of every messenger.
const (
	TitleMost  = 120 // of what colleagues call it
	TextMost   = 3000
	DigestMost = 200 // of its line in a digest

	maxLabel  = 40
	maxReason = 500
	maxAlt    = 200
	maxURL    = 2000
	// maxFallback is the most hours after which another address is tried.
	maxFallback = 30 * 24
	// maxButtons leaves room for the one that ends such messages.
	maxButtons = 7
)

// faults gathers what is wrong.
type faults []bot.Fault

func (f *faults) wrong(field string, code bot.FaultCode, data bot.Data) {
	*f = append(*f, bot.Fault{Field: field, Code: code, Data: data})
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &bot.InvalidError{Faults: f}
}

// check finds what no draft may have either. Blanks are for Blanks.
func (s *Broadcasts) check(ctx context.Context, tx *storage.Tx, b bot.Broadcast) error {
	var f faults
	if !idForm.MatchString(b.ID) {
		f.wrong("id", bot.FaultForm, nil)
	}
	if b.ID == "stop" {
		f.wrong("id", bot.FaultReserved, bot.Data{"Name": b.ID})
	}
	if utf8.RuneCountInString(b.Title) > TitleMost {
		f.wrong("title", bot.FaultLong, bot.Data{"Max": TitleMost})
	}
	if utf8.RuneCountInString(b.Urgent) > maxReason || b.Urgent != "" && strings.TrimSpace(b.Urgent) == "" {
		f.wrong("urgent", bot.FaultWhy, bot.Data{"Max": maxReason})
	}
	if b.Fallback < 0 || b.Fallback > maxFallback {
		f.wrong("fallback_hours", bot.FaultNumber, bot.Data{"Least": 0, "Most": maxFallback})
	}
	checkTimes(&f, b)
	checkTemplate(&f, b)
	checkButtons(&f, b)
	s.checkFlows(&f, b)
	if err := checkTexts(ctx, tx, &f, b); err != nil {
		return err
	}
	if m := b.Media; m != nil && (!web(m.URL) && (m.URL != "" || m.File == "") || m.Kind != bot.Photo && m.Kind != bot.File) {
		f.wrong("attachment", bot.FaultWebAddress, nil)
	}
	if m := b.Media; m != nil && max(utf8.RuneCountInString(m.Alt.UK), utf8.RuneCountInString(m.Alt.RU)) > maxAlt {
		f.wrong("alt", bot.FaultLong, bot.Data{"Max": maxAlt})
	}
	if err := checkCeiling(ctx, tx, &f, b.Ceiling); err != nil {
		return err
	}
	if err := checkNames(ctx, tx, &f, b); err != nil {
		return err
	}
	f = append(f, b.Audience.Faults("segment")...)
	return f.err()
}

func checkTimes(f *faults, b bot.Broadcast) {
	for _, at := range []struct {
		field string
		time.Time
	}{{"start", b.Start}, {"until", b.Until}} {
		if !at.IsZero() && !bot.ValidMoment(at.Time) {
			f.wrong(at.field, bot.FaultMoment, nil)
		}
	}
	if !b.Start.IsZero() && !b.Until.IsZero() && !b.Start.Before(b.Until) {
		f.wrong("start", bot.FaultOrder, bot.Data{"Other": "until"})
	}
	if _, err := time.LoadLocation(b.Zone); err != nil || b.Zone == "Local" {
		f.wrong("zone", bot.FaultZone, nil)
	}
}

// Lasting are what the buttons of a broadcast may do beside opening an address, as the
// flows know it: say that it was read, and ask about it.
func Lasting() []string { return []string{"ack", "ask"} }

func checkButtons(f *faults, b bot.Broadcast) {
	if len(b.Buttons) > maxButtons {
		f.wrong("buttons", bot.FaultMany, bot.Data{"Max": maxButtons})
	}
	for i, button := range b.Buttons {
		at := fmt.Sprintf("buttons/%d/", i)
		for _, label := range []string{button.Label.UK, button.Label.RU} {
			if utf8.RuneCountInString(label) > maxLabel || strings.ContainsAny(label, "{}\n") {
				f.wrong(at+"label", bot.FaultLong, bot.Data{"Max": maxLabel})
				break
			}
		}
		switch {
		case !one(button.URL, button.Do, button.Flow):
			f.wrong(at+"do", bot.FaultOneOf, bot.Data{"Choices": []string{"url", "do", "flow"}})
		case button.URL != "" && !web(button.URL):
			f.wrong(at+"url", bot.FaultWebAddress, nil)
		case button.Do != "" && !slices.Contains(Lasting(), button.Do):
			f.wrong(at+"do", bot.FaultChoice, bot.Data{"Choices": Lasting()})
		}
	}
}

// one reports whether just one of the texts says something.
func one(texts ...string) bool {
	return len(slices.DeleteFunc(texts, func(s string) bool { return s == "" })) == 1
}

// web reports whether a browser opens the address, and we may lead to it.
func web(address string) bool {
	to, err := url.Parse(address)
	return err == nil && to.User == nil && len(address) <= maxURL && bot.TrackedLinkOf("", address).Genuine()
}

// checkNames finds what the broadcast names and is not there.
func checkNames(ctx context.Context, tx *storage.Tx, f *faults, b bot.Broadcast) error {
	if b.Topic != "" {
		all, err := tx.Topics(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(t bot.Topic) bool { return t.ID == b.Topic }) {
			f.wrong("topic", bot.FaultTopic, nil)
		}
	}
	if b.Change != "" {
		switch _, err := tx.Sheet(ctx, b.Change); {
		case errors.Is(err, storage.ErrNotFound):
			f.wrong("change", bot.FaultNoChange, nil)
		case err != nil:
			return err
		}
	}
	return nil
}

// Blanks says what a broadcast lacks to be submitted, and what of it is over.
func Blanks(b bot.Broadcast, now time.Time) error {
	var f faults
	full := func(field string, w bot.Bilingual) {
		if strings.TrimSpace(w.UK) == "" || strings.TrimSpace(w.RU) == "" {
			f.wrong(field, bot.FaultBlank, nil)
		}
	}
	if b.Derived() { // its texts were approved with something else
		return nil
	}
	full("text", b.Text)
	if b.Digest != (bot.Bilingual{}) {
		full("digest", b.Digest)
	}
	if b.Media != nil && b.Media.Alt != (bot.Bilingual{}) {
		full("alt", b.Media.Alt)
	}
	for i, button := range b.Buttons {
		full(fmt.Sprintf("buttons/%d/label", i), button.Label)
	}
	if b.Topic == "" {
		f.wrong("topic", bot.FaultTopic, nil)
	}
	if b.Template {
		slotBlanks(&f, b)
	}
	if !b.Until.IsZero() && !b.Until.After(now) {
		f.wrong("until", bot.FaultWindow, nil)
	}
	return f.err()
}
