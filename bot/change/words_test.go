package change_test

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestPlacesToFillAreNotSubmitted: what a template left to be filled keeps a change from
// review as a blank does, by whatever way it is submitted.
func TestPlacesToFillAreNotSubmitted(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	changes := change.New(store, nil, time.Now)
	words := bot.Bilingual{UK: "Нічого робити не треба.", RU: "Ничего делать не нужно."}
	c := bot.Change{
		Kind: bot.Rules, Title: words, Summary: words, Reason: words, Consequence: words, Benefit: bot.Bilingual{UK: "Діє з [дата].", RU: words.RU}, ToDo: words,
		From: time.Now().AddDate(0, 1, 0),
	}
	by := bot.Actor{User: "olha", Role: bot.Marketer}
	made, err := changes.Create(t.Context(), by, c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = changes.Move(t.Context(), by, made.ID, bot.ChangeSubmit, made.Version, "")
	var invalid *bot.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 1 || invalid.Faults[0].Field != "benefit" || invalid.Faults[0].Code != bot.FaultBlank {
		t.Fatalf("%v", err)
	}
	c.ID, c.Version, c.Benefit = made.ID, made.Version, words
	if made, err = changes.Replace(t.Context(), by, c); err != nil {
		t.Fatal(err)
	}
	if made, err = changes.Move(t.Context(), by, made.ID, bot.ChangeSubmit, made.Version, ""); err != nil || made.State != bot.ChangeReview {
		t.Errorf("%+v, %v", made, err)
	}
}

// TestKeptInPeace: what is kept of a sheet is nobody's but its writer's, makes no version
// and locks no content; a colleague's version does not take it away.
func TestKeptInPeace(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	changes := change.New(store, nil, time.Now)
	olha, petro := bot.Actor{User: "olha", Role: bot.Marketer}, bot.Actor{User: "petro", Role: bot.Marketer}
	made, err := changes.Create(t.Context(), olha, bot.Change{Kind: bot.Rules, Title: bot.Bilingual{UK: "Правила", RU: "Правила"}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := store.ContentVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mine := made.Change
	mine.Title.UK = "Мої правила"
	rev, err := changes.Drafts().Keep(t.Context(), petro, mine, 0)
	if err != nil || rev != 1 {
		t.Fatal(rev, err)
	}
	if after, err := store.ContentVersion(t.Context()); err != nil || after != before {
		t.Errorf("the content is version %v, %v", after, err)
	}
	if _, err := changes.Drafts().Keep(t.Context(), petro, mine, 0); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("kept over another page: %v", err)
	}
	theirs := made.Change
	theirs.Title.RU = "Её правила"
	if _, err := changes.Replace(t.Context(), olha, theirs); err != nil {
		t.Fatal(err)
	}
	var stale *bot.StaleError
	if _, err := changes.Drafts().Settle(t.Context(), petro, made.ID); !errors.As(err, &stale) {
		t.Errorf("settled over a colleague's version: %v", err)
	}
	own, err := changes.Drafts().Own(t.Context(), petro, made.ID)
	if err != nil || own == nil || own.Content.Title.UK != "Мої правила" || own.Content.Version != 1 {
		t.Errorf("%+v, %v", own, err)
	}
	if _, err := changes.Drafts().Keep(t.Context(), bot.Actor{User: "op", Role: bot.Operator}, mine, 0); err == nil {
		t.Error("an operator writes")
	}
}
