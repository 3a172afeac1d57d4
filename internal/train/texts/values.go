package texts

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// words are the lists from which values are made, by language; what a language lacks is taken from German.
type words struct{ given, surname, city, street, country, nationality, authority, school, company, months []string }

func list(s string) []string { return strings.Split(s, "|") }

// pools by BCP 47 code. The names are common ones; firms, offices and schools are invented.
var pools = map[string]words{
	"de": {
		given:       list("Anna|Jonas|Mehmet|Olena|Fatima|Ahmad|Priya|Carlos|Amina|Dmytro|Lena|Paul|Sofia|Yusuf|Maria Luise|Nguyen|Elif|Ivan|Karim|Grace|Thi Lan|Marko|Jelena|Omar|Tom|Julia|Abdul Rahman|Svitlana"),
		surname:     list("Müller|Schmidt|Weber|Yılmaz|Kovalenko|Al Hassan|Sharma|García|Diallo|Petrović|Nguyen|Becker|Hoffmann|Öztürk|Ivanova|Rahimi|Haddad|Okafor|Schäfer|Koch|Bondarenko|Demir|Santos|Popescu|Kowalski|Berisha"),
		city:        list("Neustadt|Altenberg|Hofheim|Wiesental|Bergheim|Lindau|Königsfeld|Rheinau|Marktstadt|Oberhausen|Grünwald|Seeburg|Kirchdorf|Mühlbach|Steinfurt|Waldkirch|Brückenau|Freistadt"),
		street:      list("Hauptstraße|Bahnhofstraße|Gartenweg|Schillerstr.|Am Markt|Lindenallee|Kirchgasse|Goethestraße|Industriestr.|Ringstraße|Mühlenweg|Rosenstraße|Berliner Platz|Im Winkel"),
		country:     list("Türkei|Ukraine|Syrien|Indien|Marokko|Serbien|Iran|Afghanistan|Vietnam|Nigeria|Brasilien|Albanien|Irak|Russische Föderation|Tunesien|Kosovo|Ägypten|Pakistan|China|USA"),
		nationality: list("türkisch|ukrainisch|syrisch|indisch|marokkanisch|serbisch|iranisch|afghanisch|vietnamesisch|nigerianisch|deutsch|albanisch|irakisch|tunesisch|kosovarisch"),
		authority:   list("Landratsamt {city}|Stadt {city}|Stadtverwaltung {city}|Kreisverwaltung {city}|Bürgeramt {city}|Ausländerbehörde {city}|Magistrat der Stadt {city}|Der Oberbürgermeister|Amt für Migration {city}|Standesamt {city}|Bezirksamt {city}"),
		school:      list("Universität {city}|Hochschule {city}|Technische Universität {city}|Volkshochschule {city}|Berufskolleg {city}|Gymnasium {city}|Grundschule {city}|Fachhochschule {city}|Sprachschule {city}|Studienkolleg {city}"),
		company:     list("{surname} GmbH|{surname} & {surname} GmbH|{surname} AG|{surname} Logistik GmbH & Co. KG|{city}er Werke AG|{surname} Bau GmbH|Klinikum {city} gGmbH|Hotel {surname}|{surname} IT Services GmbH|Gebr. {surname} OHG|Stadtwerke {city}|{surname} Pflege GmbH|Autohaus {surname} e.K.|{surname} Immobilien"),
		months:      list("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"),
	},
	"en": {
		given: list("James|Mary|Priya|Chinedu|Aisha|John|Grace|Samuel|Kavita|Liam|Olivia|Rajesh|Ngozi|Peter|Sarah|Daniel"), surname: list("Smith|Okonkwo|Patel|Johnson|Mensah|Singh|Brown|Khan|Williams|Adeyemi|Taylor|Kumar|Kamau|Reyes|Wilson"),
		city: list("Springfield|Lagos|Accra|Kingston|Riverton|Nairobi|New Delhi|Manila|Milton|Bristol|Dublin|Lahore|Fairview"), street: list("High Street|Main St|Church Road|Park Avenue|Station Road|Victoria Lane|Market Street|Elm Street"),
		country: list("India|Nigeria|Ghana|Philippines|United Kingdom|United States of America|Kenya|Pakistan|Canada|South Africa|Ireland|Bangladesh"), nationality: list("Indian|Nigerian|Ghanaian|Filipino|British|American|Kenyan|Pakistani|Canadian|Irish|South African"),
		authority: list("Registrar General|Ministry of Interior|Department of State|Home Office|District Registrar, {city}|City of {city}|National Police|County Court of {city}|Embassy of {country}"), school: list("University of {city}|{city} College|{city} High School|{city} Institute of Technology|{city} State University|{surname} Academy"),
		company: list("{surname} Ltd.|{surname} & Sons|{surname} Inc.|{city} Services LLC|{surname} Consulting Pvt. Ltd.|Bank of {city}|{surname} Global plc"), months: list("January|February|March|April|May|June|July|August|September|October|November|December"),
	},
	"tr": {
		given: list("Mehmet|Ayşe|Mustafa|Zeynep|Emre|Fatma|Hüseyin|Elif|Murat|Merve|Can|Büşra"), surname: list("Yılmaz|Kaya|Demir|Şahin|Çelik|Yıldız|Aydın|Öztürk|Arslan|Doğan|Kılıç|Koç"), city: list("Ankara|İzmir|Konya|Kayseri|Adana|Gaziantep|Bursa|Trabzon|Eskişehir|Çankaya|Kadıköy"),
		street: list("Atatürk Cad.|Cumhuriyet Mah.|İnönü Bulvarı|Gazi Sok.|Bahçe Sok."), country: list("Türkiye|Türkiye Cumhuriyeti|Almanya|Suriye"), nationality: list("T.C.|Türk|Suriyeli"), authority: list("{city} Valiliği|{city} Nüfus Müdürlüğü|{city} Kaymakamlığı|{city} Aile Mahkemesi|İçişleri Bakanlığı"),
		school: list("{city} Üniversitesi|{city} Anadolu Lisesi|{city} Meslek Yüksekokulu|{city} Teknik Üniversitesi"), company: list("{surname} A.Ş.|{surname} Ltd. Şti.|{city} İnşaat San. ve Tic. A.Ş.|{surname} Tekstil"), months: list("Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"),
	},
	"uk": {
		given: list("Олена|Дмитро|Ірина|Андрій|Наталія|Олександр|Юлія|Сергій|Оксана|Тарас"), surname: list("Коваленко|Шевченко|Бондаренко|Ткаченко|Мельник|Кравченко|Олійник|Лисенко|Поліщук"), city: list("Київ|Харків|Львів|Одеса|Дніпро|Запоріжжя|Полтава|Вінниця"),
		street: list("вул. Шевченка|вул. Лесі Українки|просп. Миру|вул. Садова"), country: list("Україна|Німеччина"), nationality: list("Україна|громадянин України|громадянка України"), authority: list("Відділ державної реєстрації актів цивільного стану {city}|Міністерство внутрішніх справ України|Державна міграційна служба України|{city} районний суд"),
		school: list("Національний університет {city}|{city} політехнічний коледж|Середня школа № 12 м. {city}"), company: list("ТОВ «{surname}»|ПрАТ «{city}буд»|ФОП {surname}|АТ «Банк {city}»"), months: list("січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"),
	},
	"ru": {
		given: list("Иван|Мария|Дмитрий|Елена|Сергей|Ольга|Алексей|Татьяна|Рустам|Айгуль"), surname: list("Иванов|Петрова|Смирнов|Кузнецова|Попов|Ахмедов|Соколова|Васильев|Новикова"), city: list("Москва|Самара|Казань|Омск|Минск|Алматы|Томск|Ростов-на-Дону"),
		street: list("ул. Ленина|ул. Мира|пр-т Победы|ул. Садовая"), country: list("Российская Федерация|Россия|Беларусь|Казахстан|Германия"), nationality: list("Российская Федерация|гражданин РФ|гражданка РФ|русский"), authority: list("Отдел ЗАГС г. {city}|МВД России|ГУ МВД по г. {city}|{city} районный суд|Министерство юстиции"),
		school: list("Государственный университет г. {city}|{city} технический колледж|Средняя школа № 5 г. {city}"), company: list("ООО «{surname}»|АО «{city}строй»|ИП {surname}|ПАО «Банк {city}»"), months: list("января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"),
	},
	"ar": {
		given: list("أحمد|فاطمة|محمد|مريم|خالد|عائشة|يوسف|ليلى|عمر|نور"), surname: list("الحسن|حداد|العلي|منصور|الخطيب|درويش|الأحمد|سليمان|بن علي"), city: list("دمشق|حلب|بغداد|القاهرة|عمّان|بيروت|حمص|الرباط|تونس|الموصل"),
		street: list("شارع الثورة|شارع النصر|حي الزهراء|شارع الجامعة"), country: list("الجمهورية العربية السورية|جمهورية العراق|جمهورية مصر العربية|المملكة المغربية|لبنان|الأردن|ألمانيا"), nationality: list("سوري|سورية|عراقي|مصري|مغربي|لبناني|أردني"), authority: list("وزارة الداخلية|مديرية الأحوال المدنية|أمانة السجل المدني في {city}|المحكمة الشرعية في {city}|وزارة الخارجية"),
		school: list("جامعة {city}|المعهد التقني في {city}|ثانوية {city}"), company: list("شركة {surname} للتجارة|مؤسسة {surname}|بنك {city}|مجموعة {surname}"), months: list("كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|مارس|يوليو"),
	},
	"fr": {
		given: list("Marie|Jean|Amadou|Fatou|Pierre|Nadia|Karim|Aminata|Luc|Chloé|Mohamed|Awa"), surname: list("Dupont|Benali|Diallo|Martin|Traoré|Bernard|Haddad|Ndiaye|Kouassi|Moreau|El Amrani"), city: list("Lyon|Dakar|Casablanca|Tunis|Alger|Abidjan|Bamako|Lille|Rabat|Douala|Yaoundé"),
		street: list("rue de la République|avenue Mohammed V|rue Victor Hugo|boulevard de la Paix|place du Marché"), country: list("France|Maroc|Tunisie|Algérie|Sénégal|Côte d'Ivoire|Cameroun|Mali|République démocratique du Congo"), nationality: list("française|marocaine|tunisienne|algérienne|sénégalaise|camerounaise|ivoirienne"), authority: list("Mairie de {city}|Préfecture de {city}|Tribunal de {city}|Ministère de l'Intérieur|Commune de {city}|Direction générale de la sûreté nationale"),
		school: list("Université de {city}|Lycée {surname}|Institut supérieur de {city}|École nationale de {city}"), company: list("{surname} SARL|Société {surname} S.A.|Banque de {city}|{surname} et Fils"), months: list("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
	},
}

var (
	levels = list("A1|A2|B1|B2|C1|C2|B1+|A2.2")
	laws   = list("§ 18b AufenthG|§ 25 Abs. 2 AufenthG|§ 81 Abs. 4 AufenthG|§ 60a AufenthG|§ 9 AufenthG|§ 55 AsylG|§ 28 AufenthG|§ 16b AufenthG|§ 4 StAG|§ 10 StAG|§ 104c AufenthG|§ 24 AufenthG|§ 36a AufenthG")
	fold   = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", " ", ".", "ı", "i", "ş", "s", "ğ", "g", "ç", "c", "á", "a", "í", "i", "é", "e", "ć", "c", "Ö", "Oe")
)

// filler fills placeholders of one document: the holder's name and birth date stay the same, everything else changes.
type filler struct {
	r              *rand.Rand
	lang           string
	given, surname string
	birth          string
}

func newFiller(r *rand.Rand, lang string) *filler {
	f := &filler{r: r, lang: lang}
	f.given, f.surname = f.from(func(w words) []string { return w.given }), f.from(func(w words) []string { return w.surname })
	f.birth = f.date(1950, 2022)
	return f
}

// fill puts values for the placeholders. One that is not known stays as it stands, so that a test finds it.
func (f *filler) fill(text string) string {
	var b strings.Builder
	for {
		start := strings.IndexByte(text, '{')
		end := strings.IndexByte(text, '}')
		if start < 0 || end < start {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:start])
		b.WriteString(f.value(text[start+1 : end]))
		text = text[end+1:]
	}
}

// value makes a value for a placeholder.
func (f *filler) value(key string) string {
	r := f.r
	switch key {
	case "name":
		if r.IntN(5) == 0 {
			return f.surname + ", " + f.given
		}
		return f.given + " " + f.surname
	case "given":
		return f.given
	case "surname":
		if r.IntN(4) == 0 {
			return strings.ToUpper(f.surname)
		}
		return f.surname
	case "date":
		return f.date(2010, 2036)
	case "birth":
		return f.birth
	case "month":
		months := f.pool(func(w words) []string { return w.months })
		return fmt.Sprintf("%s %d", months[r.IntN(len(months))], 2015+r.IntN(13))
	case "year":
		return fmt.Sprint(2005 + r.IntN(25))
	case "amount":
		return f.amount()
	case "number":
		return f.digits(3 + r.IntN(8))
	case "digit":
		return fmt.Sprint(1 + r.IntN(9))
	case "code":
		return f.code()
	case "iban":
		return "DE" + f.digits(2) + " " + f.digits(4) + " " + f.digits(4) + " " + f.digits(4) + " " + f.digits(4) + " " + f.digits(2)
	case "plz":
		return f.digits(5)
	case "phone":
		return "0" + f.digits(2+r.IntN(3)) + []string{" ", "/", "-", " / "}[r.IntN(4)] + f.digits(5+r.IntN(4))
	case "email":
		return strings.ToLower(fold.Replace(f.other("given")+"."+f.other("surname"))) + "@" + []string{"example.org", "mail.example", "posteo.example", "firma.example"}[r.IntN(4)]
	case "percent":
		return fmt.Sprintf("%d,%d %%", r.IntN(100), r.IntN(10))
	case "language_level":
		return levels[r.IntN(len(levels))]
	case "law":
		return laws[r.IntN(len(laws))]
	}
	if value := f.other(key); value != "" {
		return value
	}
	return "{" + key + "}"
}

// other makes values that come from lists; empty for a key that has none.
func (f *filler) other(key string) string {
	switch key {
	case "given":
		return f.from(func(w words) []string { return w.given })
	case "surname":
		return f.from(func(w words) []string { return w.surname })
	case "city":
		return f.from(func(w words) []string { return w.city })
	case "street":
		return f.from(func(w words) []string { return w.street }) + " " + fmt.Sprint(1+f.r.IntN(140))
	case "country":
		return f.from(func(w words) []string { return w.country })
	case "nationality":
		return f.from(func(w words) []string { return w.nationality })
	case "authority":
		return f.nested(f.from(func(w words) []string { return w.authority }))
	case "school":
		return f.nested(f.from(func(w words) []string { return w.school }))
	case "company":
		return f.nested(f.from(func(w words) []string { return w.company }))
	}
	return ""
}

// nested fills placeholders within values; a firm is named after somebody, not after the holder.
func (f *filler) nested(text string) string {
	for _, key := range []string{"surname", "city", "country"} {
		for strings.Contains(text, "{"+key+"}") {
			text = strings.Replace(text, "{"+key+"}", f.other(key), 1)
		}
	}
	return text
}

func (f *filler) pool(of func(words) []string) []string {
	if w, ok := pools[f.lang]; ok {
		return of(w)
	}
	return of(pools["de"])
}

func (f *filler) from(of func(words) []string) string {
	pool := f.pool(of)
	return pool[f.r.IntN(len(pool))]
}

func (f *filler) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + f.r.IntN(10)))
	}
	return b.String()
}

// code is letters and digits in one of several shapes.
func (f *filler) code() string {
	var b strings.Builder
	for _, c := range []string{"AA999999", "A99 999 99", "99/9999-AA", "AAA-9999", "9A9AA99A9", "AA-99-9999", "A9999999", "99-A-999/99"}[f.r.IntN(8)] {
		switch c {
		case 'A':
			b.WriteByte(byte('A' + f.r.IntN(26)))
		case '9':
			b.WriteByte(byte('0' + f.r.IntN(10)))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (f *filler) date(from, to int) string {
	y, m, d := from+f.r.IntN(to-from), 1+f.r.IntN(12), 1+f.r.IntN(28)
	months := f.pool(func(w words) []string { return w.months })
	switch f.r.IntN(8) {
	case 0:
		return fmt.Sprintf("%d. %s %d", d, months[m-1], y)
	case 1:
		return fmt.Sprintf("%d-%02d-%02d", y, m, d)
	case 2:
		return fmt.Sprintf("%02d/%02d/%d", d, m, y)
	}
	return fmt.Sprintf("%02d.%02d.%d", d, m, y)
}

func (f *filler) amount() string {
	whole, cents := f.r.IntN(6000), f.r.IntN(100)
	text := fmt.Sprintf("%d,%02d", whole, cents)
	if whole >= 1000 {
		text = fmt.Sprintf("%d.%03d,%02d", whole/1000, whole%1000, cents)
	}
	return text + []string{"", " €", " EUR", " Euro", ""}[f.r.IntN(5)]
}
