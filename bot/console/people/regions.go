package people

import (
	"net/http"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// unknownRegions is how many words for regions that are none are listed.
const unknownRegions = 50

// regionsPage is the tree of regions.
type regionsPage struct {
	Tabs    tabs
	Edits   bool
	Regions []regionRow
	Unknown []storage.UnknownRegion
	Parents []regionChoice
	Form    regionForm
	Done    deed
	Faults  console.Faults
}

// regionRow is one region of the tree, behind the one it lies in.
type regionRow struct {
	ID, Name string
	Depth    int // 0 at the top, deepest at most
	Aliases  []string
}

// deepest is how far a tree is drawn.
const deepest = 6

// regionChoice is a region that can be chosen, with the names of those above it.
type regionChoice struct{ ID, Path string }

// regionChoices are all regions by the names of their paths.
func regionChoices(l bot.Language, all []bot.Region) (choices []regionChoice) {
	names := map[string]string{}
	for _, r := range all {
		path := r.Name.In(l)
		if above, lies := names[r.Parent]; lies {
			path = above + " " + bot.RegionSeparator + " " + path
		}
		names[r.ID] = path
		choices = append(choices, regionChoice{r.ID, path})
	}
	return choices
}

// regionForm makes a region, or changes the one of the id.
type regionForm struct {
	ID      string `form:"id"`
	NameUK  string `form:"name_uk"`
	NameRU  string `form:"name_ru"`
	Parent  string `form:"parent"`
	Aliases string `form:"aliases"` // one a line
}

func (p pages) regions(v *console.Visit) error {
	var query struct {
		ID   string `form:"id"`
		Name string `form:"name"` // of a new one
		Done string `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	form := regionForm{NameUK: query.Name, NameRU: query.Name}
	if query.ID != "" {
		all, err := p.Contacts().Regions(v.Ctx(), v.Actor)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(r bot.Region) bool { return r.ID == query.ID }); i >= 0 {
			form = regionForm{ID: all[i].ID, NameUK: all[i].Name.UK, NameRU: all[i].Name.RU, Parent: all[i].Parent, Aliases: strings.Join(all[i].Aliases, "\n")}
		}
	}
	return p.showRegions(v, http.StatusOK, form, deedOf(query.Done), nil)
}

func (p pages) showRegions(v *console.Visit, status int, form regionForm, done deed, faults console.Faults) error {
	all, err := p.Contacts().Regions(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	unknown, err := p.Contacts().UnknownRegions(v.Ctx(), v.Actor, unknownRegions)
	if err != nil {
		return err
	}
	page := regionsPage{
		Tabs: tabsOf(v, "regions"), Edits: v.Actor.May(bot.WriteContacts), Unknown: unknown, Form: form, Done: done, Faults: faults,
		Parents: regionChoices(v.Lang, slices.DeleteFunc(slices.Clone(all), func(r bot.Region) bool { return bot.InRegion(r.Path, form.ID) })),
	}
	for _, r := range all {
		page.Regions = append(page.Regions, regionRow{r.ID, r.Name.In(v.Lang), min(strings.Count(r.Path, "/")-2, deepest), r.Aliases})
	}
	return v.Page(status, "regions", page)
}

func (p pages) putRegion(v *console.Visit) error {
	var form regionForm
	if err := v.Form(&form); err != nil {
		return err
	}
	_, err := p.Contacts().PutRegion(v.Ctx(), v.Actor, bot.Region{
		ID: form.ID, Parent: form.Parent, Name: bot.Bilingual{UK: form.NameUK, RU: form.NameRU}, Aliases: lines(form.Aliases),
	})
	return p.regionAnswer(v, err, form, "region")
}

func (p pages) dropRegion(v *console.Visit) error {
	var form regionForm
	if err := v.Form(&form); err != nil {
		return err
	}
	return p.regionAnswer(v, p.Contacts().DropRegion(v.Ctx(), v.Actor, form.ID), form, "region_gone")
}

// regionAnswer leads back to the tree, or shows what was wrong there.
func (p pages) regionAnswer(v *console.Visit, err error, form regionForm, done deed) error {
	if err == nil {
		return v.See("/people/regions?done=" + string(done))
	}
	faults, told := v.Faults(err)
	if !told {
		return err
	}
	return p.showRegions(v, http.StatusUnprocessableEntity, form, "", faults)
}
