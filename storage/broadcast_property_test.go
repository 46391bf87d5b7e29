package storage_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/expand"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/upkeep"
)

var (
	broadcastRuns = flag.Int("broadcasts", 0, "how many random runs of broadcasts are played on each database; 0 is 2")
	broadcastSeed = flag.Uint64("broadcast.seed", 0, "the seed of the first of them; 0 is a new one")
)

// office is a service that tells a few people of two broadcasts, led by hand over days:
// one step is one call of the store, and a kill drops all that was read and claimed
// between two.
type office struct {
	*clock
	t      *testing.T
	random *rand.Rand
	region string // of the people of this run
	ids    []string
	steps  []string
	b      *broadcast.Broadcasts
	l      storage.Lease
	lives  int
	poor   bool // broadcasts may cost no more than so much
	stale  []storage.Lease

	read    []storage.OutboxRow
	claimed []storage.OutboxRow
	dead    []storage.OutboxRow // that lives before had claimed
	deadOf  []storage.Lease     // whose each was

	chats   []string
	parted  map[string]bool
	left    int                       // messages that were claimed
	told    map[string]map[string]int // by broadcast and chat: how often a message may have arrived
	again   map[string]map[string]int // and how often somebody asked for that
	days    map[string]int            // by contact and day: how many it was told
	unknown map[string]int            // by broadcast and key: in which round nobody knows
}

// Every message costs an hryvnia.
const hryvnia = 10_000

// sum is a ceiling that stops some; now and then there is none.
func (o *office) sum() bot.Money {
	if !o.poor || o.random.IntN(4) == 0 {
		return bot.Money{}
	}
	return bot.Money{Sum: int64(o.random.IntN(4 * hryvnia)), Currency: "грн"}
}

func openOffice(t *testing.T, c *clock, seed uint64) *office {
	o := &office{
		clock: c, t: t, random: rand.New(rand.NewPCG(seed, 15)), region: fmt.Sprint("run-", seed), told: map[string]map[string]int{},
		again: map[string]map[string]int{}, days: map[string]int{}, unknown: map[string]int{}, parted: map[string]bool{},
	}
	o.begins()
	o.b = broadcast.New(broadcast.Config{
		Store: c.s, Messengers: map[string]broadcast.Messenger{telegram: {Channel: paper{can: bot.Capabilities{Session: bot.Session{Length: time.Microsecond}}}, Kind: telegram}},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: bot.ZoneOf("Europe/Kyiv", nil), Now: c.now,
	})
	ok(t, c.s.PutSetting(t.Context(), bot.PriceSetting, "1 грн"))
	for i := range 7 {
		chat := fmt.Sprint(o.region, "-", i)
		o.chats = append(o.chats, chat)
		zone := []string{"", "", "America/New_York", "Asia/Kathmandu"}[o.random.IntN(4)]
		quiet := []bot.Quiet{bot.QuietUsual, bot.QuietNever, bot.QuietNever, bot.QuietShort}[o.random.IntN(4)]
		o.turn(chat, func(w *storage.TurnWrite) {
			w.Contact = &bot.Contact{ID: chat, Zone: zone, Language: bot.Ukrainian, Wishes: bot.Wishes{Quiet: quiet}}
			w.Conversation = &bot.Conversation{Address: at(chat), Contact: chat, Version: 1, Reach: bot.Reachable}
			w.Open = &bot.Ticket{ID: "t-" + chat, Address: at(chat), Contact: chat, Reason: bot.ReasonAsked}
		})
		must[int](t)(c.s.Exec(t.Context(), `UPDATE contacts SET region = $1 WHERE id = $2`, o.region, chat))
	}
	return o
}

// mails makes a broadcast that begins now.
func (o *office) mails(until time.Time) {
	o.t.Helper()
	ctx := o.t.Context()
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	made := must[storage.Mailing](o.t)(o.b.Create(ctx, writer, bot.Broadcast{
		Title: "t", Topic: "tariff", Until: until, Ceiling: o.sum(), Zone: "Europe/Kyiv", Text: bot.Bilingual{UK: fmt.Sprint("Вітаю, {{name|друже}}: ", len(o.ids)), RU: fmt.Sprint("Здравствуйте: ", len(o.ids))}, // nobody is told the same twice
		Audience: bot.Segment{Condition: bot.Condition{Field: "region", Op: "in", Values: []string{o.region}}},
	}))
	for _, step := range []struct {
		by bot.Actor
		m  bot.BroadcastMove
	}{{writer, bot.BroadcastSubmit}, {approver, bot.BroadcastApprove}, {writer, bot.BroadcastStart}} {
		made = must[storage.Mailing](o.t)(o.b.Move(ctx, step.by, made.ID, step.m, made.Version, broadcast.Moved{}))
	}
	o.ids = append(o.ids, made.ID)
	o.told[made.ID], o.again[made.ID] = map[string]int{}, map[string]int{}
}

// begins is a new life of the process, which knows nothing of the last.
func (o *office) begins() {
	o.t.Helper()
	o.lives++
	for _, r := range o.claimed {
		o.dead, o.deadOf = append(o.dead, r), append(o.deadOf, o.l)
	}
	o.read, o.claimed = nil, nil
	l, _, got, err := o.s.Acquire(o.t.Context(), telegram, "life", time.Minute)
	if err != nil || !got {
		o.t.Fatalf("acquire: %v, %v", got, err)
	}
	if o.l.Bot != "" {
		o.stale = append(o.stale, o.l)
	}
	o.l = l
	_, _, err = o.s.RecoverSending(o.t.Context(), l)
	ok(o.t, err)
}

// turn makes the next turn of the chat.
func (o *office) turn(chat string, with func(*storage.TurnWrite)) {
	o.t.Helper()
	ctx, id := o.t.Context(), storage.NewID()
	must[[]bool](o.t)(o.s.Receive(ctx, []storage.Incoming{update(chat, id)}))
	c := person(o.t, o.s, at(chat)).Conversation
	c.Version++
	w := storage.TurnWrite{Bot: telegram, InboxID: id, Conversation: &c}
	with(&w)
	if _, err := o.s.CommitTurns(ctx, o.l, []storage.TurnWrite{w}); err != nil && !errors.Is(err, storage.ErrConflict) {
		o.t.Fatal(err)
	}
}

func (o *office) one() string { return o.ids[o.random.IntN(len(o.ids))] }

// chat is anybody's, more often that of somebody who is just being told.
func (o *office) chat() string {
	if now := slices.Concat(o.claimed, o.read); len(now) > 0 && o.random.IntN(2) == 0 {
		return now[o.random.IntN(len(now))].To.Chat
	}
	return o.chats[o.random.IntN(len(o.chats))]
}

// person returns the contact behind the chat; "" where it is erased.
func (o *office) person(chat string) string {
	return person(o.t, o.s, at(chat)).Conversation.Contact
}

func (o *office) mailing(id string) storage.Mailing {
	o.t.Helper()
	return must[storage.Mailing](o.t)(o.s.Broadcast(o.t.Context(), id))
}

// move makes the move where it is legal.
func (o *office) move(id string, m bot.BroadcastMove, with broadcast.Moved) bool {
	o.t.Helper()
	_, err := o.b.Move(o.t.Context(), bot.System(), id, m, o.mailing(id).Version, with)
	var illegal *bot.MoveError
	var invalid *bot.InvalidError
	if err != nil && !errors.As(err, &illegal) && !errors.As(err, &invalid) { // its window may be over
		o.t.Fatalf("%s: %v", m, err)
	}
	if err == nil && (m == bot.BroadcastPause || m == bot.BroadcastCancel) {
		if n := must[int](o.t)(o.s.Count(o.t.Context(), `SELECT count(*) FROM outbox WHERE broadcast = $1 AND state = 'pending'`, id)); n > 0 {
			o.t.Errorf("%d messages wait to leave after %s", n, m)
		}
	}
	return err == nil
}

// release releases some, who wait to be claimed.
func (o *office) release() {
	o.t.Helper()
	o.releases(false)
}

func (o *office) spent(id string) int64 {
	o.t.Helper()
	return must[bot.Report](o.t)(o.s.Report(o.t.Context(), id)).SpentIn("грн").Sum
}

// caps says anew what a broadcast may cost.
func (o *office) caps(id string, to bot.Money) {
	o.t.Helper()
	_, err := o.b.Cap(o.t.Context(), bot.Actor{User: "approver", Role: bot.Approver}, id, to, o.mailing(id).Version)
	var over *bot.MoveError
	if err != nil && !errors.As(err, &over) {
		o.t.Fatal(err)
	}
}

func (o *office) releases(claimed bool) (came []storage.OutboxRow) {
	o.t.Helper()
	before := map[string]int64{}
	for _, id := range o.ids {
		before[id] = o.spent(id)
	}
	defer func() {
		for _, id := range o.ids {
			if m := o.mailing(id); !m.Ceiling.IsZero() && o.spent(id) > max(before[id], m.Ceiling.Sum) {
				o.t.Errorf("%d were spent by %s, which may cost %d", o.spent(id), id, m.Ceiling.Sum)
			}
		}
	}()
	r := o.b.Releaser(broadcast.Release{
		Bot: telegram, Rate: 2, Takes: func() (int, bool) { return 100, claimed }, Sent: func(rows []storage.OutboxRow) { came = append(came, rows...) },
	})
	must[bool](o.t)(r.Pass(o.t.Context(), o.l))
	if n := must[int](o.t)(o.s.Count(o.t.Context(), `SELECT count(*) FROM outbox x JOIN conversations c ON c.bot = x.bot AND c.chat = x.chat JOIN contacts k ON k.id = c.contact
		WHERE x.lane = 2 AND x.state = 'pending' AND x.created_at = $1 AND (k.stopped OR c.hushed)`, o.at)); n > 0 {
		o.t.Errorf("%d messages were released to who said stop", n)
	}
	return came
}

// releaseClaimed releases some claimed already. Now and then nobody knows whether that
// was done: then they wait again.
func (o *office) releaseClaimed() {
	o.t.Helper()
	came := o.releases(true)
	if o.random.IntN(6) == 0 {
		var back []storage.SendOutcome
		for _, r := range came {
			back = append(back, storage.SendOutcome{Row: r, Outcome: bot.Later, Reason: "not started", Unsent: true})
		}
		ok(o.t, o.s.RecordOutcomes(o.t.Context(), o.l, back))
		return
	}
	for _, r := range came {
		o.claimed = append(o.claimed, r)
		o.leaves(r)
	}
}

func (o *office) reads() {
	o.t.Helper()
	o.read = must[[]storage.OutboxRow](o.t)(o.s.Pending(o.t.Context(), telegram, bot.LaneBulk, 100))
}

// between is what happens between the reading of a row and its claim, or between a claim
// and the word that it goes once more.
func (o *office) between(do map[string]func()) {
	o.t.Helper()
	names := []string{
		"pause", "pause", "cap", "stop all", "cancel", "stop", "refuse", "hush", "rest", "take", "join", "split", "erase", "kill", "moment", "while", "hours", "retry",
	}
	name := names[o.random.IntN(len(names))]
	o.steps = append(o.steps, "("+name+")")
	do[name]()
}

// evening goes on to a minute before the night of somebody.
func (o *office) evening() {
	o.t.Helper()
	c, err := o.s.Contact(o.t.Context(), o.person(o.chat()))
	if err != nil {
		return // erased
	}
	zone := bot.ZoneOf(c.Zone, bot.ZoneOf("Europe/Kyiv", nil))
	from, _, sleeps := c.Wishes.Quiet.Hours()
	if !sleeps {
		from = 21
	}
	day := o.at.In(zone)
	at := time.Date(day.Year(), day.Month(), day.Day(), from, -1, 0, 0, zone)
	if !at.After(o.at) {
		at = at.AddDate(0, 0, 1)
	}
	o.set(at.UTC())
}

// claims claims some of what was read, which may be long ago.
func (o *office) claims() {
	o.t.Helper()
	o.random.Shuffle(len(o.read), func(i, j int) { o.read[i], o.read[j] = o.read[j], o.read[i] })
	rows := o.read[:min(len(o.read), 1+o.random.IntN(3))]
	o.read = o.read[len(rows):]
	if len(rows) == 0 {
		return
	}
	for _, l := range o.stale {
		if mine, err := o.s.Claim(o.t.Context(), l, rows); err == nil && slices.Contains(mine, true) {
			o.t.Errorf("a dead process claims")
		}
	}
	for i, mine := range must[[]bool](o.t)(o.s.Claim(o.t.Context(), o.l, rows)) {
		if mine {
			o.claimed = append(o.claimed, rows[i])
			o.leaves(rows[i])
		}
	}
	if o.random.IntN(3) == 0 { // nobody knows whether that was done, so it is done again
		if mine := must[[]bool](o.t)(o.s.Claim(o.t.Context(), o.l, rows)); slices.Contains(mine, true) {
			o.t.Errorf("claimed twice: %v", mine)
		}
	}
}

// leaves checks that what was just claimed may leave.
func (o *office) leaves(r storage.OutboxRow) {
	o.t.Helper()
	ctx, chat := o.t.Context(), r.To.Chat
	var id, key string
	for _, b := range o.ids {
		if n := must[int](o.t)(o.s.Count(ctx, `SELECT count(*) FROM outbox WHERE chat = $1 AND cause = $2 AND broadcast = $3`, chat, r.Cause, b)); n == 1 {
			id = b
		}
	}
	m := o.mailing(id)
	if m.State != bot.BroadcastSending || !m.Until.IsZero() && !o.at.Before(m.Until) {
		o.t.Errorf("claimed for %s, which is %s until %v", chat, m.State, m.Until)
	}
	who := o.person(chat)
	c, err := o.s.Contact(ctx, who)
	if err != nil {
		o.t.Errorf("claimed for %s, who is not there: %v", chat, err)
		return
	}
	held := must[int](o.t)(o.s.Count(ctx, `SELECT count(*) FROM tickets WHERE contact = $1 AND state = 'taken' AND holder <> ''`, who))
	zone := bot.ZoneOf(c.Zone, bot.ZoneOf("Europe/Kyiv", nil))
	switch {
	case c.Stopped, person(o.t, o.s, at(chat)).Conversation.Hushed:
		o.t.Errorf("claimed for %s, who said stop", chat)
	case held > 0:
		o.t.Errorf("claimed for %s, whom an operator has", chat)
	case c.Wishes.Quiet.Sleeps(o.at, zone):
		o.t.Errorf("claimed for %s at %v, who sleeps", chat, o.at.In(zone))
	case c.Wishes.Paused(o.at):
		o.t.Errorf("claimed for %s, who has a pause", chat)
	case slices.Contains(c.Wishes.Muted, "tariff"):
		o.t.Errorf("claimed for %s, who does not want the topic", chat)
	}
	all := must[[]string](o.t)(o.s.Strings(ctx, `SELECT chat FROM conversations WHERE contact = '`+who+`'`))
	told, may := 0, 1
	for _, other := range all {
		told += o.told[id][other]
		may += o.again[id][other]
	}
	if told >= may {
		o.t.Errorf("claimed for %s (%v), told %d times already, asked for %d", chat, all, told, may)
	}
	o.told[id][chat]++
	o.left++
	day := fmt.Sprint(who, o.at.In(zone).Format(time.DateOnly))
	if o.days[day]++; o.days[day] > 1 && may == 1 && len(all) == 1 {
		o.t.Errorf("%s is told %d messages on one day", chat, o.days[day])
	}
	key = must[[]string](o.t)(o.s.Strings(ctx, `SELECT recipient FROM outbox WHERE chat = '`+chat+`' AND cause = '`+r.Cause+`'`))[0]
	if _, was := o.unknown[id+key]; was && may == 1 {
		o.t.Errorf("claimed for %s again, though it may have arrived", chat)
	}
}

// ends ends some of what is under way.
func (o *office) ends(how ...bot.Outcome) {
	o.t.Helper()
	var all []storage.SendOutcome
	n := min(len(o.claimed), 1+o.random.IntN(3))
	over := o.random.IntN(2) == 0
	for _, r := range o.claimed[:n] {
		e := storage.SendOutcome{Row: r, Outcome: how[o.random.IntN(len(how))], Over: over}
		switch e.Outcome {
		case bot.Sent:
			e.ExternalID = storage.NewID()
		case bot.Later:
			e.NotBefore = o.at.Add(time.Duration(max(0, o.random.IntN(800)-400)) * time.Second)
		}
		if e.Outcome == bot.Later || e.Outcome == bot.Gone || e.Outcome == bot.Malformed { // surely not arrived
			o.missed(r)
		}
		all = append(all, e)
	}
	o.claimed = o.claimed[n:]
	ok(o.t, o.s.RecordOutcomes(o.t.Context(), o.l, all))
	if o.random.IntN(2) == 0 { // only the first word counts
		for i := range all {
			all[i].Outcome = []bot.Outcome{bot.Sent, bot.Malformed}[o.random.IntN(2)]
		}
		o.still("an end that is said twice", func() error { return o.s.RecordOutcomes(o.t.Context(), o.l, all) })
	}
}

// missed notes that the message surely did not arrive.
func (o *office) missed(r storage.OutboxRow) {
	for _, id := range o.ids {
		if must[int](o.t)(o.s.Count(o.t.Context(), `SELECT count(*) FROM outbox WHERE chat = $1 AND cause = $2 AND broadcast = $3`, r.To.Chat, r.Cause, id)) == 1 {
			o.told[id][r.To.Chat]--
			maps.DeleteFunc(o.days, func(day string, _ int) bool { return len(day) > 10 && day[:len(day)-10] == o.person(r.To.Chat) })
		}
	}
}

// haunts has a life that is over say how one of its messages ended.
func (o *office) haunts() {
	o.t.Helper()
	if len(o.dead) == 0 {
		return
	}
	i := o.random.IntN(len(o.dead))
	e := storage.SendOutcome{Row: o.dead[i], Outcome: []bot.Outcome{bot.Sent, bot.Malformed}[o.random.IntN(2)], ExternalID: "late"}
	o.still("a word of a dead process", func() error {
		if err := o.s.RecordOutcomes(o.t.Context(), o.deadOf[i], []storage.SendOutcome{e}); !errors.Is(err, storage.ErrLeaseLost) {
			return err
		}
		return nil
	})
}

// still wants what became of everybody to stay as it was.
func (o *office) still(after string, do func() error) {
	o.t.Helper()
	now := func() []string {
		in := "('" + strings.Join(o.ids, "','") + "')"
		rows := must[[]string](o.t)(o.s.Strings(o.t.Context(), `SELECT broadcast || '/' || key || ' ' || outcome || ' ' || reason || ' ' || external_id FROM recipients WHERE broadcast IN `+in+` ORDER BY 1`))
		counts := must[[]string](o.t)(o.s.Strings(o.t.Context(), `SELECT broadcast || '/' || what || ' ' || reason || ' ' || CAST(sum(n) AS TEXT) FROM broadcast_counts WHERE broadcast IN `+in+` GROUP BY broadcast, what, reason ORDER BY 1`))
		messages := must[[]string](o.t)(o.s.Strings(o.t.Context(), `SELECT chat || ' ' || cause || ' ' || state FROM outbox WHERE broadcast IN `+in+` ORDER BY 1`))
		return slices.Concat(rows, counts, messages)
	}
	was := now()
	ok(o.t, do())
	if is := now(); !slices.Equal(was, is) {
		o.t.Errorf("after %s: %v, before %v", after, is, was)
	}
}

// retries asks for some to be told again.
func (o *office) retries() {
	o.t.Helper()
	id := o.one()
	r := must[bot.Report](o.t)(o.s.Report(o.t.Context(), id))
	with := broadcast.Moved{Outcome: bot.RecipientUnknown}
	if reasons := slices.Sorted(maps.Keys(r.Failed)); len(reasons) > 0 && o.random.IntN(2) == 0 {
		with = broadcast.Moved{Outcome: bot.RecipientFailed, Reason: reasons[o.random.IntN(len(reasons))]}
	} else if reasons := slices.Sorted(maps.Keys(r.Skipped)); len(reasons) > 0 && o.random.IntN(2) == 0 {
		with = broadcast.Moved{Outcome: bot.RecipientSkipped, Reason: reasons[o.random.IntN(len(reasons))]}
	}
	asked := must[[]string](o.t)(o.s.Strings(o.t.Context(), `SELECT chat FROM recipients WHERE broadcast = '`+id+`' AND outcome = 'unknown' AND contact <> ''`))
	if o.move(id, bot.BroadcastRetry, with) && with.Outcome == bot.RecipientUnknown {
		for _, chat := range asked {
			o.again[id][chat]++
		}
	}
}

// operations are what may happen, as often as they stand here.
func (o *office) operations() (names []string, do map[string]func()) {
	ctx := o.t.Context()
	do = map[string]func(){
		"list":    func() { ok(o.t, expand.New(expand.Config{Store: o.s, Owner: storage.NewID()}).Work(ctx)) },
		"release": o.release, "claimed": o.releaseClaimed,
		"read":  o.reads,
		"claim": o.claims,
		"end": func() {
			o.ends(bot.Sent, bot.Sent, bot.Sent, bot.Later, bot.Later, bot.Unknown, bot.Gone, bot.Malformed)
		},
		"kill":     o.begins,
		"haunt":    o.haunts,
		"tidy":     func() { keeps(o.t, o.b) },
		"retry":    o.retries,
		"pause":    func() { o.move(o.one(), bot.BroadcastPause, broadcast.Moved{}) },
		"resume":   func() { o.move(o.one(), bot.BroadcastResume, broadcast.Moved{}) },
		"cancel":   func() { o.move(o.one(), bot.BroadcastCancel, broadcast.Moved{}) },
		"cap":      func() { o.caps(o.one(), o.sum()) },
		"stop all": func() { must[[]string](o.t)(o.b.StopAll(ctx, bot.System())) },
		"stop": func() {
			if who := o.person(o.chat()); who != "" {
				ok(o.t, o.s.InTx(ctx, func(tx *storage.Tx) error {
					return tx.AddConsent(ctx, bot.Consent{Contact: who, Source: bot.ConsentStaff})
				}))
			}
		},
		"refuse": func() { o.wants(false) },
		"agree":  func() { o.wants(true) },
		"hush": func() {
			chat := o.chat()
			if o.person(chat) != "" {
				o.turn(chat, func(w *storage.TurnWrite) { w.Conversation.Hushed, w.CancelBulk = true, true })
			}
		},
		"rest": func() {
			until := o.at.Add(time.Duration(o.random.IntN(48)) * time.Hour)
			must[int](o.t)(o.s.Exec(ctx, `UPDATE contacts SET paused_until = $1 WHERE id = $2`, until, o.person(o.chat())))
		},
		"take": func() { o.ticket(bot.TicketTake) },
		"back": func() { o.ticket(bot.TicketRelease) },
		"join": func() {
			a, b := o.chat(), o.chat()
			if a == b || o.person(a) == "" || o.person(b) == "" || o.person(a) == o.person(b) {
				return
			}
			must[int](o.t)(o.s.Exec(ctx, `UPDATE merges SET came_at = 0`)) // whoever came is no newcomer here
			code := must[string](o.t)(o.s.CreateInvite(ctx, at(a), time.Hour))
			o.turn(b, func(w *storage.TurnWrite) { w.Join = &storage.Joining{Code: code, To: at(b)} })
		},
		"split": func() {
			chat := o.chat()
			if o.person(chat) != "" {
				a := at(chat)
				o.turn(chat, func(w *storage.TurnWrite) { w.Split = &a })
				o.parted[o.person(chat)] = true // who was told, if at all, as the other
			}
		},
		"erase": func() {
			if who := o.person(o.chat()); who != "" && o.random.IntN(3) == 0 {
				ok(o.t, o.s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: who}) }))
			}
		},
		"evening": o.evening,
		"between": func() {
			o.release()
			o.reads()
			o.between(do)
			for len(o.read) > 0 {
				o.claims()
			}
		},
		"once more": func() {
			o.release()
			o.reads()
			o.claims()
			o.between(do)
			for len(o.claimed) > 0 {
				o.ends(bot.Later)
			}
			o.reads()
			for len(o.read) > 0 {
				o.claims()
			}
		},
		"moment": func() { o.goes(time.Duration(1+o.random.IntN(60)) * time.Second) },
		"while":  func() { o.goes(time.Duration(1+o.random.IntN(9)) * time.Minute) },
		"hours":  func() { o.goes(time.Duration(1+o.random.IntN(11)) * time.Hour) },
	}
	for name, n := range map[string]int{
		"list": 2, "release": 6, "claimed": 6, "read": 7, "claim": 6, "end": 8, "kill": 2, "haunt": 2, "tidy": 2, "retry": 2, "cap": 3, "pause": 3, "resume": 4, "stop all": 1,
		"stop": 2, "refuse": 2, "agree": 2, "hush": 1, "rest": 2, "take": 2, "back": 2, "join": 3, "split": 1, "erase": 2, "moment": 2, "while": 2, "hours": 3,
		"evening": 2, "between": 6, "once more": 6,
	} {
		for range n {
			names = append(names, name)
		}
	}
	if o.random.IntN(4) == 0 {
		names = append(names, "cancel")
	}
	slices.Sort(names)
	return names, do
}

// wants has somebody refuse the topic, or want it again.
func (o *office) wants(given bool) {
	o.t.Helper()
	if who := o.person(o.chat()); who != "" {
		ok(o.t, o.s.InTx(o.t.Context(), func(tx *storage.Tx) error {
			return tx.AddConsent(o.t.Context(), bot.Consent{Contact: who, Topic: "tariff", Given: given, Source: bot.ConsentStaff})
		}))
	}
}

func (o *office) ticket(m bot.TicketMove) {
	o.t.Helper()
	_, err := move(o.t, o.s, "t-"+o.chat(), m, "olha")
	var illegal *bot.MoveError
	if err != nil && !errors.As(err, &illegal) && !errors.Is(err, storage.ErrNotFound) {
		o.t.Fatal(err)
	}
}

// adds wants the counts of each broadcast to add up, to be those of its recipients, and
// everybody who is on their way to have a message that is.
func (o *office) adds() {
	o.t.Helper()
	ctx := o.t.Context()
	for _, id := range o.ids {
		r := must[bot.Report](o.t)(o.s.Report(ctx, id))
		recount := bot.Report{Skipped: map[string]int{}, Failed: map[string]int{}}
		for _, line := range must[[]string](o.t)(o.s.Strings(ctx, `SELECT outcome || '/' || reason FROM recipients WHERE broadcast = '`+id+`'`)) {
			outcome, reason := line[:slices.Index([]byte(line), '/')], line[slices.Index([]byte(line), '/')+1:]
			recount.Add(outcome, reason, 1)
		}
		paid := 0
		for _, n := range o.told[id] {
			paid += n
		}
		if spent := r.SpentIn("грн").Sum; spent < int64(paid*hryvnia) {
			o.t.Errorf("%d were spent on %d messages that may have arrived", spent, paid)
		}
		r.Expanding, r.Spent = false, nil
		if r.Planned != r.Sum() || fmt.Sprintf("%+v", r) != fmt.Sprintf("%+v", recount) {
			o.t.Errorf("%s: the report is %+v, the recount %+v", id, r, recount)
		}
		m := o.mailing(id)
		if (m.State == bot.BroadcastSent || !m.Ended.IsZero()) && r.Pending > 0 {
			o.t.Errorf("%s, over %v, while %d wait", m.State, m.Ended, r.Pending)
		}
		for _, key := range must[[]string](o.t)(o.s.Strings(ctx, `SELECT key || ' ' || outcome FROM recipients WHERE broadcast = '`+id+`' AND outcome IN ('unknown', 'pending')`)) {
			name, outcome := key[:len(key)-8], key[len(key)-7:]
			if outcome == "unknown" {
				o.unknown[id+name] = 1
			}
		}
	}
	if lost := must[[]string](o.t)(o.s.Strings(ctx, `SELECT r.chat || ' of ' || r.broadcast FROM recipients r WHERE r.outcome = 'pending' AND r.released_at <> 0
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.broadcast = r.broadcast AND o.recipient = r.key AND o.state IN ('pending', 'sending'))`)); len(lost) > 0 {
		o.t.Errorf("on their way without a message: %v", lost)
	}
}

// comes out: whatever has happened, everybody has an end once nothing more does.
func (o *office) comesOut() {
	o.t.Helper()
	ctx := o.t.Context()
	_, do := o.operations()
	o.begins()
	must[int](o.t)(o.s.Exec(ctx, `UPDATE tickets SET state = 'closed', holder = ''`))
	for _, id := range o.ids {
		o.caps(id, bot.Money{})
	}
	for range 60 {
		do["list"]()
		open := 0
		for _, id := range o.ids {
			o.move(id, bot.BroadcastResume, broadcast.Moved{})
			if m := o.mailing(id); m.State == bot.BroadcastPaused { // its window is over
				o.move(id, bot.BroadcastCancel, broadcast.Moved{})
			}
		}
		for range 6 {
			o.release()
			o.reads()
			for len(o.read) > 0 {
				o.claims()
			}
			for len(o.claimed) > 0 {
				o.ends(bot.Sent)
			}
			do["tidy"]()
		}
		o.adds()
		for _, id := range o.ids {
			if o.mailing(id).Ended.IsZero() {
				open++
			}
		}
		if open == 0 || o.t.Failed() {
			break
		}
		o.goes(9 * time.Hour)
	}
	for _, id := range o.ids {
		m := o.mailing(id)
		if m.Ended.IsZero() {
			o.t.Errorf("%s is %s, and not over: %+v", id, m.State, must[bot.Report](o.t)(o.s.Report(ctx, id)))
		}
		forgotten := must[[]string](o.t)(o.s.Strings(ctx, `SELECT k.id FROM contacts k WHERE k.region = '`+o.region+`'
			AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.broadcast = '`+id+`' AND (r.contact = k.id OR r.key = k.id))`))
		forgotten = slices.DeleteFunc(forgotten, func(who string) bool { return o.parted[who] })
		if len(forgotten) > 0 && m.State == bot.BroadcastSent {
			o.t.Errorf("%v were never listed", forgotten)
		}
	}
}

// plays does so many random steps.
func (o *office) plays(steps int) {
	o.t.Helper()
	names, do := o.operations()
	for range steps {
		name := names[o.random.IntN(len(names))]
		o.steps = append(o.steps, name)
		do[name]()
		if o.adds(); o.t.Failed() {
			return
		}
	}
	o.steps = append(o.steps, "the end")
	o.comesOut()
}

// F20, S75, S78: whatever happens to broadcasts on their way and to their people, in
// every commit the sum is exact and the counts are those of a recount; nobody is told
// twice, nor above the cap, nor asleep, after their «стоп», in a pause or while an
// operator has them, nor anything of what was paused or cancelled; what may have arrived
// goes again only when somebody asks for that; and it comes to an end, with nobody left.
func TestBroadcastsAddUp(t *testing.T) {
	runs := *broadcastRuns
	if runs == 0 {
		runs = 2
	}
	first := *broadcastSeed
	if first == 0 {
		first = uint64(time.Now().UnixNano()) % 1e9
	}
	onEachClock(t, time.Date(2026, 10, 23, 9, 0, 0, 0, time.UTC), func(t *testing.T, c *clock) {
		left := 0
		for seed := first; seed < first+uint64(runs); seed++ {
			o := openOffice(t, c, seed)
			o.poor = true
			o.mails(time.Time{})
			o.mails(map[bool]time.Time{true: c.at.Add(30 * time.Hour)}[o.random.IntN(2) == 0])
			if o.plays(60); t.Failed() {
				t.Fatalf("-broadcast.seed %d -broadcasts 1: %v", seed, o.steps)
			}
			left += o.left
		}
		t.Logf("%d messages left", left)
		if runs >= 5 && left < runs { // else nothing was tried; of fewer that happens
			t.Errorf("%d messages left in %d runs", left, runs)
		}
		for _, p := range must[[]string](t)(upkeep.Breaches(t.Context(), c.s)) {
			if !strings.Contains(p, "people erased more than a day ago") { // the days went by without a service
				t.Error(p)
			}
		}
	})
}
