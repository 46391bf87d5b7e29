package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// patience bounds every wait; nothing waits that long unless it is broken.
const patience = 30 * time.Second

// large is a route that writes so many bytes at once and tells how it ended.
func large(bytes int, ended chan<- error, before func(echo.Context)) func(*Config) {
	return func(c *Config) {
		c.Mount = func(e *echo.Echo) {
			e.GET("/large", func(c echo.Context) error {
				if before != nil {
					before(c)
				}
				c.Response().Header().Set(echo.HeaderContentLength, fmt.Sprint(bytes))
				_, err := c.Response().Write(make([]byte, bytes))
				ended <- err
				return nil
			})
		}
	}
}

// ask sends a request on a connection for which the system keeps little, and
// reads nothing.
func (w *world) ask(t *testing.T, path string) net.Conn {
	t.Helper()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) (err error) {
		return errors.Join(c.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 64<<10)
		}), err)
	}}
	c, err := d.DialContext(t.Context(), "tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
	return c
}

func awaitEnd(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		t.Fatal("the answer never ends")
		return nil
	}
}

func TestUnreadAnswerIsCut(t *testing.T) {
	ended := make(chan error, 1)
	w := serve(t, &memory{}, func(c *Config) {
		large(10<<20, ended, nil)(c)
		c.Limits.Write = 100 * time.Millisecond
	})
	w.ask(t, "/large")
	if err := awaitEnd(t, ended); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
}

// Whoever takes a little now and then gets all of it, however long that takes.
func TestSlowReaderGetsItAll(t *testing.T) {
	const size = 3 << 20
	ended := make(chan error, 1)
	w := serve(t, &memory{}, func(c *Config) {
		large(size, ended, nil)(c)
		c.Limits.Write = 500 * time.Millisecond
	})
	c := w.ask(t, "/large")
	began := time.Now()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	read := int64(0)
	for read < size {
		<-tick.C
		n, err := io.CopyN(io.Discard, resp.Body, min(96<<10, size-read))
		if read += n; err != nil {
			t.Fatalf("cut after %d bytes: %v", read, err)
		}
	}
	if err := awaitEnd(t, ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("it took %s: this shows nothing", took)
	}
}

// An event stream bounds its writes itself, and the next answer on the same
// connection is bounded again.
func TestHandlersOwnWriteDeadline(t *testing.T) {
	ended := make(chan error, 1)
	own := func(c echo.Context) {
		if err := http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Error(err)
		}
	}
	w := serve(t, &memory{}, func(c *Config) {
		large(10<<20, ended, own)(c)
		c.Limits.Write = time.Hour
	})
	w.ask(t, "/large")
	if err := awaitEnd(t, ended); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}

	first := true
	w = serve(t, &memory{}, func(c *Config) {
		large(10<<20, ended, nil)(c)
		mount := c.Mount
		c.Mount = func(e *echo.Echo) {
			mount(e)
			e.GET("/events", func(c echo.Context) error { own(c); first = false; return c.String(http.StatusOK, "event") })
		}
		c.Limits.Write = 100 * time.Millisecond
	})
	c := w.ask(t, "/events")
	if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 200 OK"))); err != nil || first {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
	if err := awaitEnd(t, ended); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the next answer ended with %v", err)
	}
}
