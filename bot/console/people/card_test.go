package people

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// brings makes a person, and has them found, and returns their id.
func (h *house) brings(r contact.Record) string {
	h.Helper()
	made, err := h.contacts.Upsert(h.Context(), bot.System(), []contact.Record{r})
	h.OK(err)
	if len(made) != 1 || made[0].ID == "" {
		h.Fatalf("%+v", made)
	}
	h.OK(contact.NewFinder(h.Store, "me", nil).Work(h.Context()))
	return made[0].ID
}

// region makes a region and returns its id.
func (h *house) region(parent, name string) string {
	h.Helper()
	r, err := h.contacts.PutRegion(h.Context(), bot.System(), bot.Region{Parent: parent, Name: bot.Bilingual{UK: name, RU: name}})
	h.OK(err)
	return r.ID
}

func (h *house) declares(a bot.Attribute) {
	h.Helper()
	h.OK(h.contacts.Declare(h.Context(), bot.System(), a))
}

// as asks as somebody of the role, and returns what the page says.
func (h *house) as(r bot.Role, status int, method, path string, form url.Values) string {
	h.Helper()
	body, _ := h.As(r, status, method, path, form)
	return body
}

// Somebody is found by the beginnings of words, what is chosen stands in the address,
// and the next page goes on where this one ends.
func TestPeopleAreFound(t *testing.T) {
	h := newHouse(t)
	kyiv := h.region("", "Київ")
	h.region(kyiv, "Дарницький")
	for i := range listRows + 2 {
		r := contact.Record{ExternalID: "k" + string(rune('а'+i)), Name: "Коваленко Ганна", Tier: "vip", Tags: []string{"опт"}}
		if i == 0 {
			r.Name, r.Tier, r.Region, r.Phones = "Їжакевич Олена", "", "Київ / Дарницький", []string{"+380671234567"}
		}
		if _, err := h.contacts.Upsert(t.Context(), bot.System(), []contact.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	for due := true; due; { // all of them are to be found
		h.OK(contact.NewFinder(h.Store, "me", nil).Work(t.Context()))
		var err error
		due, err = h.Store.SearchDue(t.Context())
		h.OK(err)
	}
	for _, asked := range []url.Values{{"q": {"їжа"}}, {"q": {"ОЛЕ їжак"}}, {"q": {"067 123"}}, {"region": {kyiv}}, {"q": {"їжа"}, "region": {kyiv}, "kind": {"client"}, "stopped": {"no"}}} {
		page := h.as(bot.Operator, http.StatusOK, http.MethodGet, "/console/people?"+asked.Encode(), nil)
		h.Says(page, "Їжакевич Олена")
		h.SaysNot(page, "Коваленко Ганна", `rel="next"`)
	}
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people?q=кова&tier=vip", nil)
	_, rest, more := strings.Cut(page, `rel="next"`)
	if strings.Count(page, "Коваленко Ганна") != listRows || !more || rest == "" {
		t.Fatalf("a page of %d", strings.Count(page, "Коваленко Ганна"))
	}
	before, _, _ := strings.Cut(page, `" rel="next"`)
	next := strings.ReplaceAll(before[strings.LastIndex(before, `href="`)+len(`href="`):], "&amp;", "&")
	if !strings.Contains(next, "tier=vip") {
		t.Errorf("what was chosen is not in %s", next)
	}
	if page = h.as(bot.Marketer, http.StatusOK, http.MethodGet, next, nil); strings.Count(page, "Коваленко Ганна") != 1 {
		t.Errorf("the next page: %s", page)
	}
	for _, nobody := range []string{"?q=ніхто", "?region=gone", "?kind=friend", "?tag=роздріб"} {
		h.Says(h.as(bot.Operator, http.StatusOK, http.MethodGet, "/console/people"+nobody, nil), "Нікого не знайдено")
	}
}

// What is sensitive stands on no page without a reason, in no form, and an edit by
// somebody who was not shown it leaves it.
func TestSensitiveStaysHidden(t *testing.T) {
	h := newHouse(t)
	h.declares(bot.Attribute{Name: "debt", Type: bot.AttributeNumber, Label: bot.Bilingual{UK: "Борг", RU: "Долг"}, Sensitive: true})
	h.declares(bot.Attribute{Name: "since", Type: bot.AttributeDate, Label: bot.Bilingual{UK: "З нами від", RU: "С нами с"}})
	id := h.brings(contact.Record{ExternalID: "1", Name: "Олена", Attributes: map[string]string{"debt": "7351", "since": "торік", "вулиця": "Хрещатик"}})
	at := "/console/people/" + id
	page := h.as(bot.Operator, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Борг", "приховано", "торік", "це не дата", "Хрещатик", "Показати 1 приховане значення", "Змінювати можуть маркетологи")
	edit := h.as(bot.Marketer, http.StatusOK, http.MethodGet, at+"/edit", nil)
	misfits := h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people/misfits", nil)
	h.SaysNot(page+edit+misfits+h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people", nil), "7351")
	h.Says(misfits, "Олена", "З нами від", "торік")
	h.Says(h.as(bot.Operator, http.StatusUnprocessableEntity, http.MethodPost, at+"/reveal", url.Values{"reason": {" "}}), "Напишіть, навіщо")
	h.Says(h.as(bot.Operator, http.StatusOK, http.MethodPost, at+"/reveal", url.Values{"reason": {"звірка"}}), "7351", "Причину записано")

	form := url.Values{"name": {"Олена Кіт"}, "attribute": {"debt", "since", "вулиця", ""}, "value": {"", "03.04.2026", "", ""}, "tags": {"опт\r\n опт\r\n\r\nнова"}, "phones": {"067 123 45 67"}}
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/edit", form)
	h.Says(h.as(bot.Operator, http.StatusOK, http.MethodGet, at, nil), "3 квітня 2026")
	now, err := h.Store.Contact(t.Context(), id)
	h.OK(err)
	if now.Attributes["debt"] != "7351" || now.Attributes["since"] != "2026-04-03" || now.Attributes["вулиця"] != "" || len(now.Misfits) != 0 {
		t.Errorf("after the edit: %v, %v", now.Attributes, now.Misfits)
	}
	if now.Name != "Олена Кіт" || strings.Join(now.Tags, ",") != "опт,нова" || strings.Join(now.Phones, ",") != "+380671234567" || now.External != "1" {
		t.Errorf("after the edit: %+v", now)
	}
	form.Set("clear", "debt")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/edit", form)
	if now, err = h.Store.Contact(t.Context(), id); err != nil || now.Attributes["debt"] != "" {
		t.Errorf("taken away: %v, %v", now.Attributes, err)
	}
	lines, err := h.Store.AuditLines(t.Context(), storage.AuditQuery{Object: "contact/" + id}, 9)
	h.OK(err)
	var trace strings.Builder
	for _, l := range lines {
		trace.WriteString(l.Action + string(l.Detail) + "\n")
	}
	h.Says(trace.String(), "contact.reveal", "звірка", `"fields":["attributes"]`, `"name"`)
	h.SaysNot(trace.String(), "7351", "Кіт", "067")
}

// Who edits what somebody else has changed meanwhile is told, and keeps what they
// wrote; what is wrong is said beside its field.
func TestEditingTellsWhatIsWrong(t *testing.T) {
	h := newHouse(t)
	id := h.brings(contact.Record{ExternalID: "1", Name: "Олена"})
	at := "/console/people/" + id + "/edit"
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	_, was, _ := strings.Cut(page, `name="was" value="`)
	was, _, _ = strings.Cut(was, `"`)
	h.brings(contact.Record{ExternalID: "1", Name: "Олена Кіт"})
	form := url.Values{"name": {"Олена Пес"}, "was": {was}}
	page = h.as(bot.Marketer, http.StatusConflict, http.MethodPost, at, form)
	h.Says(page, "змінив хтось інший", `value="Олена Пес"`)
	_, was, _ = strings.Cut(page, `name="was" value="`)
	was, _, _ = strings.Cut(was, `"`)
	form.Set("was", was)
	form.Set("phones", "12")
	form.Set("zone", "Kyiv")
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at, form), "Потрібен номер телефону", "Потрібен часовий пояс", `value="Олена Пес"`)
	form.Del("phones")
	form.Set("zone", "Europe/Warsaw")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at, form)
	h.as(bot.Marketer, http.StatusBadRequest, http.MethodPost, at, url.Values{"attribute": {"a"}})
	h.as(bot.Marketer, http.StatusNotFound, http.MethodPost, "/console/people/nobody/edit", url.Values{"name": {"Я"}})
}

// Consents stand with their proof; an erasure says what it takes, and takes it once
// somebody said yes; all that is held is a file.
func TestConsentsExportAndErasure(t *testing.T) {
	h := newHouse(t)
	id := h.brings(contact.Record{ExternalID: "1", Name: "Олена"})
	at := "/console/people/" + id
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/consent", url.Values{"topic": {"news"}, "given": {"yes"}, "words": {"Хочу новини"}})
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/consent", url.Values{"topic": {""}, "given": {"no"}})
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/consent", url.Values{"topic": {"none"}, "given": {"no"}, "words": {"так"}}), "Такої теми немає", "так</textarea>")
	h.as(bot.Marketer, http.StatusBadRequest, http.MethodPost, at+"/consent", url.Values{"topic": {"news"}})
	page := h.as(bot.Operator, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "зі слів колеги", bot.HashText("Хочу новини")[:12], "просить нічого не надсилати")
	h.SaysNot(page, "Хочу новини", "Записати згоду")

	var all struct{ Contact string }
	if err := json.Unmarshal([]byte(h.as(bot.Admin, http.StatusOK, http.MethodPost, at+"/export", nil)), &all); err != nil || all.Contact != id {
		t.Errorf("the file: %+v, %v", all, err)
	}
	h.Says(h.as(bot.Admin, http.StatusOK, http.MethodGet, at+"/erase", nil), "Картку", "2 згоди або відмови")
	h.Says(h.as(bot.Admin, http.StatusUnprocessableEntity, http.MethodPost, at+"/erase", nil), "Поставте позначку")
	h.as(bot.Admin, http.StatusSeeOther, http.MethodPost, at+"/erase", url.Values{"sure": {"on"}})
	h.as(bot.Admin, http.StatusNotFound, http.MethodGet, at, nil)
	h.Says(h.as(bot.Admin, http.StatusOK, http.MethodGet, "/console/people?done=erased", nil), "Людину й усі її дані видалено")
}

// Attributes and regions are declared on their pages; what was written stays where it
// is wrong.
func TestAttributesAndRegions(t *testing.T) {
	h := newHouse(t)
	const attributes, regions = "/console/people/attributes", "/console/people/regions"
	form := url.Values{"name": {"kind"}, "label_uk": {"Вид"}, "label_ru": {""}, "type": {"choice"}, "choices": {"А\r\nа"}, "position": {"1"}}
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, attributes, form), `value="Вид"`, `class="fault" id="choices-note"`)
	form.Set("label_ru", "Вид")
	form.Set("choices", "А\r\nБ")
	form.Set("sensitive", "on")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, attributes, form)
	h.Says(h.as(bot.Operator, http.StatusOK, http.MethodGet, attributes, nil), "один із варіантів", "приховано")
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, attributes+"?name=kind", nil), "Змінити опис", "Прибрати опис")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, attributes+"/drop", url.Values{"name": {"kind"}})
	h.as(bot.Marketer, http.StatusNotFound, http.MethodPost, attributes+"/drop", url.Values{"name": {"kind"}})

	h.brings(contact.Record{ExternalID: "1", Region: "Атлантида"})
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, regions, nil), "Атлантида", "у 1 людини", "Регіонів іще немає")
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, regions, url.Values{"name_uk": {"Київ / Дарницький"}, "name_ru": {"Киев"}}), "скісної риски")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, regions, url.Values{"name_uk": {"Київ"}, "name_ru": {"Киев"}, "aliases": {"Kyiv"}})
	all, err := h.contacts.Regions(t.Context(), bot.System())
	h.OK(err)
	if len(all) != 1 || len(all[0].Aliases) != 1 {
		t.Fatalf("%+v", all)
	}
	h.region(all[0].ID, "Дарницький")
	page := h.as(bot.Marketer, http.StatusOK, http.MethodGet, regions+"?id="+all[0].ID, nil)
	h.Says(page, "Змінити регіон", `class="deep-1"`)
	h.SaysNot(page, "Київ / Дарницький") // it cannot lie in what lies in it
	h.Says(h.as(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, regions+"/drop", url.Values{"id": {all[0].ID}}), "спершу видаліть")
}

// at is a turn of somebody who writes for the first time, by a link where code is one.
func (h *house) at(a bot.Address, person, code string) {
	h.Helper()
	l, _, _, err := h.Store.Acquire(h.Context(), a.Bot, "me", time.Hour)
	h.OK(err)
	id := storage.NewID()
	_, err = h.Store.Receive(h.Context(), []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: a.Bot, ID: id, Chat: a.Chat, Payload: []byte("{}")},
	}})
	h.OK(err)
	w := storage.TurnWrite{
		Bot: a.Bot, InboxID: id, Contact: &bot.Contact{ID: person, Name: "Лена"},
		Conversation: &bot.Conversation{Address: a, Contact: person, Version: 1, Reach: bot.Reachable},
		Open:         &bot.Ticket{ID: "ticket-" + a.Chat, Address: a, Contact: person, Reason: bot.ReasonComplaint},
	}
	if code != "" {
		w.Join, w.Open = &storage.Joining{Code: code, To: a}, nil
	}
	_, err = h.Store.CommitTurns(h.Context(), l, []storage.TurnWrite{w})
	h.OK(err)
}

// A personal link is made once somebody has read what it does; a split says what it
// takes, and what is not there to be split is said. A talk is a link for who may read
// it.
func TestJoinAndSplit(t *testing.T) {
	h := newHouse(t)
	id := h.brings(contact.Record{ExternalID: "1", Name: "Олена"})
	at := "/console/people/" + id
	h.SaysNot(h.as(bot.Marketer, http.StatusOK, http.MethodGet, at+"/link", nil), "/join/")
	page := h.as(bot.Marketer, http.StatusOK, http.MethodPost, at+"/link", nil)
	_, code, made := strings.Cut(page, "https://visnyk.example/join/")
	if !made {
		t.Fatal(page)
	}
	tg := bot.Address{Bot: "tg", Chat: "42"}
	h.at(tg, "stranger", code[:22])
	h.at(bot.Address{Bot: "tg", Chat: "43"}, "other", "")
	page = h.as(bot.Operator, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "приєднано")
	h.SaysNot(page, "Від’єднати")
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, at, nil), `/split?address=tg%3a42`)
	split := url.Values{"address": {tg.String()}}
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, at+"/split?"+split.Encode(), nil), "Лена", "0 звернень із цього чату", "весь цей чат")
	h.Says(h.as(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/split", url.Values{"address": {"tg:43"}}), "Від’єднувати нічого")
	h.as(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/split", split)
	h.Says(h.as(bot.Marketer, http.StatusConflict, http.MethodPost, at+"/split", split), "Від’єднувати нічого")
	h.Says(h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people/stranger", nil), "Лена", "42")
	h.SaysNot(h.as(bot.Marketer, http.StatusOK, http.MethodGet, "/console/people/other", nil), "/console/desk/ticket-43")
	h.Says(h.as(bot.Operator, http.StatusOK, http.MethodGet, "/console/people/other", nil), "/console/desk/ticket-43")
}
