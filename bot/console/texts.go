package console

import (
	"io/fs"
	"slices"
	"text/template"
	"text/template/parse"

	"visnyk/bot"
)

// Texts are the keys of the frame's own words and of the pages of the door.
func Texts() []string {
	keys := TextsOf(embedded)
	for _, code := range problemCodes() {
		keys = append(keys, "console.error."+code, "console.error."+code+"_next")
	}
	for _, r := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} {
		keys = append(keys, roleText(r))
	}
	return append(keys, "console.login.wrong", "console.login.again", "console.login.throttled", "console.password.differs", "console.draft.no_hour",
		"console.time.now", "console.time.ago", "console.time.days", "console.time.hours", "console.time.hours_minutes",
		"console.time.minutes", "console.time.less")
}

// roleText is the key of what a role is called.
func roleText(r bot.Role) string { return "console.role." + string(r) }

// TextsOf returns the keys that the templates of a section name. What stands in
// Go, or is put together, a section adds itself.
func TextsOf(files fs.FS) (keys []string) {
	for _, name := range append(PageNames(files), framesIn(files)...) {
		trees, err := parse.Parse(name, string(read(files, name+".html")), "", "", anyFunctions(), builtins())
		if err != nil {
			panic(err)
		}
		for _, tree := range trees {
			walk(tree.Root, func(key string) { keys = append(keys, key) })
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func framesIn(files fs.FS) (names []string) {
	for _, name := range []string{"layout", "parts"} {
		if _, err := fs.Stat(files, "pages/"+name+".html"); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// anyFunctions names what templates call, for the parser to know.
func anyFunctions() map[string]any {
	return (&Console{}).functions("")
}

// builtins names those of the standard library.
func builtins() map[string]any {
	names := map[string]any{}
	for _, name := range []string{
		"and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call",
		"eq", "ne", "lt", "le", "gt", "ge",
	} {
		names[name] = template.HTMLEscaper
	}
	return names
}

// walk tells the keys of texts that stand below a node.
func walk(node parse.Node, found func(key string)) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				walk(child, found)
			}
		}
	case *parse.ActionNode:
		walk(n.Pipe, found)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, found)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, found)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, found)
	case *parse.TemplateNode:
		walk(n.Pipe, found)
	case *parse.PipeNode:
		if n != nil {
			for _, command := range n.Cmds {
				walk(command, found)
			}
		}
	case *parse.CommandNode:
		walkCommand(n, found)
	}
}

func walkBranch(n *parse.BranchNode, found func(string)) {
	walk(n.Pipe, found)
	walk(n.List, found)
	walk(n.ElseList, found)
}

// walkCommand looks at a call: t and n name their text by their first argument.
func walkCommand(n *parse.CommandNode, found func(string)) {
	if f, ok := n.Args[0].(*parse.IdentifierNode); ok && (f.Ident == "t" || f.Ident == "n") && len(n.Args) > 1 {
		if key, ok := n.Args[1].(*parse.StringNode); ok {
			found(key.Text)
		}
	}
	for _, arg := range n.Args {
		walk(arg, found)
	}
}
