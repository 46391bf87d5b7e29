package search

import "testing"

// Two words written as one are two again, and a word that only has pieces of others
// in it stays one.
func TestOnlyGluedWordsAreSplit(t *testing.T) {
	articles, _ := readBase(t, "water")
	x := NewIndex(articles)
	for text, want := range map[string]string{
		"неработает": "не работает", "непрацює": "не працюе", "вашадреса": "ваш адреса", "показаниясчетчика": "показания счетчика", "гдеофис": "где офис", "денеофис": "денеофис",
		"хочуоплатить": "хочу оплатит", "сколькостоит": "сколко стоит", "скількикоштує": "скилки коштуе", "оплатадоставка": "оплата доставка", "человеканужен": "человека нужен",
	} {
		if got := mended(x, text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for _, word := range []string{
		"провести", "огромное", "дадите", "перерубали", "поводу", "принести", "предупредили", "скасування", "наявності", "зрозуміли", "подобалось", "переказали", "отримали", "подзвоните", "здається",
		"оформлена", "звільнили", "оновлення", "окрема", "належить", "приватного", "придумали", "видумали", "платежами", "водіями", "теплолічильник", "обурюєте", "знущаєтесь", "продовжити", "недалеко",
		"достатньо", "вигодовування", "народження", "справжній", "перевірити", "забронировать", "обслуживания", "самообслуживание", "накопление", "сумнівно", "получается", "подарила", "розвезли", "поставила",
	} {
		if got := mended(x, word); got != show(fold(word)) {
			t.Errorf("%q is split: %q", word, got)
		}
	}
}

func mended(x *Index, text string) string {
	out := ""
	for i, t := range x.mend(tokens(text)) {
		if i > 0 {
			out += " "
		}
		out += show(t.word)
	}
	return out
}
