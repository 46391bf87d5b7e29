package console

import "net/http"

// loginPage asks who visits.
type loginPage struct {
	Login, Next, Fault string
}

func (c *Console) login(v *Visit) error {
	var query struct {
		Next string `form:"next"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	next := checkedNext(query.Next)
	if v.Signed() {
		return v.onTo(next)
	}
	return v.Page(http.StatusOK, "login", loginPage{Next: next})
}

// onTo leads to a checked address; home where there is none.
func (v *Visit) onTo(next string) error {
	if next == "" {
		next = Prefix
	}
	return v.Redirect(http.StatusSeeOther, next)
}
