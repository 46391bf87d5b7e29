package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/telegram"
	"visnyk/bot/viber"
)

// hookURL is where a messenger delivers the bot's updates.
func hookURL(public, name string) string {
	return strings.TrimRight(public, "/") + "/webhooks/" + name
}

// delivery is how a messenger delivers to us, in words.
type delivery struct {
	words   string
	wrong   bool
	pending int // updates that wait at the messenger; only Telegram tells
}

// recently is how young a failure must be to count as how things stand now.
const recently = 10 * time.Minute

// ask asks the messenger how it delivers, wanting it to deliver to url ("" where
// we do not know our address).
func ask(ctx context.Context, ch bot.Channel, url string, now time.Time) (delivery, error) {
	switch ch := ch.(type) {
	case *telegram.Channel:
		w, err := ch.WebhookInfo(ctx)
		if err != nil {
			return delivery{}, err
		}
		return judgeTelegram(w, url, now), nil
	case *viber.Channel:
		a, err := ch.AccountInfo(ctx)
		if err != nil {
			return delivery{}, err
		}
		d := delivery{words: fmt.Sprintf("Viber delivers to %s; %d subscribers", a.Webhook, a.Subscribers)}
		return d.aimed("Viber", a.Webhook, url), nil
	}
	return delivery{}, errors.New("this messenger does not tell")
}

// judgeTelegram puts Telegram's figures into words.
func judgeTelegram(w telegram.Webhook, url string, now time.Time) delivery {
	d := delivery{pending: w.Pending, words: fmt.Sprintf("Telegram delivers to %s; %d updates wait there", w.URL, w.Pending)}
	if d = d.aimed("Telegram", w.URL, url); d.wrong || w.LastError == "" {
		return d
	}
	when := w.LastErrorAt.UTC().Format("2006-01-02 15:04:05 MST")
	switch {
	case w.Pending > 0 && now.Sub(w.LastErrorAt) < recently:
		d.wrong = true
		d.words = fmt.Sprintf("Telegram cannot deliver: %d updates wait, the last try failed at %s with %q. "+
			"Messages wait for a day, presses for two and a half minutes. Check that the address answers from outside, its certificate, and /readyz.",
			w.Pending, when, w.LastError)
	default:
		d.words += fmt.Sprintf("; the last failure was at %s: %q", when, w.LastError)
	}
	return d
}

// aimed finds what is wrong with where the messenger delivers.
func (d delivery) aimed(messenger, at, want string) delivery {
	switch {
	case at == "":
		d.wrong = true
		d.words = fmt.Sprintf("%s delivers nowhere: run visnyk webhook set (or leave VISNYK_PUBLIC_URL unset, and Telegram's updates are fetched)", messenger)
	case want != "" && at != want:
		d.wrong = true
		d.words = fmt.Sprintf("%s delivers to %s, but we are at %s: run visnyk webhook set", messenger, at, want)
	}
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
func (d *deliveries) watch(ctx context.Context, ch bot.Channel, url string) {
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
