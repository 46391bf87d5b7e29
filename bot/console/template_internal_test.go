package console

import "io/fs"

// Pages are the files of the door's own pages, for the tests.
func Pages() fs.FS { return embedded }

// Samples are one full example of each page.
func Samples() map[string]any {
	return map[string]any{
		"error": errorPage{Status: 500, What: "Щось зламалося", Next: "Спробуйте ще раз", Details: []string{"Одне", "Друге"}, Request: "abc", SignedIn: true},
		"login": loginPage{Login: "olena", Next: "/console/desk", Fault: "Не впізнали"},
	}
}
