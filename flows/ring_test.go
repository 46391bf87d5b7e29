package flows

import "testing"

func TestAsksForCall(t *testing.T) {
	for text, want := range map[string][2]bool{
		"передзвоніть мені після шостої бо я на роботі не можу говорить": {true, false}, "наберите меня 0671112233 по поводу подключения": {true, true}, "перезвоните, 067 111-22-33": {true, true},
		"як вам подзвонити": {}, "почему вы звоните мне ночью": {}, "не перезванивайте": {}, "не передзвоніть, а напишіть": {}, "обещали позвонить": {}, "оператора": {},
	} {
		asks, number := AsksForCall(text)
		if asks != want[0] || asks && number != want[1] {
			t.Errorf("AsksForCall(%q) = %v, %v, want %v", text, asks, number, want)
		}
	}
}
