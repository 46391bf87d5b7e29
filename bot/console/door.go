package console

import "net/http"

// door adds the pages of the door itself.
func (c *Console) door() {
	c.Get("", Anybody, c.home)
	c.public(http.MethodGet, "/login", c.login)
}

// public adds what is for those who are not signed in too.
func (c *Console) public(method, path string, h Handler) {
	c.add(method, path, Anybody, h).public = true
}

// home leads to the first page of the visitor's role.
func (c *Console) home(v *Visit) error {
	for _, n := range v.navigation() {
		return v.Redirect(http.StatusSeeOther, n.Path)
	}
	return v.See("/profile")
}
