package faq

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spoken makes letters equal that people write one for another, in both
// languages alike. Apostrophes and signs that are often left out are dropped.
var spoken = strings.NewReplacer(
	"ґ", "г", "ё", "е", "є", "е", "э", "е", "і", "и", "ї", "и", "ы", "и",
	"ъ", "", "'", "", "’", "", "ʼ", "", "`", "",
)

// words gives the words of a text in one spelling: composed, in small letters,
// without marks and punctuation.
func words(text string) []string {
	text = spoken.Replace(strings.ToLower(norm.NFC.String(text)))
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Cf) {
			return -1
		}
		return r
	}, text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// The endings of both languages in the spelling of words. Those of verbs leave
// at least four letters, for many nouns seem to have them too.
var (
	verbal = sorted(`ити ити ати яти ути ить ать ять еть уть итися атися ятися утися итись атись иться аться яться ться тся ится ается уется ются
		ився илась илося лися лась лось ав ала али ало ал ив ила или ило ил ував увала ували овал овала овали
		увати ювати овати ивати ывать овать ивать ування ювання овання ивання евание ование ивание
		ае ает аеть аю ают ають яе яет яю яют яють уе ует ую уют ують юе юет юють ите ете ишь ешь иш еш имо емо`)
	nominal = sorted(`ого его ому ему ими ий ой ей ая яя ое ее ую юю ие ии их ою ею
		ами ями ам ям ах ях ов ев ив ом ем им ию ия а я о е и у ю й ь`)
)

func sorted(list string) []string {
	all := strings.Fields(spoken.Replace(list))
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}

// stem cuts the ending off a word.
func stem(word string) string {
	for _, list := range []struct {
		endings []string
		left    int
	}{{verbal, 4}, {nominal, 3}} {
		for _, e := range list.endings {
			if rest, ok := strings.CutSuffix(word, e); ok && utf8.RuneCountInString(rest) >= list.left {
				return level(rest)
			}
		}
	}
	return level(word)
}

// level makes one of «-ість» and «-ост-», which change places in Ukrainian.
func level(stem string) string {
	stem = strings.TrimSuffix(stem, "ь")
	if root, ok := strings.CutSuffix(stem, "ист"); ok && utf8.RuneCountInString(root) >= 3 {
		return root + "ост"
	}
	return stem
}

// empty are words that say nothing of the subject, in the spelling of words.
var empty = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range words(`а або але без би був була було були буде будет бы был была было были в вам вас ваш ваша ваше ваші вашої ваши вашей
		весь все всё всі вже уже від від во вони воно вы ви где да давайте де для до дуже его ее еще ещё ж же за з зі и из или и й і
		как який яка яке які какой какая какое какие коли когда кто куди куда ли лише мене меня мені мне мій моя моє мої мой мое мои
		можна можно мы ми на над надо нам нас наш наша не ні нет но о об обо он она они от очень по под при про просто пожалуйста
		ласка будь прошу с свій своя своє свой своё скажіть скажите со там те теперь тепер ти то того тоже тот треба ту тут ты у уже хочу хто це ця цей ці чи
		что чтобы чому чого що щоб щодо это эта этот эти эту я як якщо если является є есть добрий день добрый вечір вечер доброго дня привіт привет вітаю здравствуйте
		підкажіть подскажите дякую спасибо мочь може може могу можу могут можуть нужно потрібно`) {
		m[w] = true
	}
	return m
}()

// terms gives the stems that a text is about.
func terms(text string) []string {
	var list []string
	for _, w := range words(text) {
		if !empty[w] {
			list = append(list, stem(w))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
