package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// people takes the pages about those whom the company serves, as an admin, of whom the
// demo knows first.
func (s shift) people(b browser, whole func(page, path, what string) error) error {
	region := `{ document.getElementById("name_uk").value = "Київ"; document.getElementById("name_ru").value = "Киев"; document.getElementById("aliases").value = "Kyiv\nм. Київ"; document.querySelector("#put form button").click(); }`
	attribute := `{ document.getElementById("name").value = "борг"; document.getElementById("label_uk").value = "Борг"; document.getElementById("label_ru").value = "Долг"; document.querySelector("[name=type][value=number]").click(); document.querySelector("[name=sensitive]").click(); document.querySelector("#declare form button.main").click(); }`
	done := fmt.Sprintf(drawn, ".notice.done")
	if err := b.play(act{"/console/people/regions", region, done}, act{"/console/people/attributes", attribute, done}, act{"/console/people", "", fmt.Sprintf(drawn, ".people")}); err != nil {
		return err
	}
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(".people a").pathname`))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(path, "/console/people/") {
		return fmt.Errorf("a person stands at %q", path)
	}
	for _, p := range []struct{ page, path, what string }{
		{"people", "/console/people", ".people"},
		{"people-none", "/console/people?q=zzz&tier=vip", ".empty"},
		{"person", path, ".facts-list"},
		{"person-edit", path + "/edit", ".sheet form"},
		{"person-link", path + "/link", ".list"},
		{"person-erase", path + "/erase", ".list"},
		{"attributes", "/console/people/attributes", "#declare"},
		{"misfits", "/console/people/misfits", ".empty, .rejects"},
		{"regions", "/console/people/regions", ".tree"},
		{"import", "/console/people/import", ".drop"},
	} {
		if err := whole(p.page, p.path, p.what); err != nil {
			return err
		}
	}
	return nil
}
