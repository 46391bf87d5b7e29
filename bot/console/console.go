// Package console is the frame of the pages that people of the company work in,
// under /console: who is signed in and what their role may see, the layout, the
// language and the look of each user's choice, forms, errors, files, and the pages
// of the door itself. Pages of a kind stand in a package below it.
//
// It holds no rule and no SQL: a handler binds what came, calls one method that
// stands below with the visitor's Actor, and answers.
//
// One page is one template, one struct and one handler in one file. To add "queue"
// to the section "desk":
//
//	// pages/queue.html: "title" and "main" are required, "head" may name the
//	// section's stylesheet and module; texts are keys of locales/desk.*.toml.
//	{{define "title"}}{{t "desk.queue.title"}}{{end}}
//	{{define "head"}}<link rel="stylesheet" href="{{asset "desk.css"}}">{{end}}
//	{{define "main"}}<h1>{{t "desk.queue.title"}}</h1> …
//	{{template "rows" .}} … {{end}}
//	{{define "rows"}}<ul id="rows">{{range .Rows}} … {{ago .Since}} … {{end}}</ul>{{end}}
//
//	// queue.go
//	type queuePage struct{ Rows []row }
//
//	func (p pages) queue(v *console.Visit) error {
//		rows, err := p.desk.Queue(v.Ctx(), v.Actor)
//		if err != nil {
//			return err // becomes the right page or problem in the reader's language
//		}
//		return v.Page(http.StatusOK, "queue", queuePage{rows})
//	}
//
//	// desk.go, once for the section
//	c.Add(console.Section{Files: files, Nav: []console.Nav{{Text: "desk.nav", Path: "/desk", Permission: bot.WorkTickets}}})
//	c.Get("/desk", bot.WorkTickets, p.queue)
//	c.Post("/desk/:ticket/take", bot.WorkTickets, p.take) // ends with v.See("/desk/…")
//
// The test of the section gives one full example of each page's struct to
// consoletest.Templates, and lists each route in the matrix of rights.
package console

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/locales"
	"visnyk/storage"
)

// Prefix is where all pages stand.
const Prefix = "/console"

// Config is what the console needs. Staff, Texts and Log are required.
type Config struct {
	// Staff gives who works here; nil while the database is not there yet.
	Staff func() *staff.Staff
	// Session tells whose session a cookie names; nil asks Staff. Tests of pages that
	// need no staff give their own.
	Session func(ctx context.Context, token string) (storage.Session, error)
	Texts   *locales.Bundle
	Log     *slog.Logger
	// Company is whose console it is, and Look what colour it has; nil is nobody's and
	// ours.
	Company func(context.Context) bot.Bilingual
	Look    func(context.Context) bot.Look
	// Zone is the time that people of the company live in; UTC if nil.
	Zone *time.Location
	// PublicURL is where the browser finds us; with https the cookies are for https
	// alone, and browsers are told to remember that.
	PublicURL string
	// Entrance is what all doors share; nil is one of the console's own.
	Entrance *web.Entrance
	Now      func() time.Time // time.Now if nil
	Limits   Limits
}

// Limits bound what visitors can take. A zero field has the default.
type Limits struct {
	Form    int64         // bytes of a form; 256 KiB
	Readers int           // bodies read at once; 128
	Files   int           // besides them, forms with files that come at once; 16
	AtOnce  int           // requests that use the database; 8
	Hashes  int           // besides them, requests with a password; 4
	Counts  int           // besides them, those that read all people; 3
	Waiting int           // requests that wait for their turn; 256
	Time    time.Duration // for all that a request does; 15 s
	Export  time.Duration // for a file with people, of which there is one at a time; 30 s
}

func (l Limits) orDefaults() Limits {
	l.Form = cmp.Or(l.Form, 256<<10)
	l.Readers = cmp.Or(l.Readers, 128)
	l.Files = cmp.Or(l.Files, 16)
	l.AtOnce = cmp.Or(l.AtOnce, 8)
	l.Hashes = cmp.Or(l.Hashes, 4)
	l.Counts = cmp.Or(l.Counts, 3)
	l.Waiting = cmp.Or(l.Waiting, 256)
	l.Time = cmp.Or(l.Time, 15*time.Second)
	l.Export = cmp.Or(l.Export, exportWait)
	return l
}

// Section is the pages of one package.
type Section struct {
	// Files holds pages/NAME.html and, where there are any, assets: stylesheets and
	// modules, which stand beside those of the other sections under their names.
	Files fs.FS
	Nav   []Nav
	// Menu is the key of what its entries are called together, which stand in a menu
	// then; "" is a section whose entries stand each for itself.
	Menu string
}

// Nav is an entry of the navigation, for those who have the permission.
type Nav struct {
	Text       string // its key
	Path       string // below Prefix
	Permission bot.Permission
	Also       []string // paths below Prefix of other pages that belong to it
	// Count says what waits behind it; nil is an entry without a number. The number
	// stands in the element with the id "count-" and the path's last part.
	Count func(context.Context, bot.Actor) (int, error)
	Live  bool   // Count is of content: open pages hear of it as soon as that becomes different
	menu  string // of the section
}

// Console is the frame of all pages. After Mount its methods may be called by many
// goroutines.
type Console struct {
	cfg         Config
	limits      Limits
	secure      bool // the browser finds us by https
	cross       *http.CrossOriginProtection
	concurrency *web.ConcurrencyLimit
	hashing     *web.ConcurrencyLimit
	counting    *web.ConcurrencyLimit
	exporting   *web.ConcurrencyLimit
	watch       func(ctx context.Context, token string) (storage.Session, error) // as a stream asks, which is no use of it
	bodies      *web.Door
	uploads     *web.Door
	routes      []*route
	nav         []Nav
	pages       map[bot.Language]templates
	files       map[string][]byte
	assets      *web.Assets
	echo        *echo.Echo // that everything is mounted on
}

// New returns a console with the pages of the door. What all pages share must
// be right, else it panics; it is embedded.
func New(c Config) *Console {
	if c.Entrance == nil {
		c.Entrance = web.New(web.Config{Log: c.Log})
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Company == nil {
		c.Company = func(context.Context) bot.Bilingual { return bot.Bilingual{} }
	}
	if c.Look == nil {
		c.Look = func(context.Context) bot.Look { return bot.Look{} }
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	l := c.Limits.orDefaults()
	watch := c.Session
	if c.Session == nil {
		c.Session = func(ctx context.Context, token string) (storage.Session, error) { return c.Staff().Session(ctx, token) }
		watch = func(ctx context.Context, token string) (storage.Session, error) {
			return c.Staff().WatchSession(ctx, token)
		}
	}
	console := &Console{
		cfg: c, limits: l, secure: strings.HasPrefix(c.PublicURL, "https://"), cross: crossOrigin(c.PublicURL),
		concurrency: web.NewConcurrencyLimit(l.AtOnce, l.Waiting, l.Time),
		hashing:     web.NewConcurrencyLimit(l.Hashes, l.Waiting, l.Time), watch: watch,
		counting: web.NewConcurrencyLimit(l.Counts, l.Waiting, l.Time), exporting: web.NewConcurrencyLimit(1, 0, l.Export),
		bodies:  c.Entrance.Door(web.Caps{Pace: web.PersonPace(), Readers: l.Readers}),
		uploads: c.Entrance.Door(web.Caps{Pace: web.PersonPace(), Readers: l.Files}),
		pages:   map[bot.Language]templates{}, files: web.Modules(),
	}
	console.parseFrame()
	console.Add(Section{Files: embedded})
	console.door()
	return console
}

// crossOrigin refuses writes that another site's page sends, also where a proxy
// gives the request another Host.
func crossOrigin(public string) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if u, err := url.Parse(public); err == nil && u.Host != "" {
		_ = p.AddTrustedOrigin(u.Scheme + "://" + u.Host) // of that form
	}
	return p
}

// Add adds the pages and files of a section. Its routes follow by Get, Post and
// Stream.
func (c *Console) Add(s Section) {
	c.addPages(s.Files)
	if _, err := fs.Stat(s.Files, "assets"); err == nil {
		maps.Copy(c.files, web.Files(s.Files, "assets"))
	}
	for _, n := range s.Nav {
		n.menu = s.Menu
		c.nav = append(c.nav, n)
	}
}

// Get adds a page for those who have the permission; HEAD goes with it.
func (c *Console) Get(path string, p bot.Permission, h Handler) {
	c.add(http.MethodGet, path, p, h)
}

// Post adds what a form does.
func (c *Console) Post(path string, p bot.Permission, h Handler) {
	c.add(http.MethodPost, path, p, h)
}

// Upload adds a POST of a form with files, of at most limit bytes in all, which the
// handler reads by Parts as it comes. It takes no turn from the requests that end;
// what it does when all has come it does by InTurn.
func (c *Console) Upload(path string, p bot.Permission, limit int64, h Handler) {
	r := c.add(http.MethodPost, path, p, h)
	r.limit, r.pours = limit, true
}

// Count adds a POST that reads all people there are: who waits for it keeps nobody from
// working.
func (c *Console) Count(path string, p bot.Permission, h Handler) {
	c.add(http.MethodPost, path, p, h).counts = true
}

// Export adds a POST that answers with a file of people, written as it is read. There is
// one at a time: who asks for another meanwhile is told to wait. A file that cannot be
// ended breaks off, so that nobody takes half of it for the whole.
func (c *Console) Export(path string, p bot.Permission, h Handler) {
	c.add(http.MethodPost, path, p, h).exports = true
}

// Tell adds what a page tells by itself, which does not keep a session open.
func (c *Console) Tell(path string, p bot.Permission, h Handler) {
	c.add(http.MethodPost, path, p, h).idle = true
}

// Stream adds a GET that lasts: it takes no turn from the requests that end, and
// whatever it asks of the database is for it to bound.
func (c *Console) Stream(path string, p bot.Permission, h Handler) {
	c.add(http.MethodGet, path, p, h).lasts = true
}

// Anybody is the permission of whoever is signed in.
const Anybody bot.Permission = ""

// Mount adds everything to e. Nothing may be added to the console after it.
func (c *Console) Mount(e *echo.Echo) {
	c.echo = e
	c.assets = web.NewAssets(Prefix+"/assets", c.files)
	c.assets.Mount(e)
	e.GET(Prefix+lookPath+":name", c.showLook)
	for _, r := range c.routes {
		e.Add(r.method, r.full(), c.handler(r))
		if r.method == http.MethodGet && !r.lasts {
			e.HEAD(r.full(), c.handler(r))
		}
	}
	missing := c.handler(&route{public: true, run: c.missing})
	for _, path := range []string{Prefix, Prefix + "/", Prefix + "/*"} {
		e.RouteNotFound(path, missing)
	}
}
