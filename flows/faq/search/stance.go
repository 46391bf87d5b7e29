package search

import "strings"

// stance is how a text stands to whom it is written to: whether it asks, denies,
// begs, tells what happened, and whether it speaks of you and of me. The same words
// are a question in one stance and an accusation in another.
type stance struct{ asks, denies, begs, past, you, me bool }

func stanceOf(ts []token) (s stance) {
	for _, t := range ts {
		s.asks = s.asks || t.asks || t.is(asking)
		s.denies = s.denies || t.is(negates)
		s.begs = s.begs || t.is(begging)
		s.you = s.you || t.is(addressing)
		s.me = s.me || t.is(oneself)
		s.past = s.past || len(t.word) > 3 && past(t.word)
	}
	return s
}

// past reports whether a word ends as a verb that tells what happened.
func past(word string) bool {
	for _, e := range pastEnds {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

func (s stance) String() string {
	out := make([]byte, 0, 6)
	for _, b := range []bool{s.asks, s.denies, s.begs, s.past, s.you, s.me} {
		if b {
			out = append(out, '1')
		} else {
			out = append(out, '0')
		}
	}
	return string(out)
}

// eachStance calls at with the stance, and with every word and meaning in it.
func eachStance(ts []token, at func(byte, ...string)) {
	s := stanceOf(ts)
	all := s.String()
	at('S', all)
	at('S', all[:1], all[3:5])
	at('S', all[:2], all[4:])
	how := all[:1]
	for _, t := range ts {
		at('x', how, t.stem)
		at('x', all[1:2], all[4:], t.stem)
	}
	for _, l := range []*lexicon{general(), moodWords()} {
		for _, h := range l.hear(ts, true) {
			at('X', how, l.names[h.concept])
			at('X', all, l.names[h.concept])
		}
	}
	for i := range ts {
		end := ts[i].word[max(0, len(ts[i].word)-2):]
		last := "^"
		if i > 0 {
			last = ts[i-1].word[max(0, len(ts[i-1].word)-2):]
		}
		at('E', last, end)
		at('E', how, last, end)
	}
}

var (
	asking = kindOf(`як коли де куди звідки скільки чи чому який яка яке які якого якої якій яким якими котрий хто что кто где когда куда откуда сколько почему зачем
		какой какая какое какие какого каким какими ли можна можно підкажіть подскажите порадьте посоветуйте цікаво интересно`)
	begging    = kindOf(`будь ласка пожалуйста прошу плиз дайте зробіть сделайте`)
	addressing = kindOf(`ви вы вас вам вами ваш ваша ваше ваші ваши вашого вашої вашему вашого вашей ваших вашим вашу ти ты тебе тебя`)
	oneself    = kindOf(`я мене меня мені мне мною мной мій мой моя моє мое мої мои моїх моих мого моего моєї моей мою ми мы нас нам наш наша наші наши`)
	pastEnds   = func() (all []string) {
		for _, e := range strings.Fields(`в ла ло ли л лась лося лися ся`) {
			all = append(all, fold(e))
		}
		return all
	}()
)
