// Package house holds the project to what its own pages promise: imports go down only, only the reader links C, every
// package says what it is for, nothing names the machine it was written on. It has no code, only tests; the rules stand
// in rooms_test.go as a table, and docs/architecture.md explains them. The linter holds the import rules a second time.
package house
