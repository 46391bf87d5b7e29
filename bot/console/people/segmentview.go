package people

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
)

// rowView is a row of the builder as the page shows it.
type rowView struct {
	I      int
	Number fieldName // begins the ids of its fields
	Deep   int       // as it is sent
	Inset  int       // as it is drawn
	Node   node
	Group  bool
	Field  string
	About  string // what the condition asks about, in words
	Op     bot.Op
	Ops    []opChoice
	Style  segmentStyle
	Value  string
	Amount string
	Unit   string
	Units  []bot.Unit
	Picks  []valueChoice // all there are, or those chosen
	More   []valueChoice // that can be added
	Fault  string
}

// segmentStyle is how the values of a condition are written on the page.
type segmentStyle string

// opChoice is a comparison that can be chosen, and the end of the key of its words.
type opChoice struct {
	Op  bot.Op
	Key opKey
}

type opKey string

// valueChoice is a value that can be chosen.
type valueChoice struct {
	Value, Label string
	On           bool
}

// aboutChoice is something that a condition may be about.
type aboutChoice struct{ Field, Label string }

// known is what the builder must know of the company to show conditions.
type known struct {
	v          *console.Visit
	names      bot.SegmentNames
	attributes []bot.Attribute
	regions    []regionChoice
	bots       []botChoice
}

func (p pages) known(v *console.Visit) (k known, err error) {
	k = known{v: v, bots: p.botChoices()}
	if k.names, err = p.Audiences().Names(v.Ctx(), v.Actor, v.Lang); err != nil || !v.Actor.May(bot.ReadContacts) {
		return k, err
	}
	if k.attributes, err = p.Contacts().Attributes(v.Ctx(), v.Actor); err != nil {
		return k, err
	}
	regions, err := p.Contacts().Regions(v.Ctx(), v.Actor)
	k.regions = regionChoices(v.Lang, regions)
	return k, err
}

// segmentFields lists what a condition may be about, as the page offers it.
func segmentFields() []string {
	return []string{
		"kind", "tier", bot.AreaField, "region", "language", "tags", bot.AttributeField, "bot", "zone", "first", "last", bot.ChangeField,
		"ticket", "ticket.reason", "ticket.about", "ticket.opened", bot.SavedField,
	}
}

// fieldKey is the key of what a field is called.
func fieldKey(field string) string {
	return "people.segment.field." + strings.ReplaceAll(field, ".", "_")
}

// abouts lists what a new condition may be about.
func (k known) abouts() (all []aboutChoice) {
	for _, field := range segmentFields() {
		if field != bot.AttributeField {
			all = append(all, aboutChoice{field, k.called(field)})
			continue
		}
		for _, a := range k.attributes {
			all = append(all, aboutChoice{bot.AttributeField + a.Name, k.called(bot.AttributeField + a.Name)})
		}
	}
	return all
}

// declared returns the declaration of the attribute; one that is not declared is text.
func (k known) declared(name string) bot.Attribute {
	if i := slices.IndexFunc(k.attributes, func(a bot.Attribute) bool { return a.Name == name }); i >= 0 {
		return k.attributes[i]
	}
	return bot.Attribute{Name: name, Type: bot.AttributeText}
}

// called returns what the field is called.
func (k known) called(named string) string {
	field, name, ok := bot.FieldOf(named)
	switch {
	case !ok:
		return named
	case name == "":
		return k.v.T(fieldKey(field.Name))
	}
	if label := k.declared(name).Label.In(k.v.Lang); label != "" {
		return label
	}
	return name
}

// view shows the rows.
func (k known) view(rows []segmentRow) (all []rowView) {
	for i, r := range rows {
		row := rowView{I: i, Number: fieldOf("row", i), Deep: r.Deep, Inset: min(r.Deep, deepest), Node: r.Node, Group: r.Node.group(), Units: bot.Units()}
		if !row.Group {
			k.condition(&row, r)
		}
		all = append(all, row)
	}
	return all
}

func (k known) condition(row *rowView, r segmentRow) {
	row.Field, row.About, row.Op, row.Amount, row.Unit = r.Field, k.called(r.Field), r.Op, r.Amount, r.Unit
	row.Ops, row.Style = k.ops(r), segmentStyle(r.style())
	if row.Style == "values" {
		k.values(row, r)
	}
	for _, f := range (bot.Segment{Condition: r.Condition}).Faults("is") {
		row.Fault = faultWords(k.v, f)
		if len(r.Values) == 0 && r.style() == "values" {
			row.Fault = k.v.T("people.segment.no_value")
		}
	}
}

// ops lists how the field of the row can be compared; as an attribute is declared, or
// the one that it has.
func (k known) ops(r segmentRow) (all []opChoice) {
	field, name, _ := bot.FieldOf(r.Field)
	days := field.Moments()
	for _, op := range field.Ops {
		if name != "" {
			a := k.declared(name)
			days = a.Type == bot.AttributeDate
			if op != r.Op && !slices.Contains(opsOf(a.Type), op) {
				continue
			}
		}
		key := opKey(op)
		if days && slices.Contains(orders(), op) {
			key = "day_" + key
		}
		all = append(all, opChoice{op, key})
	}
	return all
}

func orders() []bot.Op { return []bot.Op{bot.OpLess, bot.OpMost, bot.OpMore, bot.OpLeast} }

// opsOf lists how an attribute of the type can be compared.
func opsOf(t bot.AttributeType) []bot.Op {
	plain := []bot.Op{bot.OpIn, bot.OpKnown}
	switch t {
	case bot.AttributeNumber:
		return append(plain, orders()...)
	case bot.AttributeDate:
		return slices.Concat(plain, orders(), []bot.Op{bot.OpAgo, bot.OpLast, bot.OpOver, bot.OpNext, bot.OpAhead, bot.OpThis, bot.OpAnniversary})
	case bot.AttributeText:
		return append(plain, bot.OpBegins, bot.OpContains)
	}
	return plain
}

// values says how the values of the row are chosen or written: "picks" of all there
// are, "more" of many, a "day", or "lines".
func (k known) values(row *rowView, r segmentRow) {
	choices, many := k.choices(r)
	switch {
	case choices == nil && k.oneDay(r):
		row.Style, row.Value = "day", strings.Join(r.Values, "\n")
		return
	case choices == nil:
		row.Style = "lines"
		for _, v := range r.Values {
			if !slices.Equal(lines(v), []string{v}) { // no line says it
				row.Picks = append(row.Picks, valueChoice{v, v, true})
				continue
			}
			row.Value += v + "\n"
		}
		return
	}
	row.Style = "picks"
	for _, v := range r.Values { // what is chosen and is there no more
		if !slices.ContainsFunc(choices, func(c valueChoice) bool { return c.Value == v }) {
			row.Picks = append(row.Picks, valueChoice{v, v, true})
		}
	}
	for _, c := range choices {
		c.On = slices.Contains(r.Values, c.Value)
		if c.On || !many {
			row.Picks = append(row.Picks, c)
		} else {
			row.More = append(row.More, c)
		}
	}
}

// oneDay reports whether the row compares with one day.
func (k known) oneDay(r segmentRow) bool {
	field, name, _ := bot.FieldOf(r.Field)
	days := field.Moments() || name != "" && k.declared(name).Type == bot.AttributeDate
	return days && slices.Contains(orders(), r.Op) && (len(r.Values) == 0 || len(r.Values) == 1 && bot.IsDay(r.Values[0]))
}

// choices lists the values of the row's field, where there are but some; many of those
// that are too many to show all.
func (k known) choices(r segmentRow) (all []valueChoice, many bool) {
	field, name, _ := bot.FieldOf(r.Field)
	if r.Op == bot.OpBegins || r.Op == bot.OpContains {
		return nil, false
	}
	for _, v := range field.Values {
		all = append(all, valueChoice{Value: v, Label: k.v.T(valueKey(field.Name, v))})
	}
	named := func(names map[string]string) {
		all, many = []valueChoice{}, true
		for id, name := range names {
			all = append(all, valueChoice{Value: id, Label: name})
		}
		slices.SortFunc(all, func(a, b valueChoice) int { return strings.Compare(a.Label+"\x00"+a.Value, b.Label+"\x00"+b.Value) })
	}
	switch a := k.declared(name); {
	case name != "" && a.Type == bot.AttributeYesNo:
		all = []valueChoice{{"true", k.v.T("people.yes"), false}, {"false", k.v.T("people.no"), false}}
	case name != "" && a.Type == bot.AttributeChoice:
		for _, c := range a.Choices {
			all = append(all, valueChoice{Value: c, Label: c})
		}
		many = len(all) > 12
	case field.Name == "bot":
		for _, b := range k.bots {
			all = append(all, valueChoice{Value: b.Name, Label: k.v.T("channel."+string(b.Channel)) + " · " + b.Name})
		}
	case field.Name == bot.AreaField:
		all, many = []valueChoice{}, true
		for _, r := range k.regions {
			all = append(all, valueChoice{Value: r.ID, Label: r.Path})
		}
	case field.Name == bot.ChangeField:
		named(k.names.Changes)
	case field.Name == bot.SavedField:
		named(k.names.Segments)
	}
	return all, many
}

// valueKey is the key of a value of a field that has but some.
func valueKey(field, value string) string {
	switch field {
	case "ticket":
		return "people.segment.ticket." + value
	case "ticket.reason":
		return "queue.reason." + value
	}
	return "people." + field + "." + value
}

// textPlace is the place in a text that is wrong.
type textPlace struct {
	At                int // in characters
	Before, Is, After string
}

// placeOf returns the place that the fault names, with what stands around it.
func placeOf(text string, data bot.Data) *textPlace {
	at, ok := data["At"].(int)
	runes := []rune(text)
	if !ok || at > len(runes) {
		return nil
	}
	from, until := max(0, at-30), min(len(runes), at+30)
	end := at
	for end < until && !strings.ContainsRune(" \n\t(),", runes[end]) {
		end++
	}
	if end == at && at < until {
		end++
	}
	before, behind := string(runes[from:at]), string(runes[end:until])
	if from > 0 {
		before = "…" + before
	}
	if until < len(runes) {
		behind += "…"
	}
	return &textPlace{at, before, string(runes[at:end]), behind}
}
