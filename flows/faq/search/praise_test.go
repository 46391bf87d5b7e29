package search

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Praise of who came or answered is thanks, in whatever words; with a «but», a question
// or anger it is none.
func TestPraiseIsThanks(t *testing.T) {
	articles, _ := readBase(t, "water")
	x := NewIndex(articles)
	outcome := func(text string) flows.Outcome { return x.Find(text, bot.Ukrainian, time.Now()).Outcome }
	for _, text := range []string{
		"Спасибо огромное, мастер Андрей просто золото, все сделал за полчаса", "Спасибо мастеру Ивану, очень вежливый и всё починил", "передайте спасибо монтажнику, отличный парень",
		"оператор Света умница, спасибо ей большое", "хочу поблагодарить мастера за работу", "спасибо, девочки на линии просто супер", "спасибо большое курьеру, привез быстро",
		"дякую майстру Андрію, все зробив швидко", "щиро дякую вашій операторці Олені, дуже допомогла", "ваш майстер молодець, дякую", "хочу подякувати майстрові за роботу", "дякую, нарешті все працює, хлопці супер",
		"майстриня просто золото, все пояснила", "вдячна вашим хлопцям, полагодили за годину",
	} {
		if got := outcome(text); got != flows.SaysThanks {
			t.Errorf("%q is %q, want thanks", text, got)
		}
	}
	for _, text := range []string{
		"спасибо, мастер нахамил и ушел", "дякую, майстер так і не прийшов", "спасибо конечно, но вода не идёт", "дякую, а коли прийде майстер", "золото а не мастер, спасибо, жду уже третий день",
		"спасибо огромное вашему мастеру, сломал кран", "велике дякую що знову нема води", "ваш хороший мастер меня обманул", "майстер зробив гірше", "мастер сделал, а вода не идет", "чи хороший у вас майстер", "спасибо мастеру, всё сделал, теперь вода пропала",
		"мастера пришлите пожалуйста, спасибо", "дякую, надішліть майстра на завтра",
	} {
		if got := outcome(text); got == flows.SaysThanks {
			t.Errorf("%q is thanks", text)
		}
	}
}

// Whoever asks if a machine or a person is here is told, before anybody is called.
func TestWhetherBotIsTold(t *testing.T) {
	articles, _ := readBase(t, "water")
	x := NewIndex(articles)
	for _, text := range []string{
		"це робот чи є хтось живий", "це робот мені відповідає чи хтось є", "ти робот чи жива людина", "тут є хтось живий чи тільки бот", "зі мною говорить людина чи машина",
		"Я с живым человеком разговариваю или это опять автоответчик", "вы живой человек или программа", "есть тут живые люди или одни роботы", "мне человек отвечает или бот",
	} {
		if c := flows.ParseCommand(text); c != flows.None {
			t.Errorf("%q is the command %q", text, c)
		}
		if got := x.Find(text, bot.Ukrainian, time.Now()).Outcome; got != flows.WondersWho {
			t.Errorf("%q is %q, want who is this", text, got)
		}
	}
	for _, text := range []string{"не бот, дайте человека", "хочу людину а не бота", "покличте людину, чи ви роботи", "мне нужен живой человек, а не бот", "робот чи людина приїде міняти лічильник, потрібен майстер"} {
		if flows.AsksWhetherBot(text) {
			t.Errorf("%q is no such question", text)
		}
	}
}
