package changes

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
)

// sheetForm is a sheet as a browser sends it. Of a list, each row stands once in each of
// its fields.
type sheetForm struct {
	Version       int    `form:"version"`
	Rev           int    `form:"rev"`
	Seen          string `form:"seen"`
	Do            string `form:"do"` // what was pressed; "": nothing but to save
	Kind          string `form:"kind"`
	TitleUK       string `form:"title_uk"`
	TitleRU       string `form:"title_ru"`
	SummaryUK     string `form:"summary_uk"`
	SummaryRU     string `form:"summary_ru"`
	ReasonUK      string `form:"reason_uk"`
	ReasonRU      string `form:"reason_ru"`
	ConsequenceUK string `form:"consequence_uk"`
	ConsequenceRU string `form:"consequence_ru"`
	BenefitUK     string `form:"benefit_uk"`
	BenefitRU     string `form:"benefit_ru"`
	ToDoUK        string `form:"to_do_uk"`
	ToDoRU        string `form:"to_do_ru"`
	QuestionsUK   string `form:"questions_uk"`
	QuestionsRU   string `form:"questions_ru"`
	WrongUK       string `form:"wrong_uk"`
	WrongRU       string `form:"wrong_ru"`
	From          string `form:"from"`
	Until         string `form:"until"`
	Level         string `form:"level"`
	AcknowledgeBy string `form:"acknowledge_by"`
	Owner         string `form:"owner"`
	ShortNotice   string `form:"short_notice"`
	AnnounceAt    string `form:"announce_at"`
	NextNews      string `form:"next_news"`

	GroupSegment       []string `form:"group_segment"` // an id, "" everyone, "=" the tree beside it
	GroupTree          []string `form:"group_tree"`
	GroupImpact        []string `form:"group_impact"`
	GroupConsequenceUK []string `form:"group_consequence_uk"`
	GroupConsequenceRU []string `form:"group_consequence_ru"`
	GroupToDoUK        []string `form:"group_to_do_uk"`
	GroupToDoRU        []string `form:"group_to_do_ru"`
	SumWhatUK          []string `form:"sum_what_uk"`
	SumWhatRU          []string `form:"sum_what_ru"`
	SumAmount          []string `form:"sum_amount"`
	SumCurrency        []string `form:"sum_currency"`
	DateWhatUK         []string `form:"date_what_uk"`
	DateWhatRU         []string `form:"date_what_ru"`
	DateAt             []string `form:"date_at"`
	PlaceWhatUK        []string `form:"place_what_uk"`
	PlaceWhatRU        []string `form:"place_what_ru"`
	PlaceAddressUK     []string `form:"place_address_uk"`
	PlaceAddressRU     []string `form:"place_address_ru"`
	LinkWhatUK         []string `form:"link_what_uk"`
	LinkWhatRU         []string `form:"link_what_ru"`
	LinkURL            []string `form:"link_url"`
	StageTextUK        []string `form:"stage_text_uk"`
	StageTextRU        []string `form:"stage_text_ru"`
	StageAt            []string `form:"stage_at"`

	Found []string `form:"found"` // the names of findings, and beside each why it stands
	Why   []string `form:"why"`
}

// rows returns how many rows a list has; false where its fields do not agree.
func rows(lists ...[]string) (int, bool) {
	for _, l := range lists {
		if len(l) != len(lists[0]) || len(l) > rowsMost {
			return 0, false
		}
	}
	return len(lists[0]), true
}

// rowsMost is how many rows each list of a sheet may have.
const rowsMost = 40

// change is the sheet as the form has it, which was filled with what stood there.
func (f sheetForm) change(id string, at drafting.Moments, stood bot.Change) (c bot.Change, err error) {
	c = bot.Change{
		ID: id, Kind: bot.ChangeKind(f.Kind), State: bot.ChangeDraft, Version: f.Version, Title: drafting.Both(f.TitleUK, f.TitleRU), Summary: drafting.Both(f.SummaryUK, f.SummaryRU),
		Reason: drafting.Both(f.ReasonUK, f.ReasonRU), Consequence: drafting.Both(f.ConsequenceUK, f.ConsequenceRU), Benefit: drafting.Both(f.BenefitUK, f.BenefitRU), ToDo: drafting.Both(f.ToDoUK, f.ToDoRU),
		From: at.At("from", f.From, stood.From), Owner: drafting.Tidy(f.Owner),
	}
	c.Until, c.AcknowledgeBy = at.At("until", f.Until, stood.Until), at.At("acknowledge_by", f.AcknowledgeBy, stood.AcknowledgeBy)
	c.AnnounceAt, c.NextNews = at.At("announce_at", f.AnnounceAt, stood.AnnounceAt), at.At("next_news", f.NextNews, stood.NextNews)
	c.Level, c.ShortNotice, c.Questions, c.Wrong = bot.ChangeLevel(f.Level), drafting.Tidy(f.ShortNotice), drafting.Both(f.QuestionsUK, f.QuestionsRU), drafting.Both(f.WrongUK, f.WrongRU)
	if c.Level != bot.LevelAcknowledge {
		c.AcknowledgeBy = time.Time{}
	}
	if c.Groups, err = f.groups(); err != nil {
		return c, err
	}
	return c, f.lists(&c, at, stood)
}

// groups are whom it concerns.
func (f sheetForm) groups() (all []bot.ChangeGroup, err error) {
	n, ok := rows(f.GroupSegment, f.GroupTree, f.GroupImpact, f.GroupConsequenceUK, f.GroupConsequenceRU, f.GroupToDoUK, f.GroupToDoRU)
	if !ok {
		return nil, console.ErrForm
	}
	for i := range n {
		g := bot.ChangeGroup{
			Impact: bot.Impact(f.GroupImpact[i]), Consequence: drafting.Both(f.GroupConsequenceUK[i], f.GroupConsequenceRU[i]), ToDo: drafting.Both(f.GroupToDoUK[i], f.GroupToDoRU[i]),
		}
		switch id := f.GroupSegment[i]; id {
		case "":
		case "=":
			if json.Unmarshal([]byte(f.GroupTree[i]), &g.Segment) != nil {
				return nil, console.ErrForm
			}
		default:
			g.Segment = bot.In("segment", id)
		}
		all = append(all, g)
	}
	return all, nil
}

// lists reads sums, dates, places, links and stages.
func (f sheetForm) lists(c *bot.Change, at drafting.Moments, stood bot.Change) error {
	sums, ok1 := rows(f.SumWhatUK, f.SumWhatRU, f.SumAmount, f.SumCurrency)
	days, ok2 := rows(f.DateWhatUK, f.DateWhatRU, f.DateAt)
	places, ok3 := rows(f.PlaceWhatUK, f.PlaceWhatRU, f.PlaceAddressUK, f.PlaceAddressRU)
	links, ok4 := rows(f.LinkWhatUK, f.LinkWhatRU, f.LinkURL)
	steps, ok5 := rows(f.StageTextUK, f.StageTextRU, f.StageAt)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return console.ErrForm
	}
	dates := rowsOf(stood.Dates, func(d bot.NamedDate) time.Time { return d.At })
	stages := rowsOf(stood.Stages, func(s bot.Stage) time.Time { return s.At })
	for i := range sums {
		c.Sums = append(c.Sums, bot.Sum{What: drafting.Both(f.SumWhatUK[i], f.SumWhatRU[i]), Amount: strings.ReplaceAll(drafting.Tidy(f.SumAmount[i]), ",", "."), Currency: strings.ToUpper(drafting.Tidy(f.SumCurrency[i]))})
	}
	for i := range days {
		c.Dates = append(c.Dates, bot.NamedDate{What: drafting.Both(f.DateWhatUK[i], f.DateWhatRU[i]), At: at.At("dates/"+strconv.Itoa(i)+"/at", f.DateAt[i], dates(i)...)})
	}
	for i := range places {
		c.Places = append(c.Places, bot.Place{What: drafting.Both(f.PlaceWhatUK[i], f.PlaceWhatRU[i]), Address: drafting.Both(f.PlaceAddressUK[i], f.PlaceAddressRU[i])})
	}
	for i := range links {
		c.Links = append(c.Links, bot.NamedLink{What: drafting.Both(f.LinkWhatUK[i], f.LinkWhatRU[i]), URL: drafting.Tidy(f.LinkURL[i])})
	}
	for i := range steps {
		c.Stages = append(c.Stages, bot.Stage{Text: drafting.Both(f.StageTextUK[i], f.StageTextRU[i]), At: at.At("stages/"+strconv.Itoa(i)+"/at", f.StageAt[i], stages(i)...)})
	}
	return nil
}

// rowsOf returns what gives the moments of a list for the row i: its own first, then those of
// all, for rows may have moved.
func rowsOf[T any](list []T, at func(T) time.Time) func(i int) []time.Time {
	all := make([]time.Time, len(list))
	for i, one := range list {
		all[i] = at(one)
	}
	return func(i int) []time.Time {
		if i >= len(all) {
			return all
		}
		return append([]time.Time{all[i]}, all...)
	}
}

// press does to the lists of a sheet what a button says: "add sums", "drop sums 0".
func press(c *bot.Change, do string) {
	verb, rest, _ := strings.Cut(do, " ")
	list, at, _ := strings.Cut(rest, " ")
	i, err := strconv.Atoi(at)
	drop := verb == "drop" && err == nil && i >= 0
	if verb != "add" && !drop {
		return
	}
	switch list {
	case "groups":
		c.Groups = pressed(c.Groups, drop, i)
	case "sums":
		c.Sums = pressed(c.Sums, drop, i)
		if n := len(c.Sums); !drop && c.Sums[n-1].Currency == "" {
			c.Sums[n-1].Currency = "UAH"
		}
	case "dates":
		c.Dates = pressed(c.Dates, drop, i)
	case "addresses":
		c.Places = pressed(c.Places, drop, i)
	case "links":
		c.Links = pressed(c.Links, drop, i)
	case "stages":
		c.Stages = pressed(c.Stages, drop, i)
	}
}

func pressed[T any](all []T, drop bool, i int) []T {
	var none T
	switch {
	case !drop && len(all) < rowsMost:
		return append(all, none)
	case drop && i < len(all):
		return slices.Delete(all, i, i+1)
	}
	return all
}
