package main

import (
	"bufio"
	"math"
	"math/rand/v2"
	"os"
	"strings"

	"visnyk/flows/faq"
)

// said is a message with its tone, as a place in faq.ToneNames.
type said struct {
	text   string
	tone   int
	weight float64
}

func readTones(file string) ([]said, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []said
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); len(line) > 2 && line[0] != '#' {
			if t := strings.IndexByte(faq.ToneNames, line[0]); t >= 0 {
				out = append(out, said{line[2:], t, 1})
			}
		}
	}
	return out, nil
}

// questions gives the wordings and the messages of the bases as questions.
func questions(bases []base) []said {
	var out []said
	for _, b := range bases {
		for _, a := range b.articles {
			for _, list := range [][]string{{a.Question.UK, a.Question.RU}, a.Aliases.UK, a.Aliases.RU} {
				for _, t := range list {
					out = append(out, said{t, 0, 0.3})
					for w := range strings.FieldsSeq(t) { // a bare word of a base is a question too
						if len([]rune(w)) >= 5 {
							out = append(out, said{strings.Trim(w, "?,.!"), 0, 0.15})
						}
					}
				}
			}
		}
		for _, q := range b.queries {
			if q.Kind != "smalltalk" && q.Expect != "human" && q.Kind != "translit" && q.Kind != "layout" {
				out = append(out, said{q.Text, 0, 0.5})
			}
		}
	}
	return out
}

// requests puts together wordings of a request for a human from their parts:
// they come in hundreds.
func requests() []said {
	parts := [][3]string{
		{"покличте|поклич|кличте|дайте|дай|з'єднайте з|переключіть на|переведіть на|потрібен|потрібна|хочу|прошу|вимагаю|можна|зв'яжіть з|викличте|хай відповість|де|чекаю на",
			"людину|оператора|менеджера|керівника|консультанта|старшого|адміністратора|спеціаліста|живу людину|когось живого|когось з підтримки|когось головного|директора|вашого працівника|фахівця|когось хто розуміє",
			"|будь ласка|терміново|нарешті|вже|а не бота|я чекаю"},
		{"позовите|позови|зовите|дайте|дай|соедините с|переключите на|переведите на|нужен|нужна|хочу|прошу|требую|можно|свяжите с|вызовите|пусть ответит|где|жду",
			"человека|оператора|менеджера|руководителя|консультанта|старшего|администратора|специалиста|живого человека|кого-нибудь живого|кого-то из поддержки|кого-то главного|директора|вашего сотрудника|кого-нибудь кто понимает",
			"|пожалуйста|срочно|наконец|уже|а не бота|я жду"},
		{"хочу поговорити|можна поговорити|дайте поговорити|треба поспілкуватись|хочу спілкуватись|як поговорити|мені б поговорити|буду говорити лише|хочу розмовляти|як вийти на зв'язок",
			"з людиною|з оператором|з менеджером|з керівником|з кимось|з живою людиною|з вашим працівником|з кимось адекватним|з директором|по телефону з кимось", "|будь ласка|а не з ботом|нарешті|терміново"},
		{"хочу поговорить|можно поговорить|дайте поговорить|надо пообщаться|хочу общаться|как поговорить|мне бы поговорить|буду говорить только|хочу разговаривать|как выйти на связь",
			"с человеком|с оператором|с менеджером|с руководителем|с кем-то|с живым человеком|с вашим сотрудником|с кем-то адекватным|с директором|по телефону с кем-то", "|пожалуйста|а не с ботом|наконец|срочно"},
		{"передзвоніть|подзвоніть|зателефонуйте|наберіть|хай подзвонять|нехай хтось передзвонить|чекаю дзвінка", "мені|нам|мені на мобільний|на мій номер|", "|будь ласка|терміново|сьогодні|нарешті"},
		{"перезвоните|позвоните|наберите|пусть позвонят|пусть кто-то перезвонит|жду звонка", "мне|нам|мне на мобильный|на мой номер|", "|пожалуйста|срочно|сегодня|наконец"},
	}
	complaints := [][3]string{
		{"буду|я буду|хочу|я хочу|збираюсь", "скаржитися|писати скаргу|подати скаргу|подати претензію|поскаржитись|залишити скаргу|подати до суду|писати в прокуратуру", "|на вас|на вашого працівника|на обслуговування|на вашу компанію|у захист споживачів"},
		{"буду|я буду|хочу|я хочу|собираюсь", "жаловаться|писать жалобу|подать жалобу|подать претензию|пожаловаться|оставить жалобу|подать в суд|писать в прокуратуру", "|на вас|на вашего сотрудника|на обслуживание|на вашу компанию|в защиту потребителей"},
		{"скільки можна|неподобство|ганьба|знущаєтесь|це жах", "чекати відповіді|так ставитись до людей|третій день ніхто не відповідає|ніхто нічого не робить|з вашим сервісом", "|де ваш керівник|я цього так не залишу"},
		{"сколько можно|безобразие|позор|издеваетесь|это ужас", "ждать ответа|так относиться к людям|третий день никто не отвечает|никто ничего не делает|с вашим сервисом", "|где ваш начальник|я этого так не оставлю"},
	}
	random := rand.New(rand.NewPCG(7, 8))
	var out []said
	join := func(lists [][3]string, tone, of int) {
		for _, p := range lists {
			for range of {
				var words []string
				for _, options := range p {
					list := strings.Split(options, "|")
					words = append(words, list[random.IntN(len(list))])
				}
				out = append(out, said{strings.Join(strings.Fields(strings.Join(words, " ")), " "), tone, 0.5})
			}
		}
	}
	join(parts, 1, 70)
	join(complaints, 2, 50)
	return out
}

// misspell makes a slip or two in a text.
func misspell(text string, random *rand.Rand) string {
	r := []rune(text)
	for range 1 + len(r)/16 {
		if len(r) < 4 {
			break
		}
		i := 1 + random.IntN(len(r)-2)
		switch random.IntN(4) {
		case 0:
			r = append(r[:i], r[i+1:]...)
		case 1:
			r[i], r[i+1] = r[i+1], r[i]
		case 2:
			r = append(r[:i], append([]rune{r[i]}, r[i:]...)...)
			r[i] = []rune("оаеиіуы")[random.IntN(7)]
		default:
			if at := strings.IndexRune("оаеиіыяуюєэ", r[i]); at >= 0 {
				r[i] = []rune("аоиеыіеюуее")[random.IntN(11)]
			}
		}
	}
	return string(r)
}

// trainTones fits the tones by softmax over hashed hints.
func trainTones(m *faq.Model, data []said) {
	const kinds = len(faq.ToneNames)
	random := rand.New(rand.NewPCG(3, 4))
	type sample struct {
		slots  []int
		tone   int
		weight float64
	}
	var samples []sample
	count := make([]float64, kinds)
	for _, d := range data {
		for k := range 4 {
			text := d.text
			switch {
			case k == 1:
				text = strings.TrimRight(text, "?!.")
			case k > 1 && d.tone == 0: // there are enough questions
				if k > 2 {
					continue
				}
				text = misspell(text, random)
			case k > 1:
				text = misspell(text, random)
			}
			samples = append(samples, sample{faq.Hints(text), d.tone, d.weight})
			count[d.tone]++
		}
	}
	w := make([]float64, faq.HintSlots*(kinds-1))
	step := make([]float64, len(w))
	p := make([]float64, kinds)
	for range 30 {
		random.Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
		for _, s := range samples {
			scale := 1 / math.Sqrt(float64(len(s.slots)))
			clear(p)
			for _, slot := range s.slots {
				for k := 1; k < kinds; k++ {
					p[k] += w[slot*(kinds-1)+k-1] * scale
				}
			}
			sum := 0.0
			for k := range p {
				p[k] = math.Exp(p[k])
				sum += p[k]
			}
			for k := 1; k < kinds; k++ {
				d := p[k] / sum
				if k == s.tone {
					d--
				}
				for _, slot := range s.slots {
					i := slot*(kinds-1) + k - 1
					g := s.weight*d*scale + 2e-5*w[i]
					step[i] += g * g
					w[i] -= 0.5 * g / math.Sqrt(step[i]+1e-3)
				}
			}
		}
	}
	most := 0.0
	for _, v := range w {
		most = max(most, math.Abs(v))
	}
	m.ToneScale = most / 127
	m.Tones = make([]byte, len(w))
	for i, v := range w {
		m.Tones[i] = byte(int8(math.Round(v / m.ToneScale)))
	}
}
