package locales

import "testing"

func TestForeign(t *testing.T) {
	for _, text := range []string{
		"How much is the internet?", "what are your opening hours", "I need help with my router", "Do you speak English?",
		"Wie viel kostet das Internet?", "Ich hätte gern einen Termin", "Ile kosztuje internet?", "Proszę o pomoc z routerem",
		"Bonjour, je voudrais un rendez-vous", "Quanto costa internet?", "İnternet ne kadar?", "どこですか", "πόσο κοστίζει",
	} {
		if !Foreign(text) {
			t.Errorf("%q is taken for one of ours", text)
		}
	}
	for _, text := range []string{
		"", "👍", "42", "wifi", "iPhone 15 Pro", "Wi-Fi 6", "+380 50 123 45 67", "https://example.com", "https://example.com/a/b?c=d&e=f", "me@mail.example or@you.example x@y.z", "Samsung Galaxy S24",
		"skilky koshtuye internet", "skolko stoit internet", "internet ne rabotaet", "koly vidkryto ofis", "chomu nema internetu",
		"скільки коштує internet for business plan", "роутер TP-Link Archer не бачить мережі", "gde moj zakaz",
	} {
		if Foreign(text) {
			t.Errorf("%q is taken for another language", text)
		}
	}
}
