package settings

import (
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What an entry says besides comes in words, in the order people read it; what there is
// no word for stays as it is, and digests stay away.
func TestAuditFacts(t *testing.T) {
	got := detail("change.submit", `{"to":"in review","from":"draft","hash":"v1:00","role":"admin","known":{"uk":"Оля","ru":"Оля"},"name":"approved","new":7,"lead":false,"with":"?","level":"must acknowledge","language":"uk","read":["uk","ru"],"state":"sending","slot_where":{"ru":"Подол","uk":"Поділ"},"owner":"01a22947"}`, map[string]string{"01a22947": "Олег"})
	want := []factView{
		{Name: "settings.audit.fact.from", Word: "settings.audit.is.draft", Value: "draft"},
		{Name: "settings.audit.fact.to", Word: "settings.audit.is.in_review", Value: "in review"},
		{Name: "settings.audit.fact.state", Word: "settings.audit.is.sending", Value: "sending"},
		{Name: "settings.audit.fact.role", Word: "console.role.admin", Value: "admin"},
		{Name: "settings.audit.fact.name", Value: "approved"},
		{Name: "settings.audit.fact.known", Value: "Оля"},
		{Name: "settings.audit.fact.read", Value: "uk, ru"},
		{Name: "settings.audit.fact.level", Word: "settings.audit.is.must_acknowledge", Value: "must acknowledge"},
		{Name: "settings.audit.fact.language", Word: "settings.audit.is.uk", Value: "uk"},
		{Name: "settings.audit.fact.owner", Value: "Олег"},
		{Name: "settings.audit.fact.slot_where", Value: "Поділ, Подол"},
		{Raw: "new", Value: "7"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for action, want := range map[string]factView{
		"broadcast.halt": {Name: "settings.audit.fact.halt", Word: "report.halt.outdated", Value: "outdated"},
		"segment.read":   {Name: "settings.audit.fact.reason", Value: "outdated"},
	} {
		if got := detail(action, `{"reason":"outdated"}`, nil); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, want %+v", action, got, want)
		}
	}
	for object, want := range map[string][2]string{
		"ticket/01a2247e-b312-701b-a733-39ffc95a8a66": {"settings.audit.one.ticket", "01a2247e-b312"},
		"change/tariff-2027":                          {"settings.audit.one.change", "tariff-2027"},
		"contact":                                     {"settings.audit.one.contact", ""},
		"thing/1":                                     {"", "thing/1"},
	} {
		if noun, short := objectOf(object); string(noun) != want[0] || short != want[1] {
			t.Errorf("%s: %q %q", object, noun, short)
		}
	}
}

// Whatever an entry about content, people or tickets says besides has a word, as the code
// that writes entries names it.
func TestEveryFactWrittenHasAWord(t *testing.T) {
	set := regexp.MustCompile(`(?:detail|also)\["(\w+)"\]`)
	list := regexp.MustCompile(`(?s)(?:Detail: map\[string\]any|\bdetail(?: :?= map\[string\]any)?)\{(.*?)\}`)
	key := regexp.MustCompile(`"(\w+)":`)
	found := map[string]string{}
	root := os.DirFS("../../..")
	for _, dir := range []string{"bot", "storage"} {
		err := fs.WalkDir(root, dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := fs.ReadFile(root, path)
			for _, m := range set.FindAllStringSubmatch(string(src), -1) {
				found[m[1]] = path
			}
			for _, m := range list.FindAllStringSubmatch(string(src), -1) {
				for _, k := range key.FindAllStringSubmatch(m[1], -1) {
					found[k[1]] = path
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"read", "people", "notes", "version"} {
		if found[name] == "" {
			t.Errorf("nothing writes %s: the code is not read", name)
		}
	}
	delete(found, "hash") // is for machines
	for name, path := range found {
		if !slices.Contains(factNames(), name) {
			t.Errorf("%s writes %s, which has no word", path, name)
		}
	}
}
