package bot_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/bot/segmenttest"
)

// written is a value that a person may have written: quotes, brackets, our own words,
// lines, and what is not seen.
func written(rt *rapid.T) string {
	sample := rapid.SampledFrom([]string{"Київ", `"`, `\`, `\"`, "«x»", ")", "та", "не", "або (", "\n", "a\r\tb", "🙂", "30 днів тому", "1", "2026-01-01", "\u200b", " ", "=", ","})
	return rapid.OneOf(sample, rapid.StringN(1, 8, -1).Filter(func(s string) bool { return !strings.ContainsRune(s, 0) && s != "" })).Draw(rt, "value")
}

// drawWritten draws a segment without faults.
func drawWritten(rt *rapid.T, depth int) bot.Segment {
	day := rapid.SampledFrom([]string{"2026-01-01", "1999-12-31"})
	return segmenttest.Kinds{
		Fields: bot.SegmentFields(), Attribute: written, Units: bot.Units(),
		N: func(rt *rapid.T, unit bot.Unit) int { return rapid.IntRange(0, unit.Most()).Draw(rt, "n") },
		Values: func(rt *rapid.T, field bot.SegmentField, op bot.Op) (values []string) {
			switch op {
			case bot.OpLess, bot.OpMost, bot.OpMore, bot.OpLeast:
				if !field.Moments() && rapid.Bool().Draw(rt, "number") {
					return []string{rapid.SampledFrom([]string{"0", "-1.5", "12.50", "999999999999999"}).Draw(rt, "n")}
				}
				return []string{day.Draw(rt, "day")}
			}
			for range rapid.IntRange(1, 3).Draw(rt, "values") {
				switch {
				case field.Values != nil:
					values = append(values, rapid.SampledFrom(field.Values).Draw(rt, "value"))
				case field.Moments():
					values = append(values, day.Draw(rt, "day"))
				default:
					values = append(values, written(rt))
				}
			}
			return values
		},
	}.Draw(rt, depth)
}

// A segment written in either language is read as the same, down to its JSON, which
// approvals are made of; and its text is read and written as it was.
func TestSegmentsAreWrittenAndRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tree := drawWritten(rt, 4)
		if faults := tree.Faults("s"); len(faults) > 0 {
			rt.Fatalf("%+v: %v", tree, faults)
		}
		for _, l := range bot.Languages() {
			text := tree.Text(l, bot.SegmentNames{})
			back, err := bot.SegmentOf(text, l, bot.SegmentNames{})
			if err != nil {
				rt.Fatalf("%s: %v", text, err)
			}
			was, _ := json.Marshal(tree)
			if is, _ := json.Marshal(back); string(is) != string(was) {
				rt.Fatalf("%s\nwas %s\nis  %s", text, was, is)
			}
			if again := back.Text(l, bot.SegmentNames{}); again != text {
				rt.Fatalf("%s\nbecame %s", text, again)
			}
		}
	})
}

// FuzzSegmentText takes any text: what is read as a segment is written and read as the
// same, and whatever is not has a place within the text.
func FuzzSegmentText(f *testing.F) {
	for _, seed := range []string{
		"усі", "", "(", "хто = клієнт", `хто = клієнт та регіон = "Київ"`, "не не не рівень вказано", strings.Repeat("(", 5000), strings.Repeat("не ", 5000),
		`атрибут "план" >= 12.5 або (мітка = борг та не останній контакт за останні 30 днів)`, "изменение ещё не сказано «tariff»", `регион = "Киев`, "хто = клієнт та",
		"рівень = vip, новий и язык = uk", "first = 2026-01-01", "перший контакт < 2026-13-01", "останній контакт понад 3 місяці тому", "усе з (хто = партнер)", "a\n\n;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := bot.SegmentOf(text, bot.Ukrainian, bot.SegmentNames{})
		var invalid *bot.InvalidError
		switch {
		case errors.As(err, &invalid):
			for _, fault := range invalid.Faults {
				if at, ok := fault.Data["At"].(int); ok && (at < 0 || at > len([]rune(text))) {
					t.Errorf("%q: the fault is at %d", text, at)
				}
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		for _, l := range bot.Languages() {
			if back, err := bot.SegmentOf(s.Text(l, bot.SegmentNames{}), l, bot.SegmentNames{}); err != nil || !reflect.DeepEqual(back, s) {
				t.Errorf("%q is %+v, written %q, read as %+v, %v", text, s, s.Text(l, bot.SegmentNames{}), back, err)
			}
		}
	})
}

func TestSegmentTexts(t *testing.T) {
	names := bot.SegmentNames{
		Segments: map[string]string{"s1": "Боржники"}, Changes: map[string]string{"tariff-2027": "Нові тарифи"}, Areas: map[string]string{"kyiv": "Київ", "a": "Двічі", "b": "Двічі"},
	}
	lapse := func(op bot.Op, v string) bot.Segment {
		return bot.Segment{Condition: bot.Condition{Field: "last", Op: op, Values: []string{v}}}
	}
	for _, c := range []struct {
		s      bot.Segment
		uk, ru string
	}{
		{bot.Segment{}, "усі", "все"},
		{
			bot.All(bot.In("kind", "client"), bot.In(bot.AreaField, "kyiv"), bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpUntold, Values: []string{"tariff-2027"}}}),
			`хто = клієнт та територія = "Київ" та про зміну ще не сказано "Нові тарифи"`,
			`кто = клиент и территория = "Київ" и об изменении ещё не сказано "Нові тарифи"`,
		},
		{
			bot.Any(bot.All(bot.In("tier", "vip", "new"), bot.None(bot.In("tags", "борг"))), bot.In(bot.SavedField, "s1")),
			`(рівень = VIP, новий та не мітка = "борг") або сегмент = "Боржники"`,
			`(уровень = VIP, новый и не метка = "борг") или сегмент = "Боржники"`,
		},
		{bot.In(bot.AreaField, "a"), `територія = "a"`, `территория = "a"`},
		{bot.All(bot.In("kind", "client")), "усе з (хто = клієнт)", "всё из (кто = клиент)"},
		{lapse(bot.OpOver, "2 months"), "останній контакт понад 2 місяці тому", "последний контакт более 2 месяцев назад"},
		{lapse(bot.OpOver, "1 week"), "останній контакт понад 1 тиждень тому", "последний контакт более 1 недели назад"},
		{lapse(bot.OpLast, "1 week"), "останній контакт за останній 1 тиждень", "последний контакт за последнюю 1 неделю"},
		{lapse(bot.OpLast, "30 days"), "останній контакт за останні 30 днів", "последний контакт за последние 30 дней"},
		{lapse(bot.OpNext, "21 days"), "останній контакт у найближчий 21 день", "последний контакт в ближайший 21 день"},
		{lapse(bot.OpAgo, "3 days"), "останній контакт рівно 3 дні тому", "последний контакт ровно 3 дня назад"},
		{lapse(bot.OpThis, "week"), "останній контакт цього тижня", "последний контакт этой недели"},
	} {
		for l, want := range map[bot.Language]string{bot.Ukrainian: c.uk, bot.Russian: c.ru} {
			if got := c.s.Text(l, names); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			for _, other := range bot.Languages() { // each reads both
				if back, err := bot.SegmentOf(want, other, names); err != nil || !reflect.DeepEqual(back, c.s) {
					t.Errorf("%s is read as %+v, %v", want, back, err)
				}
			}
		}
	}
}

// What a text names is there, by its id or by what it is called in either language, in
// whatever case: else nobody would be meant, or with «not yet told» everybody.
func TestSegmentTextNamesWhatIsThere(t *testing.T) {
	names := bot.SegmentNames{
		Segments: map[string]string{"s1": "Боржники"}, Changes: map[string]string{"tariff": "Нові тарифи"}, Areas: map[string]string{"kyiv": "Київ", "a": "Двічі", "b": "Двічі"},
		Others: []bot.SegmentNames{{Changes: map[string]string{"tariff": "Новые тарифы"}, Areas: map[string]string{"kyiv": "Киев", "a": "Дважды"}}},
	}
	for text, id := range map[string]string{
		`територія = "Київ"`: "kyiv", "територія = Киев": "kyiv", "территория = київ": "kyiv", "територія = kyiv": "kyiv", "територія = Дважды": "a",
		`про зміну сказано "НОВЫЕ ТАРИФЫ"`: "tariff", "сегмент = боржники": "s1", `тема звернення = "інше"`: "інше",
	} {
		s, err := bot.SegmentOf(text, bot.Ukrainian, names)
		if err != nil || s.Values[0] != id {
			t.Errorf("%s means %v, %v", text, s.Values, err)
		}
	}
	for text, column := range map[string]int{
		`територія = "Кіїв"`: 13, "територія = Київ, Двічі": 19, `про зміну ще не сказано "Нові таріфи"`: 25, "сегмент = Боржник": 11,
	} {
		_, err := bot.SegmentOf(text, bot.Ukrainian, names)
		invalid, ok := errors.AsType[*bot.InvalidError](err)
		if !ok || invalid.Faults[0].Code != bot.FaultTextValue || invalid.Faults[0].Data["Column"] != column {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSegmentTextFaults(t *testing.T) {
	for text, want := range map[string]struct {
		code         bot.FaultCode
		line, column int
		says         string
	}{
		"":            {bot.FaultTextWanted, 1, 1, "хто"},
		"хто":         {bot.FaultTextWanted, 1, 4, "="},
		"хто = хтось": {bot.FaultTextValue, 1, 7, "клієнт"},
		"хто = клієнт та рівень = VIP\nабо мова = uk": {bot.FaultTextMixed, 2, 1, "або"},
		"(хто = клієнт":        {bot.FaultTextWanted, 1, 14, ")"},
		"хто = клієнт)":        {bot.FaultTextWanted, 1, 13, "та"},
		"регіон = \"Київ":      {bot.FaultTextQuote, 1, 10, ""},
		"регіон = Київ;":       {bot.FaultTextSign, 1, 14, ";"},
		"регіон = Біла Церква": {bot.FaultTextWanted, 1, 15, "та"},
		"останній контакт за останні 3 тижнини":    {bot.FaultTextUnit, 1, 31, "тижнини"},
		"останній контакт за останні 3 fortnights": {bot.FaultTextUnit, 1, 31, "fortnights"},
		"рівень < 3": {bot.FaultTextWanted, 1, 8, "="},
		"останній контакт річниця у найближчі 3 дні": {bot.FaultTextWanted, 1, 18, "за останні"},
		"атрибут план < багато":                      {bot.FaultMeasure, 0, 0, ""},
		"перший контакт за останні 99999 днів":       {bot.FaultLapse, 0, 0, ""},
		strings.Repeat("(", 200) + "усі":             {bot.FaultDeep, 0, 0, ""},
		strings.Repeat("х", bot.MaxSegmentText+1):    {bot.FaultTextLong, 0, 0, ""},
		"регіон = \xff":                              {bot.FaultNotText, 0, 0, ""},
	} {
		_, err := bot.SegmentOf(text, bot.Ukrainian, bot.SegmentNames{})
		var invalid *bot.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Faults) != 1 {
			t.Errorf("%.60q: %v", text, err)
			continue
		}
		f := invalid.Faults[0]
		if f.Code != want.code || want.line > 0 && (f.Data["Line"] != want.line || f.Data["Column"] != want.column) || !strings.Contains(fmt.Sprint(f.Data), want.says) {
			t.Errorf("%.60q: %+v", text, f)
		}
	}
}

// Every field and comparison has words, and none has those of another.
func TestSegmentWordsAreTheirOwn(t *testing.T) {
	for _, named := range bot.SegmentFields() {
		field, _, _ := bot.FieldOf(named)
		if named == bot.AttributeField {
			named += "x"
		}
		for _, op := range field.Ops {
			c := bot.Condition{Field: named, Op: op}
			switch {
			case op == bot.OpKnown:
			case slices.Contains([]bot.Op{bot.OpAgo, bot.OpLast, bot.OpOver, bot.OpNext, bot.OpAhead, bot.OpAnniversary}, op):
				c.Values = []string{"5 days"}
			case op == bot.OpThis:
				c.Values = []string{"year"}
			case field.Moments() || slices.Contains([]bot.Op{bot.OpLess, bot.OpMost, bot.OpMore, bot.OpLeast}, op):
				c.Values = []string{"2026-01-01"}
			case field.Values != nil:
				c.Values = field.Values
			default:
				c.Values = []string{"x"}
			}
			for _, l := range bot.Languages() {
				text := bot.Segment{Condition: c}.Text(l, bot.SegmentNames{})
				if back, err := bot.SegmentOf(text, l, bot.SegmentNames{}); err != nil || !reflect.DeepEqual(back.Condition, c) {
					t.Errorf("%s: %+v, %v", text, back, err)
				}
			}
		}
	}
}
