package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// TestListsAreWhole: what pages have words for is listed by these functions, so a
// constant that its list forgot would be a page that breaks.
func TestListsAreWhole(t *testing.T) {
	for _, c := range []struct {
		file, kind string
		listed     []string
	}{
		{"ticket.go", "Reason", Choices(Reasons())},
		{"ticket.go", "TicketOutcome", Choices(append(TicketOutcomes(), OutcomeRecalled, OutcomeJoined))},
		{"event.go", "AttachmentKind", Choices(AttachmentKinds())},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), c.file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var declared []string
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, named := spec.Type.(*ast.Ident)
			value, literal := spec.Values[0].(*ast.BasicLit)
			if !named || !literal || kind.Name != c.kind {
				return true
			}
			text, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			declared = append(declared, text)
			return true
		})
		if len(declared) == 0 {
			t.Errorf("%s declares no %s", c.file, c.kind)
		}
		for _, text := range declared {
			if text != "" && !slices.Contains(c.listed, text) {
				t.Errorf("the list of %s lacks %q", c.kind, text)
			}
		}
	}
}
