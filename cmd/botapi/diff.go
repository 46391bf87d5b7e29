package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"visnyk/bot/telegram/telegramtest"
)

// differences compares a description with our table: one line for each, in the
// table's notation, by name. What neither an update nor a call of ours can hold
// is not compared, but every method's name is.
func differences(theirs, ours *telegramtest.Table) []string {
	var d diff
	called := slices.Sorted(maps.Keys(ours.Methods))
	for _, name := range union(reach(theirs, called), slices.Sorted(maps.Keys(ours.Types))) {
		d.types(name, theirs, ours)
	}
	for _, name := range called {
		mine := ours.Methods[name]
		m, there := theirs.Methods[name]
		if !there {
			d.add("gone", name+" -> "+strings.Join(mine.Result, "|"))
			continue
		}
		d.kinds(name+" ->", m.Result, mine.Result)
		d.fields(name, m.Params, mine.Params)
	}
	for _, name := range union(slices.Sorted(maps.Keys(theirs.Methods)), ours.Uncalled) {
		_, there := theirs.Methods[name]
		switch known := slices.Contains(ours.Uncalled, name) || slices.Contains(called, name); {
		case !known:
			d.add("new", "method "+name)
		case !there:
			d.add("gone", "method "+name)
		}
	}
	return d.lines
}

// diff gathers lines.
type diff struct{ lines []string }

func (d *diff) add(what, which string) {
	d.lines = append(d.lines, fmt.Sprintf("%-8s %s", what, which))
}

func (d *diff) types(name string, theirs, ours *telegramtest.Table) {
	t, there := theirs.Types[name]
	mine, here := ours.Types[name]
	switch {
	case !here && t.OneOf != nil:
		d.add("new", name+" = "+strings.Join(t.OneOf, " | "))
	case !here:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, f.String())
		}
		d.add("new", strings.TrimSpace(name+": "+strings.Join(fields, "; ")))
	case !there:
		d.add("gone", name)
	case t.OneOf != nil || mine.OneOf != nil:
		d.kinds(name+" =", t.OneOf, mine.OneOf)
	default:
		d.fields(name, t.Fields, mine.Fields)
	}
}

func (d *diff) fields(owner string, theirs, ours []telegramtest.Field) {
	for _, f := range theirs {
		mine, here := telegramtest.FieldNamed(ours, f.Name)
		switch {
		case !here:
			d.add("new", owner+"."+f.String())
		case f.Optional != mine.Optional || !same(f.Kinds, mine.Kinds) || !sameLimit(f.Limit, mine.Limit):
			d.add("changed", owner+"."+mine.String()+" -> "+f.String())
		}
	}
	for _, mine := range ours {
		if _, there := telegramtest.FieldNamed(theirs, mine.Name); !there {
			d.add("gone", owner+"."+mine.String())
		}
	}
}

func (d *diff) kinds(what string, theirs, ours telegramtest.Kinds) {
	if !same(theirs, ours) {
		d.add("changed", what+" "+strings.Join(ours, "|")+" -> "+strings.Join(theirs, "|"))
	}
}

// same reports whether two lists of kinds mean the same to a description, which
// knows no fractions and no words.
func same(theirs, ours telegramtest.Kinds) bool {
	return slices.Equal(meant(theirs), meant(ours))
}

func meant(kinds telegramtest.Kinds) []string {
	var all []string
	for _, kind := range kinds {
		base := telegramtest.Base(kind)
		lists := strings.TrimPrefix(strings.TrimPrefix(kind, "+"), base)
		switch base {
		case "int", "float":
			base = "number"
		case "words":
			base = "string"
		}
		if !strings.HasPrefix(kind, "+") {
			all = append(all, base+lists)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sameLimit reports whether the limits agree; of what is not described, ours alone
// is one.
func sameLimit(theirs, ours telegramtest.Limit) bool {
	return theirs == ours || ours.Ours && theirs.Max == 0
}

// union returns all names of both, sorted.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
