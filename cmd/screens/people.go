package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// people takes the pages about those whom the company serves, as an admin: of one
// whom the demo knew first.
func (s shift) people(b browser, whole photograph) error {
	region := `{ document.getElementById("name_uk").value = "Київ"; document.getElementById("name_ru").value = "Киев"; document.getElementById("aliases").value = "Kyiv\nм. Київ"; document.querySelector("#put form button").click(); }`
	attribute := `{ document.getElementById("name").value = "борг"; document.getElementById("label_uk").value = "Борг"; document.getElementById("label_ru").value = "Долг"; document.querySelector("[name=type][value=number]").click(); document.querySelector("[name=sensitive]").click(); document.querySelector("#declare form button.main").click(); }`
	done := fmt.Sprintf(drawn, ".notice.done")
	if err := b.play(act{"/console/people/regions", region, done}, act{"/console/people/attributes", attribute, done}, act{"/console/people", "", fmt.Sprintf(drawn, ".people")}); err != nil {
		return err
	}
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(".people > li:last-child a").pathname`))
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
	return s.segments(b, whole)
}

// photograph takes the pictures of a page, once something is drawn on it and all of
// then is done there.
type photograph func(page, path, what string, then ...act) error

// segments takes the editor of a segment, on which its people are counted, and why one
// of them is in it.
func (s shift) segments(b browser, whole photograph) error {
	writes := fmt.Sprintf(`{ document.getElementById("text").value = %q; document.querySelector("[name=do][value=text]").click(); }`, s.segment)
	saves := fmt.Sprintf(`{ document.getElementById("name").value = %q; document.querySelector("[formaction$=save]").click(); }`, s.segmentName)
	err := b.play(
		act{"/console/segments/new", writes, `document.querySelectorAll("#builder .node").length > 3`},
		act{"", saves, fmt.Sprintf(drawn, ".notice.done")},
		act{"/console/segments", "", fmt.Sprintf(drawn, ".sheet .rows")},
	)
	if err != nil {
		return err
	}
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(".sheet .rows a").pathname`))
	if err != nil {
		return err
	}
	counted := act{"", `document.querySelector("[name=do][value=count]").click()`, fmt.Sprintf(drawn, "[data-final]") + ` && ` + fmt.Sprintf(drawn, ".sample button")}
	why := act{"", `document.querySelector(".sample button").click()`, fmt.Sprintf(drawn, ".why")}
	if err := whole("segments", "/console/segments", ".sheet .rows"); err != nil {
		return err
	}
	if err := whole("segment", path, "#builder", counted); err != nil {
		return err
	}
	return whole("segment-why", path, "#builder", counted, why)
}
