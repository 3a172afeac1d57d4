package mrz_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/pipeline/recognise/mrz"
)

var now = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// The specimens of ICAO Doc 9303 parts 4 to 7.
var specimens = []struct {
	name, format string
	lines        []string
	fields       map[string]string
}{
	{
		"passport of part 4", mrz.TD3,
		[]string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
		map[string]string{"document_code": "P", "issuing_state": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "L898902C3",
			"nationality": "UTO", "birth_date": "1974-08-12", "sex": "F", "expiry_date": "2012-04-15", "optional": "ZE184226B"},
	},
	{
		"card of part 5", mrz.TD1,
		[]string{"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"},
		map[string]string{"document_code": "I", "issuing_state": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "D23145890",
			"nationality": "UTO", "birth_date": "1974-08-12", "sex": "F", "expiry_date": "2012-04-15"},
	},
	{
		"card of part 5 with a long document number", mrz.TD1,
		[]string{"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"},
		map[string]string{"document_code": "I", "issuing_state": "UTO", "surname": "STEVENSON", "given_names": "PETER JOHN", "document_number": "D23145890734",
			"nationality": "UTO", "birth_date": "1934-07-12", "sex": "M", "expiry_date": "1995-07-12"},
	},
	{
		"card of part 6", mrz.TD2,
		[]string{"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"},
		map[string]string{"document_code": "I", "issuing_state": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "D23145890",
			"nationality": "UTO", "birth_date": "1974-08-12", "sex": "F", "expiry_date": "2012-04-15"},
	},
	{
		"visa of format A of part 7", mrz.MRVA,
		[]string{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"},
		map[string]string{"document_code": "V", "issuing_state": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "L8988901C",
			"nationality": "XXX", "birth_date": "1940-09-07", "sex": "F", "expiry_date": "1996-12-10", "optional": "6ZE184226B"},
	},
	{
		"visa of format B of part 7", mrz.MRVB,
		[]string{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"},
		map[string]string{"document_code": "V", "issuing_state": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "L8988901C",
			"nationality": "XXX", "birth_date": "1940-09-07", "sex": "F", "expiry_date": "1996-12-10"},
	},
}

func TestParseReadsTheSpecimensOfTheStandard(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			got, err := mrz.Parse(s.lines, now)
			if err != nil {
				t.Fatal(err)
			}
			if got.Format != s.format || !got.Valid {
				t.Errorf("got format %s valid %v, want %s true", got.Format, got.Valid, s.format)
			}
			if !maps.Equal(got.Fields, s.fields) {
				t.Errorf("fields:\n got %v\nwant %v", got.Fields, s.fields)
			}
		})
	}
}

// A wrong character in any checked place must make the zone invalid. What no check digit covers is listed.
func TestAnyMisreadCharacterThatIsCheckedMakesTheZoneInvalid(t *testing.T) {
	t.Parallel()
	unchecked := func(format string, line, at int) bool {
		switch {
		case format == mrz.TD1 && line == 0:
			return at < 5
		case format == mrz.TD1 && line == 1:
			return at == 7 || (at >= 15 && at < 18)
		case format == mrz.TD1 || line == 0:
			return true
		case format == mrz.MRVA || format == mrz.MRVB:
			return at >= 28 || at == 20 || (at >= 10 && at < 13)
		}
		return at == 20 || (at >= 10 && at < 13)
	}
	for _, s := range specimens {
		for l, line := range s.lines {
			for at := range len(line) {
				if unchecked(s.format, l, at) {
					continue
				}
				// The next digit or letter differs by one, which no weight of 7, 3 or 1 hides.
				wrong := []byte(line)
				switch c := wrong[at]; {
				case c == '9':
					wrong[at] = '8'
				case c == 'Z':
					wrong[at] = 'Y'
				case c == '<':
					wrong[at] = '1'
				default:
					wrong[at]++
				}
				lines := append([]string(nil), s.lines...)
				lines[l] = string(wrong)
				if got, err := mrz.Parse(lines, now); err == nil && got.Valid {
					t.Errorf("%s: valid although character %d of line %d was misread: %s", s.name, at, l, wrong)
				}
			}
		}
	}
}

func TestParseRefusesWhatHasNotTheShape(t *testing.T) {
	t.Parallel()
	td3 := specimens[0].lines
	for name, lines := range map[string][]string{
		"no lines":           nil,
		"empty lines":        {"", ""},
		"one line":           td3[:1],
		"a line too short":   {td3[0], td3[1][1:]},
		"lower case":         {strings.ToLower(td3[0]), td3[1]},
		"a letter with mark": {"P<UTOÉRIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<", td3[1]},
		"not a passport":     {"X" + td3[0][1:], td3[1]},
	} {
		if _, err := mrz.Parse(lines, now); !errors.Is(err, mrz.ErrShape) {
			t.Errorf("%s: got %v, want %v", name, err, mrz.ErrShape)
		}
	}
}

func TestABirthDateLiesInThePast(t *testing.T) {
	t.Parallel()
	// The same two digits are 1926 for a person born, 2030 for a passport that expires.
	lines := []string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO2612319F3001010ZE184226B<<<<<10"}
	got, err := mrz.Parse(lines, now)
	if err != nil {
		t.Fatal(err)
	}
	if got.Fields["birth_date"] != "1926-12-31" || got.Fields["expiry_date"] != "2030-01-01" {
		t.Errorf("got %v, want born 1926-12-31, expiring 2030-01-01", got.Fields)
	}
}

func TestFillersReadAsLettersGiveNoName(t *testing.T) {
	t.Parallel()
	got, err := mrz.Parse([]string{"P<UTOERIKSSON<<ANNA<MARIA<<<<KKKKKKKEKKKKKKK", specimens[0].lines[1]}, now)
	if err != nil {
		t.Fatal(err)
	}
	if name, found := got.Fields["given_names"]; found || got.Fields["surname"] != "ERIKSSON" || !got.Valid {
		t.Errorf("got given names %q, surname %q, valid %v; want none, ERIKSSON, true", name, got.Fields["surname"], got.Valid)
	}
}

func TestFindTakesAZoneOutOfAPage(t *testing.T) {
	t.Parallel()
	page := []string{"REISEPASS", "Nationality UTOPIA", "P<UTOERIKSSON<<ANNA<MARIA «<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "x"}
	got := mrz.Find(page, now)
	if got == nil || !got.Valid || got.Fields["surname"] != "ERIKSSON" {
		t.Errorf("got %+v, want the valid zone", got)
	}
	if got := mrz.Find([]string{"Sehr geehrte", "Damen und Herren"}, now); got != nil {
		t.Errorf("got %+v from a letter, want none", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range specimens {
		f.Add(strings.Join(s.lines, "\n"))
	}
	f.Add("A<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<")
	f.Fuzz(func(t *testing.T, page string) {
		lines := strings.Split(page, "\n")
		got := mrz.Find(lines, now)
		if got == nil {
			return
		}
		again, err := mrz.Parse(got.Lines, now)
		if err != nil || again.Valid != got.Valid {
			t.Errorf("found %v valid=%v, parsed again %v valid=%v", got.Lines, got.Valid, err, again.Valid)
		}
	})
}
