package articles

import (
	"fmt"
	"sync"

	"visnyk/flows/faq/search"
	"visnyk/flows/faq/starter"
)

// Atlas returns what customers of many companies ask, as the starter bases have it. It
// is drawn when it is first wanted, once a process.
var Atlas = sync.OnceValue(func() *search.Atlas {
	bases, err := starter.Bases()
	if err != nil {
		panic(fmt.Errorf("atlas: %w", err)) // they are part of the program, and a test reads them
	}
	trades := make([]search.Trade, len(bases))
	for i, b := range bases {
		trades[i] = search.Trade{Articles: b.Articles, Asked: b.Asked}
	}
	return search.NewAtlas(trades...)
})
