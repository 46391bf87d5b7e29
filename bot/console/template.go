package console

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
)

//go:embed pages assets
var embedded embed.FS

// frameFiles are the layout and the parts that all pages share; every other file
// of the folder is a page.
func frameFiles() []string { return []string{"layout.html", "parts.html"} }

// templates are the pages of one language, by name. Each is parsed when somebody opens
// it first: all of them are as much memory as everything that answers customers.
type templates struct {
	frame *template.Template
	pages map[string]func() *template.Template
}

// parseFrame reads what all pages share, in each language.
func (c *Console) parseFrame() {
	for _, l := range bot.Languages() {
		t := template.New("").Funcs(c.functions(l))
		for _, name := range frameFiles() {
			template.Must(t.Parse(string(read(embedded, name))))
		}
		c.pages[l] = templates{frame: t, pages: map[string]func() *template.Template{}}
	}
}

// addPages adds the pages of a section. Their names are unlike those of all others.
func (c *Console) addPages(files fs.FS) {
	for _, name := range PageNames(files) {
		for _, l := range bot.Languages() {
			if c.pages[l].pages[name] != nil {
				panic(fmt.Sprintf("page %q: there are two of them", name))
			}
			c.pages[l].pages[name] = sync.OnceValue(func() *template.Template { return parsed(c.pages[l].frame, files, name) })
		}
	}
}

// parsed reads a page into a copy of the frame.
func parsed(frame *template.Template, files fs.FS, name string) *template.Template {
	t := template.Must(frame.Clone())
	for _, file := range append(framesIn(files), name) { // parts that the section's pages share come first
		if files != fs.FS(embedded) || file == name {
			template.Must(t.Parse(string(read(files, file+".html"))))
		}
	}
	if t.Lookup("title") == nil || t.Lookup("main") == nil {
		panic(fmt.Sprintf("page %q: it has no title or no main", name))
	}
	return t
}

// PageNames lists the pages of a section.
func PageNames(files fs.FS) (names []string) {
	found, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		panic(err)
	}
	for _, f := range found {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if name != "layout" && name != "parts" {
			names = append(names, name)
		}
	}
	return names
}

func read(files fs.FS, name string) []byte {
	data, err := fs.ReadFile(files, "pages/"+name)
	if err != nil {
		panic(fmt.Sprintf("embedded pages: %v", err))
	}
	return data
}

// functions are what templates call, besides those of html/template:
//
//	t "key" "Name" value …         the text of a key; pairs fill its placeholders
//	n "key" count "Name" value …   one with plural forms
//	time t                         a moment, as people write it
//	clock t                        an hour of today, to the second
//	ago t                          how long ago, the moment on hover
//	since t                        how long it has lasted, the moment on hover
//	left t                         milliseconds until then
//	long d                         a duration, as «12 хв»
//	asset "file.css"               where a file stands
//	dict "Name" value …            what a part is given
//	visible "words"                words of people, nothing in them hidden
func (c *Console) functions(l bot.Language) template.FuncMap {
	return template.FuncMap{
		"t": func(key any, args ...any) (string, error) { return c.text(l, fmt.Sprint(key), args...) },
		"n": func(key any, count int, args ...any) (string, error) {
			return c.count(l, fmt.Sprint(key), count, args...)
		},
		"time":  func(t time.Time) template.HTML { return c.timeTag(t, c.shown(l, t)) },
		"clock": func(t time.Time) template.HTML { return c.timeTag(t, t.In(c.cfg.Zone).Format("15:04:05")) },
		"ago":   func(t time.Time) template.HTML { return c.timeTag(t, c.ago(l, t)) },
		"since": func(t time.Time) template.HTML {
			return c.timeTag(t, c.long(l, max(0, c.cfg.Now().Sub(t))))
		},
		"left": func(t time.Time) int64 { return max(0, t.Sub(c.cfg.Now()).Milliseconds()) },
		"long": func(d time.Duration) string { return c.long(l, d) },
		"asset": func(name string) (string, error) {
			if c.files[name] == nil {
				return "", fmt.Errorf("there is no asset %q", name)
			}
			return c.assets.Base() + "/" + name, nil
		},
		"number":  Grouped,
		"dict":    pairs,
		"visible": Visible,
	}
}

// pairs makes a map of names and values in turn.
func pairs(args ...any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("a name without a value")
	}
	data := map[string]any{}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", args[i])
		}
		data[name] = args[i+1]
	}
	return data, nil
}

func (c *Console) text(l bot.Language, key string, args ...any) (string, error) {
	data, err := pairs(args...)
	if err != nil {
		return "", fmt.Errorf("text %q: %w", key, err)
	}
	return c.cfg.Texts.Text(l, key, data, nil)
}

func (c *Console) count(l bot.Language, key string, count int, args ...any) (string, error) {
	data, err := pairs(args...)
	if err != nil {
		return "", fmt.Errorf("text %q: %w", key, err)
	}
	return c.cfg.Texts.Text(l, key, data, &count)
}

// Page answers with a page of pages/NAME.html in the layout.
func (v *Visit) Page(status int, name string, page any) error {
	var out bytes.Buffer
	if err := v.console.write(&out, v.frame(name, page)); err != nil {
		return err
	}
	return v.HTMLBlob(status, out.Bytes())
}

// write renders a page in its layout.
func (c *Console) write(out *bytes.Buffer, f frame) error {
	t := c.pages[f.Language].pages[f.Name]
	if t == nil {
		return fmt.Errorf("there is no page %q", f.Name)
	}
	if err := t().ExecuteTemplate(out, "layout", f); err != nil {
		return fmt.Errorf("page %q: %w", f.Name, err)
	}
	return nil
}

// Example renders a whole page as somebody signed in of that name sees it.
func (c *Console) Example(l bot.Language, name string, page any, person string) ([]byte, error) {
	f := frame{Name: name, Language: l, Signed: true, Person: person, Keys: true, Page: page}
	for _, n := range c.nav {
		f.Nav = append(f.Nav, navEntry{Text: n.Text, Path: Prefix + n.Path, ID: n.id(), Count: 7, Counted: n.Count != nil, menu: n.menu})
	}
	var out bytes.Buffer
	err := c.write(&out, f)
	return out.Bytes(), err
}

// Fragment renders a part that the page's file defines, to stand in place of the
// one on screen.
func (c *Console) Fragment(l bot.Language, name, part string, data any) ([]byte, error) {
	t := c.pages[l].pages[name]
	if t == nil {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	var out bytes.Buffer
	if err := t().ExecuteTemplate(&out, part, data); err != nil {
		return nil, fmt.Errorf("part %q of page %q: %w", part, name, err)
	}
	return out.Bytes(), nil
}

// Fragment renders a part of a page in the reader's language.
func (v *Visit) Fragment(name, part string, data any) ([]byte, error) {
	return v.console.Fragment(v.Lang, name, part, data)
}
