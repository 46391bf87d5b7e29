package broadcasts

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console/consoletest"
)

// uploads sends the form of the broadcast "sale" with a file, as the button of the picture
// does.
func (h *house) uploads(status int, form url.Values, name string, file []byte) string {
	h.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			h.OK(w.WriteField(field, value))
		}
	}
	part, err := w.CreateFormFile("file", name)
	h.OK(err)
	_, err = part.Write(file)
	h.OK(err)
	h.OK(w.Close())
	r := httptest.NewRequest(http.MethodPost, "/console/broadcasts/sale/picture", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(consoletest.Cookie(bot.Marketer))
	got := httptest.NewRecorder()
	h.Echo.ServeHTTP(got, r)
	if got.Code != status {
		h.Fatalf("upload: %d, want %d: %s", got.Code, status, got.Body)
	}
	return got.Body.String()
}

// A picture is kept with all else that was written, stands where messengers show it, is
// replaced and taken away; what is none says so beside its field, and nothing is lost.
func TestPicture(t *testing.T) {
	h := newHouse(t)
	h.drafted("sale")
	const at = "/console/broadcasts/sale"
	var out bytes.Buffer
	h.OK(png.Encode(&out, image.NewGray(image.Rect(0, 0, 30, 20))))
	kept := regexp.MustCompile(`<input type="hidden" name="picture" value="(/media/[^"]+)">`)
	find := func(page string) string {
		t.Helper()
		found := kept.FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("no picture is kept:\n%s", page)
		}
		return found[1]
	}
	page := h.uploads(http.StatusOK, composed("1", "0", "text_uk", "Нове", "alt_uk", "Графік", "alt_ru", "График", "do", "add picture"), "Знижки.png", out.Bytes())
	first := find(page)
	h.Says(page, "Нове</textarea>", `<img src="`+first+`" alt="Знижки.png">`, "Знижки.png</bdi> · 1 КБ", `name="alt_uk" lang="uk" value="Графік"`, "Прибрати зображення", `name="rev" value="1"`)

	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("1", "1", "text_uk", "Нове й довше", "picture", first))
	h.Says(page, "Знижки.png</bdi> · 1 КБ", `name="rev" value="2"`) // what is known of it stays
	page = h.uploads(http.StatusOK, composed("1", "2", "text_uk", "Далі", "picture", first), "page.png", []byte("<!doctype html>"))
	h.Says(page, `id="file-note" role="alert">Це не зображення.`, "Далі</textarea>", first, `name="rev" value="3"`)
	page = h.uploads(http.StatusOK, composed("1", "3", "picture", first), "other.png", append(out.Bytes(), "other"...))
	second := find(page)
	if second == first {
		t.Error("another picture is the one before")
	}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/save", composed("1", "4", "picture", second, "file", "third.png", "do", "look"))
	h.Says(page, "Зображення вибрано, але не завантажено.", second)
	h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, at+"/save", composed("1", "4", "picture", second, "file", "third.png"))
	page = h.uploads(http.StatusOK, composed("1", "4", "picture", second), "", nil)
	h.Says(page, "Файл не вибрано.", second)

	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", composed("1", "4", "picture", second, "alt_uk", "Графік", "alt_ru", "График"))
	m, err := h.broadcasts.Read(t.Context(), actor(bot.Marketer), "sale")
	if h.OK(err); m.Media == nil || broadcast.PictureURL(*m.Media) != second || m.Media.Name != "other.png" || m.Media.Size == 0 || m.Media.Alt.RU != "График" {
		t.Errorf("saved with %+v", m.Media)
	}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/save", composed("2", "0", "picture", second, "do", "drop picture"))
	h.SaysNot(page, second)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at+"/keep", composed("2", "1", "picture", "https://a.example/a.png"))
	h.Says(page, `value="https://a.example/a.png"`)
	h.SaysNot(page, `src="https://`)

	h.uploads(http.StatusBadRequest, composed("2", "2", "else", "1"), "a.png", out.Bytes())
	h.uploads(http.StatusRequestEntityTooLarge, composed("2", "2", "text_uk", strings.Repeat("x", 1<<20)), "a.png", out.Bytes())
}
