//go:build !race

package faq

const slack = 1
