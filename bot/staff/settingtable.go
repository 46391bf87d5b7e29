package staff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// companySettings are the settings of the company's name and look, which customers
// see.
func companySettings() (all []Setting) {
	for l, of := range map[bot.Language]string{bot.Ukrainian: "Ukrainian", bot.Russian: "Russian"} {
		all = append(all, Setting{
			Name: bot.CompanySetting(l), Wants: fmt.Sprintf("up to %d characters, or nothing", bot.CompanyMost),
			Does:  "the company's name to those who read " + of + "; to all where the other is not set",
			check: func(s Setting, value string) error { return goodName(s.Name, value, bot.CompanyMost) },
		}, Setting{
			Name: bot.GreetingSetting(l), Wants: fmt.Sprintf("up to %d characters, or nothing", bot.GreetingMost),
			Does: "what the bot says of itself after its greeting to those who read " + of, check: goodGreeting,
		})
	}
	all = append(all, Setting{
		Name: bot.ColourSetting, Wants: "a colour such as #0b6161, or nothing", Does: "the colour of buttons and links in the web chat", check: goodColour,
	}, Setting{
		Name: bot.LogoSetting, Wants: "a PNG or JPEG file of up to 256 KiB, or nothing", Does: "the picture at the head of the web chat", check: goodLogo,
	})
	slices.SortFunc(all, func(a, b Setting) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// deskSettings are those of the operators' work. Hours that nobody set are not here:
// they are of bot.DefaultHours.
func deskSettings() []Setting {
	return []Setting{
		{
			Name: bot.PriceSetting, Wants: "a row such as 0,02 €, and one for each beginning of phone numbers that differs: +48 0,05 €; or nothing",
			Does:  "what a message costs outside of a messenger's free time, said to operators before they send one",
			check: goodPrices,
		},
		{
			Name: bot.HoursSetting, Value: bot.DefaultHours(time.UTC).Setting(), Wants: "JSON of days and dates",
			Does: "the working hours of the operators, Sunday first", check: goodHours,
		},
		{
			Name: bot.ReturnSetting, Value: strconv.Itoa(int(bot.ReturnAfter / time.Minute)), Wants: fmt.Sprintf("a number of minutes from 0 to %d, 0 is never", bot.MinutesMost),
			Does: "so many working minutes of an operator's silence return a ticket to the queue", check: goodMinutes,
		},
		{
			Name: bot.NoticeSetting, Value: strconv.Itoa(int(bot.NoticeAfter / time.Minute)), Wants: fmt.Sprintf("a number of minutes from 0 to %d, 0 is never", bot.MinutesMost),
			Does: "after so many working minutes colleagues hear in their messenger of a chat that waits while nobody looks", check: goodMinutes,
		},
	}
}

// settings is the one table of what may be set here. Value is what each is unset.
func settings() []Setting {
	all := []Setting{{
		Name: bot.AloneSetting, Value: bot.SettingOff, Values: []string{bot.SettingOff, bot.SettingOn}, Wants: "off or on",
		Does: "one person may approve what they wrote, while no other user could approve",
	}}
	all = slices.Concat(all, deskSettings(), companySettings())
	for _, n := range storage.NumberSettings() {
		all = append(all, Setting{
			Name: n.Name, Value: strconv.FormatInt(n.Usual, 10), Wants: n.Wants(), Does: "so many " + n.Unit + " " + n.Does, check: goodNumber,
		})
	}
	return all
}
