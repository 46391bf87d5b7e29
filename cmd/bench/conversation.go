package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/flows/faq/starter"
	"visnyk/storage"
)

// lines are what a person writes in turn; "" presses the first button they were ever
// given. The company answers the question and has nothing on the other.
var lines = []string{"/start", "", "Що робити, коли зник інтернет?", "Чи лагодите Ви пральні машини?", "дякую"}

// Steps of it which the usual bot knows an answer to by its words.
const (
	stepStart    = 0
	stepQuestion = 2
	stepThanks   = 4
)

// own is the line as nobody else writes it: whoever asks says where they live.
func own(i, step int) string {
	if !strings.HasSuffix(lines[step], "?") {
		return lines[step]
	}
	return fmt.Sprintf("%s Я на Садовій, %d", lines[step], i)
}

// update is what the i-th person does at a step of their conversation.
func update(id, i, step int, button string) []byte {
	return writes(id, i, lines[step], button)
}

// writes is what a person does who writes the line, or presses the button where it is "".
func writes(id, i int, line, button string) []byte {
	now := time.Now().Unix()
	if line == "" {
		return fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%[1]d","from":{"id":%[2]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"message":{"message_id":1,"date":%[3]d,"chat":{"id":%[2]d,"type":"private"},"text":"x"},"chat_instance":"1","data":%[4]q}}`,
			id, chatID(i), now, button)
	}
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%[1]d,"date":%[2]d,"chat":{"id":%[3]d,"type":"private"},"from":{"id":%[3]d,"is_bot":false,"first_name":"Bench","language_code":"uk"},"text":%[4]q}}`,
		id, now, chatID(i), line)
}

// trade is what the company deals in.
const trade = "internet"

// blank is what a company writes itself in a starter article.
var blank = regexp.MustCompile(`\[\[[^\]]*\]\]`)

// company brings a fresh database up to date and gives it the articles of its trade.
func company(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	articles, err := companyArticles()
	if err != nil {
		return err
	}
	_, err = editor.NewEditor(store, time.Now).Import(ctx, bot.System(), articles, editor.Import{Approve: true})
	return err
}

// companyArticles are those of its trade, with the company's own words in them.
func companyArticles() ([]bot.Article, error) {
	bases, err := starter.Of(trade)
	if err != nil {
		return nil, err
	}
	articles := starter.Articles(bases)
	for i, a := range articles {
		articles[i].Answer = bot.Bilingual{UK: blank.ReplaceAllString(a.Answer.UK, "100"), RU: blank.ReplaceAllString(a.Answer.RU, "100")}
	}
	return articles, nil
}
