package settings

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// picture is a logo of that side, of noise: it does not pack.
func (h *house) picture(side int) *bot.Logo {
	h.Helper()
	logo, err := bot.NewLogo(noise(h.T, side))
	h.OK(err)
	return logo
}

func noise(t *testing.T, side int) []byte {
	t.Helper()
	img, r := image.NewGray(image.Rect(0, 0, side, side)), rand.New(rand.NewPCG(1, uint64(side)))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// aside puts an update aside, as a turn that failed does.
func (h *house) aside(id, chat, payload string) {
	h.Helper()
	_, err := h.Store.Receive(h.Context(), []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: chat, Payload: []byte(payload), Defect: "failed 3 times"},
	}})
	h.OK(err)
}

// setting is a setting as it stands in the database.
func (h *house) setting(name string) string {
	h.Helper()
	value, _, err := h.Store.Setting(h.Context(), name)
	h.OK(err)
	return value
}

// upload sends a form with a file, as a browser without scripts does.
func (h *house) upload(status int, fields map[string]string, file []byte) string {
	h.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		h.OK(w.WriteField(name, value))
	}
	part, err := w.CreateFormFile("logo", "../../x.svg")
	h.OK(err)
	_, err = part.Write(file)
	h.OK(err)
	h.OK(w.Close())
	r := httptest.NewRequest(http.MethodPost, "/console/settings/logo", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "__Host-visnyk", Value: "admin"})
	got := httptest.NewRecorder()
	h.Echo.ServeHTTP(got, r)
	if got.Code != status {
		h.Fatalf("upload: %d, want %d: %s", got.Code, status, got.Body)
	}
	return got.Body.String()
}

// What the company says of itself is shown as it will look, and saved when that is
// meant; who was overtaken is told, and loses nothing they wrote.
func TestCompanyPage(t *testing.T) {
	h := newHouse(t)
	form := []string{"name_uk", "Ластівка", "greeting_uk", "Ми поруч.\r\nПишіть!", "colour", "#3366FF"}
	page, _ := h.do(http.StatusOK, http.MethodPost, "/console/settings/company", append(form, "preview", "1")...)
	for _, want := range []string{
		"Ми поруч.\nПишіть!", "Вітаємо.", "нічого ще не збережено", "На світлому тлі читається погано: контраст ", "На темному тлі читається погано", "темніший відтінок #",
		`/console/settings/look?colour=%233366ff`, "Это бот «Ластівка»",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if h.setting(bot.ColourSetting) != "" {
		t.Error("a look at it saved it")
	}
	_, to := h.do(http.StatusSeeOther, http.MethodPost, "/console/settings/company", form...)
	if page, _ := h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "Чат уже такий") || h.setting(bot.GreetingSetting(bot.Ukrainian)) != "Ми поруч.\nПишіть!" {
		t.Error("it is not saved")
	}
	css, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/look?colour=%233366ff")
	if !strings.HasPrefix(css, ".chat { --accent: light-dark(#") {
		t.Errorf("%q", css)
	}
	h.do(http.StatusBadRequest, http.MethodGet, "/console/settings/look?colour=red%3B%7D")

	// Another admin wrote from the same empty page.
	page, _ = h.do(http.StatusConflict, http.MethodPost, "/console/settings/company", "name_uk", "Сокіл", "greeting_uk", "", "colour", "")
	for _, want := range []string{"хтось зберіг тут інше: «Ластівка»", `value="Сокіл"`, `name="was_name_uk" value="Ластівка"`} {
		if !strings.Contains(page, want) {
			t.Errorf("who was overtaken is not told %q", want)
		}
	}
	if h.setting(bot.CompanySetting(bot.Ukrainian)) != "Ластівка" || h.setting(bot.ColourSetting) != "#3366ff" {
		t.Error("it was overwritten unseen")
	}
	h.do(http.StatusSeeOther, http.MethodPost, "/console/settings/company", "name_uk", "Сокіл", "was_name_uk", "Ластівка", "colour", "#3366ff", "was_colour", "#3366ff")
	page, _ = h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/company", "name_uk", strings.Repeat("а", 61), "was_name_uk", "Сокіл", "colour", "red")
	if !strings.Contains(page, "Найбільша довжина в символах — 60") || !strings.Contains(page, "Колір записують так") {
		t.Error("not every field says what is wrong with it")
	}
}

func TestLogo(t *testing.T) {
	h := newHouse(t)
	for what, file := range map[string][]byte{
		"a vector picture": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"nothing":          nil, "a page": []byte("<html>"), "half of a picture": noise(t, 64)[:20], "a picture and no more": []byte("\x89PNG\r\n\x1a\n<script>"),
	} {
		if page := h.upload(http.StatusUnprocessableEntity, map[string]string{"was": ""}, file); !strings.Contains(page, "PNG або JPEG.") {
			t.Errorf("%s: the page does not say what a logo is", what)
		}
	}
	if page := h.upload(http.StatusUnprocessableEntity, nil, noise(t, 600)); !strings.Contains(page, "щонайбільше 256 КіБ") {
		t.Error("a large picture is not told so")
	}
	file := noise(t, 32)
	h.upload(http.StatusSeeOther, map[string]string{"was": ""}, file)
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/company")
	logo := h.picture(32)
	if !strings.Contains(page, `src="/console/settings/logo/`+logo.Name) {
		t.Error("the chat is shown without it")
	}
	if got, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/logo/"+logo.Name); got != string(file) {
		t.Error("another picture than was sent")
	}
	h.do(http.StatusNotFound, http.MethodGet, "/console/settings/logo/other.png")
	h.upload(http.StatusConflict, map[string]string{"was": ""}, noise(t, 16)) // somebody's page from before
	h.upload(http.StatusBadRequest, map[string]string{"was": logo.Name, "file": "x"}, file)
	h.upload(http.StatusSeeOther, map[string]string{"was": logo.Name, "remove": "1"}, nil)
	if h.setting(bot.LogoSetting) != "" {
		t.Error("it stayed")
	}
}
