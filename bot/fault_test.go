package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// TestEveryCodeIsInTheTable reads the constants, for a code that the table lacks
// would have no words anywhere.
func TestEveryCodeIsInTheTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "faultcode.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[FaultCode]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "FaultCode" {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if seen[FaultCode(code)] {
			t.Errorf("two constants are %q", code)
		}
		seen[FaultCode(code)] = true
		if faultWords[FaultCode(code)] == "" {
			t.Errorf("%s has no words", spec.Names[0].Name)
		}
		return true
	})
	if len(seen) != len(faultWords) {
		t.Errorf("%d constants and %d codes with words", len(seen), len(faultWords))
	}
}
