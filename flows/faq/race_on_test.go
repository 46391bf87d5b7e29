//go:build race

package faq

// slack is how much slower the race detector makes everything.
const slack = 12
