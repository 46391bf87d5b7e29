package flows

import "slices"

// forgets reports whether a text says, in whatever words, that what is kept of the
// person is to be removed. It is a guess: the page that it leads to asks.
func forgets(all []clause) bool {
	for i, c := range all {
		if i+1 < len(all) && which.has(all[i+1][0]) { // «усе, що знаєте про мене»
			c = slices.Concat(c, all[i+1])
		}
		if c.forgets() {
			return true
		}
	}
	return false
}

// asksWhatIsKept reports whether a text asks, in whatever words, what is known of the
// person.
func asksWhatIsKept(all []clause) bool {
	return slices.ContainsFunc(all, func(c clause) bool {
		for i, w := range c[:max(len(c)-1, 0)] {
			if (aboutMe.has(w) || w.text == "на") && me.has(c[i+1]) {
				return slices.ContainsFunc(c[:i], which.has) && slices.ContainsFunc(c, keeping.has) && !slices.ContainsFunc(c, anothers.has)
			}
		}
		return false
	})
}

var keeping = of(`є есть маєте имеете маєш имеешь знаєте знаете знаєш знаешь збираєте собираете зібрали собрали зберігаєте храните зберігається хранится відомо известно`)

var which = of(`що шо какие какую какое яку які який яка яке что которую которые который которая которое`)

// forgets reports whether the clause says so.
func (c clause) forgets() bool {
	if slices.ContainsFunc(c, isMailing) || slices.ContainsFunc(c, anothers.has) {
		return false
	}
	for i, w := range c {
		wished := slices.ContainsFunc(c[:i], purpose.has)
		switch {
		case !erasing.has(w) && !(wished && erased.has(w)), c.denied(i):
			continue
		case c.keeps(i):
			return true
		}
	}
	return false
}

// keeps reports whether around the verb at i stands what a company keeps of somebody:
// «інфу про мене», «мій профіль», «мене з бази», and of forgetting themself.
func (c clause) keeps(i int) bool {
	for k, w := range c {
		next := c[k+1:]
		switch {
		case aboutMe.has(w) && len(next) > 0 && me.has(next[0]):
			return forgetting.has(c[i]) || slices.ContainsFunc(c, kept.has) || slices.ContainsFunc(c, everything.has)
		case mine.has(w) && len(next) > 0 && slices.ContainsFunc(next[:min(len(next), 2)], kept.has):
			return true
		case me.has(w) && (forgetting.has(c[i]) && !isToAct(c[k+1:]) || c.leads(k, registers.has)):
			return true
		}
	}
	return false
}

// isToAct reports whether a verb follows: who is forgotten to be served is not to
// be forgotten.
func isToAct(rest clause) bool { return slices.ContainsFunc(rest, infinitive) }

var (
	erasing = of(`видалити видаліть видали видалить видаляйте видаліте вилучити вилучіть стерти зітріть зітри стріть знищити знищіть знищ прибрати приберіть забрати заберіть
		удалить удалите удали удаляйте стереть сотрите сотри уничтожить уничтожьте уничтожь убрать уберите снести снесите потрите
		очистити очистіть очистить очистите забути забудьте забудь забыть`)
	// erased are their past forms, which mean a wish behind «щоб» alone.
	erased = of(`видалили видалив вилучили стерли знищили прибрали забули удалили удалил удаляли стёрли уничтожили убрали забыли забыл`)

	forgetting = of(`забути забудьте забудь забули забыть забыли`)

	kept = of(`номер номера номеру телефон телефону дані данні даних данные данных інфу інфи інфо інформацію інформації инфу инфы инфо информацию информации акаунт акаунта аккаунт аккаунта
		профіль профілю профиль профиля обліковку учетку учётку учетную обліковий переписку переписки листування историю історію анкету анкета персональні персональные особисті личные`)

	mine       = of(`мої мою моє мій моїх мои мою мое мой моих свої свої свой свои свою`)
	me         = of(`мене меня мне мени`)
	aboutMe    = of(`про обо о за`)
	everything = of(`все всё усе всю усю всі все что що шо`)
	registers  = of(`бази базы базі базе системи системы реєстру реестра програми программы памяти памʼяті пам'яті`)

	// anothers keep what is not ours to remove, or what is no data of a person.
	anothers = of(`пароль пароля логін логин додаток приложение застосунок роутер роутера роутері роутере послугу услугу пакет борг борги долг долги договір договори договор договоры заборгованість задолженность підписку подписку
		фейсбук фейсбуку фейсбука інстаграм инстаграм гугл гугла сайт сайту сайта вірус вирус файл файли файлы`)
)
