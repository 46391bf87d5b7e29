package people

import (
	"errors"
	"io"
	"net/http"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/bot/textfile"
)

// fileForm is how many bytes a form with a file has at most.
const fileForm = contact.MaxCSV + 64<<10

// importsPage is where a file is dropped, and what became of the last ones.
type importsPage struct {
	Tabs   tabs
	Rows   []bot.Import
	Faults console.Faults
	Most   int // MiB that a file may have
}

func (p pages) imports(v *console.Visit) error { return p.showImports(v, http.StatusOK, nil) }

func (p pages) showImports(v *console.Visit, status int, faults console.Faults) error {
	rows, err := p.Contacts().Imports(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	return v.Page(status, "imports", importsPage{tabsOf(v, "import"), rows, faults, contact.MaxCSV >> 20})
}

// addImport keeps the file that is sent, as it comes.
func (p pages) addImport(v *console.Visit) error {
	var kept bot.Import
	err := v.Parts(func(field, name string, body io.Reader) (err error) {
		if field != "file" || kept.ID != "" {
			return console.ErrForm
		}
		kept, err = p.Contacts().AddImport(v.Ctx(), v.Actor, name, body)
		return err
	})
	if faults, told := fileFaults(v, err); told {
		return v.InTurn(func() error { return p.showImports(v, http.StatusUnprocessableEntity, faults) })
	}
	if err != nil {
		return err
	}
	if kept.ID == "" {
		return console.ErrForm
	}
	return v.See("/people/import/" + kept.ID + "/columns")
}

// fileFaults returns what is wrong with a file, in the reader's words, with its line.
func fileFaults(v *console.Visit, err error) (console.Faults, bool) {
	if wrong, ok := errors.AsType[*textfile.Error](err); ok {
		return console.Faults{"file": lineFault(v, bot.LineFault{Line: wrong.Line, Fault: wrong.Fault})}, true
	}
	return v.Faults(err)
}

// lineFault says what is wrong in a line of a file.
func lineFault(v *console.Visit, f bot.LineFault) string {
	words := faultWords(v, f.Fault)
	if f.Line > 0 {
		words = v.T("people.import.line", "Line", f.Line) + " " + words
	}
	return words
}

func faultWords(v *console.Visit, f bot.Fault) string {
	if all := valuesOf(f.Field); all != nil && f.Code == bot.FaultChoice {
		said := make([]string, len(all))
		for i, value := range all {
			said[i] = v.T("people." + f.Field + "." + value)
		}
		f.Data = bot.Data{"Choices": said}
	}
	f.Field = ""
	faults, _ := v.Faults(&bot.InvalidError{Faults: []bot.Fault{f}})
	return faults[""]
}

// valuesOf returns the values of a column that has but some, for which there are words.
func valuesOf(column string) []string {
	switch column {
	case "kind":
		return bot.ContactKinds()
	case "tier":
		return bot.ContactTiers()
	}
	return nil
}
