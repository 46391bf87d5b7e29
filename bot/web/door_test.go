package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestWebhookPace(t *testing.T) {
	inStreet(t, Config{}, Caps{Pace: WebhookPace()}, func(s *street) {
		whole, slow, chunked := s.from("192.0.2.1").head(5).bytes(4), s.from("192.0.2.2").head(100).bytes(99), s.from("192.0.2.3").head(-1)
		time.Sleep(3*time.Second - time.Millisecond)
		for _, x := range []*sender{whole, slow, chunked} {
			x.wants("before three seconds", "")
		}
		whole.bytes(1).wants("the last byte in time", "200 5")
		time.Sleep(time.Millisecond)
		for _, x := range []*sender{slow, chunked} {
			x.wants("after three seconds", "408")
			time.Sleep(time.Second)
			x.wants("a cut connection", "closed")
		}
	})
}

// A person's body may take its time as long as it goes on.
func TestPersonPace(t *testing.T) {
	inStreet(t, Config{}, Caps{Pace: PersonPace()}, func(s *street) {
		nothing, fair, unfair := s.from("192.0.2.1").head(100), s.from("192.0.2.2").head(1<<20), s.from("192.0.2.3").head(1<<20)
		var ended time.Duration
		began := time.Now()
		for second := range 32 {
			fair.bytes(32 << 10)
			if second < 31 {
				unfair.bytes(31 << 10)
			}
			if second == 3 {
				nothing.wants("nothing for three seconds", "408")
			}
			time.Sleep(time.Second)
			if a := unfair.now(); ended == 0 && a != "" {
				if a != "408" {
					t.Errorf("a slow one is answered %q", a)
				}
				ended = time.Since(began)
			}
		}
		fair.wants("32 KiB a second", "200 1048576")
		time.Sleep(time.Minute)
		if ended == 0 {
			unfair.wants("31 KiB a second", "408")
		} else if ended < 3*time.Second {
			t.Errorf("a slow one was cut after %v", ended)
		}
		stalls := s.from("192.0.2.4").head(1 << 20).bytes(1<<20 - 1)
		time.Sleep(15*time.Second - time.Millisecond)
		stalls.wants("a stall of less than 15 s", "")
		time.Sleep(time.Millisecond)
		stalls.wants("a stall of 15 s", "408")
	})
}

// A connection goes on after a body, however long the request was worked on and
// however long it rested.
func TestKeptConnectionIsUsedAgain(t *testing.T) {
	inStreet(t, Config{}, Caps{Pace: WebhookPace()}, func(s *street) {
		s.busy = func(r *http.Request) {
			time.Sleep(time.Minute)
			if err := r.Context().Err(); err != nil {
				t.Errorf("while a body was worked on: %v", err)
			}
		}
		x := s.from("192.0.2.1")
		for _, n := range []int{10, 11, 0, 12} { // with none, too
			if x.head(n); n > 0 {
				x.bytes(n)
			}
			time.Sleep(2 * time.Minute)
			x.wants("the next request", fmt.Sprintf("200 %d", n))
		}
	})
}

func TestTooLarge(t *testing.T) {
	inStreet(t, Config{}, Caps{Pace: WebhookPace()}, func(s *street) {
		s.from("192.0.2.1").head(1<<30).wants("1 GiB announced", "413")
		s.from("192.0.2.2").head(1<<20).bytes(1<<20).wants("the largest", "200 1048576")
		x := s.from("192.0.2.3").head(-1)
		for range 17 {
			x.out <- []byte("10000\r\n")
			x.bytes(1 << 16).out <- []byte("\r\n")
		}
		x.wants("too much in chunks", "413")
	})
}

// halfSent is an attack: bodies that are announced and do not come.
func (s *street) halfSent(n int, peer func(int) string) (all []*sender) {
	for i := range n {
		all = append(all, s.from(peer(i)).head(1000).bytes(999))
	}
	synctest.Wait()
	return all
}

func one(int) string    { return "192.0.2.66" }
func many(i int) string { return fmt.Sprintf("198.51.%d.%d", i/250, 1+i%250) }

func TestHalfSentBodiesKeepNobodyOut(t *testing.T) {
	for name, peer := range map[string]func(int) string{"one address": one, "many addresses": many} {
		t.Run(name, func(t *testing.T) {
			inStreet(t, Config{}, Caps{Pace: WebhookPace(), Readers: 512, OfClient: 128}, func(s *street) {
				attack := s.halfSent(600, peer)
				for i := range 100 {
					s.from(many(10_000+i)).head(5).bytes(5).wants("a genuine one, at once", "200 5")
				}
				s.from(peer(0)).head(5).bytes(5).wants("a genuine one of an attacker's address", "200 5")
				cut := 0
				for _, x := range attack {
					if a := x.now(); a == "503" {
						cut++
					} else if a != "" {
						t.Errorf("answered %q", a)
					}
				}
				if name == "one address" && cut != 600-128+1 {
					t.Errorf("%d of 600 bodies of one address were cut, want all but 127", cut)
				}
				if name == "many addresses" && (cut < 600-512 || cut > 600-512+101) {
					t.Errorf("%d of 600 bodies were cut", cut)
				}
			})
		})
	}
}

// The slowest goes, whoever came first.
func TestTheSlowestGoes(t *testing.T) {
	inStreet(t, Config{}, Caps{Pace: PersonPace(), Readers: 3}, func(s *street) {
		steady := s.from("192.0.2.1").head(1 << 20)
		ahead := s.from("192.0.2.2").head(1 << 20)
		trickle := s.from("192.0.2.3").head(1 << 20)
		for i := range 25 {
			if i == 10 {
				ahead.bytes(1<<20 - 1) // all but the last byte, at once
			}
			steady.bytes(8 << 10)
			trickle.bytes(1)
			time.Sleep(100 * time.Millisecond)
		}
		s.from("192.0.2.4").head(5).bytes(5).wants("the first newcomer", "200 5")
		trickle.wants("the trickle", "503")
		s.from("192.0.2.5").head(500).wants("another slow one", "")
		s.from("192.0.2.6").head(5).bytes(5).wants("the second newcomer", "200 5")
		ahead.wants("the one that was fast once", "503")
		steady.wants("the steady one", "")
	})
}

// One address has one at a time; the next waits, unless the first has fallen
// behind.
func TestTurnOfAClient(t *testing.T) {
	caps := Caps{Pace: PersonPace(), OfClient: 1, Turn: 10 * time.Second}
	inStreet(t, Config{}, caps, func(s *street) {
		first := s.from("2001:db8::1").head(100).bytes(50)
		synctest.Wait()
		second := s.from("2001:db8::2").head(10).bytes(10) // of the same /64
		other := s.from("2001:db8:0:1::1").head(10).bytes(10)
		other.wants("another client", "200 10")
		second.wants("the second", "")
		first.bytes(50).wants("the first", "200 100")
		second.wants("the second, after the first", "200 10")

		steady := s.from("2001:db8::1").head(1 << 20)
		synctest.Wait()
		third := s.from("2001:db8::3").head(10).bytes(10)
		for range 11 {
			steady.bytes(32 << 10)
			time.Sleep(time.Second)
		}
		third.wants("the third, after ten seconds", "503")
		steady.wants("the steady one", "")
		time.Sleep(2 * time.Second) // it falls behind
		s.from("2001:db8::4").head(10).bytes(10).wants("the fourth", "200 10")
		steady.wants("the one that fell behind", "503")
	})
}

// However much is sent, what is held stays under the cap, and small ones pass.
func TestBytesInFlight(t *testing.T) {
	const most = 4 << 20
	inStreet(t, Config{InFlight: most}, Caps{Pace: WebhookPace()}, func(s *street) {
		check := func(when string) {
			t.Helper()
			if n := s.Reserved(); n > most {
				t.Errorf("%s: %d bytes are held, of at most %d", when, n, most)
			}
		}
		var large []*sender
		for i := range 30 {
			large = append(large, s.from(many(i)).head(1<<20).bytes(1<<20-1))
			synctest.Wait()
			check("while they come")
			if i%10 == 9 {
				time.Sleep(500 * time.Millisecond)
				s.from(many(1000+i)).head(1000).bytes(1000).wants("a small one", "200 1000")
			}
		}
		alive := 0
		for _, x := range large {
			if x.now() == "" {
				x.bytes(1).wants("a large one that stayed", "200 1048576")
				alive++
			}
			check("at the end")
		}
		if alive == 0 || alive > 4 {
			t.Errorf("%d of 1 MiB are held in 4 MiB", alive)
		}
		// What is only announced takes no room.
		for i := range 500 {
			s.from(many(i)).head(1 << 20)
		}
		s.from(many(2000)).head(1<<19).bytes(1<<19).wants("beside many announced ones", "200 524288")
	})
}

// Bodies that are in and worked on hold their bytes, and nobody cuts them.
func TestBytesAreHeldUntilTheAnswer(t *testing.T) {
	inStreet(t, Config{InFlight: 3 << 20}, Caps{Pace: WebhookPace()}, func(s *street) {
		release := make(chan struct{})
		s.busy = func(*http.Request) { <-release }
		a := s.from(many(1)).head(1 << 20).bytes(1 << 20)
		synctest.Wait()
		b := s.from(many(2)).head(1 << 20).bytes(1 << 20)
		synctest.Wait()
		s.from(many(3)).head(1<<20).bytes(1<<20).wants("one too many", "503")
		close(release)
		a.wants("the first", "200 1048576")
		b.wants("the second", "200 1048576")
	})
}

// A body that is read in pieces holds one of them, and what its reader does
// between two is not the sender's time.
func TestPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := New(Config{InFlight: 100 << 10})
		door := e.Door(Caps{Pace: PersonPace(), Readers: 1})
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, 1<<20)))
		body, err := door.Open(httptest.NewRecorder(), r, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		total, piece := 0, make([]byte, 64<<10)
		for err == nil {
			time.Sleep(time.Minute)
			var n int
			n, err = body.Read(piece)
			total += n
			if held := e.Reserved(); held != 64<<10 {
				t.Errorf("%d bytes are held", held)
			}
		}
		if err != io.EOF || total != 1<<20 {
			t.Errorf("%d bytes, %v", total, err)
		}
		for range 2 {
			if err := body.Close(); err != nil || e.Reserved() != 0 {
				t.Errorf("after the end %d bytes are held, %v", e.Reserved(), err)
			}
		}
		if body, err = door.Open(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, 1<<20))), 1<<20); err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if _, err := body.Read(make([]byte, 200<<10)); err != ErrBusy {
			t.Errorf("a buffer larger than all room: %v", err)
		}
	})
}

// What is in at one door and waits there leaves room at the others.
func TestDoorsLeaveRoom(t *testing.T) {
	const most, share = 1 << 20, 512 << 10
	synctest.Test(t, func(t *testing.T) {
		e := New(Config{InFlight: most})
		files, hooks := e.Door(Caps{Pace: PersonPace(), Memory: share}), e.Door(Caps{Pace: WebhookPace()})
		var in []*Body
		for range 2 * most / (64 << 10) {
			r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, 64<<10)))
			body, err := files.Open(httptest.NewRecorder(), r, most)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := body.Read(make([]byte, 64<<10)); err != nil && err != ErrBusy {
				t.Fatal(err)
			}
			in = append(in, body)
		}
		if held := e.Reserved(); held != share {
			t.Errorf("files hold %d bytes, of %d", held, share)
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, 200<<10)))
		update, err := hooks.Read(httptest.NewRecorder(), r, most)
		if err != nil {
			t.Fatalf("an update beside many files: %v", err)
		}
		for _, body := range append(in, update) {
			body.Close()
		}
		if e.reserved != 0 || files.reserved != 0 || hooks.reserved != 0 {
			t.Errorf("at the end %d bytes are held, %d of files, %d of updates", e.reserved, files.reserved, hooks.reserved)
		}
	})
}
