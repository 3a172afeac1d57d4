package compose

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/eakte/eakte/pipeline/pdfa"
)

// checkWritten reads the file back: it must conform to PDF/A-2u, hold nothing that we do not write, and every picture
// unchanged.
func checkWritten(path string, want written) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if r := pdfa.Validate(data, pdfa.Level2U); !r.Conforms {
		return fmt.Errorf("%d rules broken, first %s: %s", len(r.Broken), r.Broken[0].Clause, r.Broken[0].What)
	}
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	ctx, err := api.ReadContext(bytes.NewReader(data), conf)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	if ctx.PageCount != want.Pages {
		return fmt.Errorf("%d pages, not %d", ctx.PageCount, want.Pages)
	}
	if ctx.Info != nil {
		return fmt.Errorf("there is an Info dictionary")
	}
	if extra := extraKeys(ctx); extra != "" {
		return fmt.Errorf("there is an entry that we do not write: %s", extra)
	}
	for n := range want.Pages {
		sum, err := pictureDigest(ctx, n+1)
		if err != nil {
			return fmt.Errorf("picture of page %d: %w", n+1, err)
		}
		if sum != want.Pictures[n] {
			return fmt.Errorf("picture of page %d is not what was written", n+1)
		}
	}
	return nil
}

// pictureDigest returns the digest of the one encoded picture of a page.
func pictureDigest(ctx *model.Context, page int) (sum [sha256.Size]byte, err error) {
	dict, _, _, err := ctx.PageDict(page, false)
	if err != nil {
		return sum, err
	}
	resources, err := ctx.DereferenceDict(dict["Resources"])
	if err != nil {
		return sum, err
	}
	objects, err := ctx.DereferenceDict(resources["XObject"])
	if err != nil || len(objects) != 1 {
		return sum, fmt.Errorf("%d pictures: %w", len(objects), err)
	}
	stream, _, err := ctx.DereferenceStreamDict(objects["Im0"])
	if err != nil || stream == nil {
		return sum, fmt.Errorf("no picture: %w", err)
	}
	return sha256.Sum256(stream.Raw), nil
}

// ours lists, by type, the entries that we write.
var ours = map[string][]string{
	"Catalog":        {"Type", "Pages", "Metadata", "OutputIntents", "Lang"},
	"Pages":          {"Type", "Count", "Kids"},
	"Page":           {"Type", "Parent", "MediaBox", "Contents", "Resources"},
	"OutputIntent":   {"Type", "S", "OutputConditionIdentifier", "Info", "DestOutputProfile"},
	"XObject":        {"Type", "Subtype", "Width", "Height", "ColorSpace", "BitsPerComponent", "Filter", "DecodeParms", "Length"},
	"Font":           {"Type", "Subtype", "BaseFont", "Encoding", "DescendantFonts", "ToUnicode", "CIDSystemInfo", "FontDescriptor", "DW", "CIDToGIDMap"},
	"FontDescriptor": {"Type", "FontName", "Flags", "FontBBox", "ItalicAngle", "Ascent", "Descent", "CapHeight", "StemV", "FontFile2"},
	"Metadata":       {"Type", "Subtype", "Length"},
	"":               {"N", "Length", "Length1", "Filter"},
}

// extraKeys names an entry of an object that is not ours to write, empty if there is none.
func extraKeys(ctx *model.Context) string {
	for n, entry := range ctx.Table {
		if n == 0 || entry == nil || entry.Free {
			continue
		}
		var d types.Dict
		switch o := entry.Object.(type) {
		case types.Dict:
			d = o
		case types.StreamDict:
			d = o.Dict
		default:
			continue
		}
		kind := ""
		if t := d.Type(); t != nil {
			kind = *t
		}
		for key := range d {
			if !slices.Contains(ours[kind], key) {
				return kind + " " + key
			}
		}
	}
	return ""
}
