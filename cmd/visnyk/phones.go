package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage"
)

// screen is what a phone shows of one message.
type screen struct {
	text   string
	labels []string
}

// phone is a person with one messenger.
type phone interface {
	name() string
	shown() []screen
	write(text string)
	press(label string) error
	block()
}

// phones are the demo's two phones, one of which is in hand, and the desk.
type phones struct {
	all   []phone
	hand  int
	seen  []int // messages already printed, by phone
	news  func() []<-chan struct{}
	parts parts
	out   io.Writer
}

func newPhones(box *sandbox, p parts, out io.Writer) *phones {
	return &phones{
		all: []phone{
			&telegramPhone{box.telegram, box.telegram.Person(48151623, "Олена", "uk")},
			&viberPhone{box.viber.Person("01234567890A+/b5CdEfGg==", "Игорь", "ru")},
		},
		seen: make([]int, 2),
		news: func() []<-chan struct{} {
			return []<-chan struct{}{box.telegram.Changes(), box.viber.Changed()}
		},
		parts: p, out: out,
	}
}

// run carries out lines until they end, and prints what arrives meanwhile.
func (p *phones) run(ctx context.Context, in <-chan string) {
	for {
		news := p.news()
		if p.print() {
			p.prompt()
		}
		select {
		case <-ctx.Done():
			return
		case <-news[0]:
		case <-news[1]:
		case line, more := <-in:
			if !more {
				p.linger(ctx)
				return
			}
			if line == "/quit" {
				return
			}
			if err := p.line(ctx, line); err != nil {
				fmt.Fprintf(p.out, "  %v\n", err)
				p.prompt()
			}
		}
	}
}

// linger prints what still comes after the last line of a script.
func (p *phones) linger(ctx context.Context) {
	quiet := time.NewTimer(2 * time.Second)
	defer quiet.Stop()
	for {
		news := p.news()
		if p.print() {
			quiet.Reset(2 * time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case <-quiet.C:
			return
		case <-news[0]:
		case <-news[1]:
		}
	}
}

func (p *phones) prompt() { fmt.Fprintf(p.out, "%s> ", p.all[p.hand].name()) }

// print shows messages that were not shown yet.
func (p *phones) print() bool {
	printed := false
	for i, ph := range p.all {
		shown := ph.shown()
		for _, s := range shown[min(p.seen[i], len(shown)):] {
			printed = true
			fmt.Fprintf(p.out, "\n%s < %s\n", ph.name(), strings.ReplaceAll(s.text, "\n", "\n  "))
			for n, label := range s.labels {
				fmt.Fprintf(p.out, "    [%d %s]\n", n+1, label)
			}
		}
		p.seen[i] = len(shown)
	}
	return printed
}

// line carries out one line.
func (p *phones) line(ctx context.Context, line string) error {
	ph := p.all[p.hand]
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "":
		return nil
	case "/telegram":
		p.hand = 0
	case "/viber":
		p.hand = 1
	case "/block":
		ph.block()
	case "/take":
		return p.move(ctx, bot.TicketTake)
	case "/close":
		return p.move(ctx, bot.TicketClose)
	case "/say":
		return p.say(ctx, rest)
	default:
		if n, err := strconv.Atoi(line); err == nil {
			return pressNth(ph, n)
		}
		ph.write(line)
	}
	return nil
}

// pressNth presses the n-th button of the last message that has any.
func pressNth(ph phone, n int) error {
	shown := ph.shown()
	for i := len(shown) - 1; i >= 0; i-- {
		labels := shown[i].labels
		if len(labels) == 0 {
			continue
		}
		if n < 1 || n > len(labels) {
			return fmt.Errorf("the last message has buttons 1 to %d", len(labels))
		}
		return ph.press(labels[n-1])
	}
	return errors.New("there are no buttons yet: write /start")
}

const demoOperator = "Марина"

// ticket is the open ticket that waited longest.
func (p *phones) ticket(ctx context.Context) (bot.Ticket, error) {
	tickets, err := p.parts.store.OpenTickets(ctx)
	if err != nil {
		return bot.Ticket{}, err
	}
	if len(tickets) == 0 {
		return bot.Ticket{}, errors.New("nobody waits for an operator; as a customer, write «оператор»")
	}
	return tickets[0], nil
}

func (p *phones) move(ctx context.Context, m bot.TicketMove) error {
	t, err := p.ticket(ctx)
	if err != nil {
		return err
	}
	_, err = p.parts.desk.Move(ctx, t.ID, m, demoOperator)
	return err
}

func (p *phones) say(ctx context.Context, text string) error {
	t, err := p.ticket(ctx)
	if err != nil {
		return err
	}
	return p.parts.desk.Reply(ctx, t.ID, demoOperator, storage.NewID(), text, time.Now())
}

type telegramPhone struct {
	server *telegramtest.Server
	person *telegramtest.Person
}

func (t *telegramPhone) name() string      { return "telegram" }
func (t *telegramPhone) write(text string) { t.person.Write(text) }
func (t *telegramPhone) block()            { t.person.Block() }

func (t *telegramPhone) shown() (list []screen) {
	for _, m := range t.server.Messages(t.person.ID) {
		list = append(list, screen{m.Text, m.Labels()})
	}
	return list
}

// press presses the newest button with the label.
func (t *telegramPhone) press(label string) error {
	messages := t.server.Messages(t.person.ID)
	for i := len(messages) - 1; i >= 0; i-- {
		if _, ok := messages[i].Button(label); ok {
			_, err := t.person.Press(messages[i], label)
			return err
		}
	}
	return fmt.Errorf("no button %q", label)
}

type viberPhone struct{ person *vibertest.Person }

func (v *viberPhone) name() string { return "viber" }
func (v *viberPhone) block()       { v.person.Leave() }

// write opens the chat with the first line, as a person's first tap does.
func (v *viberPhone) write(text string) {
	if text == "/start" {
		v.person.Open("")
		return
	}
	v.person.Write(text)
}

func (v *viberPhone) shown() (list []screen) {
	for _, m := range v.person.Messages() {
		list = append(list, screen{m.Text, m.Labels()})
	}
	return list
}

func (v *viberPhone) press(label string) error {
	_, err := v.person.Press(label)
	return err
}
