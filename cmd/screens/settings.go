package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// newcomer is the login that is invited, each time to a demo of their own.
const newcomer = "kateryna"

// settings takes the admin's pages, as somebody who has signed in as one, and then those
// before the login of somebody who is invited.
func (s shift) settings(b browser, keep func(string, []byte) error) error {
	whole := func(page, path, what string, then ...act) error {
		return b.shootWhole(page+"-"+s.lang, path, what, keep, then...)
	}
	for _, p := range []struct{ page, path, what string }{
		{"users", "/console/settings/users", ".rows"},
		{"user", "/console/settings/users/maryna", ".sheet form"},
		{"audit", "/console/settings/audit", ".rows"},
		{"audit-none", "/console/settings/audit?object=nobody", ".empty"},
		{"company", "/console/settings/company", ".chat"},
		{"work", "/console/settings/work", ".week"},
		{"rules", "/console/settings/rules", ".week"},
		{"limits", "/console/settings/limits", ".sheet form"},
		{"parked", "/console/parked", ".empty, .rows"},
		{"messenger", "/console/messenger", ".sheet form"},
		{"profile", "/console/profile", ".sheet form"},
		{"sessions", "/console/sessions", ".rows"},
		{"invite", "/console/settings/invite", ".sheet form"},
		{"nothing", "/console/nowhere", ".sheet .button"},
	} {
		if err := whole(p.page, p.path, p.what); err != nil {
			return err
		}
	}
	if err := s.people(b, whole); err != nil {
		return err
	}
	if err := s.changes(b, whole); err != nil {
		return err
	}
	if err := s.articles(b, whole); err != nil {
		return err
	}
	if err := s.approvals(b, whole); err != nil {
		return err
	}
	if err := b.play(visits("?as="+s.as+"&lang="+s.lang), enters("larysa")); err != nil {
		return err
	}
	link, err := s.invites(b)
	if err != nil {
		return err
	}
	if err := whole("password", link, ".sheet form"); err != nil {
		return err
	}
	chosen := act{
		"", `{ for (const f of document.querySelectorAll("[type=password]")) f.value = "довгий пароль для всіх"; document.querySelector(".sheet form button").click(); }`,
		fmt.Sprintf(drawn, ".qr"),
	}
	if err := b.play(act{link, "", fmt.Sprintf(drawn, ".sheet form")}, chosen); err != nil {
		return err
	}
	if err := whole("factor", "/console/login/factor", ".qr"); err != nil {
		return err
	}
	return whole("over", link, ".sheet .button")
}

// invites makes an invitation, signs out, and returns the path that it leads to.
func (s shift) invites(b browser) (string, error) {
	fill := fmt.Sprintf(`{ document.getElementById("login").value = %q; document.querySelector("[name=role][value=marketer]").click(); document.querySelector(".sheet form button").click(); }`, newcomer)
	if err := b.play(act{"/console/settings/invite", fill, fmt.Sprintf(drawn, "code.secret")}); err != nil {
		return "", err
	}
	address, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("code.secret").innerText`))
	if err != nil {
		return "", err
	}
	_, path, found := strings.Cut(address, "/console/")
	if !found {
		return "", fmt.Errorf("the invitation leads to %q", address)
	}
	return "/console/" + path, b.play(act{"", `document.querySelector("form[data-leaves] button").click()`, fmt.Sprintf(drawn, ".door")})
}
