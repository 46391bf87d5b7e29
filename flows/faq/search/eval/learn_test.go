package eval

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	var queries []Query
	for i := range 10 {
		queries = append(queries, Query{ID: fmt.Sprint("a", i), Expect: "a"}, Query{ID: fmt.Sprint("b", i), Expect: "b"})
	}
	queries = append(queries, Query{ID: "n", Expect: ExpectNone}, Query{ID: "h", Expect: ExpectHuman}, Query{ID: "c", Expect: "c"})
	knowledge := func(q Query) (float64, bool) { return float64(q.ID[1]), q.ID != "a1" && q.Expect != "b" }
	learnt, held := Split(queries, 2, knowledge)
	again, _ := Split(queries, 2, knowledge)
	if fmt.Sprint(learnt) != fmt.Sprint(again) {
		t.Error("another split of the same")
	}
	if len(learnt) != 2 || len(held) != 5+5+3 {
		t.Fatalf("learnt %v, held %v", learnt, held)
	}
	in := map[string]bool{}
	for _, q := range held {
		in[q.ID] = true
	}
	for _, q := range learnt {
		if in[q.ID] || q.Expect != "a" || q.ID == "a1" {
			t.Errorf("learnt %v", q)
		}
		// Of the first half, what is known least.
		for _, o := range queries {
			if o.Expect == "a" && o.ID != "a1" && !in[o.ID] && o.ID < q.ID && o.ID != learnt[0].ID {
				t.Errorf("learnt %v and not %v", q, o)
			}
		}
	}
	if !in["n"] || !in["h"] || !in["c"] {
		t.Error("what has no answer, or too few queries, is measured")
	}
}

func TestReportLearning(t *testing.T) {
	queries := []Query{{ID: "1", Expect: "x"}, {ID: "2", Expect: "x"}}
	right := Prediction{ID: "1", Top: []string{"x"}, Action: Answer}
	var out bytes.Buffer
	if err := ReportLearning(&out, 3, queries, []Prediction{right}, []Prediction{right, {ID: "2", Top: []string{"x"}, Action: Answer}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "3 wordings learnt; 2 queries") || !strings.Contains(out.String(), "top-1                            50.0    100.0  +50.0") {
		t.Errorf("%s", out.String())
	}
}
