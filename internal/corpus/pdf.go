package corpus

import (
	"bytes"
	"fmt"
)

// Letter is a born-digital page, an employment contract in German; number makes its bytes unique.
func Letter(number int) []byte {
	lines := []string{
		"Arbeitsvertrag", "zwischen der Muster Logistik GmbH, Hafenstr. 1, 24103 Kiel (Arbeitgeber)",
		"und Frau Olena Kovalenko, geboren am 12.03.1991 (Arbeitnehmerin)",
		"Die Arbeitnehmerin wird ab dem 01.02.2026 als Disponentin eingestellt.",
		"Die Probezeit betraegt sechs Monate. Die regelmaessige Wochenarbeitszeit betraegt 40 Stunden.",
		"Das monatliche Bruttogehalt betraegt 3.450,00 EUR. Es gilt die gesetzliche Kuendigungsfrist.",
		fmt.Sprintf("Vertragsnummer %08d", number),
	}
	var text bytes.Buffer
	text.WriteString("BT /F1 11 Tf 70 770 Td 16 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", l)
	}
	text.WriteString("ET\n")
	return PDF(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		Stream("", text.Bytes()), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	)
}

// PDF writes the objects 1…n, of which the first is the catalogue, with their cross-reference table.
func PDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// Stream is an object of data for PDF, with further entries of its dictionary.
func Stream(entries string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}
