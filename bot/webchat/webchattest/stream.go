package webchattest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Thread is a page of the thread, as the service gives it at once.
type Thread struct {
	Lines           []Line
	More            bool // there are earlier ones
	Delivered, Seen int64
}

// Fetch returns the last lines of the thread, or those before a number.
func (v *Visitor) Fetch(ctx context.Context, before int64) (t Thread, err error) {
	to := v.base + "/chat/thread"
	if before > 0 {
		to += fmt.Sprintf("?before=%d", before)
	}
	var wire struct {
		Lines     []json.RawMessage `json:"lines"`
		More      bool              `json:"more"`
		Delivered int64             `json:"delivered"`
		Seen      int64             `json:"seen"`
		Now       int64             `json:"now"`
	}
	if err := v.call(ctx, http.MethodGet, to, nil, &wire); err != nil {
		return t, err
	}
	t.More, t.Delivered, t.Seen = wire.More, wire.Delivered, wire.Seen
	for _, raw := range wire.Lines {
		l, err := readLine(raw)
		if err != nil {
			return t, err
		}
		t.Lines = append(t.Lines, l)
	}
	return t, nil
}

// FetchAll returns the whole thread.
func (v *Visitor) FetchAll(ctx context.Context) (lines []Line, err error) {
	for before := int64(0); ; before = lines[0].Seq {
		t, err := v.Fetch(ctx, before)
		if err != nil {
			return nil, err
		}
		lines = append(t.Lines, lines...)
		if !t.More || len(lines) == 0 {
			return lines, nil
		}
	}
}

// Listen keeps one stream, from the last line that it has, until the service
// ends it or ctx does; nil after either. Call it again to come back.
func (v *Visitor) Listen(ctx context.Context) error {
	v.mu.Lock()
	after := v.after
	v.mu.Unlock()
	res, err := v.do(ctx, http.MethodGet, v.base+fmt.Sprintf("/chat/stream?after=%d", after), nil)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream; charset=utf-8" {
		v.fault("a stream of type " + kind)
	}
	v.read(res.Body)
	return nil
}

// read reads events until the stream ends.
func (v *Visitor) read(r io.Reader) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	fields := map[string]string{}
	for in.Scan() {
		name, value, _ := strings.Cut(in.Text(), ":")
		switch {
		case in.Text() == "":
			v.event(fields)
			fields = map[string]string{}
		case name == "": // a sign of life
		default:
			fields[name] = strings.TrimPrefix(value, " ")
		}
	}
}

func (v *Visitor) event(fields map[string]string) {
	switch fields["event"] {
	case "line":
		l, err := readLine([]byte(fields["data"]))
		v.mu.Lock()
		defer v.mu.Unlock()
		switch {
		case err != nil:
			v.faults = append(v.faults, err.Error())
		case fmt.Sprint(l.Seq) != fields["id"]:
			v.faults = append(v.faults, fmt.Sprintf("line %d under the id %s", l.Seq, fields["id"]))
		case l.Seq <= v.after:
			v.faults = append(v.faults, fmt.Sprintf("line %d after line %d", l.Seq, v.after))
		default:
			v.after = l.Seq
			v.lines = append(v.lines, l)
		}
		v.tell()
	case "typing":
		v.mu.Lock()
		defer v.mu.Unlock()
		v.typing++
		v.tell()
	case "":
		if data, ok := fields["data"]; ok {
			v.fault("data without an event: " + data)
		}
	default:
		v.fault("an event " + fields["event"])
	}
}

func (v *Visitor) fault(what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = append(v.faults, what)
	v.tell()
}

// tell wakes who waits for Changed; the caller holds the lock.
func (v *Visitor) tell() {
	close(v.changed)
	v.changed = make(chan struct{})
}

// Changed is closed with the next thing that the stream brings.
func (v *Visitor) Changed() <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.changed
}

// Lines are all lines that the streams brought; Shown those of the service.
func (v *Visitor) Lines() []Line {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.lines)
}

// Shown is what the service has said, as the streams brought it.
func (v *Visitor) Shown() []Line {
	return slices.DeleteFunc(v.Lines(), func(l Line) bool { return !l.Out })
}

// Typing counts how often somebody was seen writing.
func (v *Visitor) Typing() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.typing
}

// Faults are what the service sent and no page could use.
func (v *Visitor) Faults() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.faults)
}
