package storage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"visnyk/bot"
)

// Awaiting is content that waits for somebody's approval.
type Awaiting struct {
	Noun    string // "change", "article" or "broadcast"
	ID      string
	Version int
	Title   bot.Bilingual // what colleagues know it by
	Since   time.Time     // when it was submitted; zero where nobody noted that
	By      string        // the user who submitted it; "" where nobody noted that
	Name    string        // what colleagues call them
	// Approval is what the approval of it would be judged by now.
	Approval bot.Approval
}

// Object names it in the audit, and where its writers are kept.
func (a Awaiting) Object() string { return a.Noun + "/" + a.ID }

const (
	sheetsInReview     = sheetColumns + `WHERE x.state = 'in review' AND ` + newest + ` ORDER BY x.id`
	articlesInReview   = articleColumns + `WHERE state = 'in review' ORDER BY id`
	broadcastsInReview = broadcastColumns + `WHERE state = 'in review' ORDER BY id`

	lastSubmission = `
SELECT a.actor, COALESCE(u.login, '') AS login, COALESCE(u.name, '') AS name, a.at FROM audit a LEFT JOIN users u ON u.id = a.actor
WHERE a.object = $1 AND a.action = $2 ORDER BY a.id DESC LIMIT 1`
)

// Awaiting returns all that waits for an approval, what has waited longest first.
func (s *Store) Awaiting(ctx context.Context) (all []Awaiting, err error) {
	err = s.snapshot(ctx, func(c conn) error {
		if all, err = c.inReview(ctx); err != nil {
			return err
		}
		for i := range all {
			if err := c.submission(ctx, &all[i]); err != nil {
				return err
			}
			if all[i].Approval, err = c.approval(ctx, all[i].Object()); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b Awaiting) int { return a.Since.Compare(b.Since) })
	return all, doing("what waits for an approval", err)
}

func (c conn) inReview(ctx context.Context) (all []Awaiting, err error) {
	sheets, err := c.sheets(ctx, sheetsInReview)
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		all = append(all, Awaiting{Noun: "change", ID: s.ID, Version: s.Version, Title: s.Title})
	}
	articles, err := c.articles(ctx, articlesInReview)
	if err != nil {
		return nil, err
	}
	for _, a := range articles {
		all = append(all, Awaiting{Noun: "article", ID: a.ID, Version: a.Version, Title: a.Question})
	}
	broadcasts, err := c.broadcasts(ctx, broadcastsInReview)
	for _, m := range broadcasts {
		title := bot.Bilingual{UK: cmp.Or(m.Called(bot.Ukrainian), m.ID), RU: cmp.Or(m.Called(bot.Russian), m.ID)}
		all = append(all, Awaiting{Noun: "broadcast", ID: m.ID, Version: m.Version, Title: title})
	}
	return all, err
}

// submission notes when it was submitted last, and by whom.
func (c conn) submission(ctx context.Context, a *Awaiting) error {
	var records []struct {
		Actor string `db:"actor"`
		Login string `db:"login"`
		Name  string `db:"name"`
		At    micros `db:"at"`
	}
	err := c.sel(ctx, &records, lastSubmission, a.Object(), a.Noun+".submit")
	for _, r := range records {
		a.By, a.Name, a.Since = r.Actor, User{Login: r.Login, Name: r.Name}.Called(), r.At.time()
	}
	return err
}
