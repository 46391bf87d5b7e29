package dialog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/flows"
)

// item is one picture of an album.
func item(album, caption string) bot.Event {
	return person(bot.Event{Kind: bot.Attached, ID: "m", Album: album, Text: caption, Attachment: &bot.Attachment{Kind: bot.Photo}})
}

// long is a text of which the rest probably follows.
func long(text string) bot.Event {
	e := typed(text)
	e.Full = true
	return e
}

// sent is the event with its moment by the messenger's clock.
func sent(e bot.Event, at time.Time) bot.Event {
	e.At = at
	return e
}

func due(t *testing.T, r *Rehearsal, at time.Time) []Result {
	t.Helper()
	all, err := r.Due(at)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// listening is a book of one step that notes what it is told.
func listening(t testing.TB, hears func(flows.Turn)) flows.Book {
	t.Helper()
	enter := func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{Texts: []flows.Text{words("так", "да")}, Buttons: [][]flows.Button{
			flows.Row(words("Далі", "Дальше"), "on"), flows.Row(words("Меню", "Меню"), flows.ToMenu),
		}}}
	}
	heard := flows.Transition{Label: "anything", To: "talk/one", When: func(t flows.Turn) bool { hears(t); return true }}
	book, err := flows.NewBook("talk/one", []flows.Transition{heard}, flows.Flow{Name: "talk", Steps: []flows.Step{{Name: "one", Enter: enter, Else: flows.Stay()}}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// told rehearses a talk that began, and what its flow is told.
func told(t *testing.T) (*Rehearsal, *[]string) {
	t.Helper()
	r, all := rehearse(t), &[]string{}
	r.Engine.Book = listening(t, func(f flows.Turn) {
		what := string(f.Event.Kind) + " " + f.Event.Text
		if f.Event.Press != nil {
			what = "tapped " + f.Event.Press.Action
		}
		*all = append(*all, what)
	})
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	*all = nil
	return r, all
}

func TestGathered(t *testing.T) {
	const late = 2 * time.Second
	type step struct {
		event bot.Event
		after time.Duration // since the step before
	}
	at := func(after time.Duration, e bot.Event) step { return step{e, after} }
	now := func(e bot.Event) step { return step{event: e} }
	var full []step
	for i := range mostGathered {
		full = append(full, now(long(fmt.Sprint(i))))
	}
	for name, c := range map[string]struct {
		steps []step
		want  []string
	}{
		"a caption on the last":       {[]step{now(item("a", "")), now(item("a", "")), now(item("a", "покличте людину"))}, []string{"attached покличте людину"}},
		"a caption on each":           {[]step{now(item("a", "один")), now(item("a", "два")), now(item("a", "три"))}, []string{"attached один\nдва\nтри"}},
		"the same caption on each":    {[]step{now(item("a", "чек")), now(item("a", "чек")), now(item("a", "чек"))}, []string{"attached чек"}},
		"no caption":                  {[]step{now(item("a", "")), now(item("a", ""))}, []string{"attached "}},
		"a text meanwhile":            {[]step{now(item("a", "один")), now(typed("два"))}, []string{"attached один", "typed два"}},
		"a press meanwhile":           {[]step{now(item("a", "один")), now(press(1, flows.ToMenu))}, []string{"attached один", "tapped menu"}},
		"a press of the step":         {[]step{now(item("a", "")), now(press(1, "on"))}, []string{"attached ", "tapped on"}},
		"a press, answered otherwise": {[]step{now(item("a", "один")), now(press(1, "on"))}, []string{"attached один"}},
		"late, with words":            {[]step{now(item("a", "один")), at(late, item("a", "два"))}, []string{"attached один", "attached два"}},
		"late, without":               {[]step{now(item("a", "")), at(late, item("a", ""))}, []string{"attached "}},
		"late, behind a text":         {[]step{now(item("a", "")), now(typed("два")), now(item("a", "")), now(item("a", "три"))}, []string{"attached ", "typed два", "attached три"}},
		"two albums in turns": {
			[]step{now(item("a", "а1")), now(item("b", "б1")), now(item("a", "")), now(item("b", "б2")), now(item("a", "а2")), at(late, item("b", ""))},
			[]string{"attached а1", "attached б1\nб2", "attached а2"},
		},
		"a split text":              {[]step{now(long("один")), now(typed("два"))}, []string{"typed один\nдва"}},
		"a text in three":           {[]step{now(long("один")), now(long("два")), now(typed("три")), now(typed("чотири"))}, []string{"typed один\nдва\nтри", "typed чотири"}},
		"a long text alone":         {[]step{now(long("один"))}, []string{"typed один"}},
		"another after a while":     {[]step{now(long("один")), at(late, typed("два"))}, []string{"typed один", "typed два"}},
		"another, sent much later":  {[]step{now(sent(long("один"), noon.Add(-time.Minute))), now(sent(typed("оператор"), noon))}, []string{"typed один", "typed оператор"}},
		"another, sent before it":   {[]step{now(sent(long("один"), noon)), now(sent(typed("два"), noon.Add(-time.Minute)))}, []string{"typed один", "typed два"}},
		"a split text, sent slowly": {[]step{now(sent(long("один"), noon.Add(-time.Second))), now(sent(typed("два"), noon))}, []string{"typed один\nдва"}},
		"a text and an album":       {[]step{now(long("один")), now(item("a", "два")), now(item("a", "три"))}, []string{"typed один", "attached два\nтри"}},
		"more than one can have":    {full, []string{"typed " + strings.Join([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"}, "\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			r, all := told(t)
			clock := noon
			for _, s := range c.steps {
				clock = clock.Add(s.after)
				due(t, r, clock)
				do(t, r, s.event, clock)
			}
			due(t, r, clock.Add(late))
			if !slices.Equal(*all, c.want) {
				t.Errorf("the flow was told %q, want %q", *all, c.want)
			}
			if r.State().Vars.Get(varGather) != "" || len(r.timers) > 0 {
				t.Errorf("left behind: %q, %v", r.State().Vars.Get(varGather), r.timers)
			}
		})
	}
}

// An operator sees every item at once, and nothing of it is the bot's.
func TestNothingIsGatheredForAnOperator(t *testing.T) {
	hold := func(r *Rehearsal) {
		r.loaded.Ticket = &bot.Ticket{ID: "t", State: bot.TicketTaken, Address: r.loaded.Conversation.Address}
	}
	r, all := told(t)
	hold(r)
	for _, e := range []bot.Event{item("a", "один"), item("a", ""), long("два")} {
		got := do(t, r, e, noon)
		if len(got.Write.History) != 1 || len(got.Write.Timers) != 0 || len(got.Said) != 0 {
			t.Errorf("%s: %+v", e.Kind, got.Write)
		}
	}
	if len(*all) != 0 {
		t.Errorf("the flow was told %q", *all)
	}
	r, all = told(t)
	do(t, r, item("a", "один"), noon)
	hold(r) // meanwhile
	do(t, r, item("a", "два"), noon)
	due(t, r, noon.Add(gatherFor))
	if len(*all) != 0 || r.State().Vars.Get(varGather) != "" {
		t.Errorf("the flow was told %q, and %q waits", *all, r.State().Vars.Get(varGather))
	}
}

// An album is one message to the guard of loops and to what learns the language.
func TestAnAlbumCountsOnce(t *testing.T) {
	r, _ := told(t)
	before := r.loaded.Conversation.Burst
	for _, caption := range []string{"где ваш офис", "подскажите", ""} {
		if got := do(t, r, item("a", caption), noon); got.Write.Contact != nil {
			t.Error("a language was learnt before all was there")
		}
	}
	due(t, r, noon.Add(gatherFor))
	if got := r.loaded.Conversation.Burst - before; got != 1 {
		t.Errorf("%d replies were counted, want 1", got)
	}
	if r.loaded.Contact.Language != bot.Russian {
		t.Errorf("the language is %q", r.loaded.Contact.Language)
	}
}

// A question of an album is kept by its own update's name, beside that of the
// message that came in between.
func TestGatheredIsNamedByItsUpdate(t *testing.T) {
	r := rehearse(t)
	var updates []string
	r.Engine.Book = listening(t, func(f flows.Turn) { updates = append(updates, f.Facts.Update) })
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	do(t, r, item("a", "один"), noon)
	do(t, r, typed("два"), noon)
	if want := []string{"1", "2", "3"}; !slices.Equal(updates, want) {
		t.Errorf("told of updates %v, want %v", updates, want)
	}
}

// A ticket that is opened and recalled in one turn never was.
func TestOpenedAndRecalledInOneTurn(t *testing.T) {
	r := rehearse(t)
	r.Engine.Book = listening(t, func(flows.Turn) {})
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	tn := &turn{d: &r.Engine, s: &TurnInput{Now: noon}, conv: r.loaded.Conversation, contact: r.loaded.Contact}
	if err := tn.effects([]flows.Effect{flows.HandOff{Reason: bot.ReasonAsked}, flows.Recall{}}); err != nil {
		t.Fatal(err)
	}
	if tn.opened != nil || tn.ticket != nil || tn.write.CloseTicket != "" {
		t.Errorf("opened %+v, to close %q", tn.opened, tn.write.CloseTicket)
	}
}

// Things without a word have one polite word a minute, each kind its own.
func TestOnePoliteWordAMinute(t *testing.T) {
	for _, kinds := range [][]bot.AttachmentKind{
		{bot.Photo, bot.Photo, bot.Photo, bot.Photo, bot.Photo},
		{bot.Photo, bot.File, bot.Video},
		{bot.Voice, bot.Audio, bot.Voice},
		{bot.Sticker, bot.Sticker},
		{bot.Location, bot.Location},
		{bot.Phone, bot.Phone},
		{bot.Unsupported, "something of 2030"},
	} {
		r, all := told(t)
		for i, k := range slices.Concat(kinds, kinds) {
			do(t, r, person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: k}}), noon.Add(time.Duration(i)*time.Second))
		}
		if len(*all) != 1 {
			t.Errorf("%v: %d polite words", kinds, len(*all))
		}
		do(t, r, person(bot.Event{Kind: bot.Attached, Text: "чому?", Attachment: &bot.Attachment{Kind: kinds[0]}}), noon)
		do(t, r, person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: kinds[0]}}), noon.Add(politeEvery))
		if len(*all) != 3 {
			t.Errorf("%v: a caption and the next minute are not answered: %q", kinds, *all)
		}
	}
	r, all := told(t)
	for _, k := range []bot.AttachmentKind{bot.Photo, bot.Voice, bot.Sticker, bot.Location, bot.Phone, bot.Unsupported} {
		do(t, r, person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: k}}), noon)
	}
	if len(*all) != 6 {
		t.Errorf("things of six kinds have %d polite words", len(*all))
	}
}

// Whatever comes between, before and after, and whenever the service dies and
// timers come: every word reaches the flow once, those of a message in their order.
func TestEveryWordReachesTheFlowOnce(t *testing.T) {
	r, all := told(t)
	begun := r.loaded
	rapid.Check(t, func(rt *rapid.T) {
		r.loaded, r.timers, *all = begun, nil, nil
		clock, n, fired := noon, 0, []string{}
		var want []string
		word := func() string { n++; want = append(want, fmt.Sprint("слово", n)); return want[n-1] }
		caption := func() string {
			if rapid.Bool().Draw(rt, "a caption") {
				return word()
			}
			return ""
		}
		for range rapid.IntRange(1, 30).Draw(rt, "length") {
			switch rapid.IntRange(0, 8).Draw(rt, "what") {
			case 0, 1, 2:
				do(t, r, item(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "album"), caption()), clock)
			case 3:
				do(t, r, typed(word()), clock)
			case 4:
				do(t, r, long(word()), clock)
			case 5:
				do(t, r, press(r.State().Screen, flows.ToMenu), clock)
			case 6: // another replica goes on with what is written
				r.loaded.Conversation = written(t, r.loaded.Conversation)
			case 7: // a timer of before that fired while its album was acted on
				if len(fired) > 0 {
					name := rapid.SampledFrom(fired).Draw(rt, "timer")
					do(t, r, person(bot.Event{Kind: bot.TimedOut, Detail: name}), clock)
				}
			default:
				clock = clock.Add(time.Duration(rapid.IntRange(100, 2000).Draw(rt, "ms")) * time.Millisecond)
				for name := range r.timers {
					fired = append(fired, name)
				}
				slices.Sort(fired)
				due(t, r, clock)
			}
			r.loaded.Conversation.Burst = 0 // a crowd of messages is another promise
		}
		due(t, r, clock.Add(gatherFor))
		var got []string
		for _, e := range *all {
			_, text, _ := strings.Cut(e, " ")
			got = append(got, strings.Fields(strings.TrimPrefix(text, flows.ToMenu))...)
		}
		if slices.Sort(got); !slices.Equal(got, sorted(want)) {
			rt.Fatalf("the flow was told %q, written was %q", *all, want)
		}
		if r.State().Vars.Get(varGather) != "" {
			rt.Fatal("something still waits")
		}
	})
}

// written is the conversation as it comes back from where it is kept.
func written(t *testing.T, c bot.Conversation) (kept bot.Conversation) {
	t.Helper()
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func sorted(all []string) []string { return slices.Sorted(slices.Values(all)) }
