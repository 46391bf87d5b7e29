package bot

import (
	"strings"
	"testing"
)

func TestLastingAction(t *testing.T) {
	id := RenderingID("v1:" + strings.Repeat("0123456789abcdef", 4))
	if id != "0123456789" {
		t.Fatalf("id %q", id)
	}
	for _, do := range []string{"ack", "ask", "a", "open:tariff_2027", strings.Repeat("z", MaxAction-RenderingIDLength-2)} {
		action := LastingAction(id, do)
		if len(action) > MaxAction {
			t.Errorf("%q has %d bytes", action, len(action))
		}
		rendering, back, ok := ReadLasting(action)
		if !ok || rendering != id || back != do || !(Button{Action: action}).Lasting() {
			t.Errorf("%q is read as %q, %q, %v", action, rendering, back, ok)
		}
	}
	for _, action := range []string{
		"", "_", "ack", "open:tariff", "_0123456789", "_0123456789_", "_0123456789ack", "_012345678_ack", "0123456789_ack", "_012345678z_ack", "_01234_6789_a",
	} {
		if rendering, do, ok := ReadLasting(action); ok {
			t.Errorf("%q is read as %q of %q", action, do, rendering)
		}
	}
	for _, hash := range []string{"", "v1:", "v1:012345678", "0123456789abcdef"} {
		if id := RenderingID(hash); id != "" {
			t.Errorf("%q has the id %q", hash, id)
		}
	}
}
