package bot

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BroadcastState is where a broadcast stands.
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastDraft     BroadcastState = "draft"
	BroadcastReview    BroadcastState = "in review"
	BroadcastApproved  BroadcastState = "approved"
	BroadcastScheduled BroadcastState = "scheduled"
	BroadcastSending   BroadcastState = "sending"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastSent      BroadcastState = "sent"
	BroadcastCancelled BroadcastState = "cancelled"
)

// BroadcastStates lists the states of a broadcast, in their usual order.
func BroadcastStates() []BroadcastState {
	return []BroadcastState{
		BroadcastDraft, BroadcastReview, BroadcastApproved, BroadcastScheduled,
		BroadcastSending, BroadcastPaused, BroadcastSent, BroadcastCancelled,
	}
}

// Broadcast is one message to one audience: at most one to each person.
type Broadcast struct {
	ID      string         `json:"id"`
	State   BroadcastState `json:"state"`
	Version int            `json:"version"`
	Title   string         `json:"title"`            // for colleagues: see Called
	Titles  Bilingual      `json:"-"`                // Title in each language, where it was made of a sheet
	Topic   string         `json:"topic"`            // of what it is; who does not want that is left out
	Change  string         `json:"change,omitempty"` // that it tells; "" is none
	// ChangeVersion is the version of Change that it tells, since it was submitted; 0 in
	// drafts, and where it was approved before this was noted.
	ChangeVersion int               `json:"change_version,omitempty"`
	Text          Bilingual         `json:"text"`            // Markdown, with variables as {{name|fallback}}
	Digest        Bilingual         `json:"digest,omitzero"` // what stands for Text in a digest, in a line; without it, it is in none
	Buttons       []BroadcastButton `json:"buttons,omitempty"`
	Media         *Media            `json:"attachment,omitempty"`
	Audience      Segment           `json:"segment,omitzero"`
	// Start is when it begins by itself, Until when what has not left by then is
	// given up; zero: by hand, and never. Zone is where the author reads both.
	Start time.Time `json:"start,omitzero"`
	Until time.Time `json:"until,omitzero"`
	Zone  string    `json:"zone,omitempty"`
	// Correction tells people who were told something wrong; Must wants to be
	// acknowledged, so it is never in a digest; Urgent is why it may wake people.
	Correction bool   `json:"correction,omitempty"`
	Must       bool   `json:"must_acknowledge,omitempty"`
	Urgent     string `json:"urgent,omitempty"`
	// Fallback is after how many hours what was not delivered, where the messenger tells
	// of that, goes to the person's next address; 0 is never.
	Fallback int `json:"fallback_hours"`
	// Ceiling is what its messages may cost altogether; zero: what they cost. It is no part
	// of what is approved: see broadcast.Cap.
	Ceiling Money `json:"ceiling,omitzero"`
	// News is what it tells of the roll-out of its change; nil where somebody wrote it. Then
	// Text and Audience say nothing.
	News *News `json:"news,omitempty"`
	// Mends is the broadcast in whose place it stands, which was stopped in the middle: it
	// tells only whom that one did not. Corrects is the one whose words were wrong: it is for
	// exactly those whom that one told, or may have. "" is none.
	Mends    string `json:"mends,omitempty"`
	Corrects string `json:"corrects,omitempty"`
	// Answers is the article that it tells to those who asked it; nil where it tells none.
	// Then Audience says nothing, and Text has what each of them asked as AskedVariable.
	Answers *Answering `json:"answers,omitempty"`
	// Template says that it is approved with slots, and sent only as a copy in which they
	// are filled; Filled is what such a copy was made of.
	Template bool    `json:"template,omitempty"`
	Filled   *Filled `json:"filled,omitempty"`
	// Renderings are what was approved; what is not among them is sent to nobody.
	Renderings []BroadcastRendering `json:"renderings,omitempty"`
}

// UsualFallback is Broadcast.Fallback where nobody says anything else.
const UsualFallback = 24

// Digestible reports whether it may be told as a line of a digest. What has to be
// acknowledged, is urgent or corrects something always stands alone.
func (b Broadcast) Digestible() bool {
	return b.Digest.Complete() && !b.Must && !b.Correction && b.Urgent == ""
}

// Called is what colleagues who read the language know it by; "" where it has no title.
// One that somebody wrote is as they wrote it.
func (b Broadcast) Called(l Language) string {
	title := strings.TrimSpace(b.Title)
	if title != "" && (title == strings.TrimSpace(b.Titles.UK) || title == strings.TrimSpace(b.Titles.RU)) {
		return cmp.Or(strings.TrimSpace(b.Titles.In(l)), title)
	}
	return title
}

// Derived reports whether nobody wrote it: what it says, and to whom, comes of something
// else that was approved.
func (b Broadcast) Derived() bool { return b.News != nil || b.Answers != nil }

// About returns the topic by which people have said where they hear of such things.
func (b Broadcast) About() string {
	if b.News != nil {
		return b.News.Topic
	}
	return b.Topic
}

// BroadcastButton is a button under a broadcast: it opens an address or a flow, or does
// what a lasting button may, whatever is said later. It is just one of these.
type BroadcastButton struct {
	Label Bilingual `json:"label"`
	URL   string    `json:"url,omitempty"`
	Do    string    `json:"do,omitempty"`
	Flow  string    `json:"flow,omitempty"` // the name of the flow
}

// Does returns what it does as a lasting button; "" where it opens an address.
func (b BroadcastButton) Does() string {
	if b.Flow != "" {
		return LastingFlow(b.Flow)
	}
	return b.Do
}

// BroadcastRendering is the approved text for one kind of messenger in one language.
type BroadcastRendering struct {
	Channel  string   `json:"channel"` // the kind of messenger
	Language Language `json:"language"`
	Hash     string   `json:"hash"`             // of its Rendering
	Digest   bool     `json:"digest,omitempty"` // it is the line for a digest
}

// BroadcastMove is something that can be done to a broadcast.
type BroadcastMove string

// The moves of a broadcast.
const (
	BroadcastSubmit   BroadcastMove = "submit"
	BroadcastApprove  BroadcastMove = "approve"
	BroadcastReturn   BroadcastMove = "return" // to a draft: an approval is void by it
	BroadcastRecall   BroadcastMove = "recall" // to a draft, before it is decided, by those who write it
	BroadcastUndo     BroadcastMove = "undo"   // takes an approval back, at once: see UndoApproval
	BroadcastSchedule BroadcastMove = "schedule"
	BroadcastStart    BroadcastMove = "start"
	BroadcastPause    BroadcastMove = "pause"
	BroadcastResume   BroadcastMove = "resume"
	BroadcastCancel   BroadcastMove = "cancel"
	BroadcastMend     BroadcastMove = "mend"  // stops it in the middle, for another to stand in its place
	BroadcastFill     BroadcastMove = "fill"  // sends a copy of a template, its slots filled
	BroadcastRetry    BroadcastMove = "retry" // sends again to those it failed for, or left out, for one reason
)

// broadcastMoves is the table of legal moves: by a move, from a state, to a state.
func broadcastMoves() map[BroadcastMove]map[BroadcastState]BroadcastState {
	return map[BroadcastMove]map[BroadcastState]BroadcastState{
		BroadcastSubmit:  {BroadcastDraft: BroadcastReview},
		BroadcastApprove: {BroadcastReview: BroadcastApproved},
		BroadcastReturn: {
			BroadcastReview: BroadcastDraft, BroadcastApproved: BroadcastDraft, BroadcastScheduled: BroadcastDraft,
		},
		BroadcastRecall:   {BroadcastReview: BroadcastDraft},
		BroadcastUndo:     {BroadcastApproved: BroadcastReview},
		BroadcastSchedule: {BroadcastApproved: BroadcastScheduled},
		BroadcastStart:    {BroadcastApproved: BroadcastSending, BroadcastScheduled: BroadcastSending},
		BroadcastPause:    {BroadcastScheduled: BroadcastPaused, BroadcastSending: BroadcastPaused},
		BroadcastResume:   {BroadcastPaused: BroadcastSending}, // to Scheduled where it has not begun: see Resumed
		BroadcastCancel: {
			BroadcastDraft: BroadcastCancelled, BroadcastReview: BroadcastCancelled, BroadcastApproved: BroadcastCancelled,
			BroadcastScheduled: BroadcastCancelled, BroadcastSending: BroadcastCancelled, BroadcastPaused: BroadcastCancelled,
		},
		BroadcastMend:  {BroadcastSending: BroadcastCancelled, BroadcastPaused: BroadcastCancelled}, // once it has begun
		BroadcastFill:  {BroadcastApproved: BroadcastApproved},
		BroadcastRetry: {BroadcastSending: BroadcastSending, BroadcastSent: BroadcastSending},
	}
}

// Can returns the state the move leads to, and false when it is not legal for what b is,
// from where it stands: a template never begins, and nothing else is filled.
func (b Broadcast) Can(m BroadcastMove) (BroadcastState, bool) {
	to, ok := b.State.Can(m)
	if b.Template {
		return to, ok && m != BroadcastSchedule && m != BroadcastStart
	}
	return to, ok && m != BroadcastFill
}

// Moves returns the moves that are legal for it, by name.
func (b Broadcast) Moves() []BroadcastMove {
	return slices.DeleteFunc(b.State.Moves(), func(m BroadcastMove) bool { _, ok := b.Can(m); return !ok })
}

// Can returns the state the move leads to, and false when it is not legal from s.
func (s BroadcastState) Can(m BroadcastMove) (BroadcastState, bool) {
	to, ok := broadcastMoves()[m][s]
	return to, ok
}

// Leads returns the state that the move leads to, wherever it is legal.
func (m BroadcastMove) Leads() (to BroadcastState) {
	for _, to = range broadcastMoves()[m] {
	}
	return to
}

// Moves returns the moves that are legal from s, by name.
func (s BroadcastState) Moves() (legal []BroadcastMove) {
	for m, from := range broadcastMoves() {
		if _, ok := from[s]; ok {
			legal = append(legal, m)
		}
	}
	slices.Sort(legal)
	return legal
}

// Locked reports whether its content is what was approved, and stays so.
func (s BroadcastState) Locked() bool { return s != BroadcastDraft && s != BroadcastReview }

// ApprovedHash returns the hash of what is approved with the broadcast, in the form
// of an article's: every rendering, whom it is for, and the window in which it may
// leave, with what it may pass over.
func (b Broadcast) ApprovedHash() string {
	fields := []string{"broadcast", b.ID, b.Topic, b.Change, b.Text.UK, b.Text.RU, b.Audience.text(), moment(b.Start), moment(b.Until), b.Zone, b.Urgent}
	for _, is := range []bool{b.Correction, b.Must} {
		fields = append(fields, map[bool]string{true: "1"}[is])
	}
	for _, list := range []any{b.Buttons, b.Media} {
		text, err := json.Marshal(list)
		if err != nil { // texts and numbers can always be written
			panic("bot: a broadcast is not JSON: " + err.Error())
		}
		fields = append(fields, string(text))
	}
	for _, r := range b.Renderings {
		fields = append(fields, r.Channel, string(r.Language), r.Hash)
	}
	if b.Digest != (Bilingual{}) || b.Fallback != UsualFallback { // what was approved before there were these keeps its hash
		fields = append(fields, "digest", b.Digest.UK, b.Digest.RU, strconv.Itoa(b.Fallback))
	}
	if b.News != nil {
		text, err := json.Marshal(b.News)
		if err != nil { // texts and numbers can always be written
			panic("bot: news are not JSON: " + err.Error())
		}
		fields = append(fields, "news", string(text))
	}
	if b.Answers != nil {
		fields = append(fields, "answers", b.Answers.Article, b.Answers.Hash)
	}
	if b.Template {
		fields = append(fields, "template")
	}
	if b.Filled != nil {
		fields = append(fields, "filled", b.Filled.text())
	}
	if b.ChangeVersion != 0 {
		fields = append(fields, "change version", strconv.Itoa(b.ChangeVersion))
	}
	if b.Mends != "" || b.Corrects != "" {
		fields = append(fields, "mends", b.Mends, b.Corrects)
	}
	return approvedHash(fields...)
}
