//go:build !race

package search

const slack = 1
