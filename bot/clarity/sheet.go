package clarity

import (
	"fmt"
	"time"

	"visnyk/bot"
)

// SheetOf returns the sheet of a change; zone is that of the company's days.
func SheetOf(c bot.Change, zone *time.Location) Sheet {
	sheet := Sheet{Price: c.Kind == bot.Tariff, Texts: []Text{
		{Field: "title", Words: c.Title, Names: true},
		{Field: "summary", Words: c.Summary, Names: true, Prices: true},
		{Field: "reason", Words: c.Reason},
		{Field: "consequence", Words: c.Consequence, Prices: true},
		{Field: "benefit", Words: c.Benefit},
		{Field: "to_do", Words: c.ToDo, Action: true},
	}}
	sheet.From = in(c.From, zone)
	add := func(field string, w bot.Bilingual, optional, acts bool) {
		sheet.Texts = append(sheet.Texts, Text{Field: field, Words: w, Optional: optional, Action: acts})
	}
	lists := func(field string, w bot.Bilingual) {
		sheet.Texts = append(sheet.Texts, Text{Field: field, Words: w, Apart: true})
	}
	fact := func(f Fact) { sheet.Listed = append(sheet.Listed, f) }
	for i, g := range c.Groups {
		add(fmt.Sprintf("groups/%d/consequence", i), g.Consequence, true, false)
		add(fmt.Sprintf("groups/%d/to_do", i), g.ToDo, true, true)
	}
	for i, one := range c.Sums {
		field := fmt.Sprintf("sums/%d/what", i)
		lists(field, one.What)
		fact(Fact{Field: field, Code: Sum, Amount: one.Amount, Currency: one.Currency})
	}
	for i, one := range c.Dates {
		field := fmt.Sprintf("dates/%d/what", i)
		lists(field, one.What)
		fact(Fact{Field: field, Code: Date, At: in(one.At, zone)})
	}
	for i, one := range c.Places {
		field := fmt.Sprintf("addresses/%d/address", i)
		lists(fmt.Sprintf("addresses/%d/what", i), one.What)
		lists(field, one.Address)
		fact(Fact{Field: field, Code: Place, Address: one.Address})
	}
	for i, one := range c.Links {
		field := fmt.Sprintf("links/%d/what", i)
		lists(field, one.What)
		fact(Fact{Field: field, Code: Link, URL: one.URL})
	}
	for i, one := range c.Stages {
		add(fmt.Sprintf("stages/%d/text", i), one.Text, false, false)
		sheet.Days = append(sheet.Days, in(one.At, zone))
	}
	for _, at := range []time.Time{c.Until, c.AcknowledgeBy, c.NextNews} {
		sheet.Days = append(sheet.Days, in(at, zone))
	}
	add("questions", c.Questions, true, false)
	sheet.Texts = append(sheet.Texts, Text{Field: "wrong", Words: c.Wrong, Optional: true, Apart: true})
	return sheet
}

// in is the moment as the zone has it; zero stays zero.
func in(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}
