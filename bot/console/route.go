package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// Handler answers one visit. An error it returns becomes the page or the problem
// that says so in the reader's language.
type Handler func(*Visit) error

// route is one path with one method.
type route struct {
	method, path string // below Prefix, with parameters as Echo writes them
	permission   bot.Permission
	public       bool  // for those who are not signed in too
	outside      bool  // the path stands outside Prefix
	lasts        bool  // a stream
	idle         bool  // a page does it by itself, which is no use of the session
	hashes       bool  // a password, which takes its time
	counts       bool  // people, likewise
	exports      bool  // a file with people, one at a time
	pours        bool  // files, which are read as they come
	limit        int64 // of what is sent, in bytes; 0 is that of a form
	run          Handler
}

func (r *route) full() string {
	if r.outside {
		return r.path
	}
	return Prefix + r.path
}

func (c *Console) add(method, path string, p bot.Permission, h Handler) *route {
	r := &route{method: method, path: path, permission: p, run: h}
	c.routes = append(c.routes, r)
	return r
}

// Route is a route as the matrix of rights lists it.
type Route struct {
	Method, Path string // the whole path
	Permission   bot.Permission
	Public       bool
}

// Routes lists every route there is, the files apart.
func (c *Console) Routes() []Route {
	all := make([]Route, len(c.routes))
	for i, r := range c.routes {
		all[i] = Route{r.method, r.full(), r.permission, r.public}
	}
	return all
}

// handler answers requests for one route.
func (c *Console) handler(r *route) echo.HandlerFunc {
	return func(e echo.Context) error {
		v := c.enter(e)
		defer v.close()
		err := c.serve(v, r)
		if err == nil {
			return nil
		}
		begun := v.Response().Committed
		if err = c.fail(v, err); begun && r.exports {
			panic(http.ErrAbortHandler) // ended in any other way, it would look whole
		}
		return err
	}
}

// serve takes a visit from its headers to what the route says: who is not signed in
// signs in first, and what a role may not see is not there. What is sent is read
// once the visitor may send it, and takes no turn from others however slowly it
// comes.
func (c *Console) serve(v *Visit, r *route) error {
	if err := c.checkHeaders(v.Request()); err != nil {
		return err
	}
	if c.cfg.Staff() == nil {
		return errAway
	}
	if err := c.recognise(v, r); err != nil {
		return err
	}
	switch {
	case !r.open(v) && !v.Signed():
		return v.toLogin()
	case !r.open(v):
		return errNothing
	case r.lasts:
		return r.run(v)
	case r.pours:
		return v.pour(r)
	}
	if r.method == http.MethodPost {
		if err := v.read(cmp.Or(r.limit, c.limits.Form)); err != nil {
			return err
		}
	}
	turns := c.concurrency
	switch { // who waits for these keeps nobody from working
	case r.hashes:
		turns = c.hashing
	case r.counts:
		turns = c.counting
	case r.exports:
		turns = c.exporting
	}
	err := v.within(turns, func() error { return r.run(v) })
	if r.exports && errors.Is(err, web.ErrTooMany) {
		return errExporting
	}
	return err
}

// missing answers where there is no route: a path, or a method of a path. To who is
// not signed in every path is the same, those apart that anybody may see.
func (c *Console) missing(v *Visit) error {
	allow := c.methodsAt(v, v.Request().URL.Path)
	switch {
	case len(allow) == 0 && !v.Signed():
		return v.toLogin()
	case len(allow) == 0:
		return errNothing
	}
	v.Response().Header().Set(echo.HeaderAllow, strings.Join(allow, ", "))
	return errMethod
}

// methodsAt lists the methods of a path that the visitor may use.
func (c *Console) methodsAt(v *Visit, path string) (methods []string) {
	for _, r := range c.routes {
		if !r.open(v) || !fits(r.full(), path) {
			continue
		}
		methods = append(methods, r.method)
		if r.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// open reports whether the visitor may use the route.
func (r *route) open(v *Visit) bool {
	return r.public || v.Signed() && (r.permission == Anybody || v.Actor.May(r.permission))
}

// fits reports whether a path is one of a route's.
func fits(route, path string) bool {
	return slices.EqualFunc(strings.Split(route, "/"), strings.Split(path, "/"), func(ours, theirs string) bool {
		return ours == theirs || strings.HasPrefix(ours, ":") && theirs != ""
	})
}
