package outbox

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
)

// Metrics are the figures of all senders of a process.
type Metrics struct {
	sends    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	buffered *prometheus.GaugeVec
	flying   *prometheus.GaugeVec
	paused   *prometheus.GaugeVec
	halted   *prometheus.GaugeVec
	waits    *prometheus.CounterVec
	unsaved  *prometheus.CounterVec
}

// NewMetrics registers the figures; with nil they are kept and not shown.
func NewMetrics(r prometheus.Registerer) *Metrics {
	byBot := []string{"bot"}
	m := &Metrics{
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_sends_total", Help: "Sends ended, by outcome.",
		}, []string{"bot", "lane", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "visnyk_send_seconds", Help: "Time of one call of the messenger.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 12),
		}, byBot),
		buffered: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_outbox_buffered", Help: "Rows in memory that wait to be sent.",
		}, []string{"bot", "lane"}),
		flying: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_sends_in_flight", Help: "Calls of the messenger under way.",
		}, byBot),
		paused: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_bot_paused", Help: "1 while nothing of the bot may leave.",
		}, byBot),
		halted: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "visnyk_bot_halted", Help: "1 while the messenger refuses the account; somebody must mend it.",
		}, byBot),
		waits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_rate_waits_total", Help: "Times a message was ready and the bot's rate made it wait.",
		}, byBot),
		unsaved: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "visnyk_settle_retries_total", Help: "Times outcomes could not be written and were kept for another try.",
		}, byBot),
	}
	if r != nil {
		r.MustRegister(m.sends, m.seconds, m.buffered, m.flying, m.paused, m.halted, m.waits, m.unsaved)
	}
	return m
}

// meter is Metrics for one bot.
type meter struct {
	sends                  *prometheus.CounterVec
	seconds                prometheus.Observer
	buffered               [laneCount]prometheus.Gauge
	flying, paused, halted prometheus.Gauge
	waits, unsaved         prometheus.Counter
}

func (m *Metrics) of(name string) *meter {
	me := &meter{
		sends:   m.sends.MustCurryWith(prometheus.Labels{"bot": name}),
		seconds: m.seconds.WithLabelValues(name),
		flying:  m.flying.WithLabelValues(name),
		paused:  m.paused.WithLabelValues(name),
		halted:  m.halted.WithLabelValues(name),
		waits:   m.waits.WithLabelValues(name),
		unsaved: m.unsaved.WithLabelValues(name),
	}
	for l := range me.buffered {
		me.buffered[l] = m.buffered.WithLabelValues(name, bot.Lane(l).String())
	}
	return me
}

// sent counts one send that ended.
func (m *meter) sent(l bot.Lane, o bot.Outcome, took time.Duration) {
	m.sends.WithLabelValues(l.String(), string(o)).Inc()
	m.seconds.Observe(took.Seconds())
}

// clear sets what describes the present to nothing: another replica may go on.
func (m *meter) clear() {
	for _, g := range m.buffered {
		g.Set(0)
	}
	m.flying.Set(0)
	m.paused.Set(0)
	m.halted.Set(0)
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
