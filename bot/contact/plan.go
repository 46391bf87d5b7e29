package contact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// ignored is a column that is not taken.
const ignored = bot.ImportNothing

// The columns that a file of rejected rows has besides its own. They say what to
// mend, and are not read when it comes again.
const (
	reportLine   = "import.line"
	reportName   = "import.column"
	reportValue  = "import.value"
	reportReason = "import.reason"
)

func reportColumns() []string { return []string{reportLine, reportName, reportValue, reportReason} }

func reportColumn(name string) bool {
	return slices.ContainsFunc(reportColumns(), func(c string) bool { return strings.EqualFold(c, name) })
}

// PlanColumns are what a column of a file may be, besides an attribute or nothing.
func PlanColumns() []string {
	return slices.DeleteFunc(columns(), func(c string) bool { return c == columnID || c == columnAddresses })
}

// AttributeOf is what a column becomes as an attribute: the one that it is, else that
// of the column's name; "" where it has none that would do.
func AttributeOf(name, is string) string {
	if strings.HasPrefix(is, attribute) {
		return is
	}
	if key, ok := cutFold(name, attribute); ok {
		name = strings.TrimSpace(key)
	}
	if name == "" || utf8.RuneCountInString(name) > maxText || strings.ContainsFunc(name, noText) || reportColumn(name) {
		return ""
	}
	return attribute + name
}

// openPlanned reads the header of a file that is read by a plan. The text is
// changed. A *textfile.Error where the plan is not of such a header.
func openPlanned(text []byte, plan bot.ImportPlan) (*table, error) {
	t, err := readHeader(text)
	if err != nil {
		return nil, err
	}
	if len(plan.Columns) != len(t.header) {
		return nil, fileFault(t.at, bot.FaultRowCells, bot.Data{"Has": len(t.header), "Wanted": len(plan.Columns)})
	}
	t.plan, t.days = &plan, map[int]bool{}
	for i, column := range plan.Columns {
		t.header[i], t.nth[column] = column, i
	}
	for _, i := range plan.Days {
		t.days[i] = true
	}
	return t, nil
}

// headerKey names a header in the memory of plans. What a report adds is no part of
// it, so that the plan of a file holds for its rejected rows too.
func headerKey(names []string) string {
	var own []string
	for _, name := range names {
		if !reportColumn(name) {
			own = append(own, strings.ToLower(name))
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(own, "\x00")))
	return hex.EncodeToString(sum[:])
}

// remembered puts a plan that was kept for the header in its place.
func remembered(names []string, kept bot.ImportPlan) (plan bot.ImportPlan, ok bool) {
	for _, name := range names {
		if reportColumn(name) {
			plan.Columns = append(plan.Columns, ignored)
			continue
		}
		if len(kept.Columns) == 0 {
			return bot.ImportPlan{}, false
		}
		plan.Columns, kept.Columns = append(plan.Columns, kept.Columns[0]), kept.Columns[1:]
	}
	plan.DayOrder = kept.DayOrder
	return plan, len(kept.Columns) == 0
}

// kept returns the plan without the columns that a report adds.
func kept(names []string, plan bot.ImportPlan) bot.ImportPlan {
	own := bot.ImportPlan{DayOrder: plan.DayOrder}
	for i, column := range plan.Columns {
		if !reportColumn(names[i]) {
			own.Columns = append(own.Columns, column)
		}
	}
	return own
}

// guessed is the plan that the names of the columns suggest: those that are known
// words, each once, and nothing else.
func guessed(names []string) bot.ImportPlan {
	var plan bot.ImportPlan
	taken := map[string]bool{}
	for _, name := range names {
		column := ignored
		if known, fault := columnNamed(name); fault == nil && known != columnID && known != columnAddresses {
			column = known
		} else if known, ok := columnWords()[strings.ToLower(strings.TrimRight(name, ".: "))]; ok {
			column = known
		}
		if taken[column] && column != ignored {
			column = ignored
		}
		taken[column] = true
		plan.Columns = append(plan.Columns, column)
	}
	return plan
}

// columnWords are what companies call the columns in their own files.
func columnWords() map[string]string {
	all := map[string]string{}
	for column, words := range map[string]string{
		columnExternal:  "id|код|код клієнта|код клиента|номер клієнта|номер клиента|№ клієнта|№ клиента|особовий рахунок|лицевой счет|лицевой счёт|договір|договор|номер договору|номер договора|client_id|customer_id|client id|customer id",
		"name":          "піб|фио|ім’я|ім'я|имя|клієнт|клиент|прізвище, ім’я|повне ім’я|полное имя|name|full name|контакт",
		"language":      "мова|язык|lang|language|мова спілкування|язык общения",
		"kind":          "тип|вид|тип клієнта|тип клиента",
		"tier":          "рівень|уровень|статус|категорія|категория",
		"region":        "регіон|регион|область|місто|город|населений пункт|населённый пункт|адреса|адрес|район",
		"phones":        "телефон|телефони|телефоны|номер телефону|номер телефона|phone|phone number|mobile",
		columnPreferred: "бажаний канал|предпочтительный канал|preferred channel",
		"zone":          "часовий пояс|часовой пояс|timezone|time zone",
		columnTags:      "мітки|метки|теги|tags",
	} {
		for word := range strings.SplitSeq(words, "|") {
			all[word] = column
		}
	}
	return all
}

// PlanField names the field of a column's place in what is wrong with a plan.
func PlanField(place int) string { return fmt.Sprintf("column%d", place) }

// planFaults returns what is wrong with the plan for a header of so many columns, by
// the place of the column: "column0".
func planFaults(plan bot.ImportPlan, names []string) (wrong []bot.Fault) {
	at := map[string]int{}
	for i, column := range plan.Columns {
		field := PlanField(i)
		key, own := strings.CutPrefix(column, attribute)
		switch first, twice := at[column]; {
		case column == ignored:
			continue
		case own && (visible(key) != key || key == "" || utf8.RuneCountInString(key) > maxText || strings.ContainsFunc(key, noText)), !own && !slices.Contains(PlanColumns(), column):
			wrong = append(wrong, bot.Fault{Field: field, Code: bot.FaultImportColumn})
		case twice:
			wrong = append(wrong, bot.Fault{Field: field, Code: bot.FaultImportTwice, Data: bot.Data{"Column": names[first]}})
		}
		if _, twice := at[column]; !twice {
			at[column] = i
		}
	}
	if _, ok := at[columnExternal]; !ok {
		wrong = append(wrong, bot.Fault{Field: columnExternal, Code: bot.FaultImportExternal})
	}
	return wrong
}

// byLabel completes a plan that is guessed: a column called as a declared attribute is,
// in either language, is that one.
func byLabel(plan bot.ImportPlan, names []string, declared []bot.Attribute) bot.ImportPlan {
	for i, name := range names {
		if plan.Columns[i] != ignored || reportColumn(name) {
			continue
		}
		for _, a := range declared {
			called := slices.ContainsFunc([]string{a.Label.UK, a.Label.RU, a.Name}, func(label string) bool {
				return label != "" && strings.EqualFold(label, strings.TrimSpace(name))
			})
			if column := attribute + a.Name; called && !slices.Contains(plan.Columns, column) {
				plan.Columns[i] = column
				break
			}
		}
	}
	return plan
}
