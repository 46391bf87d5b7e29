package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// planned is a change with the plan that is proposed, whose waves are taken on by hand.
type planned struct {
	*mailing
	at time.Time // what the clock says
}

var (
	planner  = bot.Actor{User: "writer", Role: bot.Marketer}
	approver = bot.Actor{User: "approver", Role: bot.Approver}
)

func plans(t *testing.T, s *storage.Store, state bot.ChangeState, people ...bot.Contact) *planned {
	t.Helper()
	for _, c := range people {
		c.Language = bot.Ukrainian
		meets(t, s, at(c.ID), c, "")
		must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET kind = $2, tier = $3 WHERE id = $1`, c.ID, c.Kind, c.Tier))
	}
	p := &planned{mailing: &mailing{t: t, s: s, tries: map[string]int{}}, at: time.Now()}
	p.b = broadcast.New(broadcast.Config{
		Store: s, Messengers: map[string]broadcast.Messenger{telegram: {Channel: paper{}, Kind: telegram}},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: func() time.Time { return p.at },
	})
	p.states(state)
	p.awake()
	ok(t, p.b.Propose(t.Context(), planner, "x", bot.Ukrainian))
	return p
}

// states puts the change into the state.
func (p *planned) states(state bot.ChangeState) {
	p.t.Helper()
	c := change("x", state)
	c.Version, c.Level = 1, bot.LevelAcknowledge
	ok(p.t, p.s.InTx(p.t.Context(), func(tx *storage.Tx) error {
		return tx.PutSheets(p.t.Context(), []storage.Sheet{{Change: c, Announced: noon}})
	}))
}

func (p *planned) plan() []broadcast.Planned {
	p.t.Helper()
	return must[[]broadcast.Planned](p.t)(p.b.Plan(p.t.Context(), planner, "x"))
}

// approves takes the wave of the kind on until it is approved; due says when it begins.
func (p *planned) approves(kind bot.WaveKind, due time.Time) broadcast.Planned {
	p.t.Helper()
	ctx := p.t.Context()
	w := p.of(kind)
	ok(p.t, p.b.EditWave(ctx, planner, w.ID, w.Version, broadcast.WaveEdit{Gate: w.Wave.Gate, Due: due, Zone: "UTC"}))
	for _, step := range []struct {
		by   bot.Actor
		move bot.BroadcastMove
	}{{planner, bot.BroadcastSubmit}, {approver, bot.BroadcastApprove}} {
		must[storage.Mailing](p.t)(p.b.Move(ctx, step.by, w.ID, step.move, p.of(kind).Version, broadcast.Moved{}))
	}
	return p.of(kind)
}

func (p *planned) of(kind bot.WaveKind) broadcast.Planned {
	p.t.Helper()
	all := p.plan()
	i := slices.IndexFunc(all, func(w broadcast.Planned) bool { return w.Wave.Kind == kind && w.State != bot.BroadcastCancelled })
	if i < 0 {
		p.t.Fatalf("no wave of %s", kind)
	}
	return all[i]
}

// begins starts the wave by hand; refused is why not, "" where it does.
func (p *planned) begins(kind bot.WaveKind, refused bot.FaultCode) {
	p.t.Helper()
	w := p.of(kind)
	_, err := p.b.Move(p.t.Context(), planner, w.ID, bot.BroadcastStart, w.Version, broadcast.Moved{})
	var why *bot.RefusedError
	if errors.As(err, &why) != (refused != "") || why != nil && why.Code != refused || err != nil && why == nil {
		p.t.Fatalf("start of %s: %v, want %q", kind, err, refused)
	}
}

// tells lists and sends all there is to send.
func (p *planned) tells(l storage.Lease) {
	p.t.Helper()
	expanded(p.t, p.s)
	for range 4 {
		p.release(l)
		p.sends(l, func() bot.Outcome { return bot.Sent })
	}
	keeps(p.t, p.b)
}

// knows has the people acknowledge the change.
func (p *planned) knows(ids ...string) {
	p.t.Helper()
	for _, id := range ids {
		must[int](p.t)(p.s.Exec(p.t.Context(), `UPDATE ledger SET acknowledged_at = 1, acknowledged_version = 1 WHERE contact = $1`, id))
	}
}

func crew() []bot.Contact {
	return []bot.Contact{
		{ID: "s1", Kind: "staff"},
		{ID: "s2", Kind: "management"},
		{ID: "p1", Kind: "partner"},
		{ID: "v1", Kind: "client", Tier: "vip"},
		{ID: "c1", Kind: "client"},
		{ID: "c2", Kind: "client"},
	}
}

// Before a change is announced its colleagues alone are told, and once it is approved;
// then each wave waits until enough of the one before know, or until somebody opens it
// with a reason. Nobody is told twice, whichever waves they are in, and who moves from one
// to another or comes late is told once.
func TestWaves(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		p := plans(t, s, bot.ChangeReview, crew()...)
		l := lease(t, s, telegram, "me")
		if got := kindsOf(p.plan()); !slices.Equal(got, []bot.WaveKind{bot.WaveStaff, bot.WavePartners, bot.WaveVIP, bot.WaveEveryone}) {
			t.Fatalf("it is proposed as %v", got)
		}
		for _, kind := range kindsOf(p.plan()) {
			p.approves(kind, time.Time{})
		}
		p.begins(bot.WaveStaff, bot.FaultSilent)
		p.states(bot.ChangeApproved)
		p.begins(bot.WavePartners, bot.FaultSilent)
		p.begins(bot.WaveStaff, "")
		p.tells(l)
		if p.tries["s1"] != 1 || p.tries["s2"] != 1 || len(p.tries) != 2 {
			t.Fatalf("told are %v", p.tries)
		}
		p.knows("s1", "s2") // it counts, though customers hear of no version yet
		if g := p.of(bot.WavePartners).Gate; g.Why != broadcast.WaitAnnounce {
			t.Errorf("the second wave waits for %q", g.Why)
		}

		p.states(bot.ChangeAnnounced)
		p.begins(bot.WaveVIP, bot.FaultWaveBefore)
		p.begins(bot.WavePartners, "")
		p.tells(l)
		p.begins(bot.WaveVIP, bot.FaultGate)
		if g := p.of(bot.WaveVIP).Gate; g.Why != broadcast.WaitKnown || g.Need != bot.GateUsual || g.Has != (bot.Knowing{People: 1}) {
			t.Errorf("the third wave waits for %+v", g)
		}
		vip := p.of(bot.WaveVIP)
		var invalid *bot.InvalidError
		if err := p.b.OpenWave(ctx, approver, vip.ID, " "); !errors.As(err, &invalid) {
			t.Errorf("it opens without a reason: %v", err)
		}
		var forbidden *bot.ForbiddenError
		if err := p.b.OpenWave(ctx, planner, vip.ID, "поспішаємо"); !errors.As(err, &forbidden) {
			t.Errorf("whoever writes opens it: %v", err)
		}
		ok(t, p.b.OpenWave(ctx, approver, vip.ID, "партнери відповіли телефоном"))
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM audit WHERE action = 'broadcast.open'`)); n != 1 {
			t.Errorf("the audit says it %d times", n)
		}
		p.begins(bot.WaveVIP, "")
		p.tells(l)

		// Somebody becomes a partner's client, somebody the best customer, somebody comes late.
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET kind = 'client' WHERE id = 'p1'`))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET tier = 'vip' WHERE id = 'c1'`))
		meets(t, s, at("c3"), bot.Contact{ID: "c3", Kind: "client", Language: bot.Ukrainian}, "")
		l = lease(t, s, telegram, "me")
		p.awake()
		p.knows("v1")
		p.begins(bot.WaveEveryone, "")
		p.tells(l)
		for _, id := range []string{"s1", "s2", "p1", "v1", "c1", "c2", "c3"} {
			if p.tries[id] != 1 {
				t.Errorf("%s is told %d times", id, p.tries[id])
			}
		}
		for _, w := range p.plan() {
			p.id = w.ID
			if p.sum("all waves"); w.State != bot.BroadcastSent {
				t.Errorf("%s is %s", w.Wave.Kind, w.State)
			}
		}
		ok(t, p.b.AddWave(ctx, planner, "x", bot.Ukrainian, broadcast.Wanted{Kind: bot.WaveUnaware, Gate: new(int)}))
		p.knows("c2", "c3")
		p.approves(bot.WaveUnaware, time.Time{})
		p.begins(bot.WaveUnaware, "")
		p.tells(l)
		for id, want := range map[string]int{"s1": 1, "v1": 1, "c2": 1, "c3": 1, "p1": 2, "c1": 2} {
			if p.tries[id] != want {
				t.Errorf("by the second wave to those who do not know %s is told %d times, want %d", id, p.tries[id], want)
			}
		}
		sound(t, s)
	})
}

// What is due waits for its gate as long as it takes, and begins by itself once that is
// open; it is not late for that. Its owner hears once that it is overdue.
func TestWaveWaits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		p := plans(t, s, bot.ChangeAnnounced, crew()[:3]...)
		l := lease(t, s, telegram, "me")
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return errors.Join(tx.AddUser(ctx, storage.User{ID: "writer", Login: "writer", Role: bot.Marketer, Language: bot.Ukrainian}), tx.LinkStaff(ctx, "writer", at("owner")))
		}))
		for _, kind := range []bot.WaveKind{bot.WaveStaff, bot.WavePartners} {
			w := p.approves(kind, p.at.Add(time.Hour))
			must[storage.Mailing](t)(p.b.Move(ctx, planner, w.ID, bot.BroadcastSchedule, w.Version, broadcast.Moved{}))
		}
		w := p.of(bot.WavePartners)
		ok(t, p.b.EditWave(ctx, planner, w.ID, w.Version, broadcast.WaveEdit{Owner: "writer", Gate: w.Wave.Gate, Due: w.Start, Zone: w.Zone}))
		var refused *bot.RefusedError
		if err := p.b.EditWave(ctx, planner, w.ID, w.Version, broadcast.WaveEdit{Gate: 1, Due: w.Start, Zone: w.Zone}); !errors.As(err, &refused) || refused.Code != bot.FaultFrozen {
			t.Errorf("the gate that was approved becomes another: %v", err)
		}
		if err := p.b.MoveWave(ctx, planner, w.ID, true); !errors.As(err, &refused) || refused.Code != bot.FaultPlace {
			t.Errorf("what was approved goes to another place: %v", err)
		}

		p.at = p.at.Add(time.Hour)
		must[broadcast.Begun](t)(p.b.StartDue(ctx))
		p.tells(l)
		if w := p.of(bot.WavePartners); w.State != bot.BroadcastScheduled || w.Gate.Why != broadcast.WaitKnown || w.Held.IsZero() {
			t.Fatalf("the second wave is %s, waits for %q since %v", w.State, w.Gate.Why, w.Held)
		}
		p.at = p.at.Add(24 * time.Hour)
		if begun := must[broadcast.Begun](t)(p.b.StartDue(ctx)); !begun.Held || len(begun.IDs)+len(begun.Asks) != 0 {
			t.Errorf("a day later: %+v", begun)
		}
		must[int](t)(s.Exec(ctx, `UPDATE broadcasts SET start_at = start_at - 172800000000, hash = hash WHERE id = $1`, w.ID)) // by the database's clock it is overdue
		words := func(_ bot.Language, w storage.OverdueWave) (string, error) { return w.Title, nil }
		for range 2 {
			ok(t, p.b.CallOwners(ctx, words))
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM outbox WHERE cause LIKE 'wave/%' AND chat = 'owner'`)); n != 1 {
			t.Errorf("the owner is called %d times", n)
		}
		must[int](t)(s.Exec(ctx, `UPDATE broadcasts SET start_at = start_at + 172800000000 WHERE id = $1`, w.ID))

		p.knows("s1", "s2")
		p.at = p.at.Add(time.Hour) // who knows is not counted all the time
		if begun := must[broadcast.Begun](t)(p.b.StartDue(ctx)); !slices.Equal(begun.IDs, []string{w.ID}) {
			t.Errorf("it begins: %+v", begun)
		}
		p.tells(l)
		if p.tries["p1"] != 1 || p.tries["s1"] != 1 {
			t.Errorf("told are %v", p.tries)
		}
	})
}

// What is wrong is stopped in the middle, and two drafts stand in its place: for whom it did
// not reach, and for exactly those whom it did. Nobody is told by both, somebody who was
// being told when everything died among them, and the sums of all three are exact.
func TestMend(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		p := plans(t, s, bot.ChangeAnnounced, crew()[4:]...)
		for _, id := range []string{"d1", "d2", "d3", "d4", "d5", "d6"} {
			meets(t, s, at(id), bot.Contact{ID: id, Language: bot.Ukrainian}, "")
		}
		p.awake()
		l := lease(t, s, telegram, "me")
		for _, w := range p.plan()[:3] {
			ok(t, p.b.DropWave(ctx, planner, w.ID, w.Version))
		}
		p.approves(bot.WaveEveryone, time.Time{})
		p.begins(bot.WaveEveryone, "")
		old := p.of(bot.WaveEveryone).ID
		p.id = old
		expanded(t, s)
		p.release(l)
		n := 0
		p.sends(l, func() bot.Outcome { // the third is on its way when everything dies
			if n++; n > 2 {
				return ""
			}
			return bot.Sent
		})
		told := must[[]string](t)(s.Strings(ctx, `SELECT key FROM recipients WHERE outcome = 'sent'`))
		is := p.now()
		mended := must[broadcast.Mended](t)(p.b.Mend(ctx, planner, old, is.Version, "ціна не та"))
		var stale *bot.StaleError
		if _, err := p.b.Mend(ctx, planner, old, is.Version, ""); !errors.As(err, &stale) {
			t.Errorf("it is mended twice: %v", err)
		}
		if w := p.of(bot.WaveEveryone); w.ID != mended.Rest.ID || mended.Correction == nil {
			t.Fatalf("the wave is %s, the correction %v", w.ID, mended.Correction)
		}
		if instead := must[[]storage.Mailing](t)(p.b.Instead(ctx, planner, p.now())); len(instead) != 2 || instead[0].Mends != old || instead[1].Corrects != old {
			t.Errorf("in its place stand %+v", instead)
		}
		words := func(m storage.Mailing, text string) {
			b := m.Broadcast
			b.Text = bot.Bilingual{UK: text, RU: text}
			b.Mends, b.Corrects = "", "" // nobody writes whom it is for
			must[storage.Mailing](t)(p.b.Replace(ctx, planner, b))
			for _, step := range []struct {
				by   bot.Actor
				move bot.BroadcastMove
			}{{planner, bot.BroadcastSubmit}, {approver, bot.BroadcastApprove}} {
				p.id = m.ID
				must[storage.Mailing](t)(p.b.Move(ctx, step.by, m.ID, step.move, p.now().Version, broadcast.Moved{}))
			}
		}
		words(mended.Rest, "правильно")
		words(*mended.Correction, "правильно")
		begins := func(id string) error {
			p.id = id
			_, err := p.b.Move(ctx, planner, id, bot.BroadcastStart, p.now().Version, broadcast.Moved{})
			return err
		}
		var refused *bot.RefusedError
		if err := begins(mended.Rest.ID); !errors.As(err, &refused) || refused.Code != bot.FaultUnsettled {
			t.Errorf("it begins while somebody may still be told: %v", err)
		}
		keeps(t, p.b)
		lapse(t, s)
		l = lease(t, s, telegram, "another")
		_, _, err := s.RecoverSending(ctx, l)
		ok(t, err)
		for range 3 {
			keeps(t, p.b)
		}
		ok(t, begins(mended.Rest.ID))
		ok(t, begins(mended.Correction.ID))
		for _, id := range []string{mended.Rest.ID, mended.Correction.ID} {
			p.id = id
			p.tells(l)
		}
		for _, one := range []struct {
			id   string
			want bot.Report
		}{{mended.Rest.ID, bot.Report{Sent: 8 - 2 - must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE broadcast = $1 AND outcome = 'unknown'`, old))}}, {mended.Correction.ID, bot.Report{Sent: len(told) + must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE broadcast = $1 AND outcome = 'unknown'`, old))}}} {
			p.id = one.id
			if r := p.sum("mended"); r.Sent != one.want.Sent || r.Planned != r.Sent {
				t.Errorf("%s: %+v, want %d sent", one.id, r, one.want.Sent)
			}
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients a JOIN recipients b ON a.contact = b.contact
			WHERE a.broadcast = $1 AND b.broadcast = $2 AND a.outcome IN ('sent', 'unknown') AND b.outcome IN ('sent', 'unknown')`, old, mended.Rest.ID)); n != 0 {
			t.Errorf("%d people are told by both", n)
		}
		p.id = old
		if r := p.sum("stopped"); r.Planned != 8 || r.Pending != 0 || r.Skipped[bot.ReasonCancelled] != 8-r.Sent-r.Unknown {
			t.Errorf("the one that was stopped: %+v", r)
		}
		for _, problem := range must[storage.ApprovedContent](t)(s.VerifyApprovals(ctx)).Problems {
			if strings.HasPrefix(problem, "broadcast/") {
				t.Error(problem)
			}
		}
		sound(t, s)
	})
}

func kindsOf(all []broadcast.Planned) (kinds []bot.WaveKind) {
	for _, w := range all {
		kinds = append(kinds, w.Wave.Kind)
	}
	return kinds
}
