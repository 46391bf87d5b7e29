package flows

import "testing"

// BenchmarkParseCommand hears what people write most: most of it is no command.
func BenchmarkParseCommand(b *testing.B) {
	for name, text := range map[string]string{
		"command":  "дякую",
		"question": "Скільки коштує інтернет?",
		"story": "Доброго дня, вчора подзвонив майстер і сказав, що приїде о другій, а потім не приїхав, " +
			"я відпросилася з роботи, чекала до вечора. Коли його тепер чекати?",
	} {
		b.Run(name, func(b *testing.B) {
			ParseCommand(text)
			b.ReportAllocs()
			for b.Loop() {
				ParseCommand(text)
			}
		})
	}
}
