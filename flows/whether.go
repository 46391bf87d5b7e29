package flows

// machines are what a person suspects us to be, and alive what they hope for instead.
var (
	machines = of(`бот бота боту ботом боти боты робот робота роботом роботу роботи роботы програма програми програмою программа программой машина машиною машиной автомат автоматом
		автовідповідач автовідповідачем автоответчик автоответчиком bot robot`)
	alive = of(`живий живого живим живу живою жива живі живих живой живым живую живая живые живых хтось кимось кто кем хто людина людину людиною люди людьми людей человек человека человеком
		оператор оператором оператора операторы оператори справжній справжня справжньою настоящий настоящая настоящим human person`)
	whether = of(`чи или иль або ли or`)
)

// AsksWhetherBot reports whether the text asks if a machine or a person is here: to
// that belongs an honest answer, before any person is called.
func AsksWhetherBot(text string) bool {
	return len(text) <= aloudText && askWhetherBot(spell(text))
}

func askWhetherBot(words []word) bool {
	if len(words) > 2*short {
		return false
	}
	bot, person, or := false, false, false
	for i, w := range words {
		before := func(text string) bool { return i > 0 && words[i-1].text == text }
		switch {
		case machines.has(w):
			if before("не") || before("без") || before("а") && i > 1 && words[i-2].text == "не" {
				return false
			}
			bot = true
		case alive.has(w):
			person = true
		case whether.has(w):
			or = or || bot || person
		case calling.has(w) && !telling.has(w), wishing.has(w), needing.has(w):
			return false
		}
	}
	return bot && person && or
}

// telling are no wish to be put through where a bot is named, needing are one.
var (
	telling = of(`говорити говорить спілкуватися спілкуватись общаться поспілкуватися`)
	needing = of(`потрібен потрібна потрібно треба нужен нужна нужно надо хай нехай пусть можна можно не`)
)
