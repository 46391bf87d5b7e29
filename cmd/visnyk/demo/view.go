package demo

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"visnyk/bot"
)

// view is everything the page shows, for one person in one language.
type view struct {
	demo *Demo
	host string // under which one has the page
	now  time.Time
	zone *time.Location

	Lang    bot.Language
	As      person
	People  []person
	Phones  []phoneView
	WebChat bool
	Line    []row
	Flow    flowView
	Show    string        // the window to see first where one alone has room
	Start   string        // the payload of the link that led here, for that window
	Desk    []bot.Address // who waits for a human, the longest first
}

// phoneView is a phone with the words of the page around it.
type phoneView struct {
	*view
	screen
	Waiting bool     // the person waits for a human, and nobody has taken the chat
	Tries   []string // what one could write there, in the person's language
}

// asks reads whose phones and which language a request is about.
func (d *Demo) asks(r *http.Request) (person, bot.Language, error) {
	key := r.FormValue("as")
	l := bot.Language(r.FormValue("lang"))
	if !l.Known() {
		l = bot.LanguageAccepted(r.Header.Get("Accept-Language"))
	}
	if key == "" {
		return speaks(l), l, nil
	}
	p, ok := who(key)
	if !ok {
		return person{}, "", errNobody
	}
	return p, l, nil
}

// look gathers the view.
func (d *Demo) look(r *http.Request, as person, l bot.Language) (*view, error) {
	ctx, p := r.Context(), d.parts.Load()
	v := &view{demo: d, host: r.Host, now: time.Now(), zone: p.Zone, Lang: l, As: as, People: people(), WebChat: p.WebChat}
	v.Show, v.Start = Telegram, payload(r)
	if name := r.FormValue("phone"); name == Viber {
		v.Show = name
	}
	var err error
	if v.Desk, err = waiting(ctx, p); err != nil {
		return nil, err
	}
	for _, name := range []string{Telegram, Viber} {
		ph, _ := d.phone(name, as)
		s := ph.screen(v.now)
		if name == v.Show {
			s.Payload = v.Start
		}
		v.Phones = append(v.Phones, phoneView{view: v, screen: s, Waiting: v.waits(as.at(name)), Tries: []string{
			v.Says("try.price"), v.Says("try.change"), v.Says("try.person"),
		}})
	}
	for _, r := range d.Line.recent() {
		v.Line = append(v.Line, v.row(r))
	}
	if v.Flow, err = v.flow(ctx, p); err != nil {
		return nil, err
	}
	return v, nil
}

var startable = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// payload reads what a link carried that opens a chat; "" for nothing, and for
// what no messenger would carry.
func payload(r *http.Request) string {
	if p := r.FormValue("start"); startable.MatchString(p) {
		return p
	}
	return ""
}

// Start is the path of the page with a phone on which a link with the payload was
// opened.
func Start(phone, payload string) string {
	return "/?" + url.Values{"phone": {phone}, "start": {payload}}.Encode()
}

// phone returns a phone of the person.
func (d *Demo) phone(name string, of person) (phone, bool) {
	return d.parts.Load().phone(name, of, d.switches)
}

// T returns a word of the page. Arguments come as name, value, name, value, and
// stand as {name} in it.
func (v *view) T(key string, args ...any) string {
	text := v.demo.words[key].In(v.Lang)
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return text
}

// Says returns a word in the language of whose phone it is.
func (v *view) Says(key string) string { return v.demo.words[key].In(v.As.Language) }

// Languages are those the page can be in.
func (v *view) Languages() []bot.Language { return bot.Languages() }

// Here is Query with what brought one to the page.
func (v *view) Here() template.URL {
	return v.Query() + template.URL(v.opened())
}

// To is the page as somebody, in a language.
func (v *view) To(person string, l bot.Language) template.URL {
	return template.URL("/?as=" + person + "&lang=" + string(l) + v.opened())
}

func (v *view) opened() string {
	if v.Start == "" {
		return ""
	}
	return "&" + url.Values{"phone": {v.Show}, "start": {v.Start}}.Encode()
}

// Clock writes a moment within the day.
func (v *view) Clock(t time.Time) string { return t.In(v.zone).Format("15:04") }

// Query is what every address of the page carries on.
func (v *view) Query() template.URL {
	return template.URL("as=" + v.As.Key + "&lang=" + string(v.Lang)) // words of our own lists
}
