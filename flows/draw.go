package flows

import (
	"fmt"
	"strings"
)

// arrow is one transition with both its ends.
type arrow struct{ from, label, to string }

// arrows lists every transition of the book in reading order; those tried in
// any step come first, from "*".
func (b Book) arrows() []arrow {
	var list []arrow
	for _, tr := range b.anyway {
		list = append(list, arrow{"*", tr.Label, target("", "*", tr.To)})
	}
	for _, f := range b.flows {
		for _, s := range f.Steps {
			from := f.Name + "/" + s.Name
			for _, tr := range s.On {
				list = append(list, arrow{from, tr.Label, target(f.Name, from, tr.To)})
			}
			list = append(list, arrow{from, s.Else.Label, target(f.Name, from, s.Else.To)})
		}
	}
	return list
}

// target is where an arrow leads; one that stays leads back.
func target(flow, from, to string) string {
	if to == "" || to == Again {
		return from
	}
	return qualify(flow, to)
}

// Mermaid draws the book as a Mermaid flowchart. Steps that do not wait for the
// person are rhombs.
func (b Book) Mermaid() string {
	var s strings.Builder
	s.WriteString("flowchart LR\n  any((any step))\n")
	for _, f := range b.flows {
		fmt.Fprintf(&s, "  subgraph %s\n", f.Name)
		for _, st := range f.Steps {
			open, shut := "[", "]"
			if st.Pass {
				open, shut = "{", "}"
			}
			fmt.Fprintf(&s, "    %s%s\"%s\"%s\n", node(f.Name+"/"+st.Name), open, st.Name, shut)
		}
		s.WriteString("  end\n")
	}
	for _, a := range b.arrows() {
		fmt.Fprintf(&s, "  %s -->|\"%s\"| %s\n", node(a.from), strings.ReplaceAll(a.label, `"`, "'"), node(a.to))
	}
	return s.String()
}

// node is a name that Mermaid takes as an identifier.
func node(name string) string {
	if name == "*" {
		return "any"
	}
	return strings.NewReplacer("/", "_", "-", "_").Replace(name)
}

// Dot draws the book for Graphviz.
func (b Book) Dot() string {
	var s strings.Builder
	s.WriteString("digraph visnyk {\n  rankdir=LR; node [shape=box, style=rounded];\n  \"*\" [label=\"any step\", shape=circle];\n")
	for _, f := range b.flows {
		fmt.Fprintf(&s, "  subgraph %q {\n    label=%q;\n", "cluster_"+f.Name, f.Name)
		for _, st := range f.Steps {
			shape := "box"
			if st.Pass {
				shape = "diamond"
			}
			fmt.Fprintf(&s, "    %q [label=%q, shape=%s];\n", f.Name+"/"+st.Name, st.Name, shape)
		}
		s.WriteString("  }\n")
	}
	for _, a := range b.arrows() {
		fmt.Fprintf(&s, "  %q -> %q [label=%q];\n", a.from, a.to, a.label)
	}
	s.WriteString("}\n")
	return s.String()
}
