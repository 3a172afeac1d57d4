package tool_test

import (
	"testing"

	"github.com/eakte/eakte/pipeline/tool"
)

func TestStandardFontsAreFoundByTheNamesThatDocumentsGiveThem(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Helvetica": "NimbusSans-Regular", "Helvetica-BoldOblique": "NimbusSans-BoldItalic", "ArialMT": "NimbusSans-Regular",
		"Arial,Bold": "NimbusSans-Bold", "Arial-BoldItalicMT": "NimbusSans-BoldItalic", "Times-Roman": "NimbusRoman-Regular",
		"TimesNewRomanPS-BoldMT": "NimbusRoman-Bold", "Times New Roman": "NimbusRoman-Regular", "CourierNew,Italic": "NimbusMonoPS-Italic",
		"Courier": "NimbusMonoPS-Regular", "ABCDEF+Helvetica": "NimbusSans-Regular", "Symbol": "StandardSymbolsPS", "ZapfDingbats": "D050000L",
		"ArialNarrow": "", "Arial-Black": "", "Helvetica-Light": "", "TimesTen": "", "Verdana": "", "": "",
	} {
		got, found := tool.FindStandardFont(name)
		if got.Name != want || found != (want != "") || found && len(got.Program) < 1000 {
			t.Errorf("%q: got %q with %d bytes, want %q", name, got.Name, len(got.Program), want)
		}
	}
}
