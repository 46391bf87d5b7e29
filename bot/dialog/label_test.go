package dialog

import (
	"testing"

	"visnyk/bot"
)

// TestLabelled: a typed label is the button that bears it, before any that was cut of
// more; and of two that may be meant none is.
func TestLabelled(t *testing.T) {
	buttons := []bot.Button{
		{Label: "Тариф…", Action: "cut"},
		{Label: "Тариф «Домашній»", Action: "whole"},
		{Label: "Тариф «Дім…", Action: "longer"},
		{Label: "Роботи на…", Action: "one"},
		{Label: "Роботи на…", Action: "two"},
		{Label: "Меню", Action: "menu"},
		{Label: "…", Action: "dots"},
	}
	for text, want := range map[string]string{
		"тариф «домашній»": "whole", "Тариф «Дім і офіс»": "longer", "Тариф «Офіс»": "cut", " • МЕНЮ ": "menu", "Тариф": "cut",
		"Роботи на мережі": "", "": "", "щось": "", "…": "dots",
	} {
		if b, _ := labelled(buttons, text); b.Action != want {
			t.Errorf("%q presses %q, want %q", text, b.Action, want)
		}
	}
}

// TestApart: labels that a typed one could mean alike are told apart, in whichever
// case they are written.
func TestApart(t *testing.T) {
	all := []bot.Button{{Label: "Роботи", Action: "a"}, {Label: "роботи", Action: "b"}, {Label: "Роботи", Action: "a"}, {Label: "РОБОТИ", Action: "c"}}
	apart(all)
	for i, want := range []string{"Роботи", "роботи (2)", "Роботи", "РОБОТИ (3)"} {
		if got := all[i].Label; got != want {
			t.Errorf("button %d is %q, want %q", i, got, want)
		}
	}
}
