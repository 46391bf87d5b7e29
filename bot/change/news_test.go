package change

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A stage whose moment came while nobody looked is told by the version that is announced
// meanwhile; one of before the first version still is not.
func TestAStageThatCameUnseenIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		at := noon
		c := rolling(t, s, &at)
		first := sheet("a")
		first.From = noon.AddDate(0, 1, 0)
		for _, hours := range []int{-1, 2} {
			first.Stages = append(first.Stages, bot.Stage{At: noon.Add(time.Duration(hours) * time.Hour), Text: bot.Bilingual{UK: "етап", RU: "этап"}})
		}
		must(t)(c.Create(t.Context(), writer, first))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		at = noon.Add(3 * time.Hour)
		next := move(t, c, second, "a", bot.ChangeCorrect).Change
		next.Reason.UK = "бо так"
		must(t)(c.Replace(t.Context(), second, next))
		move(t, c, second, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, second, "a", bot.ChangeAnnounce)
		if got := told(t, s); !slices.Equal(got, []string{"stage 2, wrong [] of version 3: sending"}) {
			t.Errorf("%q", got)
		}
	})
}

// Where another version was announced since the changes were read, its stages are told and
// not those of the version that was read.
func TestAVersionThatIsNoMoreTellsNoStage(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx, at := t.Context(), noon
	c := rolling(t, s, &at)
	first := sheet("a")
	first.From = noon.AddDate(0, 1, 0)
	stage := bot.Stage{At: noon.Add(2 * time.Hour), Text: bot.Bilingual{UK: "етап", RU: "этап"}}
	first.Stages = []bot.Stage{stage}
	must(t)(c.Create(ctx, writer, first))
	move(t, c, writer, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeApprove)
	move(t, c, writer, "a", bot.ChangeAnnounce)
	read, err := s.ToldSheets(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at = noon.Add(time.Hour)
	next := move(t, c, second, "a", bot.ChangeCorrect).Change
	next.Stages = []bot.Stage{{At: noon.Add(9 * time.Hour), Text: stage.Text}, stage}
	must(t)(c.Replace(ctx, second, next))
	move(t, c, second, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeApprove)
	move(t, c, second, "a", bot.ChangeAnnounce)
	at = noon.Add(2 * time.Hour)
	if due, err := c.stagesDue(ctx, read); err != nil || len(due) > 0 {
		t.Errorf("the version of before tells: %v, %v", due, err)
	}
	if _, err := c.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	if got := told(t, s); !slices.Equal(got, []string{"stage 2, wrong [] of version 3: sending"}) {
		t.Errorf("%q", got)
	}
}

// News are late where they were promised by a moment that has passed, and no stage came
// since: neither one that is still to come, nor a change that nobody hears of.
func TestLate(t *testing.T) {
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	for _, tt := range []struct {
		state    bot.ChangeState
		promised time.Time
		stages   []int // by their days from now
		late     bool
	}{
		{bot.ChangeAnnounced, day(-1), nil, true},
		{bot.ChangeAnnounced, day(0), nil, true},
		{bot.ChangeAnnounced, day(1), nil, false},
		{bot.ChangeAnnounced, time.Time{}, nil, false},
		{bot.ChangeAnnounced, day(-2), []int{-3}, true}, // it came before the promise
		{bot.ChangeAnnounced, day(-2), []int{-2}, false},
		{bot.ChangeAnnounced, day(-2), []int{-1}, false},
		{bot.ChangeAnnounced, day(-2), []int{1}, true},
		{bot.ChangeDraft, day(-1), nil, false},
		{bot.ChangeApproved, day(-1), nil, false},
		{bot.ChangeWithdrawn, day(-1), nil, false},
		{bot.ChangeClosed, day(-1), nil, false},
	} {
		sheet := storage.Sheet{Change: bot.Change{State: tt.state, Particulars: bot.Particulars{NextNews: tt.promised}}}
		for _, n := range tt.stages {
			sheet.Stages = append(sheet.Stages, bot.Stage{At: day(n)})
		}
		if got := Late(sheet, noon); got != tt.late {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// Only the words that were approved are told: neither what a messenger that was connected
// since would show, nor words of ours that are others by now. Whoever else finds the moment
// come finds it told.
func TestNewsAreWhatWasApproved(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx, at := t.Context(), noon
	c := rolling(t, s, &at)
	first := sheet("a")
	first.From = noon.AddDate(0, 1, 0)
	first.Stages = []bot.Stage{{At: noon.Add(time.Hour), Text: bot.Bilingual{UK: "етап", RU: "этап"}}}
	must(t)(c.Create(ctx, writer, first))
	move(t, c, writer, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeApprove)
	is := move(t, c, writer, "a", bot.ChangeAnnounce)
	made := c.news.Texts
	c.news.Texts = func(of bot.Change, earlier []bot.Change, b bot.Bound) ([]bot.NewsText, error) {
		all, err := made(of, earlier, b)
		return append(all, bot.NewsText{Channel: "viber", Language: bot.Ukrainian, Part: bot.StagePart(1), Hash: "v1:later", Message: bot.Message{Text: "не погоджене"}}), err
	}
	at = noon.Add(time.Hour)
	id := bot.StageNewsID("a", first.Stages[0].At)
	tells := func() storage.Mailing {
		t.Helper()
		m, err := s.Broadcast(ctx, id)
		if err != nil || m.News == nil {
			t.Fatalf("%+v, %v", m, err)
		}
		return m
	}
	if _, err := c.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	m := tells()
	if len(m.News.Texts) != 1 || !slices.Contains(is.Bound.Hashes, m.News.Texts[0].Hash) {
		t.Errorf("%+v", m.News.Texts)
	}
	err := s.InTx(ctx, func(tx *storage.Tx) error { return c.tell(ctx, tx, id, is, *m.News, true) })
	if again := tells(); err != nil || again.Version != m.Version {
		t.Errorf("told as version %d, and %d, %v", m.Version, again.Version, err)
	}
}
