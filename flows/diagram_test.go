package flows_test

import (
	"slices"
	"strings"
	"testing"

	"visnyk/flows"
)

func never(flows.Turn) bool { return false }

func to(label, step string) flows.Transition {
	return flows.Transition{Label: label, When: never, To: step}
}

func step(name string, on ...flows.Transition) flows.Step {
	return flows.Step{
		Name: name, On: on, Else: flows.Stay(),
		Enter: func(flows.Turn) []flows.Effect { return nil },
	}
}

func drawn(t *testing.T) flows.Book {
	t.Helper()
	book, err := flows.NewBook("shop/door", []flows.Transition{to("[menu]", "shop/door")},
		flows.Flow{Name: "shop", Steps: []flows.Step{
			step("door", to("in", "hall"), to("knock", "hall"), to("leave", "street/walk")),
			step("hall", to("a", "bread"), to("b", "milk"), to("c", "cheese"), to("d", "fish"), to("back", "door")),
			step("bread", to("pay", "desk")), step("milk", to("pay", "desk")), step("cheese", to("pay", "desk")),
			step("fish", to("pay", "desk")), step("desk", to("again", "hall")), step("cellar"),
		}},
		flows.Flow{Name: "street", Steps: []flows.Step{step("walk", to("in", "shop/door"))}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestDiagram wants every step once, none upon another, all within the drawing,
// arrows between different steps of the flow alone, and those mostly downwards.
func TestDiagram(t *testing.T) {
	d, ok := drawn(t).Diagram("shop")
	if !ok || d.Flow != "shop" {
		t.Fatalf("no diagram: %+v", d)
	}
	at := map[string]flows.Spot{}
	for _, s := range d.Spots {
		if s.X < 0 || s.Y < 0 || s.X+s.W > d.Width || s.Y+s.H > d.Height {
			t.Errorf("%s stands outside: %+v", s.Name, s)
		}
		for name, o := range at {
			if s.X < o.X+o.W && o.X < s.X+s.W && s.Y < o.Y+o.H && o.Y < s.Y+s.H {
				t.Errorf("%s stands upon %s", s.Step, name)
			}
		}
		at[s.Step] = s
	}
	if len(at) != 8 {
		t.Errorf("%d steps, want 8", len(at))
	}
	if at["shop/door"].Y >= at["shop/hall"].Y || at["shop/hall"].Y >= at["shop/fish"].Y || at["shop/fish"].Y >= at["shop/desk"].Y {
		t.Errorf("the layers are out of order: %+v", at)
	}
	count := map[string]int{}
	for _, c := range d.Curves {
		count[c.From+">"+c.To]++
		if at[c.From].Step == "" || at[c.To].Step == "" || !strings.HasPrefix(c.Path, "M") {
			t.Errorf("arrow %+v", c)
		}
	}
	if len(count) != 11 || count["shop/door>shop/hall"] != 1 || count["shop/hall>shop/door"] != 1 {
		t.Errorf("arrows %v", count)
	}
	if _, ok := drawn(t).Diagram("nowhere"); ok {
		t.Error("a flow that is not there was drawn")
	}
}

func TestExits(t *testing.T) {
	got := drawn(t).Exits("shop/door")
	if len(got) != 2 || got[0].To != "shop/hall" || !slices.Equal(got[0].Labels, []string{"in", "knock"}) || got[1].To != "street/walk" {
		t.Errorf("exits %+v", got)
	}
	if got := drawn(t).Exits("shop/cellar"); len(got) != 0 {
		t.Errorf("exits of a dead end: %+v", got)
	}
}
