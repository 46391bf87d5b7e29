package main

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestNoticeReachesMessengers: while a customer waits and nobody is at the desk,
// colleagues read so once in the messenger they have linked, in their language: on
// Telegram and on Viber. Somebody whose page is open and untouched keeps nobody from it.
func TestNoticeReachesMessengers(t *testing.T) {
	t.Parallel()
	database := storagetest.SQLiteURL(t)
	s := newWorld(t, database, sandboxOptions{})
	store, ctx := s.service.store.Load(), t.Context()
	olena, ivan := s.box.telegram.Person(901, "Олена", "uk"), s.box.viber.Person("ivanNotice0==", "Иван", "ru")
	olena.Start("")
	ivan.Subscribe()
	s.signedIn("olena", bot.Operator) // whose page is open since yesterday
	s.signedIn("ivan", bot.Operator)
	day := `[{"from":"00:00","to":"24:00"}]`
	for name, value := range map[string]string{
		bot.NoticeSetting: "5", bot.HoursSetting: `{"days":[` + strings.TrimSuffix(strings.Repeat(day+",", 7), ",") + `]}`,
	} {
		if err := store.PutSetting(ctx, name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.LinkStaff(ctx, "olena", bot.Address{Bot: "telegram", Chat: "901"}); err != nil {
			return err
		}
		return tx.LinkStaff(ctx, "ivan", bot.Address{Bot: "viber", Chat: ivan.ID()})
	}); err != nil {
		t.Fatal(err)
	}
	marko := s.onTelegram(783004771966, "Марко", bot.Ukrainian)
	marko.write("/start")
	marko.write("покличте людину")
	marko.ticket("783004771966")
	s.idle()
	db := look(t, database)
	long := time.Now().Add(-10 * time.Minute).UnixMicro()
	for _, q := range []string{`UPDATE users SET language = 'ru' WHERE id = 'ivan' AND $1 > 0`, `UPDATE sessions SET used_at = $1`, `UPDATE tickets SET turn_at = $1`} {
		if _, err := db.Exec(q, long); err != nil {
			t.Fatal(err)
		}
	}
	words := map[bot.Language]string{}
	for _, l := range bot.Languages() {
		one := 1
		text, err := s.service.engine.Texts.Text(l, noticeText, nil, &one)
		if err != nil {
			t.Fatal(err)
		}
		words[l] = text
	}
	count := func() (telegram, viber int) {
		for _, m := range s.box.telegram.Messages(901) {
			if strings.HasPrefix(m.Text, words[bot.Ukrainian]) && strings.HasSuffix(m.Text, "http://127.0.0.1/console/desk") {
				telegram++
			}
		}
		for _, m := range ivan.Messages() {
			if strings.HasPrefix(m.Text, words[bot.Russian]) && strings.HasSuffix(m.Text, "http://127.0.0.1/console/desk") {
				viber++
			}
		}
		return telegram, viber
	}
	s.await("both to hear", func() bool {
		telegram, viber := count()
		return telegram > 0 && viber > 0
	})
	if err := s.service.parts.desk.Notice(ctx, time.Now(), s.service.noticeWords); err != nil { // of the same chat
		t.Fatal(err)
	}
	s.idle()
	if telegram, viber := count(); telegram != 1 || viber != 1 {
		t.Errorf("told %d times on Telegram, %d on Viber", telegram, viber)
	}
}
