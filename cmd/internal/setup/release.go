package setup

import "runtime/debug"

// Release is the version of this program as it was built; "devel" where nobody said.
func Release() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
