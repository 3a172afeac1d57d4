package compose_test

import (
	"testing"

	"github.com/eakte/eakte/pipeline/internal/steptest"
)

func TestMain(m *testing.M) { steptest.Main(m) }
