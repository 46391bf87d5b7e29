package change

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// fieldOf writes what a field of the change says, as its JSON names it:
// "title", "groups/0/consequence"; "" where there is nothing.
func fieldOf(c bot.Change, field string) string {
	c = Grouped(c)
	text, err := json.Marshal(c)
	if err != nil { // texts and moments can always be written
		panic("change: a sheet is not JSON: " + err.Error())
	}
	var value any
	if json.Unmarshal(text, &value) != nil {
		return ""
	}
	for name := range strings.SplitSeq(field, "/") {
		switch in := value.(type) {
		case map[string]any:
			value = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return ""
			}
			value = in[i]
		default:
			return ""
		}
	}
	if value == nil {
		return ""
	}
	text, _ = json.Marshal(value) // of what was JSON
	return string(text)
}

// hasField reports whether the change has such a field, whatever it says: of a list only
// rows that are there.
func hasField(c bot.Change, field string) bool {
	name, rest, within := strings.Cut(field, "/")
	if !slices.Contains(namesOf(reflect.TypeFor[bot.Change]()), name) {
		return false
	}
	row, _, _ := strings.Cut(rest, "/")
	return !within || fieldOf(c, name+"/"+row) != ""
}

// namesOf are the fields of what is written as JSON.
func namesOf(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if f.Anonymous {
			names = append(names, namesOf(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
