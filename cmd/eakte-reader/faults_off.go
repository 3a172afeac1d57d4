//go:build !faultinjection

package main

import "github.com/eakte/eakte/pipeline"

// faultySteps are none: steps that fail on purpose exist only in test builds.
func faultySteps() map[pipeline.Step]step { return nil }
