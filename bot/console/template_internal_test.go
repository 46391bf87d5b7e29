package console

import (
	"io/fs"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Pages are the files of the door's own pages, for the tests.
func Pages() fs.FS { return embedded }

// Samples are one full example of each page.
func Samples() map[string]any {
	at := time.Date(2026, time.November, 24, 13, 53, 0, 0, time.UTC)
	faults := Faults{
		"": "Зачекайте", "login": "Зайнятий", "name": "Задовге", "name_uk": "Задовге", "name_ru": "Задовге", "password": "Закоротке",
		"again": "Паролі різні", "old": "Неправильний", "code": "Неправильний",
	}
	code, err := draw("otpauth://totp/Visnyk:olena?secret=JBSWY3DPEHPK3PXP&issuer=Visnyk")
	if err != nil {
		panic(err)
	}
	return map[string]any{
		"error":    errorPage{What: "Щось зламалося", Next: "Спробуйте ще раз", Details: []string{"Одне", "Друге"}, Request: "abc", SignedIn: true},
		"login":    loginPage{"/console/desk", "Не впізнали"},
		"code":     codePage{"/console/desk", "Код неправильний"},
		"factor":   factorPage{"olena", inGroups("JBSWY3DPEHPK3PXP"), code, "otpauth://totp/Visnyk:olena?secret=JBSWY3DPEHPK3PXP", "/console/desk", "Код неправильний"},
		"recovery": recoveryPage{[]string{"abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567"}, "/console/desk"},
		"setup":    setUpPage{"abc", "olena", "Олена", faults},
		"password": passwordPage{"abc", "olena", true, faults},
		"sessions": sessionsPage{[]session{
			{"id1", "Firefox, Linux", "192.0.2.0/24", at, at, true}, {"id2", "?", "", at.AddDate(-1, 0, 0), at.AddDate(0, 0, -3), false},
		}, 1, true},
		"profile": profilePage{
			Login: "olena", Role: bot.Admin, Name: "Олена", NameUK: "Олена К.", NameRU: "Елена К.", Language: bot.Russian,
			Preferences: storage.Preferences{Theme: "dark", Sound: "on", Undo: 10, KeysOff: true}, Factor: true, Recovery: 3,
			Faults: faults, Saved: true,
		},
	}
}

// CheckedNext is checkedNext, for the tests.
func CheckedNext(address string) string { return checkedNext(address) }
