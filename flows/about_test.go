package flows

import (
	"reflect"
	"testing"

	"visnyk/bot"
)

// What the company says of itself stands in place of our words, in the language it is
// set for and in no other.
func TestAboutInTheCompanysWords(t *testing.T) {
	f := Facts{Greeting: bot.Bilingual{UK: "Ми поруч."}, Company: bot.Bilingual{UK: "Ластівка", RU: "Ласточка"}}
	for l, want := range map[bot.Language]Text{bot.Ukrainian: Own(f.Greeting), bot.Russian: T("welcome.about_company", "Company", f.Company)} {
		f.Language = l
		if got := f.About(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", l, got, want)
		}
	}
}
