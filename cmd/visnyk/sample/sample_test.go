package sample

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
)

// TestSampleIsComplete looks at the story as it stands on some day of each month.
func TestSampleIsComplete(t *testing.T) {
	for month := range 13 {
		now := time.Date(2026, time.November, 1, 14, 5, 0, 0, kyiv(t)).AddDate(0, month, 5*month)
		complete(t, now)
		if t.Failed() {
			t.Fatalf("on %s", now.Format(time.DateOnly))
		}
	}
}

func kyiv(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestCalendar wants the weekdays that the texts name, and everything ahead that
// is told as news, on any day of two years.
func TestCalendar(t *testing.T) {
	for day := range 731 {
		now := time.Date(2026, time.November, 1+day, 23, 59, 0, 0, kyiv(t))
		c := calendarOf(now)
		for name, want := range map[string]time.Weekday{"night": time.Wednesday, "move": time.Monday, "manager": time.Monday, "rent": time.Monday, "partner": time.Monday} {
			if got := c[name].Weekday(); got != want {
				t.Errorf("%s: %s is a %s", now.Format(time.DateOnly), name, got)
			}
		}
		for name, want := range map[string]int{"due": 15, "tariff": 1, "contract": 1} {
			if got := c[name].Day(); got != want {
				t.Errorf("%s: %s is on the %d", now.Format(time.DateOnly), name, got)
			}
		}
		for name, at := range c {
			if ahead := at.After(now); ahead == (name == "cut") {
				t.Errorf("%s: %s is on %s", now.Format(time.DateOnly), name, at.Format(time.DateOnly))
			}
		}
	}
}

// TestMarks wants a wrong mark to be noticed.
func TestMarks(t *testing.T) {
	c := calendarOf(time.Date(2026, time.November, 24, 14, 5, 0, 0, kyiv(t)))
	night := time.Date(2026, time.December, 9, 2, 0, 0, 0, kyiv(t)).Format(time.RFC3339) // the offset is the zone's business
	for mark, want := range map[string]string{
		"{uk move}": "14 грудня", "{ru move-2}": "12 декабря", "{uk tariff-1 year}": "31 грудня 2026 року",
		"{at night 02:00}": night, "{uk nothing}": "", "{at night}": "", "{name}": "{name}",
		"С {ru tariff-30}": "Со 2 декабря", "С {ru tariff-30 year}": "Со 2 декабря 2026 года", "с {ru move}": "с 14 декабря", "З {uk tariff-30}": "З 2 грудня",
	} {
		got, err := c.fill([]byte(mark))
		if (err != nil) != (want == "") || err == nil && string(got) != want {
			t.Errorf("%s: %q, %v; want %q", mark, got, err, want)
		}
	}
}

func complete(t *testing.T, now time.Time) {
	t.Helper()
	changes, err := Changes(now)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range changes {
		if ids[c.ID] {
			t.Errorf("change %q stands twice", c.ID)
		}
		ids[c.ID] = true
		if blanks := c.Blanks(); len(blanks) > 0 {
			t.Errorf("change %q has blanks: %v", c.ID, blanks)
		}
		if c.Told() && c.From.Before(now) {
			t.Errorf("change %q is told and lies behind", c.ID)
		}
		marks(t, c.ID, c)
	}
	// Everybody of the story hears something that nobody else does.
	for _, p := range []struct {
		kind, tier, region string
		want               int
	}{
		{"client", "vip", "Поділ", 4}, {"client", "regular", "Оболонь", 4}, {"client", "new", "Троєщина", 3}, {"", "", "", 2}, {"partner", "", "", 3},
	} {
		told := 0
		for _, c := range changes {
			if c.Told() && c.Audience.Matches(bot.Person{Contact: bot.Contact{Kind: p.kind, Tier: p.tier, Region: p.region}}, bot.Calendar{}) {
				told++
			}
		}
		if told != p.want {
			t.Errorf("%+v is told of %d changes", p, told)
		}
	}
	articles, err := Articles(now)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, a := range articles {
		if seen[a.ID] {
			t.Errorf("article %q stands twice", a.ID)
		}
		seen[a.ID] = true
		if !a.Question.Complete() || !a.Answer.Complete() || a.State != bot.ArticleApproved {
			t.Errorf("article %q is not ready", a.ID)
		}
		marks(t, a.ID, a)
		if len(a.Aliases.UK) < 2 || len(a.Aliases.UK) != len(a.Aliases.RU) {
			t.Errorf("article %q: aliases %v and %v", a.ID, a.Aliases.UK, a.Aliases.RU)
		}
		if a.Change != "" && !ids[a.Change] {
			t.Errorf("article %q belongs to change %q, which does not exist", a.ID, a.Change)
		}
		// Two answers to one question must never be valid at once.
		for _, b := range articles {
			if a.ID < b.ID && a.Question == b.Question && beginsBeforeEnd(a, b) && beginsBeforeEnd(b, a) {
				t.Errorf("articles %q and %q answer the same question at the same time", a.ID, b.ID)
			}
		}
	}
	if !slices.ContainsFunc(articles, func(a bot.Article) bool { return !a.From.IsZero() }) {
		t.Error("no article that becomes valid later")
	}
}

// marks wants every day of the story filled in.
func marks(t *testing.T, id string, v any) {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if left := regexp.MustCompile(`\{(uk|ru|at)[^"]*`).Find(doc); left != nil {
		t.Errorf("%q: %s is not filled in", id, left)
	}
}

// beginsBeforeEnd reports whether a becomes valid before b ceases to be.
func beginsBeforeEnd(a, b bot.Article) bool { return b.Until.IsZero() || a.From.Before(b.Until) }

// One change is rolled out: on any day a stage of it has come, and another comes when
// news are promised.
func TestOneChangeIsRolledOut(t *testing.T) {
	for day := range 60 {
		now := time.Date(2026, time.November, 1+day, 23, 59, 0, 0, kyiv(t))
		all, err := Changes(now)
		if err != nil {
			t.Fatal(err)
		}
		rolled := 0
		for _, c := range all {
			if len(c.Stages) != 2 {
				continue
			}
			rolled++
			if was, comes := c.Stages[0].At, c.Stages[1].At; !was.Before(now) || !comes.After(now) || !comes.Equal(c.NextNews) || !comes.Before(c.From) || !c.Told() {
				t.Errorf("on %s %s has stages %s and %s", now.Format(time.DateOnly), c.ID, was, comes)
			}
		}
		if rolled != 1 {
			t.Errorf("%d are rolled out", rolled)
		}
	}
}

// The message about a cut of the cable is for those of the story who live on it, in both
// languages, with its places left open.
func TestOutage(t *testing.T) {
	b, err := Outage()
	if err != nil {
		t.Fatal(err)
	}
	if !b.Template || !b.Text.Complete() || b.Urgent == "" || b.Topic != string(bot.Outage) {
		t.Errorf("%+v", b)
	}
	_, whom := OnTheLine()
	for region, want := range map[string]bool{"Поділ": true, "Оболонь": true, "Троєщина": false, "": false} {
		if got := whom.Matches(bot.Person{Contact: bot.Contact{Region: region}}, bot.Calendar{}); got != want {
			t.Errorf("who lives at %q is told: %v", region, got)
		}
	}
}
