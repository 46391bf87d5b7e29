package articles

import (
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/bot/draft"
)

type (
	// mineView is an article with what of it the reader has before them.
	mineView = drafting.Mine[bot.Article, bot.Article]
	// request is what was sent of an article.
	request = drafting.Sent[bot.Article, bot.Article, articleForm]
)

// writing is how an article is kept as one writes.
func (p pages) writing() drafting.Pages[bot.Article, bot.Article, articleForm] {
	return drafting.Pages[bot.Article, bot.Article, articleForm]{
		At: "/articles/",
		Drafts: func() *draft.Drafts[bot.Article, bot.Article] {
			if p.Articles() == nil {
				return nil
			}
			return p.Articles().Drafts()
		},
		Read:    p.posted,
		Show:    p.show,
		Within:  []string{"take"},
		Next:    p.submit,
		Between: p.between,
	}
}

// posted reads the form of an article.
func (p pages) posted(v *console.Visit, r *request) error {
	r.Shown = r.Form.article(r.Is.ID, drafting.NewMoments(v, p.Zone, r.Faults), r.Shown)
	r.Rev, r.Seen, r.Do = r.Form.Rev, r.Form.Seen, r.Form.Do
	r.Form.press(&r.Shown)
	return nil
}

// show answers with the page of the article.
func (p pages) show(v *console.Visit, status int, r request) error {
	faults := console.Faults{}
	for field, words := range r.Faults { // a text of one language stands beside that of the other
		faults[strings.TrimSuffix(strings.TrimSuffix(field, ".uk"), ".ru")] = words
	}
	page, err := p.page(v, r.Mine, faults)
	if err != nil {
		return err
	}
	return v.Page(status, "article", page)
}

// submit submits the version that was made, where that was pressed.
func (p pages) submit(v *console.Visit, r request) (string, error) {
	way := "/articles/" + r.Is.ID
	if r.Do != "submit" {
		return way + "?done=saved", nil
	}
	_, err := p.Articles().Move(v.Ctx(), v.Actor, r.Is.ID, bot.ArticleSubmit, r.Is.Version)
	return way + "?done=submitted", err
}

// between compares the version that came between with what the reader wrote.
func (p pages) between(v *console.Visit, is, shown bot.Article) (by string, all []console.Difference, err error) {
	versions, err := p.Articles().Versions(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return "", nil, err
	}
	return p.Name(v.Ctx(), versions[0].User), p.differences(v, is, shown), nil
}
