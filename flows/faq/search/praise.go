package search

import (
	"slices"
	"strings"
)

// praises reports whether a text is thanks or praise for somebody's work, and nothing
// else: no question, no «але», nothing to complain of. Who works is named in most
// complaints, too, so that the intents alone mistake the one for the other.
func praises(m *said) bool {
	thanked, praised, worker, other := false, false, false, false
	for _, t := range m.words {
		switch {
		case t.asks, t.is(spoiling):
			return false
		case thanking[t.stem]:
			thanked = true
		case praising[t.stem]:
			praised = true
		case working[t.stem]:
			worker = true
		case t.weight > 0 && !about[t.stem]:
			other = true
		}
	}
	switch {
	case praised && (worker || thanked):
		return !resents(m)
	case thanked && worker:
		return !other
	}
	return false
}

// resents reports whether a text has words of anger, of a fault or of wanting back,
// misspelt ones too.
func resents(m *said) bool {
	l := moodWords()
	angry := func(h heard) bool {
		switch l.names[h.concept] {
		case "villain", "steal", "deceive", "abuse", "swear", "rude", "shame", "outrage", "refund", "unhelpful":
			return true
		}
		return false
	}
	return slices.ContainsFunc(m.moods, angry) || general().speaks(m.words, "outage", "scold")
}

// stems are the stems of the words of a list.
func stems(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[stem(fold(w))] = true
	}
	return m
}

var (
	thanking = stems(`дякую дякуємо дяка подяка подяку подякувати вдячний вдячна вдячні спасибі спасибо спасибочки благодарю благодарим благодарность поблагодарить благодарен благодарна спс мерсі`)
	praising = stems(`золото золотий золота золоті золотой золотая молодець молодці молодчина молодчинка молодец молодцы умница умнички розумниця розумничка супер клас класний класна класс классный класна профі професіонал професіонали
		профессионал профессионалы профи чудовий чудова чудові чудесный чудесная прекрасний прекрасна прекрасный прекрасная відмінний відмінно отличный отличная отлично ввічливий ввічлива ввічливі вежливый вежливая вежливые
		чемний чемна чемні уважний уважна внимательный внимательная приємний приємна приятный приятная гарний хороший хорошая добрий добра терплячий терплячая терпеливый терпеливая найкращий найкраща найкращі лучший лучшая лучшие
		майстерно блискуче оперативно аккуратно акуратно респект браво допоміг допомогла допомогли помог помогла помогли виручив виручила выручил выручила врятував врятувала врятували спас спасла спасли
		зробив зробила зробили сделал сделала сделали починив починила полагодив полагодили починил починила починили налаштував налаштували настроил настроила настроили пояснила пояснив объяснила объяснил`)
	working = stems(`майстер майстра майстру майстрові майстри майстрам майстриня мастер мастера мастеру мастером мастера мастерам монтажник монтажнику монтажникові монтажника монтажники монтажникам технік техніку технік техник технику
		оператор оператору операторові оператора оператори операторка операторці операторку операторы операторам операторша операторше дівчата дівчині дівчатам дівчина девушка девушке девушки девушкам девочки девочкам хлопці хлопець хлопцям хлопцю ребята ребятам парень парню
		кур'єр кур'єру курьер курьеру консультант консультанту консультантка консультантці менеджер менеджеру менеджерка менеджерці співробітник співробітнику співробітниця співробітниці сотрудник сотруднику сотрудница сотруднице
		працівник працівнику працівникам бригада бригаді бригаде диспетчер диспетчеру підтримка підтримці поддержка поддержке колектив коллектив спеціаліст спеціалісту специалист специалисту інженер інженеру инженер инженеру`)
	// about is what one is thanked for.
	about = stems(`роботу работу допомогу помощь терпіння терпение труд працю візит визит хочу передайте передати передать велике большое огромное`)
	// spoiling make it something else than praise.
	spoiling = kindOf(`не ні ані нет нема немає але но однак только тільки коли когда чому почему де где скільки сколько як как що что би бы чи ли якби если якщо жаль шкода досі чекаю чекаємо чекала чекав жду ждем ждала ждал зламав зламала сломал сломала зіпсував испортил обманул обманула обманув обманули грубый грубая забув забыл пусть хай`)
)
