package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
)

// hookURL is where a messenger delivers the bot's updates.
func hookURL(public, name string) string {
	return strings.TrimRight(public, "/") + "/webhooks/" + name
}

// delivery is how a messenger delivers to us, in words.
type delivery struct {
	words   string
	wrong   bool
	pending int // updates that wait at the messenger; 0 where it does not tell
}

// recently is how young a failure must be to count as how things stand now.
const recently = 10 * time.Minute

// ask asks the messenger how it delivers, wanting it to deliver to url ("" where
// we do not know our address).
func ask(ctx context.Context, ch bot.WebhookSetter, url string, now time.Time) (delivery, error) {
	w, err := ch.WebhookInfo(ctx)
	if err != nil {
		return delivery{}, err
	}
	_, fetched := ch.(bot.Poller)
	return worded(w, url, fetched, now), nil
}

// worded puts what the messenger tells into words, and finds what is wrong with
// it. fetched tells that its updates can be fetched as well.
func worded(w bot.WebhookInfo, url string, fetched bool, now time.Time) delivery {
	d := delivery{pending: w.Pending, words: fmt.Sprintf("%s delivers to %s; %s", w.Messenger, w.URL, w.About)}
	switch {
	case w.URL == "":
		d.wrong = true
		d.words = fmt.Sprintf("%s delivers nowhere: run visnyk webhook set", w.Messenger)
		if fetched {
			d.words += " (or leave VISNYK_PUBLIC_URL unset, and its updates are fetched)"
		}
		return d
	case url != "" && w.URL != url:
		d.wrong = true
		d.words = fmt.Sprintf("%s delivers to %s, but we are at %s: run visnyk webhook set", w.Messenger, w.URL, url)
		return d
	case w.LastError == "":
		return d
	}
	when := w.LastErrorAt.UTC().Format("2006-01-02 15:04:05 MST")
	if w.Pending == 0 || now.Sub(w.LastErrorAt) >= recently {
		d.words += fmt.Sprintf("; the last failure was at %s: %q", when, w.LastError)
		return d
	}
	d.wrong = true
	d.words = fmt.Sprintf("%s cannot deliver: %d updates wait, the last try failed at %s with %q. "+
		"%s Check that the address answers from outside, its certificate, and /readyz.",
		w.Messenger, w.Pending, when, w.LastError, w.Keeps)
	return d
}

// watchEvery is how often a running service asks how it is delivered to.
const watchEvery = time.Minute

// deliveries shows how messengers deliver to us, so that a dead webhook is seen
// before customers complain.
type deliveries struct {
	pending, wrong *prometheus.GaugeVec
	log            *slog.Logger
}

func newDeliveries(r prometheus.Registerer, log *slog.Logger) *deliveries {
	d := &deliveries{
		pending: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_webhook_pending_updates", Help: "Updates that wait at the messenger for delivery, as it says.",
		}, []string{"bot"}),
		wrong: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_webhook_dead", Help: "1 while the messenger cannot deliver to us; visnyk webhook info says why.",
		}, []string{"bot"}),
		log: log,
	}
	r.MustRegister(d.pending, d.wrong)
	return d
}

// watch asks every minute until ctx ends. Updates that pile up look after look
// count as wrong even where the messenger names no failure.
func (d *deliveries) watch(ctx context.Context, ch bot.WebhookSetter, url string) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var before delivery
	grown := 0
	for {
		now, err := ask(ctx, ch, url, time.Now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.log.Warn("the messenger does not say how it delivers", "bot", ch.Name(), "err", err)
		default:
			if now.pending > before.pending {
				grown++
			} else {
				grown = 0
			}
			if grown >= 3 && !now.wrong {
				now.wrong = true
				now.words += "; more wait at every look, so what we answer does not reach it in time"
			}
			d.show(ch.Name(), now, before)
			before = now
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *deliveries) show(name string, now, before delivery) {
	d.pending.WithLabelValues(name).Set(float64(now.pending))
	d.wrong.WithLabelValues(name).Set(0)
	if now.wrong {
		d.wrong.WithLabelValues(name).Set(1)
		d.log.Error("updates do not arrive", "bot", name, "err", now.words)
	} else if before.wrong {
		d.log.Info("updates arrive again", "bot", name)
	}
}
