package settings

import (
	"visnyk/bot"
	"visnyk/flows"
)

const toPhone = "data.phone"

func phoneTexts() []string {
	return append(flows.PhoneTexts(), "settings.phone", "settings.phone_vouched", "settings.phone_given", "settings.phone_foreign")
}

// sharesPhone reports whether it makes sense to ask for the number: the company does not
// know who writes, and the messenger can ask.
func sharesPhone(t flows.Turn) bool {
	return !t.Facts.Known && t.Facts.Messenger.Phones != bot.PhonesNone && !t.Facts.Newcomer()
}

// askPhone says what the number is for, and asks for it by the messenger's own button.
func askPhone(t flows.Turn) []flows.Effect {
	if !sharesPhone(t) {
		return askData(t)
	}
	key := "settings.phone_given"
	if t.Facts.Messenger.Phones == bot.PhonesVouched {
		key = "settings.phone_vouched"
	}
	say := line(key)
	say.Buttons = [][]flows.Button{{{Label: flows.T("settings.phone"), Phone: true}}, back()}
	return []flows.Effect{say}
}

// written returns the number that the person has typed and nothing else.
func written(t flows.Turn) (number string, ok bool) {
	if t.Event.Kind != bot.Typed || t.Event.Forwarded != nil {
		return "", false
	}
	return bot.PhoneNumber(t.Event.Text)
}

// keepWritten keeps a number that was typed. Nobody vouches for it, so it joins nobody.
func keepWritten(t flows.Turn) []flows.Effect {
	number, _ := written(t)
	return []flows.Effect{flows.Phone{Number: number}, line("phone.given")}
}

// numbers are the arrows of numbers that come while the person is asked for theirs.
func numbers() []flows.Transition {
	asked := func(t flows.Turn) bool { return t.State.Flow == "settings" && t.State.Step == "phone" }
	return []flows.Transition{
		flows.PhoneShared(),
		{
			Label: "the number asked for", To: "settings/data", When: func(t flows.Turn) bool { return asked(t) && flows.PhoneText(t) != "" },
			Do: func(t flows.Turn) []flows.Effect { return []flows.Effect{line(flows.PhoneText(t))} },
		},
		{
			Label: "somebody else's number", Do: says("settings.phone_foreign"),
			When: func(t flows.Turn) bool { return asked(t) && flows.PhoneForeign(t) },
		},
	}
}

func phoneStep(on func(...flows.Transition) []flows.Transition) flows.Step {
	return flows.Step{
		Name: "phone", Enter: askPhone, Else: flows.Stay(),
		On: on(flows.Transition{Label: "a number in digits", To: "data", When: chosen(written), Do: keepWritten}),
	}
}
