package telegram_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// seeded returns choices by chance.
func seeded(seed uint64) func(int) int {
	rng := rand.New(rand.NewPCG(seed, 51))
	return func(n int) int { return rng.IntN(n) }
}

// holding makes an update of the kind whose message of Olena's holds the content.
func holding(in *telegramtest.Invention, kind, content string) (update, message map[string]any) {
	update = in.Holding(10000, kind, content, 1111111)
	return update, update[kind].(map[string]any)
}

// understood gives the update to the channel as a delivery, and its events. Of a
// valid update nothing is put aside.
func understood(t interface {
	Helper()
	Fatalf(string, ...any)
}, c bot.Channel, update map[string]any,
) []bot.Event {
	t.Helper()
	body, err := json.Marshal(update)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := telegramtest.API().Check("Update", body); err != nil {
		t.Fatalf("the invention is wrong: %v\n%s", err, body)
	}
	in, _, err := c.Accept(bot.Request{Method: "POST", Header: signed(), Body: body})
	if err != nil || len(in) != 1 || in[0].Defect != "" || in[0].ID == "" {
		t.Fatalf("accepted as %+v, %v\n%s", in, err, body)
	}
	events, err := c.Decode(in[0])
	if err != nil || len(events) == 0 {
		t.Fatalf("%d events, %v\n%s", len(events), err, body)
	}
	return events
}

var indexes = regexp.MustCompile(`\[\d+\]`)

// words tells of the paths, below the message and without indexes, of all words in
// it whether they stand anywhere in the events: true when all do.
func words(t *testing.T, in *telegramtest.Invention, events []bot.Event) map[string]bool {
	t.Helper()
	all, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for word, path := range in.Words {
		_, path, _ = strings.Cut(indexes.ReplaceAllString(path, ""), ".")
		before, twice := read[path]
		read[path] = strings.Contains(string(all), word) && (before || !twice)
	}
	return read
}

// nobodys matches the words in a message that its sender did not say: the names
// of people, chats, communities, tunes, gifts and the files of others, and what
// stands in a message that a service message tells of.
var nobodys = regexp.MustCompile(`_message\.|(^|\.)(` + strings.Join([]string{
	`(\w*user|new_owner|bot|winners|\w*chats?)\.(first_name|last_name|title)`,
	`community\.name`,
	`audio\.(title|performer)`,
	`unique_gift\.gift\.(\w+\.)*name`,
	`(game|poll)\..*file_name`,
}, "|") + `)$`)

// unread lists the words that nothing reads yet. What is read comes off the list:
// TestEveryContent says so.
var unread []string

// tries is how many messages of each content are made.
const tries = 6

// Everything that a message can hold, in a message and in its edit: it is
// understood, and no word of the person's own is lost.
func TestEveryContent(t *testing.T) {
	c := channel(t)
	all := map[string]bool{} // by path, whether every word of it is read
	for _, kind := range []string{"message", "edited_message"} {
		for _, content := range telegramtest.Contents() {
			for seed := range uint64(tries) {
				in := telegramtest.Invent(seeded(seed))
				update, message := holding(in, kind, content)
				if kind == "edited_message" {
					message["edit_date"] = 1700000100
				}
				events := understood(t, c, update)
				if len(events) != 1 || events[0].From != olena {
					t.Fatalf("%s %s: %+v", kind, content, events)
				}
				if events[0].Kind == bot.Ignored { // that something happened, nobody wrote
					continue
				}
				if edited := events[0].Kind == bot.Edited; edited != (kind == "edited_message") {
					t.Errorf("%s with %s is %s", kind, content, events[0].Kind)
				}
				for path, read := range words(t, in, events) {
					if path == "caption" {
						path += " of " + content
					}
					before, twice := all[path]
					all[path] = read && (before || !twice)
				}
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		switch known := slices.Contains(unread, path); {
		case !all[path] && !known && !nobodys.MatchString(path):
			t.Errorf("the words of %s are lost", path)
		case all[path] && known:
			t.Errorf("%s is read now: take it off the list", path)
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d kinds of words were made", len(all))
	}
}

// An item of an album is like any other message, and says of which album it is.
func TestEveryAlbumItem(t *testing.T) {
	c := channel(t)
	for _, content := range []string{"photo", "video", "audio", "document", "live_photo"} {
		in := telegramtest.Invent(seeded(3))
		update, message := holding(in, "message", content)
		message["media_group_id"] = "13000000000000001"
		event := understood(t, c, update)[0]
		if event.Kind != bot.Attached || event.Album != "13000000000000001" {
			t.Errorf("%s: %+v", content, event)
		}
	}
}

// What a message answers is not what it says: of any message that is answered or
// quoted nothing gets into the text.
func TestEveryReply(t *testing.T) {
	c := channel(t)
	for i, content := range telegramtest.Contents() {
		for k, kind := range []string{"message", "edited_message"} {
			in := telegramtest.Invent(seeded(uint64(2*i + k)))
			in.Deep = 2
			fix := telegramtest.Plain(1111111)
			fix["text"] = "моє слово"
			answered, _ := holding(in, "message", content)
			fix["reply_to_message"] = answered["message"]
			fix["quote"] = in.Field("Message", "quote", "quote")
			fix["external_reply"] = in.Field("Message", "external_reply", "external_reply")
			event := understood(t, c, in.Update(10000, kind, fix))[0]
			if event.Text != "моє слово" || event.Kind != []bot.EventKind{bot.Typed, bot.Edited}[k] {
				t.Errorf("%s that answers %s: %+v", kind, content, event)
			}
		}
	}
}

// What is posted where no conversation is belongs to nobody, whatever it holds.
func TestEveryPost(t *testing.T) {
	c := channel(t)
	for _, f := range telegramtest.API().Types["Update"].Fields {
		if f.Kinds[0] != "Message" || f.Name == "message" || f.Name == "edited_message" {
			continue
		}
		for _, content := range telegramtest.Contents() {
			in := telegramtest.Invent(seeded(5))
			update, message := holding(in, f.Name, content)
			if strings.HasSuffix(f.Name, "channel_post") {
				message["chat"] = map[string]any{"id": -1001234567890, "type": "channel", "title": "Канал"}
				delete(message, "from")
			}
			for _, event := range understood(t, c, update) {
				if event.Kind != bot.Ignored || event.Text != "" {
					t.Errorf("%s with %s: %+v", f.Name, content, event)
				}
			}
		}
	}
}

// anyUpdate makes an update of any kind, with anything the table allows in it.
func anyUpdate(choose func(int) int) map[string]any {
	in := telegramtest.Invent(choose)
	kinds := telegramtest.API().Types["Update"].Fields[1:]
	var fix map[string]any
	if choose(2) == 0 { // or it is of a stranger, in a chat of any type
		fix = map[string]any{"chat": telegramtest.Plain(1111111)["chat"], "from": telegramtest.Plain(1111111)["from"]}
	}
	kind := kinds[choose(len(kinds))]
	for name := range fix {
		if _, has := telegramtest.FieldNamed(telegramtest.API().Types[kind.Kinds[0]].Fields, name); !has {
			delete(fix, name)
		}
	}
	return in.Update(1+int64(choose(1<<30)), kind.Name, fix)
}

// Of all updates there can be none is put aside, and what they become is what a
// database takes.
func TestAnyUpdate(t *testing.T) {
	c := channel(t)
	rapid.Check(t, func(r *rapid.T) {
		update := anyUpdate(func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "choice") })
		for _, event := range understood(r, c, update) {
			if again := reencoded(t, event); !reflect.DeepEqual(again, event) {
				r.Errorf("not the same after JSON:\n%+v\n%+v", event, again)
			}
		}
	})
}
