package dialog

import (
	"testing"

	"visnyk/bot"
	"visnyk/bot/library"
)

// Whoever was told a later version than the content has is answered by the content as it is
// by now; nobody else has it read anew.
func TestContentBehindWhatWasTold(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		for version, read := range map[int]bool{1: false, 2: false, 3: true} {
			inputs := []*TurnInput{{Content: library.Snapshot{Changes: []bot.Change{{ID: "c", Version: 2}}}}}
			told := map[string]bot.Rendering{"r": {Change: "c", Version: version}, "s": {Change: "another", Version: 9}}
			if err := r.worker.catchUp(t.Context(), inputs, told); err != nil {
				t.Fatal(err)
			}
			if anew := len(inputs[0].Content.Changes) == 0; anew != read { // the database has none
				t.Errorf("told version %d beside 2: the content is read anew: %v", version, anew)
			}
		}
	})
}
