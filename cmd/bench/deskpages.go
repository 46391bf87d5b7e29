package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// deskTalk is how many entries the longest talk has.
const deskTalk = 5000

// longest is the ticket whose talk it is.
func longest() string { return deskTicket(deskTickets - 3) }

// fillTalk has the person of the longest talk ask and be answered.
func fillTalk(ctx context.Context, store *storage.Store, l storage.Lease) error {
	at := bot.Address{Bot: "telegram", Chat: fmt.Sprint(chatID(deskTickets - 3))}
	const atOnce = 100
	for i := range deskTalk / atOnce {
		update := fmt.Sprintf("talk-%d", i)
		if _, err := store.Receive(ctx, []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: at.Bot, Chat: at.Chat, ID: update, Payload: []byte("{}")},
		}}); err != nil {
			return err
		}
		var said []bot.Entry
		for j := range atOnce / 2 {
			question := fmt.Sprintf("%s-%d", update, j)
			said = append(
				said,
				bot.Entry{Address: at, Cause: question, Kind: string(bot.Typed), Text: "Підкажіть, будь ласка, скільки коштуватиме мій тариф із першого грудня і чи можна лишитися на старому?"},
				bot.Entry{
					Address: at, Cause: question + "/0", Out: true, Kind: "say",
					Text:   "З 1 грудня тариф «Домашній 300» коштує 260 грн на місяць. До цього дня Ви платите, як і раніше, 220 грн.",
					Detail: []byte(`{"language":"uk","step":"faq/answer","buttons":[[{"label":"Так, дякую"},{"label":"Ні, не те"}],[{"label":"Покликати людину"}]]}`),
				},
			)
		}
		if _, err := store.CommitTurns(ctx, l, []storage.TurnWrite{{Bot: at.Bot, InboxID: update, History: said}}); err != nil {
			return err
		}
	}
	return nil
}

// deskPages prints how long pages take, and how large they are.
func deskPages(ctx context.Context, address string) error {
	if err := deskPage(ctx, address, fmt.Sprintf("the queue of %d", deskTickets), "/console/desk?tab=open"); err != nil {
		return err
	}
	talk := "/console/desk/" + longest()
	if err := deskPage(ctx, address, fmt.Sprintf("the last 50 of %d entries, with the list and the card", deskTalk), talk); err != nil {
		return err
	}
	return talkPages(ctx, address, talk)
}

// deskPage asks for one page a hundred times.
func deskPage(ctx context.Context, address, what, path string) error {
	var all []time.Duration
	size := 0
	for i := range 100 {
		page, took, err := deskGet(ctx, address, path, i)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		all, size = append(all, took), len(page)
	}
	fmt.Printf("%s: %s; %d KB\n", what, figures(all), size>>10)
	return nil
}

var earlier = regexp.MustCompile(`<a href="([^"]+)" id="earlier"`)

// talkPages goes back to the beginning of the longest talk.
func talkPages(ctx context.Context, address, path string) error {
	var all []time.Duration
	for path != "" {
		page, took, err := deskGet(ctx, address, path, 0)
		if err != nil {
			return fmt.Errorf("earlier lines: %w", err)
		}
		all, path = append(all, took), ""
		if way := earlier.FindSubmatch(page); way != nil {
			path = html.UnescapeString(string(way[1]))
		}
	}
	fmt.Printf("back to its beginning, %d pages: %s a page\n", len(all), figures(all))
	return nil
}

// deskGet is a page as the i-th operator has it, and how long it took.
func deskGet(ctx context.Context, address, path string, i int) ([]byte, time.Duration, error) {
	began := time.Now()
	resp, err := asOperator(ctx, http.DefaultClient, i, http.MethodGet, "http://"+address+path)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the desk answers %s", resp.Status)
	}
	return page, time.Since(began), err
}
