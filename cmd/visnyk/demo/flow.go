package demo

import (
	"context"
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// flowView is the flow the person is in, drawn.
type flowView struct {
	flows.Diagram
	Bot   string // whose chat it is
	Step  string // where they stand; "" before the first word
	Exits []flows.Exit
}

// flow draws where the person stands in the chat they used last.
func (v *view) flow(ctx context.Context, p *Parts) (flowView, error) {
	name := v.demo.Line.last(v.As.addresses())
	if name == "" {
		name = Telegram
	}
	at := v.As.at(name)
	loaded, err := p.Store.LoadTurns(ctx, []bot.Address{at})
	if err != nil {
		return flowView{}, fmt.Errorf("where the person stands: %w", err)
	}
	state := loaded[at].Conversation.State
	f := flowView{Bot: name}
	flow, _, _ := strings.Cut(p.Book.Home(), "/")
	if state.Flow != "" {
		flow, f.Step = state.Flow, state.Flow+"/"+state.Step
	}
	f.Diagram, _ = p.Book.Diagram(flow)
	f.Exits = p.Book.Exits(f.Step)
	return f, nil
}
