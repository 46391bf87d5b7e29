package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// asked is a question of a chat, brought by the update of the given name.
func asked(chat, cause, text string, how bot.Ending, article string) bot.Question {
	return bot.Question{
		Address: at(chat), Cause: cause, Contact: "contact-" + chat, Text: text, Language: bot.Ukrainian, Ending: how, Article: article,
	}
}

func TestQuestionsAndHowTheyEnd(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		picked := asked("1", "u1", "договір", bot.EndedPicked, "terminate")
		picked.Shown = []string{"terminate", "new-owner"}
		turn(t, s, l, "1", storage.TurnWrite{
			Conversation: conversation("1", 1), Contact: contact("1"),
			Questions: []bot.Question{picked, asked("1", "u0", "мова", bot.EndedUnanswered, ""), asked("1", "u0", "мова", bot.EndedHuman, "")},
		})
		learnt := must[[]bot.Question](t)(s.LearntQuestions(ctx, "terminate", 10))
		if len(learnt) != 1 || learnt[0].At.IsZero() {
			t.Fatalf("%+v", learnt)
		}
		if diff := cmp.Diff(picked, learnt[0], cmpopts.IgnoreFields(bot.Question{}, "At")); diff != "" {
			t.Error(diff)
		}
		bad := must[[]bot.Question](t)(s.BadQuestions(ctx, 90*day, 10))
		if len(bad) != 1 || bad[0].Cause != "u0" || bad[0].Ending != bot.EndedHuman {
			t.Errorf("of two endings in one turn the last counts: %+v", bad)
		}

		// The answer to what was picked did not help: one question, one ending.
		turn(t, s, l, "1", storage.TurnWrite{
			Conversation: conversation("1", 2), Questions: []bot.Question{asked("1", "u1", "інше", bot.EndedUnhelped, "terminate")},
		})
		if learnt = must[[]bot.Question](t)(s.LearntQuestions(ctx, "terminate", 10)); len(learnt) > 0 {
			t.Errorf("still learnt from: %+v", learnt)
		}
		bad = must[[]bot.Question](t)(s.BadQuestions(ctx, 90*day, 10))
		if len(bad) != 2 || bad[1].Text != "договір" && bad[0].Text != "договір" {
			t.Errorf("what was asked stays: %+v", bad)
		}
		for _, q := range bad {
			if q.Cause == "u1" && len(q.Shown) != 2 {
				t.Errorf("what was offered stays: %+v", q)
			}
		}
		if one := must[[]bot.Question](t)(s.BadQuestions(ctx, 90*day, 1)); len(one) != 1 {
			t.Errorf("%d questions, want 1", len(one))
		}

		// An operator knows the answer.
		confirm := func(cause string) error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return tx.ConfirmQuestion(ctx, at("1"), cause, "new-owner") })
		}
		ok(t, confirm("u1"))
		if learnt = must[[]bot.Question](t)(s.LearntQuestions(ctx, "new-owner", 10)); len(learnt) != 1 || learnt[0].Ending != bot.EndedConfirmed {
			t.Errorf("%+v", learnt)
		}
		if err := confirm("u9"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a question that is not there: %v", err)
		}
	})
}

func TestQuestionsAreKeptNinetyDays(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{
			Conversation: conversation("1", 1), Contact: contact("1"),
			Questions: []bot.Question{asked("1", "old", "а", bot.EndedUnanswered, ""), asked("1", "young", "б", bot.EndedHelped, "x")},
		})
		older(t, s, "questions", "at", "cause = 'old'", 90*day+hour)
		older(t, s, "questions", "at", "cause = 'young'", 90*day-hour)
		if bad := must[[]bot.Question](t)(s.BadQuestions(t.Context(), 90*day, 10)); len(bad) > 0 {
			t.Errorf("looked at: %+v", bad)
		}
		removed, err := retain(t, s)
		ok(t, err)
		if diff := cmp.Diff(map[string]int{"questions": 1}, removed); diff != "" {
			t.Error(diff)
		}
		if left := must[[]bot.Question](t)(s.LearntQuestions(t.Context(), "x", 10)); len(left) != 1 {
			t.Errorf("%+v", left)
		}
		ok(t, s.PutSetting(t.Context(), "keep.questions", "30"))
		if removed, err = retain(t, s); err != nil || removed["questions"] != 1 {
			t.Errorf("removed %v, %v", removed, err)
		}
	})
}

func TestDecisionsAreMadeOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		decide := func(as string) error {
			return s.InTx(ctx, func(tx *storage.Tx) error {
				return tx.Decide(ctx, storage.Decision{Article: "a", Phrase: "p", As: as, Actor: "u"})
			})
		}
		ok(t, decide("reject"))
		if err := decide("accept"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("got %v", err)
		}
		if got := must[map[string]bool](t)(s.Decided(ctx, "a")); !got["p"] || len(got) != 1 {
			t.Errorf("%v", got)
		}
		if got := must[map[string]bool](t)(s.Decided(context.WithoutCancel(ctx), "b")); len(got) > 0 {
			t.Errorf("%v", got)
		}
	})
}
