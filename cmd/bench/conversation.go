package main

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/cmd/visnyk/sample"
	"visnyk/storage"
)

// lines are what a person writes in turn; "" presses the first button they were ever
// given. The sample company answers the question and has nothing on the other.
var lines = []string{"/start", "", "Скільки коштує інтернет?", "Чи лагодите Ви пральні машини?", "дякую"}

// Steps of it which the usual bot knows an answer to by its words.
const (
	stepStart    = 0
	stepQuestion = 2
	stepThanks   = 4
)

// update is what the i-th person does at a step of their conversation.
func update(id, i, step int, button string) []byte {
	now := time.Now().Unix()
	if lines[step] == "" {
		return fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%[1]d","from":{"id":%[2]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"message":{"message_id":1,"date":%[3]d,"chat":{"id":%[2]d,"type":"private"},"text":"x"},"chat_instance":"1","data":%[4]q}}`,
			id, chatID(i), now, button)
	}
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%[1]d,"date":%[2]d,"chat":{"id":%[3]d,"type":"private"},"from":{"id":%[3]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"text":%[4]q}}`,
		id, now, chatID(i), lines[step])
}

// company brings a fresh database up to date and gives it the sample company's articles.
func company(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	articles, err := sample.Articles(time.Now())
	if err != nil {
		return err
	}
	_, err = editor.NewEditor(store, time.Now).Import(ctx, bot.System(), articles, editor.Import{Approve: true})
	return err
}
