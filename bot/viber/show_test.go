package viber

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
)

// The preview is what Render made, read as Viber reads it.
func TestShow(t *testing.T) {
	c := &Channel{}
	for _, m := range []struct {
		bot.Message
		want []bot.Run
	}{
		{bot.Message{Text: "Ціна **120 грн**, _так_"}, []bot.Run{{Text: "Ціна "}, {Text: "120 грн", Bold: true}, {Text: ", "}, {Text: "так", Italic: true}}},
		{bot.Message{Text: "**_разом_**"}, []bot.Run{{Text: "разом", Bold: true, Italic: true}}},
		{bot.Message{Text: "~~старе~~\nнове"}, []bot.Run{{Text: "старе", Strike: true}, {Text: "\n"}, {Text: "нове"}}},
		{bot.Message{Text: "Наберіть *111*4# або *100*", Plain: true}, []bot.Run{{Text: "Наберіть *111*4# або *100*"}}},
		{bot.Message{Text: "snake_case_name 5*3", Plain: true}, []bot.Run{{Text: "snake_case_name 5*3"}}},
	} {
		parts, err := c.Render(m.Message)
		if err != nil || len(parts) != 1 {
			t.Fatal(parts, err)
		}
		shown, err := c.Show(parts[0])
		if diff := cmp.Diff(m.want, shown.Runs); diff != "" || err != nil {
			t.Errorf("%q: %v %s", m.Text, err, diff)
		}
	}
}

// TestShowButtons: labels stand in the rows in which Viber draws them, as people read them.
func TestShowButtons(t *testing.T) {
	c := &Channel{}
	press := func(label string) bot.Button { return bot.Button{Label: label, Action: "a"} }
	parts, err := c.Render(bot.Message{Text: "Так?", Buttons: [][]bot.Button{{press("Так & ні"), press("<b>")}, {press("*Далі*")}, {press("1"), press("2"), press("3"), press("4")}}})
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	shown, err := c.Show(parts[0])
	if diff := cmp.Diff([][]string{{"Так & ні", "<b>"}, {"*Далі*"}, {"1", "2"}, {"3", "4"}}, shown.Buttons); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}
