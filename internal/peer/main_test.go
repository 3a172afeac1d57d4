package peer

import (
	"testing"

	"github.com/eakte/eakte/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }
