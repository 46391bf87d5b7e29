package main

import (
	"math/rand/v2"
	"os"
	"strings"

	"visnyk/flows/faq/search"
)

const moodWords = "flows/faq/search/moods.txt"

// readGroups returns the words of each group of the intents' lexicon.
func readGroups(file string) (map[string][]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	groups := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if name, words, ok := strings.Cut(line, ":"); ok && line[0] != '#' {
			for w := range strings.FieldsSeq(words) {
				groups[name] = append(groups[name], strings.ReplaceAll(w, "_", " "))
			}
		}
	}
	return groups, nil
}

// phrase is how words of groups stand together: a name in braces is a word of that
// group, the rest stands as it is; a bar parts what one is chosen from.
type phrase struct {
	letter byte
	parts  []string
	count  int
}

func phrases() []phrase {
	return []phrase{
		{'c', []string{"{villain}"}, 120},
		{'c', []string{"{abuse}|{swear}"}, 100},
		{'c', []string{"{shame}|{outrage}|{fedup}|{ignore}|{lazy}|{deceive}|{steal}|{complaint}"}, 240},
		{'c', []string{"ви|вы|ви всі|вы все|та ви|да вы|які ж ви|какие же вы", "{villain}|{abuse}|{lazy}|{rude}"}, 200},
		{'c', []string{"ви|вы|вы просто|ви просто", "{steal}|{deceive}|{ignore}|{fedup}", "|мене|меня|нас|людей|вже|уже|мои деньги|мої гроші"}, 200},
		{'c', []string{"ваш|ваша|ваши|ваші", "{hurter}|{staff}|{chief}", "{rude}|{rude}|{deceive}|{abuse}"}, 160},
		{'c', []string{"хочу|буду|треба|надо", "поскаржитись на|поскаржитися на|пожаловаться на", "{hurter}|{staff}|{chief}"}, 100},
		{'c', []string{"мене|меня|мою маму|мою мать|дитину|ребёнка", "{rude}|{deceive}|{steal}"}, 100},
		{'c', []string{"{awful}", "{service}"}, 100},
		{'c', []string{"{formal}", "{complaint}|{formal}", "{service}|{rude}|на вашу компанію|на вашу компанию|на вашего сотрудника|на вашого працівника"}, 160},
		{'c', []string{"{days}", "{outrage}|{ignore}|{fedup}|{lazy}|{shame}"}, 100},
		{'c', []string{"{outrage}|{shame}|{fedup}", "{ignore}|{deceive}|{lazy}|{villain}|{days}"}, 120},
		{'l', []string{"піду в|іду в|подам у|звернуся в|напишу в|пойду в|иду в|подам в|обращусь в|напишу в|буде|будет|чекайте|ждите", "{court}|{police}|{regulator}|{public}", "|на вас|обіцяю|обещаю|завтра"}, 260},
		{'l', []string{"{doom}", "{court}|{police}|{regulator}|{public}|{doom}"}, 120},
		{'l', []string{"{court}|{police}|{regulator}", "на вас|вас чекає|вас ждёт|з вами розбереться|с вами разберётся|вами займеться|вами займётся|дізнається про вас|узнает о вас"}, 120},
		{'h', []string{"{person}|{staff}|{chief}"}, 160},
		{'h', []string{"{summon}", "{person}|{staff}|{chief}", "|будь ласка|пожалуйста|терміново|срочно|{notbot}"}, 260},
		{'h', []string{"{staff}|{person}|{chief}", "{summon}|{ring}|потрібен|нужен|треба|надо|плиз|де|где|є|есть"}, 160},
		{'h', []string{"хочу|можна|можно|треба|надо|дайте|хотел бы|хотів би", "{talk}", "з|с|зі|со", "{person}|{staff}|{chief}"}, 160},
		{'h', []string{"{notbot}", "{person}|{staff}|{talk}|{summon} {person}"}, 100},
		{'h', []string{"{ring}", "|мені|мне|будь ласка|пожалуйста|сьогодні|сегодня"}, 80},
		{'h', []string{"{waitlong}", "{person}|{staff}|{summon} {person}|хтось буде|кто-то будет"}, 100},
		{'r', []string{"{refund}", "{money}", "|негайно|немедленно|мені|мне|за послугу|за услугу"}, 120},
		{'p', []string{"|дуже|очень|занадто|слишком|чому так|почему так|ну і|чого так", "{dear}", "|у вас|для мене|для меня"}, 120},
		{'p', []string{"{dear}", "{price}"}, 60},
		{'b', []string{"{bye}", "|вам|всім|всем"}, 100},
		{'t', []string{"{gratitude}", "|вам|за все|за всё|{helped}"}, 60},
		{'g', []string{"{hello}", "|вам|усім|всем"}, 60},
		{'a', []string{"{fine}", "|{fine}"}, 120},
		{'u', []string{"|це|это|ні|нет|так|мені|мне|знову|опять", "{unhelpful}", "|мені|мне|зовсім|совсем"}, 140},
		{'i', []string{"бот|ти|ты|робот|програма|программа|ваш бот|який ти|какой ты", "{abuse}"}, 120},
		{'i', []string{"{abuse}", "{bot}"}, 80},
		{'q', []string{"{where}|{how}|{howmany}|{which}|{when}|{why}|{what}|{may}", "{hurter}|{price}|{money}|{service}|{days}|{reach}"}, 160},
		{'q', []string{"{where}|{how}|{howmany}|{which}|{when}|{why}|{what}|{may}", "{person}|{staff}|{chief}", "приймає|принимает|працює|работает|може прийти|может прийти|коштує|стоит|на день|у номері|в номере"}, 120},
		{'q', []string{"{money}|{price}|{hurter}|{days}"}, 80},
		{'h', []string{"{summon}", "{hurter}|{chief}|{staff}", "|{plea}"}, 200},
		{'h', []string{"{hurter}|{chief}|{staff}|{person}", "на зв'язок|на связь|сюди|сюда|до телефону|к телефону|дайте|давай|мені|мне|ау|де|где|ваш|ваша|{plea}"}, 200},
		{'h', []string{"{want}|{may}", "{talk}", "з|с|зі|со", "вашим|вашою||живим|живым|", "{hurter}|{chief}|{staff}"}, 200},
		{'h', []string{"{want}|{plea}", "{person}|{staff}|{chief}", "|{plea}|а не бот|на зв'язок|на связь"}, 160},
		{'h', []string{"хай|нехай|най|пусть|пускай|щоб|чтобы", "мені|мне|мене|меня|", "{hurter}|{staff}|{chief}|{person}", "{ring}|відповість|ответит|подзвонить|позвонит|набере|наберет|напише|напишет|пояснить|объяснит|приїде|приедет"}, 240},
		{'h', []string{"{plea}|", "{ring}|{summon}", "|{plea}|мене|меня|сюди|сюда|на мій номер|на мой номер"}, 160},
		{'h', []string{"є|есть|чи є|тут є|тут есть|хоч|хоть", "{person}|{staff}|{chief}", "|?|на зв'язку|на связи|тут|там|живий|живой|крім бота|кроме бота"}, 160},
		{'h', []string{"бот|ты|ти|програма|робот", "не розумієш|не понимаешь|не допомагає|не помогает|дістав|достал|тупий|тупой|не впорався|не справился", "{summon}|{person}|{staff}|{ring}", "|{plea}"}, 160},
		{'c', []string{"{hurter}|{staff}", "{rude}|{steal}|{deceive}|{ignore}", "|{complaint}|хто відповість?|кто ответит?|вживіть заходів|примите меры"}, 240},
		{'c', []string{"{steal}|{deceive}", "{money}|пенсію|пенсию|з картки|с карты|людей|мене|меня"}, 160},
		{'c', []string{"{days}|{waitlong}|", "{ignore}", "|{shame}|{outrage}|{fedup}"}, 160},
		{'c', []string{"{complaint}", "на", "{hurter}|{staff}|{chief}|{service}|вас", "|{rude}"}, 160},
		{'c', []string{"це|это|у вас|", "{villain}|{outrage}|{shame}", "|а не фірма|а не фирма|а не банк|!"}, 160},
		{'r', []string{"{refund}", "мої|мои|мені|мне|за|", "{money}|все|всё|путівку|путевку|замовлення|заказ|товар", "|{plea}|{villain}"}, 160},
		{'r', []string{"коли|когда|доки|сколько|де|где|хто|кто", "{refund}", "{money}|"}, 60},
		{'l', []string{"якщо|если|або|или", "не вирішите|не решите|не повернете|не вернете|{ignore}", "{court}|{police}|{regulator}|{public}|{doom}"}, 160},
		{'l', []string{"{villain}|{outrage}|{steal}", "{court}|{police}|{regulator}|{public}|{doom}"}, 120},
		{'q', []string{"{hurter}|{staff}|{chief}", "{matter}|{price2}|{howmany}|{when}|{which}"}, 300},
		{'q', []string{"{howmany}|{which}|{where}|{when}|{how}|{whether}|{may}", "{hurter}|{staff}|{chief}|{person}", "{matter}|{price2}|на день|в групі|в группе|у номері|без запису|без записи|дорослий|взрослый|приходить|приходит"}, 300},
		{'q', []string{"{want}", "{hurter}", "на завтра|на дім|на дом|в суботу|в субботу|ціна|цена|{howmany}|{price2}"}, 120},
		{'q', []string{"не треба|не нужен|не потрібен|без", "{staff}|{hurter}", "{matter}|{price2}|{howmany}|скажіть|скажи|просто"}, 100},
		{'q', []string{"{hurter}|{staff}|кур'єр|курьер", "{ring}|дзвонить|звонит", "заздалегідь?|заранее?|перед приїздом?|перед приездом?|за годину?|за час?|коли буде готово?|когда готово?"}, 120},
		{'q', []string{"{how}|{where}|{howmany}|{which}|{whether}", "{complaint}|{court}|{police}|{regulator}", "{matter}|{price2}|на сусіда|на соседа|розглядають|рассматривают|для довідки|для справки|"}, 200},
		{'q', []string{"{whether}|{how}|{when}|{howmany}|{which}", "{refund}|повертаєте|возвращаете", "{money}|товар|квиток|билет|бонуси|бонусы|доступ|пароль|завдаток|предоплату", "|якщо скасую|если отменю|днів|дней|на картку|на карту"}, 200},
		{'q', []string{"{villain}", "дзвонять|звонят|що робити|что делать|як вберегтись|как уберечься|страхування|страховка|дзвонили мені|звонили мне"}, 60},
		{'q', []string{"{bot}", "{matter}|{price2}|вміє|умеет|прокат|для вікон|для окон|у вайбері|в вайбере|офіційний?|официальный?"}, 80},
		{'h', []string{"{dispatch}", "{hurter}|{staff}|когось|кого-нибудь|хоч когось|людей|бригаду|техніка|техника", "|{plea}|до нас|к нам|на адресу|по адресу"}, 160},
		{'q', []string{"{dispatch}", "посилку|посылку|рахунок|счёт|договір|договор|замовлення|заказ|чек|код|каталог", "|{plea}|на пошту|на почту|кур'єром|курьером"}, 120},
		{'c', []string{"{charged}", "гроші|деньги|гривень|гривен|плату|за послугу|за услугу|за підписку|за подписку|борг|долг", "{unasked}|яку я {unasked}|которую я {unasked}|а я {unasked}|двічі|дважды|ні за що|ни за что"}, 160},
		{'c', []string{"я|я цього|я этого|ми|мы|ніколи|никогда", "{unasked}", "|{charged}|а ви {charged}|а вы {charged}|звідки борг|откуда долг"}, 120},
		{'q', []string{"скільки|сколько|де|где|як|как|коли|когда|який|какой", "{court}|{police}|{regulator}|{refund}|{complaint}", "сусід|сосед|довідка|справка|борг|долг|товару|товара|картка|карта"}, 120},
	}
}

// phrasesOf puts the phrases together from the groups.
func phrasesOf(groups map[string][]string) []said {
	random := rand.New(rand.NewPCG(9, 10))
	pick := func(options string) string {
		list := strings.Split(options, "|")
		text := list[random.IntN(len(list))]
		for {
			before, rest, ok := strings.Cut(text, "{")
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			words := groups[name]
			text = before + words[random.IntN(len(words))] + after
		}
		return text
	}
	var out []said
	for _, p := range phrases() {
		intent := strings.IndexByte(search.IntentNames, p.letter)
		for range p.count {
			var words []string
			for _, part := range p.parts {
				words = append(words, pick(part))
			}
			out = append(out, said{strings.Join(strings.Fields(strings.Join(words, " ")), " "), intent, 0.3})
		}
	}
	return out
}
