package settings

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wholeAction is an action as the audit has it, or its beginning before a move.
var wholeAction = regexp.MustCompile(`^([a-z]+)\.([a-z_]*)$`)

// TestEveryActionHasItsWords: whatever is audited anywhere in the module has words on
// the page of the audit, and its noun can be chosen there. An action is a text of that
// form which an entry of the audit has, or which a package that writes such entries
// passes to a function, of a noun of the page; "ticket." is followed by every move.
func TestEveryActionHasItsWords(t *testing.T) {
	moves := map[string][]string{}   // the values of constants, by the name of their type
	audited := map[string][]string{} // texts of that form, and the folders where they stand
	passed := map[string][]string{}  // those passed to functions, by the folder
	writes := map[string]bool{}      // the folders with entries of the audit
	add := func(to map[string][]string, key string, e ast.Expr) {
		if sum, ok := e.(*ast.BinaryExpr); ok {
			e = sum.X
		}
		if text, ok := literal(e); ok && wholeAction.MatchString(text) {
			to[key] = append(to[key], text)
		}
	}
	module := os.DirFS("../../..")
	read := func(name string) error {
		source, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				kind, named := n.Type.(*ast.Ident)
				if text, ok := literal(slices.Concat(n.Values, []ast.Expr{nil})[0]); ok && named {
					moves[kind.Name] = append(moves[kind.Name], text)
					if dir != "bot" && strings.HasSuffix(kind.Name, "Move") { // of a noun of its own
						moves[dir] = append(moves[dir], text)
					}
				} else if ok && strings.HasPrefix(n.Names[0].Name, "Ticket") {
					add(audited, dir, n.Values[0])
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Action" {
					add(audited, dir, n.Value)
				}
			case *ast.SelectorExpr:
				writes[dir] = writes[dir] || n.Sel.Name == "AuditEntry"
			case *ast.CallExpr:
				for _, arg := range n.Args {
					add(passed, dir, arg)
				}
			}
			return true
		})
		return nil
	}
	for _, root := range []string{"bot", "storage", "cmd"} {
		if err := fs.WalkDir(module, root, func(name string, d fs.DirEntry, err error) error {
			if name == "cmd/bench" { // its audits are measured, not read
				return fs.SkipDir
			}
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				return read(name)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for dir := range writes {
		for _, text := range passed[dir] {
			if slices.Contains(nouns(), noun(wholeAction.FindStringSubmatch(text)[1])) {
				audited[dir] = append(audited[dir], text)
			}
		}
	}
	seen := map[string]bool{}
	for dir, texts := range audited {
		for _, text := range texts {
			parts := wholeAction.FindStringSubmatch(text)
			if !slices.Contains(nouns(), noun(parts[1])) {
				t.Errorf("%s audits %q, and the page does not offer its noun", dir, text)
			}
			all := []string{parts[2]}
			if parts[2] == "" {
				all = slices.Concat(moves[strings.ToUpper(parts[1][:1])+parts[1][1:]+"Move"], moves[dir])
				if len(all) == 0 {
					t.Errorf("%s audits moves of %s, and there are none", dir, parts[1])
				}
			}
			for _, move := range all {
				action := parts[1] + "." + move
				if seen[action] = true; !actions()[action] {
					t.Errorf("%s, which %s audits, has no words", action, dir)
				}
			}
		}
	}
	for _, action := range []string{"ticket.sleep", "ticket.takeback", "ticket.open", "user.add", "update.drop", "article.create", "article.approve", "change.announce"} {
		if !seen[action] {
			t.Errorf("%s is not found: the test is blind", action)
		}
	}
}

// literal returns the text that the expression is; false where it is none.
func literal(e ast.Expr) (string, bool) {
	text, ok := e.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(text.Value)
	return value, err == nil
}
