using System.Globalization;
using System.Text;

/// <summary>Globalization by ICU: formats, collation, normalization, calendars.</summary>
internal static class Cultures
{
    public static Task Run(string folder)
    {
        DateTime date = new(2024, 2, 29, 18, 5, 9, DateTimeKind.Utc);
        foreach (string name in (string[])["", "en-US", "de-DE", "fr-FR", "sv-SE", "ja-JP", "ar-SA", "hi-IN", "th-TH", "tr-TR"])
        {
            CultureInfo culture = CultureInfo.GetCultureInfo(name);
            Check.Say($"culture '{name}'", string.Join(" | ",
                culture.DisplayName, 1234567.891.ToString("N2", culture), 1234.5.ToString("C", culture), date.ToString("D", culture), date.ToString("T", culture), "iI".ToUpper(culture)));
        }

        string[] words = ["zebra", "Äpfel", "apfel", "Öl", "ol", "Zucker", "ärger", "çedille", "cote", "côté", "coté"];
        foreach (string name in (string[])["de-DE", "sv-SE", "fr-CA"])
        {
            Check.Say($"sorted {name}", string.Join(' ', words.Order(StringComparer.Create(CultureInfo.GetCultureInfo(name), ignoreCase: false))));
        }

        CompareInfo compare = CultureInfo.GetCultureInfo("en-US").CompareInfo;
        Check.Say("compare", $"{compare.Compare("resume", "résumé", CompareOptions.IgnoreNonSpace)} {compare.Compare("ﬁ", "fi", CompareOptions.IgnoreCase)} {compare.IndexOf("Straße", "SS", CompareOptions.IgnoreCase)}");
        Check.Say("normal", string.Join(' ', "é".Normalize(NormalizationForm.FormD).Length, "ﬁ".Normalize(NormalizationForm.FormKC), "e\u0301".IsNormalized()));
        Check.Say("idn", new IdnMapping().GetAscii("bücher.example"));
        Check.Say("title", CultureInfo.GetCultureInfo("nl-NL").TextInfo.ToTitleCase("ijsland en groenland"));
        Check.Say("calendars", $"{new JapaneseCalendar().GetYear(date)} {new HijriCalendar().GetYear(date)} {new HebrewCalendar().GetMonth(date)} {new PersianCalendar().GetYear(date)}");
        Check.Say("parsed", double.Parse("1.234,5", CultureInfo.GetCultureInfo("de-DE")) + DateTime.Parse("29. Februar 2024", CultureInfo.GetCultureInfo("de-DE")).Day);
        Check.Say("cultures are many", CultureInfo.GetCultures(CultureTypes.AllCultures).Length > 300);
        Check.Say("graphemes", new StringInfo("👩‍👩‍👧e\u0301x").LengthInTextElements);
        Check.Say("encodings", string.Join(' ', Encoding.GetEncodings().Select(encoding => encoding.Name).Order()));
        return Task.CompletedTask;
    }
}
