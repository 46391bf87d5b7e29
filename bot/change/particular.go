package change

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// The most that a sheet holds beside its required texts.
const (
	maxGroups = 20
	maxList   = 50
	maxWhat   = 200 // characters
	maxURL    = 2000
)

var (
	amount   = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,2})?$`)
	currency = regexp.MustCompile(`^[A-Z]{3}$`)
)

// checkParticulars finds what no draft may hold; what is only left out is a blank.
func checkParticulars(p bot.Particulars, wrong func(string, bot.FaultCode, bot.Data)) {
	long := func(field string, all ...string) { checkLong(wrong, field, all...) }
	moment := func(field string, at time.Time) {
		if !at.IsZero() && !bot.ValidMoment(at) {
			wrong(field, bot.FaultMoment, nil)
		}
	}
	many := func(field string, n, max int) {
		if n > max {
			wrong(field, bot.FaultMany, bot.Data{"Max": max})
		}
	}
	if p.Level != "" && !slices.Contains(bot.ChangeLevels(), p.Level) {
		wrong("level", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.ChangeLevels())})
	}
	long("short_notice", p.ShortNotice)
	long("questions", p.Questions.UK, p.Questions.RU)
	long("wrong", p.Wrong.UK, p.Wrong.RU)
	many("groups", len(p.Groups), maxGroups)
	for i, g := range p.Groups {
		at := fmt.Sprintf("groups/%d/", i)
		if g.Impact != "" && !slices.Contains(bot.Impacts(), g.Impact) {
			wrong(at+"impact", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.Impacts())})
		}
		long(at+"consequence", g.Consequence.UK, g.Consequence.RU)
		long(at+"to_do", g.ToDo.UK, g.ToDo.RU)
	}
	many("sums", len(p.Sums), maxList)
	for i, s := range p.Sums {
		at := fmt.Sprintf("sums/%d/", i)
		long(at+"what", s.What.UK, s.What.RU)
		if !amount.MatchString(s.Amount) {
			wrong(at+"amount", bot.FaultSum, nil)
		}
		if !currency.MatchString(s.Currency) {
			wrong(at+"currency", bot.FaultCurrency, nil)
		}
	}
	many("dates", len(p.Dates), maxList)
	for i, d := range p.Dates {
		at := fmt.Sprintf("dates/%d/", i)
		long(at+"what", d.What.UK, d.What.RU)
		if !bot.ValidMoment(d.At) {
			wrong(at+"at", bot.FaultMoment, nil)
		}
	}
	many("addresses", len(p.Places), maxList)
	for i, a := range p.Places {
		long(fmt.Sprintf("addresses/%d", i), a.What.UK, a.What.RU, a.Address.UK, a.Address.RU)
	}
	many("links", len(p.Links), maxList)
	for i, l := range p.Links {
		at := fmt.Sprintf("links/%d/", i)
		long(at+"what", l.What.UK, l.What.RU)
		if !web(l.URL) {
			wrong(at+"url", bot.FaultWebAddress, nil)
		}
	}
	many("stages", len(p.Stages), maxList)
	for i, s := range p.Stages {
		at := fmt.Sprintf("stages/%d/", i)
		if !s.At.IsZero() && slices.ContainsFunc(p.Stages[:i], func(other bot.Stage) bool { return other.At.Equal(s.At) }) {
			wrong(at+"at", bot.FaultTwice, nil) // its moment names a stage
		}
		long(at+"text", s.Text.UK, s.Text.RU)
		moment(at+"at", s.At)
	}
}

// web reports whether a browser opens the address.
func web(address string) bool {
	to, err := url.Parse(address)
	return err == nil && (to.Scheme == "https" || to.Scheme == "http") && to.Host != "" && to.User == nil &&
		len(address) <= maxURL && !strings.ContainsAny(address, " \t\n")
}
