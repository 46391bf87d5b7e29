package bot

import (
	"cmp"
	"slices"
)

// Vars are the variables of a conversation, sorted by their names. With makes others, and
// Set is for whoever has made them: a turn leaves those it began with as they were.
type Vars []Var

// Var is one of them; its Value is never "".
type Var struct{ Name, Value string }

func byName(a, b Var) int { return cmp.Compare(a.Name, b.Name) }

// Get returns the value of a variable; "" when it is not set.
func (v Vars) Get(name string) string {
	for _, is := range v {
		if is.Name == name {
			return is.Value
		}
	}
	return ""
}

// With returns the variables with the value of one; "" forgets it.
func (v Vars) With(name, value string) Vars {
	if v.Get(name) == value {
		return v
	}
	others := v.Copy(1)
	others.Set(name, value)
	return others
}

// Copy returns the variables anew, with room for more.
func (v Vars) Copy(more int) Vars { return append(make(Vars, 0, len(v)+more), v...) }

// Set gives a variable its value; "" forgets it.
func (v *Vars) Set(name, value string) {
	at, known := slices.BinarySearchFunc(*v, Var{Name: name}, byName)
	switch {
	case known && value == "":
		*v = slices.Delete(*v, at, at+1)
	case known:
		(*v)[at].Value = value
	case value != "":
		*v = slices.Insert(*v, at, Var{name, value})
	}
}
