package locale

// categories are the plural categories of CLDR.
var categories = []string{"zero", "one", "two", "few", "many", "other"}

// Category returns the CLDR plural category of the whole number n in a language. Negative numbers count like positive
// ones; a language that is none of ours has only "other".
func Category(lang string, n int) string {
	if n < 0 {
		n = -n
	}
	switch lang {
	case "de", "en", "tr":
		return when(n == 1, "one")
	case "fr":
		if n != 0 && n%1_000_000 == 0 {
			return "many"
		}
		return when(n < 2, "one")
	case "uk", "ru":
		return slavic(n)
	case "ar":
		return arabic(n)
	}
	return "other"
}

// Forms returns the categories a text must have in a language for whole numbers.
func Forms(lang string) []string {
	switch lang {
	case "uk", "ru":
		return []string{"one", "few", "many", "other"}
	case "ar":
		return categories
	}
	return []string{"one", "other"}
}

func when(is bool, category string) string {
	if is {
		return category
	}
	return "other"
}

func slavic(n int) string {
	last, lastTwo := n%10, n%100
	switch {
	case last == 1 && lastTwo != 11:
		return "one"
	case last >= 2 && last <= 4 && (lastTwo < 12 || lastTwo > 14):
		return "few"
	}
	return "many"
}

func arabic(n int) string {
	lastTwo := n % 100
	switch {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case lastTwo >= 3 && lastTwo <= 10:
		return "few"
	case lastTwo >= 11:
		return "many"
	}
	return "other"
}
