package changes

import (
	"slices"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// nextView is what its makers may do with the version as a whole.
type nextView struct {
	Corrects bool // open the next one, of what customers hear now
	Drops    bool // withdraw what is not announced
}

func next(v *console.Visit, is storage.Sheet) nextView {
	writes := v.Actor.May(bot.WriteContent)
	return nextView{Corrects: writes && is.Told() && is.Version == is.InForce, Drops: writes && is.State.Open()}
}

// ahead is what comes next of the change for its reader, where that is done on another page
// than the one they look at; "" is nothing.
func ahead(v *console.Visit, is storage.Sheet, here pageKey) aheadKey {
	writes, on := v.Actor.May(bot.WriteContent), func(pages ...pageKey) bool { return slices.Contains(pages, here) }
	switch {
	case is.State == bot.ChangeReview && v.Actor.May(bot.ApproveContent) && on("sheet", "view"):
		return "decide"
	case is.State == bot.ChangeApproved && writes && on("sheet", "view"):
		return "announce"
	case is.State == bot.ChangeAnnounced && writes && on("sheet", "approval", "ledger"):
		return "tell"
	}
	return ""
}

// aheads are the steps that ahead names.
func aheads() []aheadKey { return []aheadKey{"decide", "announce", "tell"} }

// correct opens the next version of the change that customers hear of, as a draft.
func (p pages) correct(v *console.Visit) error {
	if err := p.moves(v, bot.ChangeCorrect); err != nil {
		return err
	}
	return v.See("/changes/" + v.Param("id") + "?done=correcting")
}

// drop withdraws a version that nobody has announced, with what its reader kept of it:
// what customers hear of stays.
func (p pages) drop(v *console.Visit) error {
	if err := p.moves(v, bot.ChangeWithdraw); err != nil {
		return err
	}
	if err := p.Changes().Drafts().Discard(v.Ctx(), v.Actor, v.Param("id")); err != nil {
		return err
	}
	return v.See("/changes/" + v.Param("id") + "?done=dropped")
}

// ends closes or withdraws the change that customers hear of.
func (p pages) ends(m bot.ChangeMove, done deed) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		if err := p.moves(v, m); err != nil {
			return err
		}
		return v.See("/changes/" + v.Param("id") + "/news?done=" + string(done))
	}
}

// moves moves the version that the form names.
func (p pages) moves(v *console.Visit, m bot.ChangeMove) error {
	var form struct {
		Version int `form:"version"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	_, err := p.Changes().Move(v.Ctx(), v.Actor, v.Param("id"), m, form.Version, "")
	return err
}
