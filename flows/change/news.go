package change

import (
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// News is all that is told of the roll-out of the change: each of its stages to those who
// follow it, by a message and by the card as it is from then on; and to those who were
// told an earlier version what was wrong of it, alone or together with a stage.
func News(c bot.Change, earlier []bot.Change) (all []flows.Telling) {
	wrong := c.Corrected(earlier)
	for _, was := range wrong {
		all = append(all, correction(c, was, 0))
	}
	for i := range c.Stages {
		n := i + 1
		all = append(all, stage(c, n), atStage(c, n), followedCard(c, n, false), followedCard(c, n, true))
		for _, was := range wrong {
			all = append(all, correction(c, was, n))
		}
	}
	return all
}

// stage is the message that tells the stage with the number.
func stage(c bot.Change, n int) flows.Telling {
	part := bot.StagePart(n)
	texts := []flows.Text{flows.T("change.stage", "Title", c.Title), flows.Own(c.Stages[n-1].Text)}
	return flows.Telling{Change: c, Part: part, Texts: append(texts, promised(c, n)...), Buttons: underNews(part)}
}

// correction is the message that says what was wrong of the earlier version, with each
// fact as it was and as it is.
func correction(c, was bot.Change, n int) flows.Telling {
	part := bot.CorrectionPart(was.Version, n)
	texts := []flows.Text{flows.T("change.correction", "Title", c.Title), flows.Own(c.Wrong)}
	for _, d := range c.Differences(was) {
		if text, ok := differs(c, d); ok {
			texts = append(texts, text)
		}
	}
	if n > 0 {
		texts = append(append(texts, flows.Own(c.Stages[n-1].Text)), promised(c, n)...)
	}
	return flows.Telling{Change: c, Part: part, Texts: texts, Buttons: underNews(part)}
}

// atStage is the card of the change as it is since the stage with the number.
func atStage(c bot.Change, n int) flows.Telling {
	told := telling(c, sides()[0])
	told.Part = bot.StageCardPart(n)
	told.Texts = append(told.Texts, flows.T("change.news", "News", flows.FactDay(c.Stages[n-1].At)), flows.Own(c.Stages[n-1].Text))
	told.Texts = append(told.Texts, promised(c, n)...)
	return told
}

// followedCard is that card as it stands in the chat of who follows the change.
func followedCard(c bot.Change, n int, acknowledged bool) flows.Telling {
	told := atStage(c, n)
	told.Part = bot.FollowedCardPart(n, acknowledged)
	told.Buttons = answers(bot.LedgerEntry{Change: c, Followed: true, Acknowledged: acknowledged}, sides()[0])
	return told
}

// promised says by when there is more, where that is after the stage and the change is
// still on its way.
func promised(c bot.Change, n int) []flows.Text {
	if c.NextNews.IsZero() || !c.NextNews.After(c.Stages[n-1].At) {
		return nil
	}
	return []flows.Text{flows.T("change.next", "Next", flows.FactDay(c.NextNews))}
}

// differs says what a fact was and is; false of what is ours alone.
func differs(c bot.Change, d bot.Difference) (flows.Text, bool) {
	value := func(w bot.Bilingual, at time.Time) any {
		if at.IsZero() {
			return flows.Fact(w)
		}
		return flows.FactDay(at)
	}
	was, now := value(d.Was, d.WasAt), value(d.Now, d.NowAt)
	hadNone, hasNone := d.Was == (bot.Bilingual{}) && d.WasAt.IsZero(), d.Now == (bot.Bilingual{}) && d.NowAt.IsZero()
	ending := ""
	switch {
	case hadNone:
		ending = "_new"
	case hasNone:
		ending = "_gone"
	}
	switch d.Field {
	case "from":
		key := "change.was_from"
		if c.Kind == bot.Outage {
			key = "change.was_when"
		}
		return flows.T(key, "Was", was, "Now", now), !hadNone && !hasNone
	case "until":
		return flows.T("change.was_until"+ending, "Was", was, "Now", now), true
	case "acknowledge_by":
		return flows.T("change.was_by", "Was", was, "Now", now), !hadNone && !hasNone
	}
	return flows.T("change.was"+ending, "What", flows.Fact(d.What), "Was", was, "Now", now), true
}

// newsTexts are the keys of the words of news.
func newsTexts() []string {
	return []string{
		"change.stage", "change.correction", "change.news", "change.next", "change.was", "change.was_new", "change.was_gone",
		"change.was_from", "change.was_when", "change.was_until", "change.was_until_new", "change.was_until_gone", "change.was_by",
	}
}

// underNews are the buttons under news: a correction wants to be understood, and who
// follows may have enough.
func underNews(part bot.RenderingPart) [][]flows.Button {
	button := func(label, action string) flows.Button {
		return flows.Button{Label: flows.T(label), Action: action, Lasting: true}
	}
	more := []flows.Button{button("change.open", toAbout)}
	if part.Kind() == bot.PartCorrection {
		return [][]flows.Button{more, {button("change.understood", toAcknowledge), button("change.question", toAsk)}}
	}
	return [][]flows.Button{more, {button("change.question", toAsk)}, {button("change.unfollow", toUnfollow)}}
}
