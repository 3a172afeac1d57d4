package compose

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/sys/unix"

	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/tool"
)

// checkWritten reads the file back: it must conform to PDF/A-2u, hold nothing that we do not write, and every picture
// unchanged. The pictures, nearly all of a long scan, are never held in memory.
func checkWritten(path string, want written) error {
	x, err := tool.OpenExact(path)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	defer func() { _ = x.Close() }() // only read
	slim, err := x.WithoutPictures()
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	data, unmap, err := mapped(path)
	if err != nil {
		return err
	}
	defer unmap()
	if r := pdfa.Validate(data, pdfa.Level2U); !r.Conforms {
		return fmt.Errorf("%d rules broken, first %s: %s", len(r.Broken), r.Broken[0].Clause, r.Broken[0].What)
	}
	ctx, err := readObjects(slim)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if ctx.PageCount != want.Pages || x.Pages() != want.Pages {
		return fmt.Errorf("%d pages, not %d", ctx.PageCount, want.Pages)
	}
	if ctx.Info != nil {
		return fmt.Errorf("there is an Info dictionary")
	}
	if extra := extraKeys(ctx); extra != "" {
		return fmt.Errorf("there is an entry that we do not write: %s", extra)
	}
	for n := range want.Pages {
		sum, err := x.PictureSum(n+1, "Im0")
		if err != nil {
			return fmt.Errorf("picture of page %d: %w", n+1, err)
		}
		if sum != want.Pictures[n] {
			return fmt.Errorf("picture of page %d is not what was written", n+1)
		}
	}
	return nil
}

// readObjects reads a PDF without the data of its pictures.
func readObjects(slim []byte) (*model.Context, error) {
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	ctx, err := api.ReadContext(bytes.NewReader(slim), conf)
	if err != nil {
		return nil, err
	}
	return ctx, ctx.EnsurePageCount()
}

// mapped maps a file of ours into memory, where it lies only as long as it is looked at.
func mapped(path string) (data []byte, unmap func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if data, err = unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE); err != nil {
		return nil, nil, fmt.Errorf("map %d bytes: %w", info.Size(), err)
	}
	return data, func() { _ = unix.Munmap(data) }, nil // a mapping that was made can be undone
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
