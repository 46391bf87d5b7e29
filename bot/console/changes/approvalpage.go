package changes

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// approvalPage lays out what there is to decide about, with what was typed.
func (p pages) approvalPage(v *console.Visit, is storage.Sheet, typed decideForm) (page approvalPage, err error) {
	page = approvalPage{Head: p.head(v, is, "approval"), Review: is.State == bot.ChangeReview, People: -1, Note: typed.Note}
	page.Whom = bot.HashText(is.Audience.Text(bot.Ukrainian, bot.SegmentNames{}))
	review, err := p.Changes().Review(v.Ctx(), v.Actor, is)
	if err != nil {
		return page, err
	}
	page.Who, page.Until = cmp.Or(review.By, page.Head.By), review.Until
	page.Decides = page.Review && review.Judged == nil
	var forbidden *bot.ForbiddenError
	page.Own = page.Review && errors.As(review.Judged, &forbidden) && forbidden.Same
	if review.Short {
		page.Short = is.ShortNotice
	}
	if page.Undo, err = p.Changes().Undoable(v.Ctx(), v.Actor, is); err != nil {
		return page, err
	}
	page.Passed = !is.From.IsZero() && is.From.Before(time.Now())
	if is.State == bot.ChangeApproved && is.Approved.Before(is.From) {
		page.Void = is.From
	}
	page.Announces = is.State == bot.ChangeApproved && v.Actor.May(bot.WriteContent)
	page.Recalls = is.State == bot.ChangeReview && v.Actor.May(bot.WriteContent)
	page.Revises = is.State == bot.ChangeApproved && (page.Announces || v.Actor.May(bot.ApproveContent))
	if !page.Review && is.State != bot.ChangeApproved {
		return page, nil
	}
	if page.People, page.About, err = p.concerns(v, is); err != nil {
		return page, err
	}
	if page.Crowd, err = p.crowd(v, is, page); err != nil {
		return page, err
	}
	page.Button = buttonOf(is, time.Now())
	return page, p.lookedAt(v, is, review, typed, &page)
}

// crowd compares whom an approved version concerns with whom it was approved for; nil
// where that is about the same, or no number may be told.
func (p pages) crowd(v *console.Visit, is storage.Sheet, page approvalPage) (*crowdView, error) {
	if is.State != bot.ChangeApproved || page.People < 0 || page.About {
		return nil, nil
	}
	approved, ok, err := p.Changes().ApprovedFor(v.Ctx(), v.Actor, is)
	if err != nil || !ok || !bot.Beyond(approved, page.People) {
		return nil, err
	}
	return &crowdView{approved, page.People}, nil
}

// lookedAt adds all that is to be read of the version.
func (p pages) lookedAt(v *console.Visit, is storage.Sheet, review change.Review, typed decideForm, page *approvalPage) (err error) {
	now := is.Unsubmitted().Change
	if err := p.since(v, is, review, page); err != nil {
		return err
	}
	if page.Notes, err = p.notes(v, now); err != nil {
		return err
	}
	found, err := p.Changes().Found(v.Ctx(), v.Actor, now, p.Zone)
	if err != nil {
		return err
	}
	for _, f := range found {
		if a := f.Accepted; a != nil {
			page.Stands = append(page.Stands, standView{rootOf(f.Field), foundOf(f.Code, f.Reason), short(f.Words), a.Reason, p.Name(v.Ctx(), a.User)})
		}
	}
	l := layout{v: v, p: p}
	lines, err := l.lines(change.Grouped(now))
	if err != nil {
		return err
	}
	page.Fields, page.Remarked = remarks(lines, typed.notes()), len(typed.notes()) > 0
	page.Level = textKey("changes.level." + levelOf(now.AtLevel()))
	for _, f := range l.facts(now) {
		if f.Shown != "" && f.Name != "short_notice" && (f.Name != "acknowledge_by" || now.AtLevel() == bot.LevelAcknowledge) {
			page.Facts = append(page.Facts, f)
		}
	}
	if is.Hash != "" {
		page.Hash = is.Hash
	} else if page.Hash, err = p.Changes().Approvable(is); err != nil {
		return err
	}
	if p.Show == nil {
		return nil
	}
	all, err := p.toldTo(v, is.Change)
	if err != nil {
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		page.Fault = strings.Join(slices.Sorted(maps.Values(wrong)), " ")
		return nil
	}
	page.Languages = languages(all, typed.Read)
	if tight := tightest(all); len(tight) > 0 {
		page.Tightest = tight[0]
	}
	return nil
}

// since compares the version with the one that was returned last, and where none was,
// with the one that customers hear of.
func (p pages) since(v *console.Visit, is storage.Sheet, review change.Review, page *approvalPage) error {
	page.Compared, page.Returned = review.Returned, review.Returned > is.InForce
	if !page.Returned {
		page.Compared = is.InForce
	}
	if page.Compared == 0 {
		return nil
	}
	before, err := p.Changes().Version(v.Ctx(), v.Actor, is.ID, page.Compared)
	if err != nil {
		return err
	}
	page.Differences, err = p.differences(v, before.Unsubmitted().Change, is.Unsubmitted().Change)
	return err
}

// countPatience is how long a page waits for the people to be counted; then it is about
// so many.
const countPatience = time.Second

// concerns counts whom the version concerns; -1 where no number may be told, because it
// would tell of values that are sensitive.
func (p pages) concerns(v *console.Visit, is storage.Sheet) (people int, about bool, err error) {
	if p.Audiences == nil {
		return -1, false, nil
	}
	q := audience.Question{Tree: is.Audience}
	ctx, stop := context.WithTimeout(v.Ctx(), countPatience)
	defer stop()
	c, err := p.Audiences().Count(ctx, v.Actor, q, "approval of "+is.ID)
	if err != nil && ctx.Err() != nil && v.Ctx().Err() == nil {
		c, err = p.Audiences().Estimate(v.Ctx(), v.Actor, q)
	}
	if _, told := v.Faults(err); told || errors.Is(err, context.Canceled) && v.Ctx().Err() == nil {
		return -1, false, nil
	}
	return c.People, !c.Final, err
}

// buttonOf is the key of what an approval makes true: people may hear of it by a press
// after that, by itself at its moment, or at once.
func buttonOf(is storage.Sheet, now time.Time) textKey {
	switch {
	case is.AnnounceAt.IsZero():
		return "changes.approve_press"
	case is.AnnounceAt.After(now):
		return "changes.approve_moment"
	}
	return "changes.approve_once"
}

// rootOf is the field of the sheet in which something was found.
func rootOf(field string) fieldKey {
	name, _, _ := strings.Cut(field, "/")
	if !slices.Contains(fields(), fieldKey(name)) {
		return "what"
	}
	return fieldKey(name)
}

// remarks are the fields that say something, with what was typed beside them.
func remarks(lines []line, typed map[string]string) (all []remarkView) {
	for _, l := range lines {
		i := slices.IndexFunc(all, func(r remarkView) bool { return r.Name == l.name })
		if i < 0 {
			i = len(all)
			all = append(all, remarkView{Name: l.name, ID: idOf(string(l.name)), Both: l.language != "", Remark: typed[string(l.name)]})
		}
		switch l.language {
		case bot.Ukrainian:
			all[i].UK = l.text
		case bot.Russian:
			all[i].RU = l.text
		default:
			all[i].Value = l.text
		}
	}
	return slices.DeleteFunc(all, func(r remarkView) bool { return r.UK+r.RU+r.Value == "" })
}
