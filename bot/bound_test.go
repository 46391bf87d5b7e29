package bot_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"visnyk/bot"
)

// Whatever a customer may see of a change, whom it concerns and when it is told changes
// the hash of what is approved; where it stands and who owns it does not.
func TestEverythingTheSheetSaysIsApproved(t *testing.T) {
	outside := map[string]bool{"State": true, "Version": true, "Owner": true}
	whole := bot.Bound{Hashes: []string{"v1:a"}, Kinds: []string{"telegram"}, Words: bot.BoundWords{bot.Ukrainian: {"change.head": "x"}}}
	var c bot.Change
	filled(reflect.ValueOf(&c).Elem(), "")
	is := c.ApprovedHash(whole)
	leaves := 0
	each(reflect.ValueOf(&c).Elem(), "", func(path string, change func() (back func())) {
		leaves++
		back := change()
		if changed := c.ApprovedHash(whole) != is; changed == outside[path] {
			t.Errorf("%s: changed %v", path, changed)
		}
		back()
	})
	if leaves < 50 || c.ApprovedHash(whole) != is {
		t.Errorf("%d fields were tried, or one is not as it was", leaves)
	}
	for _, other := range []bot.Bound{
		{},
		{Hashes: []string{"v1:b"}, Kinds: whole.Kinds, Words: whole.Words},
		{Hashes: whole.Hashes, Words: whole.Words},
		{Hashes: whole.Hashes, Kinds: whole.Kinds, Words: bot.BoundWords{bot.Ukrainian: {"change.head": "y"}}},
	} {
		if c.ApprovedHash(other) == is {
			t.Errorf("%+v is approved too", other)
		}
	}
}

// filled gives every field a value of its own; a list has one of each.
func filled(v reflect.Value, path string) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2027, 1, 2, 3, 4, len(path), 0, time.UTC)))
	case v.Type() == reflect.TypeFor[bot.Segment]():
		v.Set(reflect.ValueOf(bot.In("tier", path)))
	case v.Kind() == reflect.String:
		v.SetString(path)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), path+".0")
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			filled(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	}
}

// each tries every field.
func each(v reflect.Value, path string, try func(string, func() func())) {
	change := func(to any) {
		was := reflect.ValueOf(v.Interface())
		try(path, func() func() {
			v.Set(reflect.ValueOf(to).Convert(v.Type()))
			return func() { v.Set(was) }
		})
	}
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		change(v.Interface().(time.Time).Add(time.Microsecond))
	case v.Type() == reflect.TypeFor[bot.Segment]():
		change(bot.In("tier", "another"))
	case v.Kind() == reflect.String:
		change(v.String() + "x")
	case v.Kind() == reflect.Int:
		change(int(v.Int()) + 1)
	case v.Kind() == reflect.Slice:
		each(v.Index(0), path+".0", try)
		try(path, func() func() {
			was := reflect.ValueOf(v.Interface())
			v.Set(reflect.Zero(v.Type()))
			return func() { v.Set(was) }
		})
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if path != "" {
				name = fmt.Sprint(path, ".", name)
			}
			each(v.Field(i), name, try)
		}
	default:
		panic(path + " is of a kind that this test does not know")
	}
}
