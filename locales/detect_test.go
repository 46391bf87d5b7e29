package locales

import (
	"testing"

	"visnyk/bot"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		text string
		want bot.Language
	}{
		{"Скільки коштує інтернет?", bot.Ukrainian},
		{"Сколько стоит интернет?", bot.Russian},
		{"як оплатити рахунок", bot.Ukrainian},
		{"чому не працює", bot.Ukrainian},
		{"как оплатить счёт", bot.Russian},
		{"почему не работает", bot.Russian},
		{"ще не було", bot.Ukrainian},
		{"Де ви", bot.Ukrainian},
		{"где вы", bot.Russian},
		{"ДЯКУЮ", bot.Ukrainian},
		{"СПАСИБО", bot.Russian},
		{"Привіт", bot.Ukrainian},
		{"привет", bot.Russian},
		{"яка цiна", bot.Ukrainian}, // the Latin i
		{"вiдключили свiтло", bot.Ukrainian},
		{"об'єкт", bot.Ukrainian},
		{"объект", bot.Russian},
		{"об’є\u0301кт", bot.Ukrainian},  // a stress mark
		{"Украі\u0308на", bot.Ukrainian}, // ї in two pieces
		{"подскажите, где офис на улице Київській", bot.Unsure},
		{"здравствуйте, вы на Подолі?", bot.Unsure},
		{"", bot.Unsure},
		{"   ", bot.Unsure},
		{"тариф", bot.Unsure},
		{"раз", bot.Unsure},
		{"процент", bot.Unsure},
		{"возврат", bot.Unsure}, // a lone word is its article's
		{"роутер", bot.Unsure},
		{"оператор", bot.Unsure},
		{"стоп", bot.Unsure},
		{"меню", bot.Unsure},
		{"ок", bot.Unsure},
		{"+", bot.Unsure},
		{"👍", bot.Unsure},
		{"100 грн", bot.Unsure},
		{"internet ne rabotaet", bot.Russian},
		{"skilky koshtuye", bot.Ukrainian},
		{"crskmrb rjine'", bot.Ukrainian}, // the wrong layout
		{"crjkmrj cnjbn", bot.Russian},
		{"hello", bot.Unsure},
		{"коли привезете", bot.Ukrainian},
		{"вернуть деньги", bot.Russian},
		{"Wi-Fi iPhone", bot.Unsure},
		{"не до мене", bot.Ukrainian},
	} {
		if got, _ := Detect(c.text); got != c.want {
			t.Errorf("Detect(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
