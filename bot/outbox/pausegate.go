package outbox

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
)

const (
	missesMost  = 8 // sends in a row that failed without an answer: the messenger is down
	missFirst   = time.Second
	missMost    = 15 * time.Second
	refusedMost = 5 * time.Minute // between probes of a refused account
	wholeLeast  = time.Second

	banChats  = 3               // that are asked to wait at once: the bot is
	banWithin = 5 * time.Second // of each other
)

// pauseGate stands before every send and is asked last: nothing passes after the
// stop, without a valid lease, or while the bot is paused. The goroutine that
// learns of a pause shuts it at once, before anybody else is told.
type pauseGate struct {
	ctx  context.Context
	held *HeldLease
	log  *slog.Logger

	mu      sync.Mutex
	until   time.Time // nothing leaves before
	since   time.Time // when the last pause began
	proven  bool      // the messenger answered since the take-over
	halts   int       // refusals of the account in a row
	misses  int       // sends in a row without an answer
	heard   bool      // a probe was answered since the last refusal of the account
	bans    []ban     // of chats, the last banWithin
	reason  string
	unsaved bool // the pause is not yet on the bot's row
}

// ban is a chat's wait, if it is the chat's.
type ban struct {
	chat      string
	at, until time.Time
}

// shutUntil is when the gate opens; a moment that has passed means open.
func (g *pauseGate) shutUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until
}

// allows reports whether a send may start now.
func (g *pauseGate) allows(now time.Time) bool {
	return g.ctx.Err() == nil && g.held.valid(now) && !g.shutUntil().After(now)
}

// probing reports that it is not known whether sending works, as after a take-over,
// so that one send at a time must do until the messenger answers.
func (g *pauseGate) probing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.proven || g.halts > 0 || g.misses >= missesMost
}

// unsure reports that no announcement may be the send that finds out whether
// sending works: it would never go again if nobody knew whether it arrived.
func (g *pauseGate) unsure() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.proven || g.misses >= missesMost || g.halts > 0 && !g.heard
}

// halted reports that the messenger refuses the account.
func (g *pauseGate) halted() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.halts > 0
}

// restore shuts the gate until a moment that an earlier holder was told.
func (g *pauseGate) restore(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until = until
}

// judge learns from a send to the chat that started and ended at these moments;
// nil is a message sent. Sends that were already under way when the gate was last
// shut belong to the same trouble and do not make it greater.
func (g *pauseGate) judge(chat string, start, end time.Time, failed *bot.SendError) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.failed(start, end, failed) && !start.Before(g.since) {
		if g.halts > 0 {
			g.log.Info("the messenger takes the account again")
		}
		g.proven, g.halts, g.misses = true, 0, 0
	}
	if failed != nil && failed.Outcome == bot.Later && failed.After > 0 && !failed.Whole && !failed.Alone {
		g.banned(chat, end, failed.After)
	}
}

// probed learns from a probe. It does not prove that the account may send, only
// that somebody is there who can say so; one without an answer is as bad as many
// sends without one.
func (g *pauseGate) probed(start, end time.Time, failed *bot.SendError) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !answered(failed) {
		g.misses = max(g.misses, missesMost-1)
	}
	if !g.failed(start, end, failed) {
		g.proven, g.misses, g.heard = true, 0, true
	}
}

// failed learns what a failure tells of the whole bot, and gives false where it
// tells nothing.
func (g *pauseGate) failed(start, end time.Time, failed *bot.SendError) bool {
	fresh := !start.Before(g.since)
	switch {
	case failed != nil && failed.Outcome == bot.Halted:
		if !fresh && g.halts > 0 {
			return true
		}
		if g.halts == 0 {
			g.log.Error("the messenger refuses the account: sending is paused and tried again every few minutes", "err", failed.Err)
		}
		g.halts++
		g.heard = false
		g.shut(end, max(failed.After, refusedFor(g.halts)), "halted", true)
	case failed != nil && failed.Outcome == bot.Later && failed.Whole:
		g.proven, g.misses = true, 0
		g.log.Warn("the messenger asks to wait: sending is paused", "seconds", failed.After.Seconds())
		g.shut(end, max(failed.After, wholeLeast), "asked to wait", true)
	case !answered(failed):
		if !fresh && g.misses >= missesMost {
			return true
		}
		if g.misses++; g.misses >= missesMost {
			if g.misses == missesMost {
				g.log.Warn("the messenger does not answer: sending goes on by single tries", "err", failed.Err)
			}
			g.shut(end, call.Doubling{First: missFirst, Most: missMost}.After(g.misses-missesMost), "no answer", false)
		}
	default:
		return false
	}
	return true
}

// banned notes that a chat is asked to wait. The messenger does not say whether
// its limit of the chat was hit or that of the bot; when several chats hear the
// same at once it is the bot's, and sending on would prolong it.
func (g *pauseGate) banned(chat string, now time.Time, wait time.Duration) {
	g.bans = slices.DeleteFunc(g.bans, func(b ban) bool { return b.chat == chat || now.Sub(b.at) > banWithin })
	g.bans = append(g.bans, ban{chat, now, now.Add(wait)})
	if len(g.bans) < banChats {
		return
	}
	longest := slices.MaxFunc(g.bans, func(a, b ban) int { return a.until.Compare(b.until) }).until
	if longest.After(g.until) {
		g.log.Warn("the messenger asks to wait in several chats: sending is paused", "seconds", longest.Sub(now).Seconds())
		g.shut(now, longest.Sub(now), "asked to wait in several chats", true)
	}
}

// shut lets nothing pass for d from now on; an earlier, longer pause stays.
func (g *pauseGate) shut(now time.Time, d time.Duration, reason string, save bool) {
	g.since = now
	if until := now.Add(d); until.After(g.until) {
		g.until, g.reason = until, reason
		g.unsaved = g.unsaved || save
	}
}

// pause returns a pause that must still be written down, and false if there is none.
func (g *pauseGate) pause() (until time.Time, reason string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until, g.reason, g.unsaved
}

// saved tells that the pause was written down.
func (g *pauseGate) saved(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.until.Equal(until) {
		g.unsaved = false
	}
}

// refusedFor is how long nothing leaves after the nth refusal of the account in a row.
func refusedFor(n int) time.Duration {
	switch n {
	case 1:
		return 15 * time.Second
	case 2:
		return time.Minute
	}
	return refusedMost
}

// answered reports whether the messenger is there: it took the message, or said
// why not.
func answered(failed *bot.SendError) bool {
	if failed == nil {
		return true
	}
	switch failed.Outcome {
	case bot.Unknown:
		return false
	case bot.Later:
		return failed.After > 0 || failed.Whole || failed.Tries > 0
	}
	return true
}
