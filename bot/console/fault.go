package console

import (
	"errors"

	"visnyk/bot"
)

// Faults are what is wrong with a form, by the field; what is wrong with the whole
// stands under "".
type Faults map[string]string

// Faults returns what is wrong, in the reader's language; none where the error is
// another one, and then it is for Handler to return.
func (v *Visit) Faults(err error) (Faults, bool) {
	all := faultsOf(err)
	if len(all) == 0 {
		return nil, false
	}
	faults := Faults{}
	for _, f := range all {
		if _, told := faults[f.Field]; !told {
			faults[f.Field] = v.fault(f)
		}
	}
	return faults, true
}

func (v *Visit) fault(f bot.Fault) string {
	words, err := v.console.cfg.Texts.Fault(v.Lang, f)
	if err != nil {
		panic(err)
	}
	return words
}

func faultsOf(err error) []bot.Fault {
	var (
		invalid *bot.InvalidError
		refused *bot.RefusedError
	)
	switch {
	case errors.As(err, &invalid):
		return invalid.Faults
	case errors.As(err, &refused):
		return []bot.Fault{refused.Fault}
	}
	return nil
}
