package main

import (
	"math"
	"os"
	"testing"
)

// TestHeldBack holds that no model is trained on a message of the moods held back.
func TestHeldBack(t *testing.T) {
	t.Chdir("../..")
	_, intents, err := readData()
	if err != nil {
		t.Fatal(err)
	}
	trained := map[string]bool{}
	for _, s := range append(intents, requests()...) {
		trained[s.text] = true
	}
	held, err := readIntents(data + "moods.txt")
	if err != nil {
		t.Fatal(err)
	}
	requests, near := 0, 0
	for _, s := range held {
		if trained[s.text] {
			t.Errorf("%q is trained on", s.text)
		}
		switch s.intent {
		case 0:
			near++
		case 1, 2, 7:
			requests++
		}
	}
	if requests < 300 || near < 300 {
		t.Errorf("%d requests and %d questions like them are held back, want 300 of each", requests, near)
	}
	if _, err := os.Stat(modelFile); err != nil {
		t.Error(err)
	}
}

func TestWilson(t *testing.T) {
	low, high := wilson(98, 100)
	if math.Abs(low-0.9300) > 0.0005 || math.Abs(high-0.9945) > 0.0005 {
		t.Errorf("98 of 100 lies between %.4f and %.4f", low, high)
	}
}
