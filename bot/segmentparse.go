package bot

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxSegmentText is how many characters the text of a segment has at most.
const MaxSegmentText = 20_000

// textDeep is how many brackets and negations may stand within each other.
const textDeep = 100

// SegmentOf reads the text of a segment, in the words of either language; l is that of
// the reader, in which faults name what is wanted. It returns an *InvalidError that
// names the place of what is wrong, or what is wrong with the segment itself.
func SegmentOf(text string, l Language, names SegmentNames) (Segment, error) {
	if !utf8.ValidString(text) {
		return Segment{}, Invalid("text", FaultNotText, nil)
	}
	if utf8.RuneCountInString(text) > MaxSegmentText {
		return Segment{}, Invalid("text", FaultTextLong, Data{"Max": MaxSegmentText})
	}
	p := segmentReader{runes: []rune(text), l: l, names: names, phrases: phrases()}
	all, at, wrong := tokens(p.runes)
	if wrong != "" {
		return Segment{}, p.fault(at, wrong, Data{"Found": string(p.runes[at])})
	}
	p.tokens = all
	s, err := p.list(0)
	if err == nil && p.now().kind != tokenEnd {
		err = p.wanted(p.called(wordAnd), p.called(wordOr), "")
	}
	if err != nil {
		return Segment{}, err
	}
	if faults := s.Faults("text"); len(faults) > 0 {
		return Segment{}, &InvalidError{Faults: faults}
	}
	return s, nil
}

// segmentReader reads the tokens of a text from the left.
type segmentReader struct {
	runes   []rune
	tokens  []lexeme
	next    int
	l       Language
	names   SegmentNames
	phrases map[string][]phrase
}

// phrase is a way to say something, in folded words.
type phrase struct {
	words []string
	means string
}

// What phrases are about.
const (
	aboutConnectives = "connectives"
	aboutFields      = "fields"
	aboutOps         = "ops"
	aboutAgo         = "ago"
	aboutUnits       = "units"
	aboutThis        = "this"
)

// phrases returns all that can be said, the longest first; the values of fields are
// under their names.
func phrases() map[string][]phrase {
	all := map[string][]phrase{}
	add := func(about, means string, w wording) {
		for _, form := range slices.Concat(w.uk, w.ru) {
			all[about] = append(all[about], phrase{strings.Fields(folded(form)), means})
		}
	}
	for means, w := range connectives() {
		add(aboutConnectives, means, w)
	}
	for means, w := range fieldWords() {
		add(aboutFields, means, w)
	}
	for means, w := range opWords() {
		add(aboutOps, string(means), w)
	}
	for means, w := range unitWords() {
		add(aboutUnits, string(means), w)
	}
	for means, w := range thisWords() {
		add(aboutThis, string(means), w)
	}
	add(aboutAgo, aboutAgo, agoWord())
	for field, values := range valueWords() {
		for means, w := range values {
			add(field, means, w)
			all[field] = append(all[field], phrase{[]string{means}, means})
		}
	}
	for _, of := range all {
		slices.SortFunc(of, func(a, b phrase) int {
			return cmp.Or(cmp.Compare(len(b.words), len(a.words)), strings.Compare(a.means, b.means))
		})
	}
	return all
}

func (p *segmentReader) now() lexeme { return p.tokens[p.next] }

// says reads a phrase that stands here; "" where none does.
func (p *segmentReader) says(about string) string {
	for _, one := range p.phrases[about] {
		if p.stands(one.words) {
			p.next += len(one.words)
			return one.means
		}
	}
	return ""
}

// sees is says that reads nothing.
func (p *segmentReader) sees(about string) string {
	was := p.next
	defer func() { p.next = was }()
	return p.says(about)
}

func (p *segmentReader) stands(words []string) bool {
	for i, word := range words {
		if t := p.tokens[min(p.next+i, len(p.tokens)-1)]; t.kind != tokenWord || folded(t.text) != word {
			return false
		}
	}
	return true
}

// sign reads the sign if it stands here.
func (p *segmentReader) sign(sign string) bool {
	if t := p.now(); t.kind != tokenSign || t.text != sign {
		return false
	}
	p.next++
	return true
}

// list reads conditions with one connective between all of them.
func (p *segmentReader) list(deep int) (Segment, error) {
	first, err := p.part(deep)
	if err != nil {
		return Segment{}, err
	}
	parts, between := []Segment{first}, ""
	for {
		word := p.sees(aboutConnectives)
		if word != wordAnd && word != wordOr {
			break
		}
		if between != "" && word != between {
			return Segment{}, p.fault(p.now().at, FaultTextMixed, Data{"Found": "«" + p.now().text + "»"})
		}
		between = word
		p.says(aboutConnectives)
		part, err := p.part(deep)
		if err != nil {
			return Segment{}, err
		}
		parts = append(parts, part)
	}
	switch between {
	case wordAnd:
		return Segment{And: parts}, nil
	case wordOr:
		return Segment{Or: parts}, nil
	}
	return first, nil
}

func (p *segmentReader) part(deep int) (Segment, error) {
	if deep > textDeep {
		return Segment{}, Invalid("text", FaultDeep, Data{"Max": MaxSegmentDepth})
	}
	if p.sign("(") {
		return p.bracket(deep)
	}
	switch word := p.sees(aboutConnectives); word {
	case wordEveryone:
		p.says(aboutConnectives)
		return Segment{}, nil
	case wordNot:
		p.says(aboutConnectives)
		part, err := p.part(deep + 1)
		return None(part), err
	case wordOneAnd, wordOneOr:
		p.says(aboutConnectives)
		if !p.sign("(") {
			return Segment{}, p.wanted("(")
		}
		part, err := p.bracket(deep)
		if word == wordOneAnd {
			return All(part), err
		}
		return Any(part), err
	}
	return p.condition()
}

// bracket reads what stands behind an opening bracket, and the closing one.
func (p *segmentReader) bracket(deep int) (Segment, error) {
	s, err := p.list(deep + 1)
	if err == nil && !p.sign(")") {
		err = p.wanted(")", p.called(wordAnd), p.called(wordOr))
	}
	return s, err
}

func (p *segmentReader) condition() (Segment, error) {
	named := p.says(aboutFields)
	if named == "" {
		return Segment{}, p.wanted("(", p.called(wordNot), p.fieldNames())
	}
	if named == AttributeField {
		name, ok := p.plain()
		if !ok {
			return Segment{}, p.wanted(inQuotes("…"))
		}
		named += name
	}
	field, _, _ := FieldOf(named)
	c := Condition{Field: named}
	if unit := p.says(aboutThis); unit != "" {
		c.Op, c.Values = OpThis, []string{unit}
		return p.takes(field, c)
	}
	c.Op = p.op()
	if c.Op == "" || !field.Takes(c.Op) {
		return Segment{}, p.wanted(p.opNames(field)...)
	}
	p.next += p.opLength()
	return p.compared(field, c)
}

// compared reads what the condition compares with.
func (p *segmentReader) compared(field SegmentField, c Condition) (Segment, error) {
	var err error
	switch {
	case c.Op == OpKnown:
	case slices.Contains(spanOps, c.Op) || c.Op == OpAnniversary:
		c.Values, err = p.lapse(c.Op)
	default:
		c.Values, err = p.values(field, c.Op.single())
	}
	if err != nil {
		return Segment{}, err
	}
	return Segment{Condition: c}, nil
}

func (p *segmentReader) takes(field SegmentField, c Condition) (Segment, error) {
	if !field.Takes(c.Op) {
		return Segment{}, p.wanted(p.opNames(field)...)
	}
	return Segment{Condition: c}, nil
}

// op returns the comparison that stands here; "" where none does.
func (p *segmentReader) op() Op {
	for op, sign := range signs() {
		if t := p.now(); t.kind == tokenSign && t.text == sign {
			return op
		}
	}
	return Op(p.sees(aboutOps))
}

// opLength is how many tokens the comparison that stands here has.
func (p *segmentReader) opLength() int {
	was := p.next
	defer func() { p.next = was }()
	if p.says(aboutOps) == "" {
		return 1
	}
	return p.next - was
}

// lapse reads a number and its unit.
func (p *segmentReader) lapse(op Op) ([]string, error) {
	t := p.now()
	n, err := strconv.Atoi(t.text)
	if t.kind != tokenWord || err != nil || n < 0 {
		return nil, p.wanted("30")
	}
	p.next++
	if p.now().kind != tokenWord {
		return nil, p.wanted(p.unitNames()...)
	}
	unit := Unit(p.says(aboutUnits))
	if unit == "" {
		return nil, p.fault(p.now().at, FaultTextUnit, Data{"Found": p.found()})
	}
	if (op == OpAgo || op == OpOver) && p.says(aboutAgo) == "" {
		return nil, p.wanted(agoWord().in(p.l))
	}
	return []string{Lapse{N: n, Unit: unit}.String()}, nil
}

// values reads one value, or as many as commas part.
func (p *segmentReader) values(field SegmentField, one bool) (all []string, err error) {
	for {
		v, err := p.value(field)
		if err != nil {
			return nil, err
		}
		if all = append(all, v); one || !p.sign(",") {
			return all, nil
		}
	}
}

func (p *segmentReader) value(field SegmentField) (string, error) {
	if valueWords()[field.Name] == nil {
		was := p.next
		v, ok := p.plain()
		if !ok {
			return "", p.wanted(inQuotes("…"))
		}
		id, ok := p.names.id(field.Name, v)
		switch {
		case ok:
			return id, nil
		case field.Name == "ticket.about": // which is not of changes alone
			return v, nil
		}
		p.next = was
		return "", p.noValue(field, p.nameChoices(field))
	}
	if v := p.says(field.Name); v != "" {
		return v, nil
	}
	t := p.now()
	if t.kind == tokenQuoted {
		for _, one := range p.phrases[field.Name] {
			if strings.Join(one.words, " ") == InLine(folded(t.text)) {
				p.next++
				return one.means, nil
			}
		}
	}
	return "", p.noValue(field, p.choices(field))
}

// noValue says that what stands here is no value of the field, and which there are.
func (p *segmentReader) noValue(field SegmentField, choices []string) error {
	return p.fault(p.now().at, FaultTextValue, Data{"Found": p.found(), "Field": fieldWords()[field.Name].in(p.l), "Choices": choices})
}

// plain reads a text in quotes, or a word that is none of ours.
func (p *segmentReader) plain() (string, bool) {
	t := p.now()
	if t.kind != tokenQuoted && (t.kind != tokenWord || p.sees(aboutConnectives) != "") {
		return "", false
	}
	p.next++
	return t.text, true
}
