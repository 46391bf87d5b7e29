package people

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/contact"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	contacts *contact.Contacts
	segments *audience.Audiences
}

func newHouse(t *testing.T) *house {
	t.Helper()
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	h := &house{contacts: contact.New(store, time.Now), segments: audience.New(store, time.UTC, time.Now)}
	h.House = consoletest.Open(t, store, nil, func(c *console.Console) {
		Add(c, Config{
			Contacts: func() *contact.Contacts { return h.contacts }, Audiences: func() *audience.Audiences { return h.segments }, JoinPage: "https://visnyk.example/join/",
			Bots: func() []string { return []string{"tg"} }, Kind: func(string) string { return "telegram" },
			Reads: func(a bot.Actor, _ bot.Ticket) bool { return a.May(bot.ReadTalks) },
		})
	})
	return h
}

// do asks as a marketer and returns what the page says, and where it leads.
func (h *house) do(status int, method, path, form string) (body, to string) {
	h.Helper()
	all, err := url.ParseQuery(form)
	h.OK(err)
	return h.As(bot.Marketer, status, method, path, all)
}

// sends sends a file as a browser does.
func (h *house) sends(status int, name, text string) (body, to string) {
	h.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	h.OK(err)
	_, err = part.Write([]byte(text))
	h.OK(err)
	h.OK(w.Close())
	r := httptest.NewRequest(http.MethodPost, "/console/people/import", &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.AddCookie(consoletest.Cookie(bot.Marketer))
	out := httptest.NewRecorder()
	h.Echo.ServeHTTP(out, r)
	if out.Code != status {
		h.Fatalf("%s: %d, want %d: %s", name, out.Code, status, out.Body)
	}
	return out.Body.String(), out.Header().Get("Location")
}

// passes does all that is under way.
func (h *house) passes() {
	h.Helper()
	l, _, err := h.Store.AcquireImporter(h.Context(), "me", time.Hour)
	h.OK(err)
	steps, err := h.contacts.Passes(h.Context())
	h.OK(err)
	for _, step := range steps {
		for over := false; !over; {
			over, err = step(h.Context(), l)
			h.OK(err)
		}
	}
}

func samples() map[string]any {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	sum := bot.ImportSum{Reached: 6, Created: 1, Updated: 1, Unchanged: 1, Rejected: 3, Short: 2}
	said := []consentView{{true, at, bot.ConsentPerson, "telegram", "abc"}, {false, at, bot.ConsentImport, "", ""}}
	brings := tabs{"people", true}
	region := []regionChoice{{"kyiv", "Київ"}}
	bots := []botChoice{{"tg", "telegram"}}
	return map[string]any{
		"people": peoplePage{
			Tabs: brings, Query: peopleQuery{Text: "оле", Kind: "partner", Tag: "опт"}, Done: "erased", Kinds: kinds(), Tiers: tiers(),
			Languages: bot.Languages(), Regions: region, Bots: bots, Narrowed: true, Chosen: true, First: "/console/people", Next: "/console/people?after=a",
			People: []personRow{{ID: "a", Name: "Олена", External: "7", Kind: "partner", Tier: "vip", Language: bot.Russian, Region: "Київ", Tags: []string{"опт"}, More: 2, Channels: []channel{"viber"}}, {ID: "b", Tier: "new"}},
		},
		"person": personPage{
			Tabs: brings, ID: "a", Name: "Олена", External: "7", Kind: "partner", Tier: "regular", Language: bot.Ukrainian, Chosen: true, Stopped: true,
			Phones: []string{"+380671234567"}, Segments: []segmentWay{{"a", "Кияни"}, {ID: "b"}}, Unverified: []string{"+380671234568"}, Same: []contact.Same{{Phone: "+380671234567", ID: "q", Name: "Олена", ExternalID: "7"}, {ID: "r"}}, Region: "Десь", Lost: true, Zone: "Europe/Kyiv", Tags: []string{"опт"},
			Attributes: []attributeView{{"a", "Борг", "", bot.AttributeNumber, false, true}, {"b", "Пільга", "true", bot.AttributeYesNo, false, false}, {"c", "Дата", "торік", bot.AttributeDate, true, false}},
			Hidden:     1, Reason: "звірка", Preferred: "tg", PreferredKind: "telegram", Edits: true, Erases: true, Exports: true, Links: true,
			Chats:  []chatView{{"tg:1", "1", "telegram", true, false, at, at}, {"wc:2", "2", "webchat", false, true, at, time.Time{}}},
			Topics: []topicView{{"news", "Новини", true, "viber", said}, {"tariff", "Тарифи", false, "", nil}}, Everything: said,
			Changes: []toldView{{Title: "Тариф", Proof: "/console/changes/tariff/proof/olena", Told: at, Asked: at, Follows: true}, {Title: "Переїзд", Named: at}}, Consent: consentForm{"news", "no", "Слова"}, Done: "edited",
			Tickets: []ticketView{{"t", bot.ReasonAsked, "", true, at}, {"", bot.ReasonComplaint, bot.OutcomeSolved, false, at}},
			Faults:  console.Faults{"reason": "Навіщо?", "topic": "Немає."},
		},
		"editing": editPage{
			Tabs: brings, ID: "a", Title: "Олена", Form: editForm{Name: "Олена", Language: "uk", Kind: "partner", Tier: "vip", Region: "Київ", Zone: "Europe/Kyiv", Phones: "067", Tags: "опт", Preferred: "gone", Was: "x"},
			Chosen: true, Kinds: kinds(), Tiers: tiers(), Languages: bot.Languages(), Regions: region, Bots: bots,
			Attributes: []attributeField{
				{"attribute0", "a", "Борг", bot.AttributeNumber, "", nil, false, true, true, true},
				{"attribute1", "b", "Пільга", bot.AttributeYesNo, "true", nil, false, false, false, false},
				{"attribute2", "c", "Дата", bot.AttributeDate, "торік", nil, true, false, false, false},
				{"attribute3", "d", "Вид", bot.AttributeChoice, "А", []string{"А", "Б"}, false, false, false, false},
			},
			Topics: []topicField{{"by-news", "news", "Новини", "tg"}},
			Faults: console.Faults{"": "Щось.", "name": "Довге.", "kind": "Ні.", "tier": "Ні.", "zone": "Ні.", "region": "Ні.", "phones": "Ні.", "tags": "Ні.", "attributes": "Ні.", "preferred": "Ні."},
		},
		"linking":    linkPage{brings, "a", "Олена", true, "https://visnyk.example/join/abc", at},
		"splitting":  splitPage{brings, "a", "Олена", "tg:1", "telegram", "1", "Лена", at, 1, 2, 5, false},
		"erasing":    erasePage{brings, "a", contact.Holdings{Name: "Олена", Chats: 1, Lines: 2, Files: 5, Tickets: 1, Ratings: 2, Changes: 5, Consents: 1, Questions: 2, Others: 5}, true},
		"attributes": attributesPage{brings, true, []declaredRow{{"debt", "Борг", bot.AttributeNumber, nil, true}, {"d", "Вид", bot.AttributeChoice, []string{"А", "Б"}, false}}, bot.AttributeTypes(), attributeForm{"d", "Вид", "Вид", "choice", "А\nБ", true, "2", true}, true, true, "declared", console.Faults{"": "Щось.", "name": "Ні.", "label.uk": "Ні.", "type": "Ні.", "choices": "Ні.", "attributes": "Багато."}},
		"misfits":    misfitsPage{brings, []misfitRow{{"a", "Олена", "Борг", bot.AttributeNumber, "багато"}, {"b", "", "Дата", bot.AttributeDate, ""}}, "b"},
		"regions": regionsPage{
			brings, true,
			[]regionRow{{"kyiv", "Київ", 0, []string{"Kyiv", "м. Київ"}}, {"d", "Дарницький", 1, nil}},
			[]storage.UnknownRegion{{Text: "Атлантида", People: 2}},
			region,
			regionForm{"d", "Дарницький", "Дарницкий", "kyiv", "Дарниця"},
			"region",
			console.Faults{"": "Щось.", "region": "Повний.", "name": "Ні.", "parent": "Ні.", "aliases": "Ні."},
		},
		"imports": importsPage{
			Tabs:   brings,
			Rows:   []bot.Import{{ID: "a", Name: "люди.csv", Login: "olha", State: bot.ImportDone, ImportSum: sum, Made: at}, {ID: "b", State: bot.ImportNew, Made: at}},
			Faults: console.Faults{"": "Щось.", "file": "Рядок 4."}, Most: 16,
		},
		"columns": columnsPage{
			ID: "a", Name: "люди.csv", Step: "columns", Encoding: "UTF-8", Between: "semicolon", Rows: 6, Asks: true,
			Columns: []columnView{
				{Field: "column0", Name: "Код", Place: 1, First: []string{"7", ""}, Is: "external_id", As: []columnChoice{"external_id", "name"}, Named: []segmentWay{{"attributes.debt", "Борг"}, {"attributes.x", ""}}, Own: "attributes.Код", Fault: "Двічі."},
				{Field: "column1", Place: 2, Is: "-"},
				{Field: "column2", Name: "import.line", Place: 3, Is: "-", Report: true},
			},
			Faults: console.Faults{"": "Щось.", "external_id": "Виберіть.", "day_order": "Скажіть."},
		},
		"importing": importingPage{
			ID: "a", Name: "люди.csv", Step: "check", State: bot.ImportChecked, By: "olha", Total: 6, ImportSum: sum, Enter: 2, Fault: "Щось.", Own: true,
			Kept: true, Ended: at, Rejects: []rejectView{{5, "Код", "9", "Двічі."}, {6, "", "", "Лапки."}}, More: 1, Refusal: "Ні.", Stopping: true,
		},
	}
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	all := samples()
	maps.Copy(all, segmentSamples())
	consoletest.Templates(t, h.Console, files, all)
	for _, s := range states() {
		for _, l := range bot.Languages() {
			page := samples()["importing"].(importingPage)
			page.State, page.Going, page.Enter = s, s.Going(), 0
			out, err := h.Console.Example(l, "importing", page, "olha")
			if h.OK(err); len(consoletest.Judge(out)) > 0 {
				t.Error(s, consoletest.Judge(out))
			}
		}
	}
}

func TestAuthzMatrix(t *testing.T) {
	h := newHouse(t)
	brings, ok, see := []bot.Role{bot.Marketer, bot.Admin}, http.StatusOK, http.StatusSeeOther
	reads, admins := []bot.Role{bot.Operator, bot.Marketer, bot.Admin}, []bot.Role{bot.Admin}
	who, kyiv := "/console/people/"+h.brings(contact.Record{ExternalID: "1", Name: "Олена"}), h.region("", "Київ")
	h.region(kyiv, "Дарницький")
	own := map[bot.Role]string{} // each runs one
	for _, r := range consoletest.Roles() {
		_, to := h.sends(see, "люди.csv", "external_id;tier\n1;gold\n")
		own[r] = strings.TrimSuffix(to, "/columns")
		_, _ = h.do(see, http.MethodPost, to, "column=external_id&column=tier")
	}
	at := own[bot.Operator]
	own[""] = at
	h.passes()
	rows := map[string]consoletest.Row{
		"GET /console/people":                     {May: reads, Want: ok},
		"GET /console/people/attributes":          {May: reads, Want: ok},
		"POST /console/people/attributes":         {May: brings, Want: http.StatusUnprocessableEntity},
		"POST /console/people/attributes/drop":    {May: brings, Want: http.StatusBadRequest, Form: "name=a&name=b"},
		"GET /console/people/misfits":             {May: reads, Want: ok},
		"GET /console/people/regions":             {May: reads, Want: ok},
		"POST /console/people/regions":            {May: brings, Want: http.StatusUnprocessableEntity},
		"POST /console/people/regions/drop":       {May: brings, Want: http.StatusUnprocessableEntity, Form: "id=" + kyiv},
		"GET /console/people/:id":                 {May: reads, Want: ok, Path: who},
		"POST /console/people/:id/reveal":         {May: reads, Want: http.StatusUnprocessableEntity, Path: who + "/reveal"},
		"POST /console/people/:id/consent":        {May: brings, Want: see, Path: who + "/consent", Form: "topic=news&given=no"},
		"GET /console/people/:id/edit":            {May: brings, Want: ok, Path: who + "/edit"},
		"POST /console/people/:id/edit":           {May: brings, Want: see, Path: who + "/edit", Form: "name=" + "Olena"},
		"GET /console/people/:id/link":            {May: brings, Want: ok, Path: who + "/link"},
		"POST /console/people/:id/link":           {May: brings, Want: ok, Path: who + "/link"},
		"GET /console/people/:id/split":           {May: brings, Want: ok, Path: who + "/split"},
		"POST /console/people/:id/split":          {May: brings, Want: http.StatusConflict, Path: who + "/split", Form: "address=tg:1"},
		"POST /console/people/:id/export":         {May: admins, Want: ok, Path: who + "/export"},
		"GET /console/people/:id/erase":           {May: admins, Want: ok, Path: who + "/erase"},
		"POST /console/people/:id/erase":          {May: admins, Want: http.StatusUnprocessableEntity, Path: who + "/erase"},
		"GET /console/people/import":              {May: brings, Want: ok},
		"POST /console/people/import":             {May: brings, Want: http.StatusBadRequest},
		"GET /console/people/import/:id":          {May: brings, Want: ok, Path: at},
		"GET /console/people/import/:id/progress": {May: brings, Want: ok, Path: at + "/progress"},
		"GET /console/people/import/:id/columns":  {May: brings, Want: ok, Path: at + "/columns"},
		"POST /console/people/import/:id/columns": {May: brings, Want: http.StatusUnprocessableEntity, Path: at + "/columns", Form: "column=-&column=tier"},
		"GET /console/people/import/:id/rejected": {May: brings, Want: ok, Path: at + "/rejected"},
		"POST /console/people/import/:id/run":     {May: brings, Want: see, PathFor: func(r bot.Role) string { return own[r] + "/run" }},
		"POST /console/people/import/:id/stop":    {May: brings, Want: see, PathFor: func(r bot.Role) string { return own[r] + "/stop" }},
	}
	maps.Copy(rows, segmentMatrix(h))
	h.Matrix(rows, "/people", "/segments")
}

// Attributes that are declared are offered by their labels, and a column called as one is
// taken for it; phones, regions by their path and the preferred bot go in, all through the
// wizard.
func TestImportKnowsWhatIsDeclared(t *testing.T) {
	h := newHouse(t)
	h.declares(bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}})
	h.declares(bot.Attribute{Name: "plan", Type: bot.AttributeText, Label: bot.Bilingual{UK: "Тариф", RU: "Тарифный план"}})
	kyiv := h.region("", "Київ")
	h.region(kyiv, "Дарницький")
	_, to := h.sends(http.StatusSeeOther, "люди.csv", "Код;Телефон;Регіон;БОРГ;preferred;Інше\n7;067 123 45 67, 0501112233;Київ / Дарницький;12,5;tg;x\n")
	page, _ := h.do(http.StatusOK, http.MethodGet, to, "")
	h.Says(page, `<option value="attributes.debt" selected>Борг`, `<option value="attributes.plan">Тариф`, `<option value="preferred" selected>`, `<option value="phones" selected>`,
		`<option value="attributes.Інше">Властивість «Інше»`)
	_, at := h.do(http.StatusSeeOther, http.MethodPost, to, "column=external_id&column=phones&column=region&column=attributes.debt&column=preferred&column=-")
	h.passes()
	h.do(http.StatusSeeOther, http.MethodPost, at+"/run", "")
	h.passes()
	found, _, err := h.contacts.List(t.Context(), bot.System(), "", 9)
	h.OK(err)
	if len(found) != 1 || found[0].Attributes["debt"] != "12.5" || found[0].Preferred != "tg" || !slices.Equal(found[0].Phones, []string{"+380671234567", "+380501112233"}) {
		t.Fatalf("%+v", found)
	}
	card, err := h.contacts.Card(t.Context(), bot.System(), found[0].ID)
	if h.OK(err); !strings.HasPrefix(card.RegionPath, "/"+kyiv+"/") || strings.Count(card.RegionPath, "/") != 3 {
		t.Errorf("region %q", card.RegionPath)
	}
}

// A file whose rows are broken is told what to mend, in the reader's language, and
// goes in; the rows that were not taken come back as a file.
func TestImportPages(t *testing.T) {
	h := newHouse(t)
	page, _ := h.sends(http.StatusUnprocessableEntity, "x.csv", "id;name\n1;Олена\n2;\xcf\n")
	h.Says(page, "Рядок 3.", "не UTF-8")
	page, _ = h.do(http.StatusOK, http.MethodGet, "/console/people/import", "")
	h.Says(page, "Файлів іще не було")

	_, to := h.sends(http.StatusSeeOther, "клієнти.csv", "Код;ПІБ;Рівень;Дата\n1;Олена;vip;03.04.2026\n2;Петро;gold;\n1;Двічі;;\n")
	page, _ = h.do(http.StatusOK, http.MethodGet, to, "")
	h.Says(page, "клієнти.csv", "3 рядки", "UTF-8", "крапка з комою", "Олена", "Дати на кшталт", `<option value="attributes.Дата">Властивість «Дата»`)
	page, _ = h.do(http.StatusUnprocessableEntity, http.MethodPost, to, "column=-&column=name&column=name&column=attributes.Дата")
	h.Says(page, "Виберіть стовпець із номером", "Це вже вибрано для стовпця «ПІБ»", "Скажіть, що в датах")
	const good = "column=external_id&column=name&column=tier&column=attributes.Дата&day_order=day"
	_, at := h.do(http.StatusSeeOther, http.MethodPost, to, good)
	page, _ = h.do(http.StatusOK, http.MethodGet, at, "")
	h.Says(page, "Перевіряємо рядки", `<noscript><meta http-equiv="refresh"`, "Рядків: 0 з 3", "data-going")
	h.passes()
	page, _ = h.do(http.StatusOK, http.MethodGet, at, "")
	h.Says(page, "Внести 1 людину", "2 рядки відхилено", "gold", "Рівень", "Оберіть одне з: новий, постійний, VIP.")
	if strings.Contains(page, "refresh") {
		t.Error("a page that is over goes on asking")
	}
	h.do(http.StatusSeeOther, http.MethodPost, at+"/run", "")
	part, _ := h.do(http.StatusOK, http.MethodGet, at+"/progress", "")
	h.Says(part, `id="importing"`, "data-going")
	h.passes()
	page, _ = h.do(http.StatusConflict, http.MethodPost, at+"/run", "")
	h.Says(page, "Внесено", "З файлом уже зробили щось інше")
	got := consoletest.Do(h.Echo, http.MethodGet, at+"/rejected", "", consoletest.Cookie(bot.Marketer))
	if kind := got.Header().Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%s %v", kind, got.Header())
	}
	h.Says(got.Body.String(), "2;Петро;gold;;3;Рівень;gold;")
	_, to = h.sends(http.StatusSeeOther, "mended.csv", strings.Replace(got.Body.String(), "gold;;", "vip;;", 1))
	page, _ = h.do(http.StatusOK, http.MethodGet, to, "")
	h.Says(page, `<option value="tier" selected>`, "Пояснення з нашого звіту")
}

// The last of the limits: a file that is larger than is taken is refused with words.
func TestImportLarge(t *testing.T) {
	h := newHouse(t)
	page, _ := h.sends(http.StatusUnprocessableEntity, "x.csv", "id\n"+strings.Repeat(fmt.Sprintf("%01000d\n", 7), contact.MaxCSV/1000))
	h.Says(page, "16 МіБ")
}
