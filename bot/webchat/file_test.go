package webchat_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

func noise(n int) []byte {
	var seed [32]byte
	data := make([]byte, n)
	_, _ = rand.NewChaCha8(seed).Read(data) // it never fails
	return data
}

// Files of every length come back as they came, also where a piece ends with
// the file.
func TestFilesOfEveryLength(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	const atOnce = 8 * webchat.PieceSize
	for _, n := range []int{1, webchat.PieceSize - 1, webchat.PieceSize, webchat.PieceSize + 1, atOnce, atOnce + 1, 10 << 20} {
		id := fmt.Sprint("f", n)
		f, err := v.Upload(t.Context(), id, "x.bin", noise(n))
		ok(t, err)
		data, header, err := v.Download(t.Context(), id)
		ok(t, err)
		if f.Size != int64(n) || !bytes.Equal(data, noise(n)) || header.Get("Content-Length") != strconv.Itoa(n) {
			t.Errorf("of %d bytes %d came back, %s announced", n, len(data), header.Get("Content-Length"))
		}
		s.shelf.set(func(f *files) { clear(f.kept) })
	}
}

// An upload that breaks off leaves nothing, and its page is free to try again.
func TestCutUploadLeavesNothing(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	body, feed := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.URL+"/chat/files?id=f&name=x", body)
	ok(t, err)
	r.Header.Set("Authorization", "Bearer "+v.Token())
	ended := make(chan error, 1)
	go func() {
		res, err := http.DefaultClient.Do(r)
		if err == nil {
			res.Body.Close()
		}
		ended <- err
	}()
	_, err = feed.Write(noise(1 << 20))
	ok(t, err)
	holds(t, "the pieces are kept", func() bool { return s.shelf.count() == 1 })
	if _, _, err := v.Download(t.Context(), "f"); err == nil {
		t.Error("seen before it is whole")
	}
	feed.CloseWithError(errors.New("the phone is gone"))
	if err := <-ended; err == nil {
		t.Error("a cut upload was answered")
	}
	holds(t, "nothing is left", func() bool { return s.shelf.count() == 0 })
	_, err = v.Upload(t.Context(), "f", "x", noise(100))
	ok(t, err)
}

// holds waits until it does.
func holds(t *testing.T, what string, it func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !it(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("waited in vain until ", what)
		}
	}
}

// What strangers may leave here is bounded for each of them, for a day, and in
// all; and each bound has words of its own.
func TestFilesHaveTotals(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Date(2027, 3, 1, 23, 0, 0, 0, time.UTC).Unix())
	s := newSite(t, func(c *webchat.Config) { c.Now = func() time.Time { return time.Unix(now.Load(), 0) } })
	s.shelf.set(func(f *files) { f.perDay = 1 << 20 })
	upload := func(v *webchattest.Visitor, id string, n int) error {
		_, err := v.Upload(t.Context(), id, "x", noise(n))
		return err
	}
	from := func(ip string) *webchattest.Visitor { return s.comesFrom(t, ip) }
	ok(t, upload(from("203.0.113.5"), "a", 900<<10))
	refused(t, upload(from("203.0.113.5"), "b", 200<<10), http.StatusTooManyRequests, "much") // another visitor there
	ok(t, upload(from("203.0.113.6"), "c", 200<<10))
	ok(t, upload(from("2001:db8::1"), "d", 900<<10))
	refused(t, upload(from("2001:db8::ffff"), "e", 200<<10), http.StatusTooManyRequests, "much") // the same /64
	ok(t, upload(from("2001:db8:0:1::1"), "f", 200<<10))
	now.Add(3600)
	ok(t, upload(from("203.0.113.5"), "g", 200<<10)) // a new day
	s.shelf.set(func(f *files) { f.noRoom = true })
	refused(t, upload(from("203.0.113.7"), "h", 100), http.StatusInsufficientStorage, "crowded")
	if n := s.shelf.count(); n != 5 {
		t.Errorf("%d files are there", n)
	}
}

// What came of a body that never ends counts for the day too.
func TestUnannouncedFileCountsForTheDay(t *testing.T) {
	s := newSite(t, nil)
	s.shelf.set(func(f *files) { f.perDay = 1 << 20 })
	v := s.comes(t, webchattest.Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.URL+"/chat/files?id=f&name=x", io.MultiReader(bytes.NewReader(noise(2<<20))))
	ok(t, err)
	r.Header.Set("Authorization", "Bearer "+v.Token())
	res, err := http.DefaultClient.Do(r)
	ok(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests || s.shelf.count() != 0 {
		t.Errorf("status %d, %d files", res.StatusCode, s.shelf.count())
	}
}

// A few at once get a file; more wait, and are told to come again.
func TestDownloadsAtOnce(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) {
		c.Limits.Downloads, c.Limits.DownloadsOfClient, c.Limits.DownloadsOfVisitor = 3, 2, 1
		c.Limits.DownloadWait = 50 * time.Millisecond
	})
	s.shelf.set(func(f *files) { f.asked = make(chan int) })
	whoever := func(ip string) *webchattest.Visitor {
		v := s.comesFrom(t, ip)
		_, err := v.Upload(t.Context(), "f", "x", noise(100))
		ok(t, err)
		return v
	}
	results := make(chan error, 10)
	get := func(v *webchattest.Visitor) {
		go func() {
			_, _, err := v.Download(t.Context(), "f")
			results <- err
		}()
	}
	her, his, third := whoever("203.0.113.5"), whoever("203.0.113.5"), whoever("203.0.113.5")
	other, last := whoever("203.0.113.6"), whoever("203.0.113.7")
	get(her)
	get(his)
	get(other)
	holds(t, "all seats are taken", func() bool { return s.Downloads() == 3 })
	for _, v := range []*webchattest.Visitor{her, third, last} { // of the visitor, of the client, of all
		get(v)
	}
	for range 3 {
		refused(t, <-results, http.StatusTooManyRequests, "flood")
	}
	for range 3 {
		<-s.shelf.asked
	}
	for range 3 {
		ok(t, <-results)
	}
	holds(t, "all seats are free", func() bool { return s.Downloads() == 0 })
}

// Who waits gets the seat that comes free: a page asks for many pictures at once.
func TestDownloadsWaitForEachOther(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) { c.Limits.DownloadsOfVisitor, c.Limits.DownloadWait = 2, patience })
	v := s.comes(t, webchattest.Options{})
	_, err := v.Upload(t.Context(), "f", "x", noise(200_000))
	ok(t, err)
	results := make(chan error, 20)
	for range cap(results) {
		go func() {
			_, _, err := v.Download(t.Context(), "f")
			results <- err
		}()
	}
	for range cap(results) {
		ok(t, <-results)
	}
}

// A file that goes while it is read ends short of what was announced.
func TestFileGoesWhileItIsRead(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	_, err := v.Upload(t.Context(), "f", "x", noise(3*webchat.PieceSize))
	ok(t, err)
	asked := make(chan int)
	s.shelf.set(func(f *files) { f.asked = asked })
	result := make(chan error, 1)
	go func() {
		_, _, err := v.Download(t.Context(), "f")
		result <- err
	}()
	<-asked
	<-asked
	s.shelf.set(func(f *files) { clear(f.kept) })
	for {
		select {
		case <-asked:
			continue
		case err := <-result:
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the reader saw %v", err)
			}
		}
		return
	}
}

// comesFrom returns a visitor behind a trusted proxy.
func (s *site) comesFrom(t *testing.T, ip string) *webchattest.Visitor {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	v := webchattest.New(s.srv.URL, webchattest.Options{Client: &http.Client{Transport: proxied{transport, ip}}})
	ok(t, v.Open(t.Context()))
	return v
}

type proxied struct {
	http.RoundTripper
	ip string
}

func (p proxied) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", p.ip)
	return p.RoundTripper.RoundTrip(r)
}
