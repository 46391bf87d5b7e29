package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot/web"
)

// readyTime bounds one readiness check.
const readyTime = 2 * time.Second

// livez tells that the process lives, whatever its database does.
func (s *Server) livez(c echo.Context) error { return c.String(http.StatusOK, "alive\n") }

// readyz tells whether requests should come here. What is wrong stands in the
// log, not in the answer.
func (s *Server) readyz(c echo.Context) error {
	if s.draining.Load() {
		return stopping(c)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyTime)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.cfg.Log.Warn("not ready", "err", err)
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	if s.draining.Load() { // since it was asked: to look can take a while
		return stopping(c)
	}
	return c.String(http.StatusOK, "ready\n")
}

func stopping(c echo.Context) error {
	return c.String(http.StatusServiceUnavailable, "stopping\n")
}

// Ready says why the service cannot work. With nil its door is open: what kept
// updates out before does so no longer.
func (s *Server) Ready(ctx context.Context) error {
	since, err := s.cfg.Ready(ctx)
	if err != nil {
		return err
	}
	if !s.committer.proven(since) {
		return errAway
	}
	return nil
}

// guard sets the headers of answers and keeps a panic to its request.
// What is thrown may hold what a person wrote, so only its type is logged.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			thrown := recover()
			if thrown == nil {
				return
			}
			if thrown == http.ErrAbortHandler {
				panic(thrown)
			}
			s.cfg.Log.Error("panic in a request", "err", fmt.Sprintf("%T\n%s", thrown, debug.Stack()))
			err = echo.ErrInternalServerError
		}()
		if !delivered(c) {
			secure(c)
		}
		return next(c)
	}
}

// delivered reports whether a messenger is asking, which gets these headers with all answers
// but the plain acknowledgement.
func delivered(c echo.Context) bool { return strings.HasPrefix(c.Path(), "/webhooks/") }

// secure sets the headers of an answer that a browser might be shown.
func secure(c echo.Context) {
	h := c.Response().Header()
	web.SecureHeaders(h)
	if delivered(c) {
		h.Set(echo.HeaderCacheControl, "no-store")
	}
}

// fail answers an error that no handler answered: its status and no body, so
// that nothing of ours and nothing of the request is told.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status := http.StatusInternalServerError
	var he *echo.HTTPError
	if errors.As(err, &he) {
		status = he.Code
	} else {
		s.cfg.Log.Error("request failed", "err", err)
	}
	_ = refuse(c, status)
}
