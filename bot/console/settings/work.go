package settings

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// workPage is when operators work, and the rules of their work.
type workPage struct {
	Days    []day
	Dates   []date
	Return  string // working minutes
	Notice  string // working minutes
	Price   string
	Was     workValues
	Zone    string
	Open    bool
	Opens   time.Time // zero where no hours are near
	Opening bool      // what is to be said of it is known
	Faults  console.Faults
	Done    bool
	Seen    bool // it is shown and not saved
}

// workValues are the settings as they are saved.
type workValues struct{ Hours, Return, Notice, Price string }

// day is a row of the week.
type day struct {
	Name         string
	Field        field
	Hours, Fault string
}

// field names a field of the form.
type field string

// date is a row of the dates that differ.
type date struct {
	ID                 field
	Date, Hours, Fault string
}

// week is the days in the order people read them.
func week() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

// dayField is a day's field of the form, as JSON has its day.
func dayField(d time.Weekday) string { return "day" + strconv.Itoa(int(d)) }

// blankDates is how many empty rows the dates have, and datesMost how many rows.
const (
	blankDates = 3
	datesMost  = 100
)

func (p pages) work(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.workSaved(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	return v.Page(http.StatusOK, "work", page)
}

// workSaved is the page as it is saved.
func (p pages) workSaved(v *console.Visit) (workPage, error) {
	values, err := p.values(v)
	if err != nil {
		return workPage{}, err
	}
	page := workPage{
		Return: values[bot.ReturnSetting], Notice: values[bot.NoticeSetting], Price: values[bot.PriceSetting], Zone: p.Zone.String(),
		Was: workValues{values[bot.HoursSetting], values[bot.ReturnSetting], values[bot.NoticeSetting], values[bot.PriceSetting]},
	}
	hours, err := bot.ParseHours(page.Was.Hours, p.Zone)
	if err != nil { // the desk goes by these then, and says so in the log
		hours = bot.DefaultHours(p.Zone)
	}
	var form workForm
	for _, d := range week() {
		*form.day(d) = hours.Days[d].String()
	}
	dates := make([]string, 0, len(hours.Dates))
	for d := range hours.Dates {
		dates = append(dates, d)
	}
	slices.Sort(dates)
	for _, d := range dates {
		form.Dates, form.DateHours = append(form.Dates, d), append(form.DateHours, hours.Dates[d].String())
	}
	page.fill(v, form)
	page.preview(hours, p.Now())
	return page, nil
}

// workForm is what the page sends.
type workForm struct {
	Day0      string   `form:"day0"`
	Day1      string   `form:"day1"`
	Day2      string   `form:"day2"`
	Day3      string   `form:"day3"`
	Day4      string   `form:"day4"`
	Day5      string   `form:"day5"`
	Day6      string   `form:"day6"`
	Dates     []string `form:"date"`
	DateHours []string `form:"date_hours"`
	Return    string   `form:"return"`
	Notice    string   `form:"notice"`
	Price     string   `form:"price"`
	WasHours  string   `form:"was_hours"`
	WasReturn string   `form:"was_return"`
	WasNotice string   `form:"was_notice"`
	WasPrice  string   `form:"was_price"`
	Preview   bool     `form:"preview"`
}

func (f *workForm) day(d time.Weekday) *string {
	return []*string{&f.Day0, &f.Day1, &f.Day2, &f.Day3, &f.Day4, &f.Day5, &f.Day6}[d]
}

// hours reads the hours; every field that is none has a fault.
func (f *workForm) hours(zone *time.Location) (bot.Hours, error) {
	h := bot.Hours{Zone: zone}
	var wrong bot.InvalidError
	fault := func(field string, code bot.FaultCode, data bot.Data) {
		wrong.Faults = append(wrong.Faults, bot.Fault{Field: field, Code: code, Data: data})
	}
	for _, d := range week() {
		var err error
		if h.Days[d], err = bot.ParseSpans(*f.day(d)); err != nil {
			fault(dayField(d), bot.FaultSpans, nil)
		}
	}
	for i, on := range f.Dates {
		if on = strings.TrimSpace(on); on == "" {
			if strings.TrimSpace(f.DateHours[i]) != "" {
				fault(dateField(i), bot.FaultDay, nil)
			}
			continue
		}
		spans, err := bot.ParseSpans(f.DateHours[i])
		_, twice := h.Dates[on]
		if _, none := time.Parse(time.DateOnly, on); none != nil {
			fault(dateField(i), bot.FaultDay, nil)
			continue
		}
		switch {
		case twice:
			fault(dateField(i), bot.FaultTwice, nil)
		case err != nil:
			fault(dateField(i), bot.FaultSpans, nil)
		}
		if h.Dates == nil {
			h.Dates = map[string]bot.Spans{}
		}
		h.Dates[on] = spans
	}
	if len(wrong.Faults) > 0 {
		return h, &wrong
	}
	return h, nil
}

func dateField(i int) string { return fmt.Sprintf("date%d", i) }

// rows are the lines of a field as they are kept.
func rows(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// edits are the settings as the form has them.
func (f *workForm) edits(hours bot.Hours) []staff.Edit {
	edit := func(name, value, was string) staff.Edit { return staff.Edit{Name: name, Value: value, Was: &was} }
	written := hours.Setting()
	if saved, err := bot.ParseHours(f.WasHours, hours.Zone); err == nil && saved.Setting() == written { // as people write them it may be another text
		written = f.WasHours
	}
	return []staff.Edit{
		edit(bot.HoursSetting, written, f.WasHours), edit(bot.ReturnSetting, strings.TrimSpace(f.Return), f.WasReturn),
		edit(bot.NoticeSetting, strings.TrimSpace(f.Notice), f.WasNotice),
		edit(bot.PriceSetting, rows(f.Price), rows(f.WasPrice)),
	}
}

func (p pages) setWork(v *console.Visit) error {
	var form workForm
	if err := v.Form(&form); err != nil {
		return err
	}
	if len(form.Dates) != len(form.DateHours) || len(form.Dates) > datesMost {
		return console.ErrForm
	}
	hours, wrong := form.hours(p.Zone)
	err := joined(wrong, staff.CheckSettings(form.edits(hours)...))
	if err == nil && !form.Preview {
		if err = p.Staff().SetAll(v.Ctx(), v.Actor, form.edits(hours)...); err == nil {
			return v.See("/settings/work?done=1")
		}
	}
	status, faults, err := refused(v, err)
	if err != nil {
		return err
	}
	page, err := p.workSaved(v)
	if err != nil {
		return err
	}
	if _, other := faults[bot.HoursSetting]; other && status == http.StatusConflict {
		faults[bot.HoursSetting] = v.T("settings.work.meanwhile", "Now", p.written(v, page.Was.Hours))
	}
	page.Faults, page.Return, page.Notice, page.Price = faults, form.Return, form.Notice, form.Price
	if form.Preview { // what was seen when the form was filled stays what was seen
		page.Was = workValues{form.WasHours, form.WasReturn, form.WasNotice, form.WasPrice}
	}
	page.Seen = form.Preview && status == http.StatusOK
	page.fill(v, form)
	if page.Opening = wrong == nil; page.Opening {
		page.preview(hours, p.Now())
	}
	return v.Page(status, "work", page)
}

// joined is everything that is wrong.
func joined(errs ...error) error {
	var all, one *bot.InvalidError
	for _, err := range errs {
		switch {
		case err == nil:
		case !errors.As(err, &one):
			return err
		case all == nil:
			all = &bot.InvalidError{Faults: slices.Clone(one.Faults)}
		default:
			all.Faults = append(all.Faults, one.Faults...)
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// written says the hours of a week in a line.
func (p pages) written(v *console.Visit, setting string) string {
	hours, err := bot.ParseHours(setting, p.Zone)
	if err != nil {
		return setting
	}
	var all []string
	for _, d := range week() {
		if len(hours.Days[d]) > 0 {
			all = append(all, v.T("settings.work."+dayField(d))+" "+hours.Days[d].String())
		}
	}
	return strings.Join(all, "; ")
}

// fill puts the hours of the form into the rows.
func (page *workPage) fill(v *console.Visit, form workForm) {
	page.Days, page.Dates = nil, nil
	for _, d := range week() {
		page.Days = append(page.Days, day{v.T("settings.work." + dayField(d)), field(dayField(d)), *form.day(d), page.Faults[dayField(d)]})
	}
	filled := 0
	for i := range form.Dates {
		row := date{field(dateField(i)), form.Dates[i], form.DateHours[i], page.Faults[dateField(i)]}
		if row.Date != "" || row.Hours != "" {
			row.ID = field(dateField(filled))
			page.Dates = append(page.Dates, row)
			filled++
		}
	}
	for range blankDates {
		page.Dates = append(page.Dates, date{ID: field(dateField(len(page.Dates)))})
	}
}

// preview says whether operators work now by the hours.
func (page *workPage) preview(hours bot.Hours, now time.Time) {
	page.Opening = true
	page.Open, page.Opens = hours.At(now)
}
