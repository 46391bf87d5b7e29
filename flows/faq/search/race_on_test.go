//go:build race

package search

// slack is how much slower the race detector makes everything.
const slack = 12
