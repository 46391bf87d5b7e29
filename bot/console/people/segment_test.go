package people

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/contact"
	"visnyk/storage"
)

func segmentSamples() map[string]any {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	ways := []segmentWay{{"a", "Кияни"}, {"b", ""}}
	choices := []valueChoice{{"vip", "VIP", true}, {"", "", false}}
	looked := &lookedView{
		People: 4218, Of: 10000, Blank: 3, Whole: true, At: at, Edits: true, Reachable: 4000, ForMoney: 20,
		Sample: []glimpseView{{"p", "О. К.", []string{"Хто це: клієнт"}}, {ID: "q"}}, Overlap: &overlapView{"Кияни", 1, 2, 3},
	}
	for _, w := range warnings() {
		looked.Warnings = append(looked.Warnings, warningView{w, 2, ways[0]})
	}
	for _, w := range unreachables() {
		looked.Not = append(looked.Not, notReached{w, 5})
	}
	rows := []rowView{{I: 0, Number: "row0", Node: nodeAnd, Group: true}}
	for i, style := range []segmentStyle{"lapse", "unit", "lines", "day", "picks", "none"} {
		rows = append(rows, rowView{
			I: i + 1, Number: fieldOf("row", i+1), Deep: 1, Inset: 1, Node: nodeIs, Field: "tier", About: "Рівень", Op: bot.OpIn, Ops: []opChoice{{bot.OpIn, "in"}, {bot.OpLess, "day_lt"}},
			Style: style, Value: "а\nб", Amount: "30", Unit: "day", Units: bot.Units(), Picks: choices, More: choices, Fault: "Ні.",
		})
	}
	rows = append(rows, rowView{I: 7, Number: "row7", Deep: 1, Inset: 1, Node: nodeNone, Group: true})
	why := &whyView{ID: "p", Name: "Олена", Opens: true, In: true, Blank: true, Lines: []whyLine{{Words: "хто = клієнт", About: "Хто це", Has: "клієнт", In: true}, {Words: "рівень = VIP", Missing: true}}}
	for _, f := range whyForms() {
		why.Lines = append(why.Lines, whyLine{Inset: 1, Form: f})
	}
	return map[string]any{
		"segments": segmentsPage{Rows: []segmentListed{{"a", "Кияни", "хто = клієнт", at, 7, 2, ways, []string{"Новий тариф", "x"}, []string{"Знижки"}}, {ID: "b"}}, Edits: true, Done: "segment"},
		"segment": segmentPage{
			ID: "a", Title: "Кияни", Version: 3, Name: "Кияни", Place: "x", Edits: true, Broadcasts: []string{"Знижки"}, Rows: rows, Nodes: groupNodes(), Abouts: []aboutChoice{{"tier", "Рівень"}}, Text: "хто =", Was: "усі",
			Wrong: &textPlace{4, "хто ", "=", ""}, Reason: "звірка", Asks: true, Topic: "news", Topics: []segmentWay{{"news", "Новини"}}, Other: "a", Others: ways, Finds: true,
			Find: "оле", Found: ways, UsedBy: ways, Changes: []string{"Новий тариф"}, Counted: at, People: 5, Counts: true, Looked: looked, Why: why, Done: "segment",
			Faults: console.Faults{"": "Щось.", "tree": "Ні.", "name": "Ні.", "text": "Ні.", "reason": "Навіщо?", "topic": "Ні."},
		},
	}
}

// Rows say every tree, and come back the same; a group of one is what stands in it.
func TestSegmentRows(t *testing.T) {
	vip, kyiv, told := bot.In("tier", "vip"), bot.In("region", "Київ"), bot.Segment{Condition: bot.Condition{Field: "last", Op: bot.OpOver, Values: []string{"30 days"}}}
	for _, s := range []bot.Segment{
		{}, vip, bot.None(vip), bot.All(vip, kyiv), bot.Any(vip, bot.None(bot.All(kyiv, told))), bot.None(bot.Any(bot.All(vip, bot.None(kyiv)), told)),
	} {
		rows := rowsOf(s)
		if !sound(rows) || !reflect.DeepEqual(treeOf(rows), s) {
			t.Errorf("%+v: %+v", s, rows)
		}
	}
	if got := treeOf(rowsOf(bot.None(bot.None(bot.All(vip))))); !reflect.DeepEqual(got, vip) {
		t.Errorf("%+v", got)
	}
	for _, bad := range [][]segmentRow{
		nil,
		{{Node: nodeIs}},
		{{Node: nodeAnd, Deep: 1}},
		{{Node: nodeAnd}, {Node: nodeIs, Deep: 2}},
		{{Node: nodeAnd}, {Node: nodeIs, Deep: 1}, {Node: nodeIs, Deep: 2}},
		{{Node: nodeAnd}, {Node: "xor", Deep: 1}},
		{{Node: nodeAnd}, {Node: nodeAnd}},
		make([]segmentRow, rowsMost+1),
	} {
		if sound(bad) {
			t.Errorf("a tree: %+v", bad)
		}
	}
	rows := rowsOf(bot.Any(vip, kyiv))
	if _, ok := press(rows, "drop 0", make([]string, 3)); ok {
		t.Error("the whole is dropped")
	}
	rows, _ = press(rows, "group 0", make([]string, 3))
	rows, _ = press(rows, "add 3", []string{"", "", "", "last"})
	rows, _ = press(rows, "drop 1", make([]string, 5))
	want := bot.Any(kyiv, bot.Segment{Condition: bot.Condition{Field: "last", Op: bot.OpLast, Values: []string{"30 days"}}})
	if got := treeOf(rows); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// editor is the form of a segment's page, as a browser would send it.
func (h *house) editor(page string) url.Values {
	h.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	h.OK(err)
	form := url.Values{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attribute(n, "id") == "segment" {
			fields(n, form)
		}
	}
	return form
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func marked(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// fields adds what a browser sends of the form.
func fields(form *html.Node, all url.Values) {
	for n := range form.Descendants() {
		name := attribute(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "input" && (attribute(n, "type") != "checkbox" || marked(n, "checked")):
			all.Add(name, attribute(n, "value"))
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			all.Add(name, text)
		case n.Data == "select":
			all.Add(name, chosen(n))
		}
	}
}

// chosen returns the value of a list: the one that is chosen, or the first.
func chosen(list *html.Node) string {
	first, found := "", false
	for n := range list.Descendants() {
		if n.Data != "option" {
			continue
		}
		if marked(n, "selected") {
			return attribute(n, "value")
		}
		if !found {
			first, found = attribute(n, "value"), true
		}
	}
	return first
}

// presses sends the editor of a page by a button of it, after it was filled in.
func (h *house) presses(status int, page, do string, filled url.Values) string {
	h.Helper()
	form := h.editor(page)
	for name, values := range filled {
		form[name] = values
	}
	form.Set("do", do)
	return h.as(bot.Marketer, status, http.MethodPost, "/console/segments/look", form)
}

// A segment is built without JavaScript, button by button, and is the same as text; the
// text is read back, and what is wrong with it has its place.
func TestSegmentIsBuilt(t *testing.T) {
	h := newHouse(t)
	h.brings(contact.Record{ExternalID: "1", Name: "Олена Кіт", Kind: "client", Region: "Київ"})
	h.brings(contact.Record{ExternalID: "2", Name: "Петро Пес", Kind: "client", Region: "Київ", Tier: "vip"})
	h.brings(contact.Record{ExternalID: "3", Name: "Іван", Kind: "partner", Region: "Львів"})
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments", nil), "Сегментів іще немає", "Створити сегмент")
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/new", nil)
	h.Says(page, "усі", "data-counts")
	page = h.presses(http.StatusOK, page, "add 0", url.Values{"about": {"region"}})
	h.Says(page, "Вкажіть, із чим порівняти")
	h.SaysNot(page, "data-counts")
	page = h.presses(http.StatusOK, page, "look", url.Values{"value": {"", "Київ"}})
	h.Says(page, "регіон = &#34;Київ&#34;", "data-counts")
	page = h.presses(http.StatusOK, page, "add 0", url.Values{"about": {"tier", ""}})
	page = h.presses(http.StatusOK, page, "count", url.Values{"pick": {"2 vip"}, "node": {"and", "is", "is_not"}})
	h.Says(page, "регіон = &#34;Київ&#34; та не рівень = VIP", "1 людина</strong>", "data-final", "із 3", "О. К.", "1 людина тут лише тому", "у них немає чату з нами", "Чому тут?")
	_, id, _ := strings.Cut(page, `value="why `)
	id, _, _ = strings.Cut(id, `"`)
	why := h.presses(http.StatusOK, page, "why "+id, nil)
	h.Says(why, "Олена Кіт", "Входить до сегмента", "лише тому, що про людину чогось не вказано", "не вказано", "маємо: <bdi>Київ</bdi>")
	h.Says(h.presses(http.StatusOK, page, "find", url.Values{"find": {"пес"}}), "Петро Пес", "Чому тут чи ні?")

	page = h.presses(http.StatusOK, page, "text", url.Values{"text": {"регіон = \"Київ\" та\r\nрівень"}})
	h.Says(page, "Рядок 2, знак 7", "<mark>", `aria-invalid="true"`)
	h.SaysNot(page, "data-counts")
	page = h.presses(http.StatusOK, page, "text", url.Values{"text": {"не (хто = партнёр или уровень = VIP)"}})
	h.Says(page, "не (хто = партнер або рівень = VIP)", `<option value="none" selected>`)
	form := h.editor(page)
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, "/console/segments/save", form), `class="fault" id="name-note"`)
	form.Set("name", "Звичайні")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/segments/save", form)
	list := h.as(bot.Approver, http.StatusOK, http.MethodGet, "/console/segments", nil)
	h.Says(list, "Звичайні", "ще не рахували", "не (хто = партнер або рівень = VIP)")
	h.SaysNot(list, "Створити сегмент")
	form = h.editor(page)
	form.Set("deep", "7")
	h.as(bot.Marketer, http.StatusBadRequest, http.MethodPost, "/console/segments/look", form)
}

// made makes a segment and returns its id.
func (h *house) made(name, text string) string {
	h.Helper()
	tree, err := bot.SegmentOf(text, bot.Ukrainian, bot.SegmentNames{})
	h.OK(err)
	s, err := h.segments.Create(h.Context(), bot.System(), name, tree)
	h.OK(err)
	return s.ID
}

// A segment that another is within is not removed, and says by whom it is used; two who
// change it at once are told; who may not write reads and counts.
func TestSegmentIsKept(t *testing.T) {
	h := newHouse(t)
	h.brings(contact.Record{ExternalID: "1", Name: "Олена", Kind: "client"})
	id := h.made("Клієнти", "хто = клієнт")
	within := h.made("Решта", `не сегмент = "`+id+`"`)
	at := "/console/segments/" + id
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Клієнти", "Входить до сегментів:", "Решта")
	h.Says(h.as(bot.Marketer, http.StatusConflict, http.MethodPost, "/console/segments/drop", url.Values{"id": {id}, "version": {"1"}}), "«Решта»")
	form := h.editor(page)
	form.Set("name", "Усі клієнти")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/segments/save", form)
	form.Set("name", "Наші клієнти")
	page = h.as(bot.Marketer, http.StatusConflict, http.MethodPost, "/console/segments/save", form)
	h.Says(page, "сегмент змінив хтось інший", `value="Наші клієнти"`)
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/segments/save", h.editor(page))

	olena := h.brings(contact.Record{ExternalID: "1", Name: "Олена", Kind: "client"})
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people/"+olena, nil), "Чому в сегменті чи ні", at+"?why="+olena)
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, at+"?why="+olena, nil), "Входить до сегмента", `href="/console/people/`+olena+`"`)
	h.as(bot.Marketer, http.StatusNotFound, http.MethodGet, at+"?why=nobody", nil)

	page = h.as(bot.Approver, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Наші клієнти", "хто = клієнт", "Порахувати")
	h.SaysNot(page, "Зберегти сегмент", "Додати умову", `name="find"`)
	form = h.editor(page)
	form.Set("other", within)
	part := h.as(bot.Approver, http.StatusOK, http.MethodPost, "/console/segments/count", form)
	h.Says(part, "1 людина", "data-final", "О.", "0 спільних людей", "тут 1, там 0", "Людей дуже мало")
	h.SaysNot(part, "Олена", "<html")
	h.Says(h.as(bot.Approver, http.StatusOK, http.MethodPost, "/console/segments/estimate", form), "≈", "Рахуємо точно")
	h.Says(h.as(bot.Approver, http.StatusOK, http.MethodGet, "/console/segments", nil), "1 людина")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/segments/drop", url.Values{"id": {within}, "version": {"1"}})
	h.as(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/segments/"+within, nil)
}

// Who cannot be reached gets a personal link each, in a file for letters: for admins
// alone, who say why where something hidden is asked about. The link is theirs.
func TestSegmentLinks(t *testing.T) {
	h := newHouse(t)
	h.declares(bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}, Sensitive: true})
	olena := h.brings(contact.Record{ExternalID: "1", Name: "=cmd", Language: bot.Russian, Phones: []string{"+380671234567", "+380671234568"}, Attributes: map[string]string{"debt": "5"}})
	h.brings(contact.Record{ExternalID: "2", Name: "Петро", Attributes: map[string]string{"debt": "7"}})
	h.at(bot.Address{Bot: "tg", Chat: "42"}, "reached", "")
	id := h.made("Усі", "не хто = партнер")
	page := h.as(bot.Admin, http.StatusOK, http.MethodGet, "/console/segments/"+id, nil)
	form := h.editor(page)
	h.Says(h.as(bot.Admin, http.StatusOK, http.MethodPost, "/console/segments/count", form), "/console/segments/links", "попередні посилання цих людей")
	barred := h.as(bot.Marketer, http.StatusOK, http.MethodPost, "/console/segments/count", form)
	h.Says(barred, "може завантажити адміністратор")
	h.SaysNot(barred, "/console/segments/links")
	got := consoletest.Do(h.Echo, http.MethodPost, "/console/segments/links", form.Encode(), consoletest.Cookie(bot.Admin))
	if d := got.Header().Get("Content-Disposition"); got.Code != http.StatusOK || d != "attachment; filename=links.csv" {
		t.Fatalf("%d %s", got.Code, d)
	}
	file := got.Body.String()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	h.OK(err)
	if len(rows) != 3 || !slices.Equal(rows[0], []string{"external_id", "name", "language", "phone", "reason", "link", "until"}) {
		t.Fatalf("%q", rows)
	}
	slices.SortFunc(rows[1:], slices.Compare)
	code, ours := strings.CutPrefix(rows[1][5], "https://visnyk.example/join/")
	if !ours || !slices.Equal(rows[1][:5], []string{"1", "'=cmd", "ru", "'+380671234567", "немає чату з нами"}) || rows[2][3] != "" {
		t.Errorf("%q", rows)
	}
	invites, err := h.Store.Invites(t.Context(), []string{code})
	if i := invites[code]; err != nil || !i.Valid || i.Contact.ID != olena {
		t.Errorf("%+v, %v", invites, err)
	}
	if lines, err := h.Store.AuditLines(t.Context(), storage.AuditQuery{Object: "segment/" + id, Action: "segment.links"}, 9); err != nil || len(lines) != 1 {
		t.Errorf("%+v, %v", lines, err)
	}

	form = h.editor(h.as(bot.Admin, http.StatusOK, http.MethodGet, "/console/segments/"+h.made("Боржники", `атрибут "debt" > 5`), nil))
	h.Says(h.as(bot.Admin, http.StatusUnprocessableEntity, http.MethodPost, "/console/segments/links", form), "Причину буде записано")
	form.Set("reason", "лист боржникам")
	h.Says(h.as(bot.Admin, http.StatusOK, http.MethodPost, "/console/segments/links", form), "Петро")
}

// What is hidden is counted for a reason alone, which the audit keeps once.
func TestSegmentAsksWhy(t *testing.T) {
	h := newHouse(t)
	h.declares(bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}, Sensitive: true})
	debtor := h.brings(contact.Record{ExternalID: "1", Name: "Олена", Attributes: map[string]string{"debt": "7351"}})
	id := h.made("Боржники", `атрибут "debt" > 100`)
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/"+id, nil)
	h.Says(page, "Навіщо Вам приховані дані")
	h.Says(h.presses(http.StatusOK, page, "count", nil), "Причину буде записано")
	form := h.editor(page)
	part := h.as(bot.Marketer, http.StatusOK, http.MethodPost, "/console/segments/count", form)
	h.Says(part, "Причину буде записано")
	h.SaysNot(part, "7351", "data-final")
	form.Set("reason", "звірка боргів")
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodPost, "/console/segments/count", form), "1 людина", "7351")
	asked := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/"+id+"?why="+debtor, nil)
	h.Says(asked, "Причину буде записано", `value="why `+debtor+`"`)
	h.SaysNot(asked, "7351")
	lines, err := h.Store.AuditLines(t.Context(), storage.AuditQuery{Object: "segment/" + id}, 9)
	h.OK(err)
	told := 0
	for _, l := range lines {
		if l.Action == "segment.count" && strings.Contains(string(l.Detail), "звірка боргів") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the audit has it %d times: %+v", told, lines)
	}
}

// Who came lately counts as silent for long until somebody says that they do not.
func TestSegmentAsksWhoJoined(t *testing.T) {
	h := newHouse(t)
	h.at(bot.Address{Bot: "tg", Chat: "42"}, "new", "")
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/new", nil)
	page = h.presses(http.StatusOK, page, "count", url.Values{"text": {"не останній контакт за останні 30 днів"}})
	h.SaysNot(page, "уперше") // they have written
	if _, err := h.Store.DB().Writer().Exec(t.Context(), `UPDATE conversations SET last_at = 0`); err != nil {
		t.Fatal(err)
	}
	page = h.presses(http.StatusOK, page, "count", nil)
	h.Says(page, "1 людина вперше написала зовсім недавно", "Ні, без них")
	page = h.presses(http.StatusOK, page, "joined", nil)
	h.Says(page, "не останній контакт за останні 30 днів та не перший контакт за останні 30 днів", "data-counts")
	page = h.presses(http.StatusOK, page, "count", nil)
	h.Says(page, "0 людей")
	h.SaysNot(page, "недавно")
}

// Every field and comparison can be built: its row shows, and says the same again.
func TestSegmentSaysEverything(t *testing.T) {
	h := newHouse(t)
	for _, a := range bot.AttributeTypes() {
		h.declares(bot.Attribute{Name: "a-" + string(a), Type: a, Label: bot.Bilingual{UK: "А", RU: "А"}, Choices: map[bool][]string{true: {"А", "Б"}}[a == bot.AttributeChoice]})
	}
	var parts []bot.Segment
	for _, name := range append(segmentFields(), bot.AttributeField+"a-number", bot.AttributeField+"a-date", bot.AttributeField+"a-yesno", bot.AttributeField+"a-choice", bot.AttributeField+"other") {
		if name == bot.AttributeField {
			continue
		}
		field, _, _ := bot.FieldOf(name)
		for _, op := range field.Ops {
			c := bot.Condition{Field: name, Op: op, Values: []string{"2026-11-28"}}
			row := segmentRow{Condition: c}
			switch {
			case row.style() == "none":
				c.Values = nil
			case row.style() == "lapse":
				c.Values = []string{"2 weeks"}
			case row.style() == "unit":
				c.Values = []string{"week"}
			case field.Values != nil:
				c.Values = field.Values[:2]
			case name == bot.SavedField:
				continue
			case name == bot.AttributeField+"other" && op == bot.OpIn:
				c.Values = []string{"а\nб", " в ", "г"}
			}
			parts = append(parts, bot.Segment{Condition: c})
		}
	}
	for from := 0; from < len(parts); from += 50 {
		want := bot.All(parts[from:min(len(parts), from+50)]...)
		s, err := h.segments.Create(t.Context(), bot.System(), "С"+strconv.Itoa(from), want)
		h.OK(err)
		page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/"+s.ID, nil)
		h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/segments/save", h.editor(page))
		now, err := h.segments.Read(t.Context(), bot.System(), s.ID)
		h.OK(err)
		for i, part := range now.Tree.And {
			if !reflect.DeepEqual(part, want.And[i]) {
				t.Errorf("%+v came back as %+v", want.And[i], part)
			}
		}
		if len(now.Tree.And) != len(want.And) || now.Version != 2 {
			t.Errorf("%d of %d", len(now.Tree.And), len(want.And))
		}
	}
}

func segmentMatrix(h *house) map[string]consoletest.Row {
	writes, reads := []bot.Role{bot.Marketer, bot.Admin}, []bot.Role{bot.Marketer, bot.Approver, bot.Admin}
	id := h.made("Клієнти", "хто = клієнт")
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/segments/"+id, nil)
	form := h.editor(page)
	sent := form.Encode()
	form.Set("name", "")
	return map[string]consoletest.Row{
		"GET /console/segments":           {May: reads, Want: http.StatusOK},
		"GET /console/segments/new":       {May: writes, Want: http.StatusOK},
		"GET /console/segments/:id":       {May: reads, Want: http.StatusOK, Path: "/console/segments/" + id},
		"POST /console/segments/look":     {May: reads, Want: http.StatusOK, Form: sent},
		"POST /console/segments/estimate": {May: reads, Want: http.StatusOK, Form: sent},
		"POST /console/segments/count":    {May: reads, Want: http.StatusOK, Form: sent},
		"POST /console/segments/links":    {May: []bot.Role{bot.Admin}, Want: http.StatusOK, Form: sent},
		"POST /console/segments/save":     {May: writes, Want: http.StatusUnprocessableEntity, Form: form.Encode()},
		"POST /console/segments/drop":     {May: writes, Want: http.StatusConflict, Form: "version=9&id=" + id},
	}
}
